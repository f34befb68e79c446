"""What a live session leaves in the tables of a scan, so that its page is a scan's page."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from apps.scan import media
from apps.scan.models import Calibration, ProcessingJob, Video
from apps.scan.probe import ProbedVideo
from apps.sessions.models import Session, SessionStatus
from pipeline.api import JobKind, StepName
from pipeline.live_ports import EVERYTHING
from pipeline.ports import JobStatus, Results, installed


@dataclass(frozen=True, slots=True)
class LiveFilm:
    """One camera's pictures; `video_id` is where its artefacts lie. Nothing of the film itself is stored yet."""

    video_id: uuid.UUID
    camera: str
    name: str
    width: int
    height: int
    fps: float
    frames: int
    duration_s: float
    warnings: Sequence[str] = ()


@transaction.atomic
def store_live(
    *,
    session: Session,
    results: Results,
    films: Sequence[LiveFilm],
    calibration: Calibration | None = None,
    ended_at: datetime | None = None,
) -> ProcessingJob:
    """Store the figures, events and tracks of a live session as those of a finished job, and close the session."""
    for film in films:
        Video.objects.update_or_create(id=film.video_id, defaults=_row(session, film))
    now = timezone.now()
    job = ProcessingJob.objects.create(
        session=session,
        kind=JobKind.LIVE.value,
        preset="fast",
        params=dict(EVERYTHING),
        subject_player=session.player,
        calibration=calibration,
        status=JobStatus.RUNNING.value,
        current_step=StepName.PUBLISH.value,
        created_by=session.created_by,
        started_at=session.start,
    )
    installed().jobs.save_results(str(job.pk), results)
    ProcessingJob.objects.filter(pk=job.pk).update(status=JobStatus.COMPLETED.value, progress=100.0, ended_at=now)
    session.status, session.end = SessionStatus.COMPLETED, max(session.start, ended_at or now)
    session.save(update_fields=["status", "end", "updated_at"])
    job.refresh_from_db()
    return job


@transaction.atomic
def attach_live_film(*, video_id: uuid.UUID, stored: str, probed: ProbedVideo, size_bytes: int, sha256: str) -> bool:
    """Put the recorded film to its camera; False where the session was deleted meanwhile."""
    film = Video.objects.select_for_update().filter(pk=video_id).first()
    if film is None:
        return False
    film.file, film.size_bytes, film.sha256 = stored, size_bytes, sha256
    film.container, film.codec = probed.container, probed.codec[:40]
    film.width, film.height, film.frames, film.duration_s = (
        probed.width,
        probed.height,
        probed.frames,
        probed.duration_s,
    )
    film.fps_num, film.fps_den = probed.fps.numerator, probed.fps.denominator
    film.playable, film.warnings = probed.playable, probed.warnings
    film.save()
    return True


def film_key(session_id: uuid.UUID, video_id: uuid.UUID) -> str:
    """Where a recorded film is stored."""
    return media.video_key(session_id, video_id, "mp4")


def _row(session: Session, film: LiveFilm) -> dict[str, object]:
    milli = max(1, round(film.fps * 1000))
    return {
        "session": session,
        "camera": film.camera,
        "file": "",
        "original_name": film.name,
        "size_bytes": 0,
        "sha256": "",
        "width": film.width,
        "height": film.height,
        "fps_num": milli,
        "fps_den": 1000,
        "frames": film.frames,
        "duration_s": film.duration_s,
        "playable": False,
        "warnings": list(film.warnings),
    }
