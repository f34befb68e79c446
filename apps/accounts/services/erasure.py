"""Erasing a player or an account: asked twice, then nothing is left but the hash of an id.

What goes: the player's rows, the sessions that are about nobody else with their films, and the name wherever a text of
the team has it. What stays: sessions of the team, in which the player's track has no name any more.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.conf import settings
from django.contrib.admin.models import LogEntry
from django.core import signing
from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac
from redis import Redis
from redis.exceptions import RedisError

from apps.accounts.errors import LastOwner
from apps.accounts.filming import is_of_age
from apps.accounts.models import Invitation, Membership, Player, Right, Role, User
from apps.accounts.permissions import has_right, is_guardian
from apps.accounts.selectors import get_player
from apps.accounts.services.account import require_password
from apps.accounts.tokens import end_all_logins
from apps.accounts.traces import SHORTEST_WORD, Named, hold, replacer, rows_about, scrub_team
from apps.core import versions
from apps.core.audit import redact
from apps.core.errors import Gone, NotFound, PermissionDenied
from apps.core.lifecycle import lifecycle
from apps.core.models import AuditEvent, IdempotencyKey
from apps.core.request_context import request_id
from apps.core.sockets import notify_access_changed

log = structlog.get_logger(__name__)

SALT = "accounts.erasure"
CONFIRM_SECONDS = 600


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """What would go, and the token that says "yes, do".

    Attributes:
        rows: how many rows point at the person, by table.
        account_too: the player's log-in goes as well, as it is for nothing else.
    """

    token: str
    expires_at: datetime
    rows: Mapping[str, int]
    account_too: bool = False


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is left of an erased person: the hash of the id, as the audit trail has it."""

    erased: str
    texts_changed: int
    at: datetime = field(default_factory=timezone.now)


def plan_player_erasure(*, user: User, player_id: str) -> ErasurePlan:
    """Say what erasing a player would take away.

    Raises:
        NotFound, PermissionDenied: not visible, or neither guardian, owner, nor the player from the age of consent on.
    """
    player = get_player(user, player_id)
    _require_erasure(user, player)
    token, expires_at = _token("player", player.pk, user)
    return ErasurePlan(token, expires_at, _counts(player), account_too=_lone_account(player) is not None)


@transaction.atomic
def erase_player(*, user: User, player_id: str, token: str) -> Receipt:
    """Erase a player; cannot be undone.

    Raises:
        NotFound, PermissionDenied: as the plan.
        Gone: the token is not (or no longer) of this player and user.
    """
    player = get_player(user, player_id)
    _require_erasure(user, player)
    _check_token(token, "player", player.pk, user)
    return erase_player_now(player, actor=user)


def erase_player_now(player: Player, *, actor: User | None) -> Receipt:
    """Erase a player inside the caller's transaction; rights were asked.

    Raises:
        NotFound: somebody else has erased them.
    """
    _hold(player)
    account, team_id, person = _lone_account(player), player.team_id, _player_named(player)
    for guardian_id in player.guardianships.values_list("guardian_id", flat=True):
        notify_access_changed(guardian_id)
    lifecycle.erase("player", [player.pk])
    gone = _hash(player.pk)
    _forget_in_trail(player.pk, gone, team_id, person)
    Player.objects.filter(pk=player.pk).delete()
    changed = scrub_team(team_id, person)
    _forget_cached(team_id)
    by_themselves = account is not None and actor is not None and account.pk == actor.pk
    _record("player.erased", "accounts.player", gone, None if by_themselves else actor, team_id)
    if account is not None:
        changed += erase_account_now(account, actor=None if by_themselves else actor).texts_changed
    return Receipt(gone, changed)


def plan_own_erasure(*, user: User, password: str) -> ErasurePlan:
    """Say what erasing the account would take away; a borrowed screen does not know the password.

    Raises:
        WrongPassword: not the present one.
        LastOwner: a team would be left without an owner.
    """
    require_password(user, password)
    _require_heirs(user)
    token, expires_at = _token("user", user.pk, user)
    return ErasurePlan(token, expires_at, _counts(user), account_too=True)


@transaction.atomic
def erase_own_account(*, user: User, token: str) -> Receipt:
    """Erase the account; cannot be undone. Players and sessions stay with their teams.

    Raises:
        Gone: the token is not (or no longer) this user's.
        LastOwner: a team would be left without an owner.
    """
    _check_token(token, "user", user.pk, user)
    return erase_account_now(user, actor=None)


def erase_account_now(user: User, *, actor: User | None) -> Receipt:
    """Erase an account inside the caller's transaction; rights were asked.

    Args:
        actor: who does it, `None` = the person themselves, whom the trail must not name.

    Raises:
        LastOwner: a team would be left without an owner.
        NotFound: the account is gone already.
    """
    _hold(user)
    _require_heirs(user)
    person, gone = _user_named(user), _hash(user.pk)
    team_ids = list(user.memberships.values_list("team_id", flat=True))
    children = Player.objects.filter(guardianships__guardian=user)
    team_ids = list({*team_ids, *children.values_list("team_id", flat=True)})
    end_all_logins(user.pk, reason="erased")
    notify_access_changed(user.pk)
    lifecycle.erase("user", [user.pk])
    Invitation.objects.filter(email=user.email).delete()
    for team_id in [None, *team_ids]:
        _forget_in_trail(user.pk, gone, team_id, person)
    user.delete()
    changed = 0
    for team_id in team_ids:
        changed += scrub_team(team_id, person)
        _forget_cached(team_id)
    _record("user.erased", "accounts.user", gone, actor, None)
    return Receipt(gone, changed)


def _hold(target: Player | User) -> None:
    if not hold(target):
        raise NotFound("They have been erased already.")


def _require_erasure(user: User, player: Player) -> None:
    is_self = player.user_id == user.pk and is_of_age(player)
    if not is_self and not is_guardian(user, player) and not has_right(user, player.team_id, Right.MANAGE_TEAM):
        raise PermissionDenied("A guardian, an owner of the team, or the player of age erases a player's data.")


def _require_heirs(user: User) -> None:
    owned = Membership.objects.filter(user=user, role=Role.OWNER).select_related("team")
    for membership in owned:
        rest = Membership.objects.filter(team=membership.team).exclude(user=user)
        if rest.filter(role=Role.OWNER).exists():
            continue
        todo = "Hand it over to a member first." if rest.exists() else "Delete it, or invite an owner first."
        raise LastOwner(f"You are the last owner of {membership.team}. {todo}")


def _lone_account(player: Player) -> User | None:
    """The player's log-in, where it serves for nothing but being this player."""
    user = player.user
    if user is None or user.is_staff:
        return None
    others = user.memberships.exclude(team_id=player.team_id, role=Role.PLAYER).exists()
    if others or user.guardianships.exists() or user.players.exclude(pk=player.pk).exists():
        return None
    return user


def _player_named(player: Player) -> Named:
    words = [str(player.pk), player.external_id, player.user.email if player.user else ""]
    namesakes = Player.objects.filter(team_id=player.team_id, last_name__iexact=player.last_name)
    if player.last_name and not namesakes.exclude(pk=player.pk).exists():
        words.append(player.last_name)
    return Named(player.first_name, player.last_name, tuple(word for word in words if len(word) >= SHORTEST_WORD))


def _user_named(user: User) -> Named:
    first, _, last = user.name.partition(" ")
    words = (str(user.pk), user.email)
    return Named(first, last, words) if last else Named(words=words)


def _counts(target: models.Model) -> dict[str, int]:
    found: dict[str, int] = {}
    for model, _, rows in rows_about(target):
        count = rows.count()
        if count:
            found[model._meta.label] = found.get(model._meta.label, 0) + count
    return found


def hashes_of(object_id: uuid.UUID) -> frozenset[str]:
    """How the trail names somebody once they are erased: with this secret key, or one before it."""
    return frozenset(_hash(object_id, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS))


def _hash(object_id: uuid.UUID, key: str | bytes | None = None) -> str:
    return salted_hmac(SALT, str(object_id), secret=key, algorithm="sha256").hexdigest()[:32]


def _forget_in_trail(object_id: uuid.UUID, gone: str, team_id: uuid.UUID | None, person: Named) -> None:
    """Keep what was done, but not to whom: in the audit trail, the admin's log and stored answers."""
    pattern = person.pattern()
    clean = replacer(pattern) if pattern is not None else lambda value: value
    theirs = Q(object_id=str(object_id)) | Q(actor_id=object_id)
    events = AuditEvent.objects.filter(theirs | Q(team_id=team_id) if team_id is not None else theirs)
    for event in events.iterator():
        before, after = (clean(_with(part, str(object_id), gone)) for part in (event.before, event.after))
        whom = gone if event.object_id == str(object_id) else event.object_id
        redact(event, object_id=whom, before=before, after=after)
    LogEntry.objects.filter(object_id=str(object_id)).update(object_id=gone, object_repr=gone, change_message="")
    words = [person.last, *person.words] if person.last else list(person.words)
    for entry in LogEntry.objects.filter(_any("object_repr", words) | _any("change_message", words)):
        LogEntry.objects.filter(pk=entry.pk).update(
            object_repr=clean(entry.object_repr), change_message=clean(entry.change_message)
        )
    answers = IdempotencyKey.objects.filter(Q(user__memberships__team=team_id) | Q(user__guardianships__isnull=False))
    named = [
        row.pk for row in answers.distinct() if clean(row.answer) != row.answer or str(object_id) in str(row.answer)
    ]
    IdempotencyKey.objects.filter(pk__in=named).delete()


def _with(value: Any, old: str, new: str) -> Any:
    if isinstance(value, str):
        return value.replace(old, new)
    if isinstance(value, dict):
        return {key: _with(part, old, new) for key, part in value.items()}
    return [_with(part, old, new) for part in value] if isinstance(value, list) else value


def _any(column: str, words: list[str]) -> Q:
    asked = Q(pk__in=[])
    for word in filter(None, words):
        asked |= Q(**{f"{column}__icontains": word})
    return asked


def _record(action: str, object_type: str, gone: str, actor: User | None, team_id: uuid.UUID | None) -> None:
    AuditEvent.objects.create(
        actor_id=actor.pk if actor else None,
        team_id=team_id,
        action=action,
        object_type=object_type,
        object_id=gone,
        request_id=request_id(),
    )


def _forget_cached(team_id: uuid.UUID) -> None:
    """After the commit, drop every cached answer about the team: a name in one would outlive its owner by minutes."""
    versions.bump(versions.TEAM, team_id)

    def drop() -> None:
        try:
            with Redis.from_url(settings.REDIS_URL) as client:
                keys = list(client.scan_iter(match=f"{settings.REDIS_PREFIX}:*{team_id}*"))
                if keys:
                    client.delete(*keys)
        except RedisError as error:
            log.warning("erasure.cache_down", error=str(error))

    transaction.on_commit(drop, robust=True)


def _token(kind: str, object_id: uuid.UUID, user: User) -> tuple[str, datetime]:
    token = signing.dumps({"k": kind, "o": str(object_id), "u": str(user.pk)}, salt=SALT)
    return token, timezone.now() + timedelta(seconds=CONFIRM_SECONDS)


def _check_token(token: str, kind: str, object_id: uuid.UUID, user: User) -> None:
    expected = {"k": kind, "o": str(object_id), "u": str(user.pk)}
    try:
        asked = signing.loads(token, salt=SALT, max_age=CONFIRM_SECONDS)
    except signing.BadSignature:
        asked = None
    if asked != expected:
        raise Gone("This confirmation has expired or is for something else. Ask again.")
