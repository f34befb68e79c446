"""What was entered about how long and how hard a session was."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from apps.accounts.models import Player, Right, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player
from apps.core import audit, versions
from apps.core.errors import InvalidRequest, PermissionDenied
from apps.sessions.models import LoadSource, Session, SessionLoad
from apps.sessions.selectors import get_loaded_session, own_player

MINUTES = ("minutes", "match_minutes")
ENTERED = ("rpe", *MINUTES)


@transaction.atomic
def enter_load(
    *, user: User, session_id: uuid.UUID, player_id: str | None, entered: Mapping[str, float | None]
) -> tuple[SessionLoad, bool]:
    """Enter, or correct, a player's load; answers the row and whether it is new.

    Staff enter it for any player of the team, players for themselves. What is not named stays; `None` takes it back.
    Minutes that a coach entered are not the player's to change: match minutes decide what a child may still play.

    Args:
        player_id: id or external id; `None` = the asking player.
        entered: some of `ENTERED`.

    Raises:
        NotFound: session or player is not visible.
        PermissionDenied: for somebody else without the right, or minutes that a coach entered.
        InvalidRequest: nobody named, or more match minutes than minutes.
    """
    session = get_loaded_session(user, session_id)
    player = _player(user, session, player_id)
    source = _source(user, session, player)
    load, is_new = SessionLoad.objects.select_for_update().get_or_create(
        session=session, player=player, defaults={"entered_by": user, "source": source, "minutes_source": source}
    )
    before = {} if is_new else _values(load)
    _apply(load, entered, source)
    load.entered_by = user
    load.save(update_fields=[*ENTERED, "source", "minutes_source", "entered_by", "updated_at"])
    action = "load.entered" if is_new else "load.changed"
    audit.record(
        actor_id=user.pk, action=action, target=load, team_id=session.team_id, before=before, after=_values(load)
    )
    versions.bump(versions.TEAM, session.team_id)
    return load, is_new


def _player(user: User, session: Session, player_id: str | None) -> Player:
    if player_id:
        return get_player(user, player_id, team_id=session.team_id)
    player = own_player(user, session.team_id)
    if player is None:
        raise InvalidRequest("Say whose load it is: player_id is needed.")
    return player


def _source(user: User, session: Session, player: Player) -> LoadSource:
    if player.user_id == user.pk:
        return LoadSource.PLAYER
    require_right(user, session.team_id, Right.EDIT_SESSIONS)
    return LoadSource.COACH


def _apply(load: SessionLoad, entered: Mapping[str, float | None], source: LoadSource) -> None:
    changed = {name for name in entered if entered[name] != getattr(load, name)}
    stood = {name for name in changed & {*MINUTES} if getattr(load, name) is not None}
    if source == LoadSource.PLAYER and load.minutes_source == LoadSource.COACH and stood:
        raise PermissionDenied("The minutes were entered by the coach; ask them to correct them.")
    for name, value in entered.items():
        setattr(load, name, value)
    if load.minutes is not None and load.match_minutes is not None and load.match_minutes > load.minutes:
        raise InvalidRequest("The match minutes are part of the minutes; they cannot be more.")
    if "rpe" in entered:
        load.source = source
    if changed & {*MINUTES}:
        load.minutes_source = source


def _values(load: SessionLoad) -> dict[str, Any]:
    return {"player_id": str(load.player_id), **{name: getattr(load, name) for name in ENTERED}}
