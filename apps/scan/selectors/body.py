"""The bodies that were fitted to the people of a scan."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypedDict
from urllib.parse import urlencode

from django.conf import settings
from django.urls import reverse

from apps.accounts.models import User
from apps.core.errors import InvalidRequest, NotFound
from apps.scan.errors import JobStateConflict
from apps.scan.models import ProcessingJob, Video
from apps.scan.selectors.arrays import reader_of
from apps.scan.selectors.jobs import find_scan
from apps.scan.selectors.kpis import reads_whole_team
from apps.sessions.models import SessionPlayer
from pipeline import api
from pipeline.api import BodyFile, BodyReport, JobStatus
from pipeline.errors import PipelineError

MAX_CLIP_S = 120.0
"""The most that one file moves: two minutes at 30 pictures a second are 6 MB of turns."""


class BodyJob(TypedDict):
    """The newest body fit of a session."""

    job_id: str
    status: str
    progress: float
    error: dict[str, str] | None


@dataclass(frozen=True, slots=True)
class BodyClip:
    """A person's body in a part of a film, as it is to be sent.

    Attributes:
        start_s, end_s: of the part, in the film [s].
    """

    video: Video
    report: BodyReport
    start_s: float
    end_s: float

    @property
    def track_id(self) -> int:
        """Whose body it is."""
        return self.report["facts"]["track_id"]

    @property
    def etag(self) -> str:
        """Names the content of the file."""
        return f'"{self.report["params_hash"][:32]}-{self.start_s:.3f}-{self.end_s:.3f}"'


def newest_body_job(job: ProcessingJob) -> BodyJob | None:
    """The newest body fit of a scan's session (one query)."""
    row = ProcessingJob.objects.body_fits().filter(session_id=job.session_id).order_by("-created_at").first()
    if row is None:
        return None
    failed = row.status == JobStatus.FAILED.value
    return BodyJob(
        job_id=str(row.pk),
        status=row.status,
        progress=round(row.progress, 1),
        error={"code": row.error_code, "message": row.error_message} if failed else None,
    )


def list_bodies(video: Video, session_id: uuid.UUID, *, only_tracks: Collection[int] | None) -> list[dict[str, Any]]:
    """What is known of everybody's body; no query.

    Args:
        only_tracks: leave everybody else out; `None` for all.
    """
    reports = reader_of(video).bodies().reports()
    return [
        _summary(report, session_id)
        for report in reports
        if only_tracks is None or report["facts"]["track_id"] in only_tracks
    ]


def _summary(report: BodyReport, session_id: uuid.UUID) -> dict[str, Any]:
    facts = report["facts"]
    known = {name: value for name, value in facts.items() if name not in ("betas", "origin", "sized_by")}
    path = f"{reverse('scan-body', args=[session_id])}?{urlencode({'track_id': facts['track_id']})}"
    ready = report["status"] == "ready"
    return {**known, "status": report["status"], "warnings": report["warnings"], "url": path if ready else None}


def find_clip(
    user: User, object_id: uuid.UUID, *, track_id: int | None, span: tuple[float | None, float | None]
) -> BodyClip:
    """A body that the user may see (at most four queries).

    Raises:
        NotFound: 404, no such scan, or no body of this person.
        InvalidRequest: 400, several bodies and no name, or more time than one file may cover.
        JobStateConflict: 409, the body is outdated.
    """
    scan = find_scan(user, object_id)
    video = scan.session.videos.order_by("camera").first()
    reports = reader_of(video).bodies().reports() if video else []
    own = visible_tracks(user, scan)
    found = [report for report in reports if own is None or report["facts"]["track_id"] in own]
    report = _named(found, track_id)
    if video is None or report is None:
        raise NotFound("No body was fitted to this person yet.")
    if report["status"] == "outdated":
        raise JobStateConflict("The track or the calibration was changed since the body was fitted: fit it again.")
    if report["status"] == "refused":
        raise NotFound(report["facts"]["reason"])
    return BodyClip(video, report, *_span(report, span))


def body_file(clip: BodyClip) -> BodyFile:
    """The glTF file of a body.

    Raises:
        NotFound: the body has no picture in this part, or the model that it was fitted with is no longer installed.
    """
    folder = Path(settings.SMPL_MODEL_DIR) if settings.SMPL_MODEL_DIR else None
    bodies, span = reader_of(clip.video).bodies(), (clip.start_s, clip.end_s)
    try:
        return api.body_glb(bodies, clip.track_id, span, body_dir=folder)
    except PipelineError as error:
        raise NotFound(error.message) from error


def visible_tracks(user: User, scan: ProcessingJob) -> set[int] | None:
    """Tracks that a player or guardian may see; `None` for all (at most two queries)."""
    if reads_whole_team(user, scan.session.team_id):
        return None
    rows = SessionPlayer.objects.filter(session_id=scan.session_id, player__in=user.own_player_ids())
    return set(rows.values_list("track_id", flat=True))


def _named(reports: list[BodyReport], track_id: int | None) -> BodyReport | None:
    if track_id is not None:
        return next((report for report in reports if report["facts"]["track_id"] == track_id), None)
    ready = [report for report in reports if report["status"] == "ready"]
    if len(ready) > 1:
        numbers = ", ".join(str(report["facts"]["track_id"]) for report in ready)
        raise InvalidRequest(f"Several bodies were fitted; name one by track_id: {numbers}.")
    return ready[0] if ready else None


def _span(report: BodyReport, span: tuple[float | None, float | None]) -> tuple[float, float]:
    facts = report["facts"]
    start_s = facts["from_s"] if span[0] is None else span[0]
    end_s = min(start_s + MAX_CLIP_S, facts["to_s"]) if span[1] is None else span[1]
    if end_s - start_s > MAX_CLIP_S:
        raise InvalidRequest(f"Ask for at most {MAX_CLIP_S:.0f} s at once; got {end_s - start_s:.0f} s.")
    return start_s, end_s
