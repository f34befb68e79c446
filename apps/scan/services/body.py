"""Fitting bodies to the people of a scan: a job beside the scan's own."""

from __future__ import annotations

import uuid
from dataclasses import asdict, dataclass
from functools import partial
from typing import Any

from django.db import IntegrityError, transaction

from apps.accounts.models import Right, User
from apps.core.audit import record
from apps.core.errors import InvalidRequest, NotFound
from apps.core.idempotency import Answer, fingerprint, run_once
from apps.scan.errors import JobStateConflict
from apps.scan.models import ProcessingJob, Video
from apps.scan.permissions import require_right
from apps.scan.selectors.arrays import reader_of
from apps.scan.selectors.jobs import find_scan
from apps.scan.services.scans import FITTING_ALREADY
from pipeline import api
from pipeline.api import JobKind, JobStatus

SCOPE = "scan.smpl"
MAX_PART_S = 300.0
"""The longest part of a film that one request fits for one person: a minute of work on a processor core, or two."""
MAX_EVERYBODY_S = 60.0
"""… for everybody: with 22 postures in every picture that is some ten minutes."""


@dataclass(frozen=True, slots=True)
class BodyWish:
    """What is asked for, as it came in.

    Attributes:
        session_id: of the session, or of its scan.
        track_id: one person; `None` for everybody whose postures were read.
        frames: first and last frame, by the film's nominal rate; instead of seconds.
        from_s, to_s: part of the film [s]; `None`: its start, its end.
    """

    session_id: uuid.UUID
    track_id: int | None = None
    gender: str = "neutral"
    frames: tuple[int, int] | None = None
    from_s: float | None = None
    to_s: float | None = None


def fit_bodies(*, user: User, wish: BodyWish, key: str = "") -> Answer:
    """Start a body fit.

    Args:
        key: the request's `Idempotency-Key`; a repetition answers as the first time and starts nothing.

    Raises:
        NotFound: 404, no such scan for this user, or no such track in it.
        PermissionDenied: 403.
        InvalidRequest: 400, no such part of the film, or too long a one.
        JobStateConflict: 409, the scan is not done, or bodies are being fitted already.
    """
    scan = find_scan(user, wish.session_id)
    require_right(user, scan.session.team_id, Right.RUN_SCANS)
    digest = fingerprint(asdict(wish))
    return run_once(user=user, scope=SCOPE, key=key, body_digest=digest, work=partial(_start, user, scan, wish))


def _start(user: User, scan: ProcessingJob, wish: BodyWish) -> Answer:
    if scan.status != JobStatus.COMPLETED.value:
        raise JobStateConflict(f"The scan is {scan.status}; bodies can be fitted when it is completed.")
    film = scan.session.videos.order_by("camera").first()
    numbers = [track["track_id"] for track in reader_of(film).tracks()] if film else []
    if film is None or not numbers:
        raise JobStateConflict("This scan followed nobody, so there is nobody to fit a body to.")
    if wish.track_id is not None and wish.track_id not in numbers:
        raise NotFound(f"There is no track {wish.track_id} in this session.")
    job = _job(user, scan, _params(wish, film))
    transaction.on_commit(partial(api.fit_bodies, str(job.pk)), robust=True)
    ids = {"job_id": str(job.pk), "session_id": str(job.session_id)}
    return Answer(
        {**ids, "status": job.status, "estimate_s": None},
        message="The body fit waits for a worker.",
        extra_top_level=ids,
    )


def _job(user: User, scan: ProcessingJob, params: dict[str, Any]) -> ProcessingJob:
    try:
        with transaction.atomic():
            job = ProcessingJob.objects.create(
                session=scan.session,
                kind=JobKind.SMPL.value,
                preset=scan.preset,
                params=params,
                subject_player_id=scan.subject_player_id,
                calibration_id=scan.calibration_id,
                status=JobStatus.QUEUED.value,
                current_step=api.plan_of(JobKind.SMPL)[0].name.value,
                created_by=user,
            )
    except IntegrityError as error:
        raise JobStateConflict(FITTING_ALREADY) from error
    record(
        actor_id=user.pk,
        action="scan.fit_bodies",
        target=job,
        team_id=scan.session.team_id,
        after={"track_id": params.get("body_track"), "gender": params["body_gender"]},
    )
    return job


def _params(wish: BodyWish, film: Video) -> dict[str, Any]:
    """The pipeline's parameters (`pipeline.params.ScanParams`) of a wish."""
    start_s, end_s = _part(wish, film)
    if start_s >= film.duration_s:
        raise InvalidRequest(f"The film ends at {film.duration_s:.1f} s; this part starts at {start_s:.1f} s.")
    length_s = min(end_s if end_s is not None else film.duration_s, film.duration_s) - start_s
    if length_s > (MAX_EVERYBODY_S if wish.track_id is None else MAX_PART_S):
        raise InvalidRequest(
            f"At once, one person's body can be fitted to {MAX_PART_S:.0f} s, everybody's to {MAX_EVERYBODY_S:.0f} s; "
            f"this part has {length_s:.0f} s. Name a shorter one by from_s and to_s."
        )
    params: dict[str, Any] = {"body_gender": wish.gender, "body_from_s": start_s}
    if end_s is not None:
        params["body_to_s"] = end_s
    if wish.track_id is not None:
        params["body_track"] = wish.track_id
    return params


def _part(wish: BodyWish, film: Video) -> tuple[float, float | None]:
    if wish.frames is None:
        return wish.from_s or 0.0, wish.to_s
    first, last = wish.frames
    return max(0.0, (first - 0.5) / film.fps), (last + 0.5) / film.fps
