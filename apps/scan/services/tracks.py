"""Who a track is: what a coach says survives every re-run, and the KPIs follow."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import transaction

from apps.accounts.filming import require_filming
from apps.accounts.models import Right, User
from apps.accounts.selectors import get_player
from apps.core.audit import record
from apps.core.errors import NotFound
from apps.scan.errors import JobStateConflict
from apps.scan.models import ProcessingJob
from apps.scan.permissions import require_right
from apps.scan.selectors.arrays import frame_of_track
from apps.scan.services.reruns import run_again
from apps.sessions.models import CorrectionKind, SessionPlayer, TrackCorrection
from pipeline.api import ArtefactName


def assign_track(*, user: User, job: ProcessingJob, track_id: int, player_id: uuid.UUID | None) -> None:
    """Name a track, or take its name away (`None`).

    Raises:
        PermissionDenied: 403, the role, or the player may not be filmed. NotFound: 404, no such track, or no such
            player in this team.
        JobStateConflict: 409, the tracks are not known yet.
    """
    _require_tracks(user, job, track_id)
    player = get_player(user, str(player_id), team_id=job.session.team_id) if player_id else None
    if player is not None:
        require_filming(player)
    _correct(user, job, TrackCorrection(kind=CorrectionKind.ASSIGN, track_id=track_id, player=player))


def merge_tracks(*, user: User, job: ProcessingJob, track_ids: tuple[int, int]) -> None:
    """Say that two tracks are one person; the first keeps its number.

    Raises:
        PermissionDenied: 403. NotFound: 404, no such track.
        JobStateConflict: 409, the tracks are not known yet.
    """
    kept, other = track_ids
    _require_tracks(user, job, kept, other)
    _correct(user, job, TrackCorrection(kind=CorrectionKind.MERGE, track_id=kept, other_track_id=other))


def split_track(*, user: User, job: ProcessingJob, track_id: int, t_s: float) -> None:
    """Say that a track is somebody else from a moment on.

    Raises:
        PermissionDenied: 403. NotFound: 404, no such track, or it has ended by then.
        JobStateConflict: 409, the tracks are not known yet.
    """
    _require_tracks(user, job, track_id)
    frame = frame_of_track(job, track_id, t_s)
    _correct(user, job, TrackCorrection(kind=CorrectionKind.SPLIT, track_id=track_id, frame=frame))


def _require_tracks(user: User, job: ProcessingJob, *track_ids: int) -> None:
    require_right(user, job.session.team_id, Right.EDIT_SESSIONS)
    known = set(
        SessionPlayer.objects.visible_to(user).filter(session_id=job.session_id).values_list("track_id", flat=True)
    )
    if not known:
        raise JobStateConflict("The players of this session are not known yet; wait until the scan has followed them.")
    missing = [track_id for track_id in track_ids if track_id not in known]
    if missing:
        raise NotFound(f"There is no track {missing[0]} in this session.")


def _correct(user: User, job: ProcessingJob, correction: TrackCorrection) -> None:
    correction.session_id = job.session_id
    correction.made_by = user
    with transaction.atomic():
        correction.save(force_insert=True)
        after: dict[str, Any] = {
            "track_id": correction.track_id,
            "player_id": str(correction.player_id) if correction.player_id else None,
            "other_track_id": correction.other_track_id,
            "frame": correction.frame,
        }
        record(
            actor_id=user.pk,
            action=f"track.{correction.kind}",
            target=job.session,
            team_id=job.session.team_id,
            after=after,
        )
        run_again(job, ArtefactName.LINKS)
