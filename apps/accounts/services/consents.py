"""Consent, purpose by purpose; every word stays, the newest counts, but a no in person is lifted in person only.

Whoever is old enough (`CONSENT_AGE_YEARS`) decides alone. For a child the guardian decides, or a coach notes what is
signed on paper. A child may always say no. Without consent to filming nobody is named in what a film shows: where it is
taken back, names leave what is stored (`core.lifecycle`, kind "filming").
"""

from __future__ import annotations

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.filming import is_of_age
from apps.accounts.models import ConsentPurpose, ConsentRecord, Player, Right, User
from apps.accounts.permissions import has_right, is_family, is_guardian
from apps.accounts.selectors import get_player
from apps.core import audit
from apps.core.errors import InvalidRequest, PermissionDenied
from apps.core.lifecycle import lifecycle


@transaction.atomic
def record_consent(
    *, user: User, player_id: str, purpose: str, given: bool, on_paper: bool = False, note: str = ""
) -> ConsentRecord:
    """Note what somebody says about one purpose.

    Raises:
        NotFound: no such player for this user.
        PermissionDenied: the word is not this user's to give.
        InvalidRequest: paper without a note of where it is.
    """
    player = get_player(user, player_id)
    if on_paper:
        _require_paper(user, player, note)
    else:
        _require_own_word(user, player, given=given)
    return _note(user, player, ConsentRecord(purpose=purpose, given=given, on_paper=on_paper, note=note))


@transaction.atomic
def set_film_consent(*, user: User, player_id: str, given: bool) -> Player:
    """Note or withdraw the consent to film a player: by the guardian, the player, or staff who hold it on paper.

    Raises:
        NotFound, PermissionDenied: not visible, or none of the three.
    """
    player = get_player(user, player_id)
    family = is_family(user, player)
    if not family and not has_right(user, player.team_id, Right.EDIT_PLAYERS):
        raise PermissionDenied("Consent is given by the guardian, by the player, or noted by a coach.")
    _note(user, player, ConsentRecord(purpose=ConsentPurpose.FILM, given=given, on_paper=not family))
    return player


def _require_paper(user: User, player: Player, note: str) -> None:
    if not has_right(user, player.team_id, Right.EDIT_PLAYERS):
        raise PermissionDenied("What is signed on paper is noted by a coach of the team.")
    if not note.strip():
        raise InvalidRequest("Say in `note` where the signed paper is and who signed it.")


def _require_own_word(user: User, player: Player, *, given: bool) -> None:
    of_age, years = is_of_age(player), settings.CONSENT_AGE_YEARS
    if player.user_id == user.pk:
        if given and not of_age:
            raise PermissionDenied(f"Below {years}, or where the age is unknown, a guardian says yes. You may say no.")
    elif is_guardian(user, player):
        if of_age:
            raise PermissionDenied(f"From {years} on, players decide themselves.")
    elif has_right(user, player.team_id, Right.EDIT_PLAYERS):
        raise PermissionDenied("A coach notes what is signed on paper: send on_paper: true with a note.")
    else:
        raise PermissionDenied("Consent is given by the guardian or by the player.")


def _require_no_own_refusal(player: Player, purpose: str) -> None:
    own = ConsentRecord.objects.filter(player=player, purpose=purpose, on_paper=False).order_by("-at", "pk").first()
    if own is not None and not own.given:
        raise PermissionDenied(
            f"{player.display_name} or a guardian said no here themselves; paper does not lift that. They say yes "
            "again on the player's page."
        )


def _note(user: User, player: Player, record: ConsentRecord) -> ConsentRecord:
    Player.objects.select_for_update().get(pk=player.pk)
    if record.given and record.on_paper:
        _require_no_own_refusal(player, record.purpose)
    record.player, record.by, record.at = player, user, timezone.now()
    record.save(force_insert=True)
    if record.purpose == ConsentPurpose.FILM:
        if not record.given:
            lifecycle.erase("filming", [player.pk])
        player.consent_given_at = record.at if record.given else None
        player.consent_given_by = user if record.given else None
        player.save(update_fields=["consent_given_at", "consent_given_by", "updated_at"])
    action = "consent.given" if record.given else "consent.withdrawn"
    after = {"purpose": record.purpose, "on_paper": record.on_paper}
    audit.record(actor_id=user.pk, action=action, target=player, team_id=player.team_id, after=after)
    return record
