"""Where the pitch is in the picture: trying marks, keeping a calibration, using it for a session."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import structlog
from django.db import transaction

from apps.accounts.models import Right, Team, User
from apps.accounts.selectors import get_team, list_teams
from apps.core.audit import record
from apps.core.errors import InvalidRequest, NotFound, ServerError
from apps.scan.children import ChildLimits, read_json, run_child
from apps.scan.errors import CalibrationRefused, ChildFailed
from apps.scan.models import Calibration, ProcessingJob
from apps.scan.permissions import require_right
from apps.scan.services.reruns import run_again
from pipeline.api import ArtefactName, JobKind

log = structlog.get_logger(__name__)

FIT_LIMITS = ChildLimits(seconds=10.0, memory_bytes=2 * 1024**3)
BOARD_LIMITS = ChildLimits(seconds=600.0, memory_bytes=6 * 1024**3)
"""A board takes a second to find in a large picture, and there may be some dozens; only the command asks."""


def fit(request: Mapping[str, Any]) -> dict[str, Any]:
    """Fit marks without keeping anything: error, lines projected back, error map.

    Raises:
        CalibrationRefused: 422, the marks cannot calibrate a pitch; the message says which to look at.
        Busy: 503.
    """
    return _ask(request)


@lru_cache(maxsize=64)
def pitch(pitch_format: str, length_m: float | None, width_m: float | None) -> dict[str, Any]:
    """Marks and lines of a pitch [m, pitch frame].

    Raises:
        CalibrationRefused: 422, no such pitch.
    """
    return _ask({"pitch": {"format": pitch_format, "length_m": length_m, "width_m": width_m}})


def fit_chessboard(folder: Path, corners: tuple[int, int], square_m: float) -> dict[str, Any]:
    """Calibrate cameras' lenses from pictures of a chessboard with so many inner corners: `toml` and `cameras`.

    Raises:
        CalibrationRefused: 422, the pictures cannot calibrate a camera; the message says why.
        Busy: 503.
    """
    arguments = [str(folder.resolve()), *map(str, corners), str(square_m)]
    return _answered("vision.calibration.chessboard_file", arguments, limits=BOARD_LIMITS)


def _ask(request: Mapping[str, Any]) -> dict[str, Any]:
    asked = json.dumps(request, default=str).encode()
    return _answered("vision.calibration.fit", [], limits=FIT_LIMITS, stdin=asked)


def _answered(module: str, arguments: Sequence[str], *, limits: ChildLimits, stdin: bytes = b"") -> dict[str, Any]:
    try:
        output = run_child(module, arguments, limits=limits, stdin=stdin)
    except ChildFailed as error:
        log.exception("calibration.child_failed", log=error.log)
        raise ServerError from error
    answer = read_json(output)
    if not answer.pop("ok", False):
        raise CalibrationRefused(answer.get("message", ""))
    return answer


def team_to_calibrate(*, user: User, team_id: uuid.UUID | None) -> Team:
    """The team for which this user may keep a calibration; it must be named by those who are in several.

    Raises:
        NotFound: 404, no such team for this user.
        PermissionDenied: 403.
        InvalidRequest: 400, it was not named.
    """
    team = _team(user, team_id)
    require_right(user, team.pk, Right.EDIT_SESSIONS)
    return team


def keep_calibration(
    *, user: User, team: Team, name: str, points: Sequence[Mapping[str, Any]], fitted: Mapping[str, Any]
) -> Calibration:
    """Keep what `fit` answered for these points under a name."""
    return Calibration.objects.create(
        team=team,
        name=name,
        data=fitted["data"],
        points=list(points),
        error_m=fitted["error_m"],
        max_error_m=fitted["max_error_m"],
        warnings=fitted["warnings"],
        made_by=user,
    )


def _team(user: User, team_id: uuid.UUID | None) -> Team:
    if team_id:
        return get_team(user, team_id)
    mine = list(list_teams(user)[:2])
    if len(mine) != 1:
        raise InvalidRequest("The request has errors.", details=["Field 'team_id' is required"])
    return mine[0]


def use_calibration(*, user: User, job: ProcessingJob, calibration_id: uuid.UUID) -> None:
    """Measure a session with this calibration from now on; the scan runs again from `world`.

    Raises:
        PermissionDenied: 403.
        NotFound: 404, the team has no such calibration.
        CalibrationRefused: 422, it was made in a picture of another size.
    """
    team_id = job.session.team_id
    require_right(user, team_id, Right.EDIT_SESSIONS)
    mine = Calibration.objects.visible_to(user).filter(team_id=team_id, kind=Calibration.Kind.PITCH)
    calibration = mine.filter(pk=calibration_id).first()
    if calibration is None:
        raise NotFound("This team has no such calibration.")
    if job.kind == JobKind.MULTIVIEW:
        raise CalibrationRefused("This scan has several cameras: its metres come from their own calibration.")
    _check_size(job, calibration)
    with transaction.atomic():
        before = {"calibration_id": str(job.calibration_id) if job.calibration_id else None}
        ProcessingJob.objects.filter(pk=job.pk).update(calibration=calibration)
        record(
            actor_id=user.pk,
            action="scan.calibrate",
            target=job,
            team_id=team_id,
            before=before,
            after={"calibration_id": str(calibration.pk)},
        )
        run_again(job, ArtefactName.WORLD)


def _check_size(job: ProcessingJob, calibration: Calibration) -> None:
    video = job.session.videos.first()
    size = calibration.data.get("image_size")
    if video is not None and size != [video.width, video.height]:
        made = "x".join(str(side) for side in size or ("?", "?"))
        raise CalibrationRefused(
            f"This calibration was made in a picture of {made} pixels; the film has {video.width}x{video.height}. "
            "Mark the pitch in a picture of this film."
        )
