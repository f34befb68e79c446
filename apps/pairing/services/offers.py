"""Offering a place: the code and token that a coach's page shows."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import ROLE_RIGHTS, Membership, Player, Right, Team, User
from apps.accounts.permissions import require_right
from apps.accounts.selectors import get_player, get_team, list_teams
from apps.core import audit
from apps.core.errors import InvalidRequest, NotFound, PermissionDenied, Unavailable
from apps.pairing import codes
from apps.pairing.events import tell
from apps.pairing.models import DeviceType, OfferState, PairingRequest
from apps.pairing.selectors import find_offer

MAX_OPEN = 5
"""Open offers of one user: a page that is reloaded makes a new one each time; the oldest closes."""
KEPT = timedelta(days=1)
"""How long a spent offer is kept, so that a late phone hears "expired" and not "unknown"."""
CODE_TRIES = 20


@dataclass(frozen=True, slots=True)
class OfferWish:
    """What is to be paired. Without player and team it is the user's only team."""

    device_type: DeviceType
    player_id: str = ""
    team_id: uuid.UUID | None = None
    max_devices: int = 1


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer as its maker sees it, this once: code and token are not stored."""

    request: PairingRequest
    code: str
    token: str
    pairing_url: str


@transaction.atomic
def create_offer(*, user: User, wish: OfferWish) -> Offer:
    """Make a code and a token by which devices join a team as this user's.

    Raises:
        NotFound, PermissionDenied: team or player not visible, or the role does not carry the right.
        InvalidRequest: several teams come into question and none is named.
    """
    team, player = _team_and_player(user, wish)
    require_right(user, team.pk, Right.RUN_SCANS)
    now = timezone.now()
    PairingRequest.objects.filter(expires_at__lt=now - KEPT).delete()
    _make_room(user)
    code = _free_code()
    request = PairingRequest.objects.create(
        team=team,
        user=user,
        player=player,
        device_type=wish.device_type,
        max_devices=wish.max_devices,
        selector=codes.selector_of(code),
        code_hash=codes.keyed_hash("code", code),
        expires_at=now + timedelta(seconds=codes.OFFER_S),
    )
    token = codes.sign_token(request.token_id)
    return Offer(request, code, token, f"{settings.PUBLIC_URL}/pair?token={token}")


@transaction.atomic
def close_offer(*, user: User, pairing_id: uuid.UUID) -> None:
    """Take an offer back; devices that joined stay. One that is spent already stays as it is.

    Raises:
        NotFound: not an offer of this user.
    """
    offer = find_offer(user, pairing_id)
    if offer is None:
        raise NotFound("There is no such pairing.")
    _close(offer)


def _close(offer: PairingRequest) -> None:
    now = timezone.now()
    if PairingRequest.objects.open(now).filter(pk=offer.pk).update(closed_at=now, updated_at=now):
        tell(offer.pk, "pairing_failed", reason=OfferState.CLOSED)
        audit.record(actor_id=offer.user_id, action="pairing.closed", target=offer, team_id=offer.team_id)


def _make_room(user: User) -> None:
    still_open = PairingRequest.objects.open(timezone.now()).filter(user=user).order_by("-created_at", "pk")
    for offer in still_open[MAX_OPEN - 1 :]:
        _close(offer)


def _free_code() -> str:
    """A code whose first half names no other offer that is kept."""
    for _ in range(CODE_TRIES):
        code = codes.new_code()
        if not PairingRequest.objects.filter(selector=codes.selector_of(code)).exists():
            return code
    raise Unavailable("No free code was found. Try again.")


def _team_and_player(user: User, wish: OfferWish) -> tuple[Team, Player | None]:
    if wish.player_id:
        player = get_player(user, wish.player_id, team_id=wish.team_id)
        return player.team, player
    if wish.team_id is not None:
        return get_team(user, wish.team_id), None
    return _only_team(user), None


def _only_team(user: User) -> Team:
    roles = [role for role, rights in ROLE_RIGHTS.items() if Right.RUN_SCANS in rights]
    mine = Membership.objects.filter(user_id=user.pk, role__in=roles).values("team_id")
    teams = list(list_teams(user).filter(pk__in=mine)[:2])
    if not teams:
        raise PermissionDenied("Only owners and coaches of a team may pair devices.")
    if len(teams) > 1:
        raise InvalidRequest("You are in several teams; name the one that the device is for.", details=["team_id"])
    return teams[0]
