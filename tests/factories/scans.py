"""Sessions with a film and a queued job."""

from __future__ import annotations

import uuid
from typing import Any

from apps.accounts.models import Team
from apps.scan.models import Calibration, ProcessingJob, Video
from apps.sessions.models import Session
from pipeline.ports import JobStatus


def make_session(**fields: Any) -> Session:
    """A session of a team of its own (or of `team`)."""
    team = fields.pop("team", None) or Team.objects.create(name=f"Team {uuid.uuid4().hex[:6]}")
    return Session.objects.create(team=team, **fields)


def make_video(session: Session, **fields: Any) -> Video:
    """A two-second film that was probed; the file itself is not there."""
    values: dict[str, Any] = {
        "file": f"videos/{uuid.uuid4()}.mp4",
        "original_name": "film.mp4",
        "size_bytes": 1000,
        "sha256": "0" * 64,
        "width": 64,
        "height": 48,
        "fps_num": 25,
        "frames": 50,
        "duration_s": 2.0,
    }
    return Video.objects.create(session=session, **{**values, **fields})


def make_job(session: Session | None = None, **fields: Any) -> ProcessingJob:
    """A queued quick scan at its first step, with one film."""
    if session is None:
        session = make_session()
        make_video(session)
    values: dict[str, Any] = {"preset": "fast", "current_step": "probe", "status": JobStatus.QUEUED.value}
    return ProcessingJob.objects.create(session=session, **{**values, **fields})


def make_calibration(team: Team, **fields: Any) -> Calibration:
    """A pitch calibration of pictures of 96 x 64 pixels; the numbers in it mean nothing."""
    values: dict[str, Any] = {"name": "Main pitch", "data": {"image_size": [96, 64], "pitch": {}}, "error_m": 0.2}
    return Calibration.objects.create(team=team, **{**values, **fields})
