"""Who a track is, said while the session runs; the worker hears of it within a second."""

from __future__ import annotations

from django.db import transaction

from apps.accounts.filming import require_filming
from apps.accounts.models import Player, Right, User
from apps.accounts.selectors import get_player
from apps.core.audit import record
from apps.live.errors import LiveEnded
from apps.live.models import LiveSession
from apps.scan.permissions import require_right
from apps.sessions.models import CorrectionKind, TrackCorrection


@transaction.atomic
def label_track(*, user: User, live: LiveSession, track_id: int, player_id: str | None) -> Player | None:
    """Name a track of the live picture, or take its name away; the word counts in the stored session too.

    Raises:
        DomainError: 403 (role, or the player may not be filmed), 404, 409 the session is over: name it there.
    """
    require_right(user, live.session.team_id, Right.EDIT_SESSIONS)
    if not live.is_open:
        raise LiveEnded("This live session has ended. Name the tracks in the stored session.")
    player = get_player(user, player_id, team_id=live.session.team_id) if player_id else None
    if player is not None:
        require_filming(player)
    TrackCorrection.objects.create(
        session=live.session, kind=CorrectionKind.ASSIGN, track_id=track_id, player=player, made_by=user
    )
    after = {"track_id": track_id, "player_id": str(player.pk) if player else None}
    record(actor_id=user.pk, action="track.assign", target=live.session, team_id=live.session.team_id, after=after)
    return player
