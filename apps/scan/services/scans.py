"""Starting, stopping and repeating a scan."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.accounts.filming import require_filming
from apps.accounts.models import Player, Right, Team, User
from apps.accounts.selectors import get_player, get_team, list_teams
from apps.core.audit import record
from apps.core.errors import DomainError, InvalidRequest, NotFound
from apps.core.idempotency import Answer, fingerprint, run_once
from apps.scan import media
from apps.scan.errors import JobStateConflict, UndecodableVideo, UnsupportedFormat, UploadNotUsable
from apps.scan.models import Calibration, ProcessingJob, Upload, Video
from apps.scan.permissions import require_right
from apps.scan.probe import ProbedVideo, probe_video
from apps.scan.selectors.presets import estimate_s
from apps.scan.services import uploads
from apps.scan.services.models import chosen_models
from apps.sessions.models import Session, SessionStatus
from apps.sessions.services.sessions import check_times
from pipeline import api
from pipeline.api import BESIDE, JobKind, JobStatus, StepName
from pipeline.ports import installed

SCOPE = "scan.quick"
CLOCKS_DIFFER = timedelta(hours=1)
"""So far ahead of ours may the clock be that a film's time is from."""
BLURRING_ALREADY = "Faces in this session's film are being blurred already."
FITTING_ALREADY = "Bodies of this session are being fitted already. Wait until that is done, or cancel it."


@dataclass(frozen=True, slots=True)
class ScanWish:
    """What is asked for, as it came in. `start`: when it was filmed; `None`: now."""

    player_id: str = ""
    team_id: uuid.UUID | None = None
    session_type: str = "training"
    preset: str = "standard"
    title: str = ""
    description: str = ""
    calibration_id: uuid.UUID | None = None
    start: datetime | None = None


@dataclass(frozen=True, slots=True)
class ReceivedVideo:
    """A whole file on this disk, ready to be moved to its place. `upload` is set when it came resumably."""

    path: Path
    filename: str
    size_bytes: int
    sha256: str
    upload: Upload | None = None


@dataclass(frozen=True, slots=True)
class ScanPlan:
    """A wish whose references were found and may be used. `session` is set where the film joins an existing one."""

    user: User
    wish: ScanWish
    team: Team
    player: Player | None
    calibration: Calibration | None
    session_id: uuid.UUID
    video_id: uuid.UUID
    session: Session | None = None


def scan_file(*, user: User, wish: ScanWish, video: ReceivedVideo, key: str = "") -> Answer:
    """Start a scan of a file that came with the request.

    Args:
        key: the request's `Idempotency-Key`; a repetition answers as the first time and starts nothing.

    Raises:
        DomainError: 403, 404, 409, 413, 415, 422, 429 or 503; nothing is kept then, the file is the caller's.
    """
    plan = check_wish(user, wish)
    uploads.check_quota(user=user, length=video.size_bytes)
    probed = probe_video(video.path, video.filename)
    digest = fingerprint({**asdict(wish), "sha256": video.sha256})
    return _run(plan, video, probed, key, digest)


def scan_upload(*, user: User, wish: ScanWish, upload_id: uuid.UUID, key: str = "") -> Answer:
    """Start a scan of a finished resumable upload; of two that try, one wins.

    Raises:
        DomainError: as `scan_file`. A file that can never be analysed is dropped, any other is kept for another try.
    """
    digest = fingerprint({**asdict(wish), "upload_id": upload_id})
    try:
        upload = uploads.complete_upload(user=user, upload_id=upload_id)
        plan = check_wish(user, wish)
        video = received_upload(upload)
        probed = probe_video(video.path, upload.filename)
    except (NotFound, UploadNotUsable) as missing:
        return earlier_answer(user, SCOPE, key, digest, missing)
    except (UnsupportedFormat, UndecodableVideo):
        if not video.path.exists():
            gone = UploadNotUsable("This upload was cancelled, or another scan has taken it.")
            return earlier_answer(user, SCOPE, key, digest, gone)
        uploads.delete_upload(upload=upload)
        raise
    return _run(plan, video, probed, key, digest)


def cancel_scan(*, user: User, job: ProcessingJob) -> None:
    """Stop a scan, in the caller's transaction; work ends within seconds and half-made artefacts go.

    Raises:
        PermissionDenied: 403.
        JobStateConflict: 409, it has ended already.
    """
    require_right(user, job.session.team_id, Right.RUN_SCANS)
    if not installed().jobs.cancel(str(job.pk)):
        job.refresh_from_db(fields=["status"])
        raise JobStateConflict(f"This scan is {job.status} already; there is nothing to cancel.")
    transaction.on_commit(partial(installed().progress.job_changed, str(job.pk)), robust=True)


def retry_scan(*, user: User, job: ProcessingJob) -> None:
    """Continue a failed or cancelled scan at the step where it ended, in the caller's transaction.

    Raises:
        PermissionDenied: 403.
        JobStateConflict: 409, it did not fail, or (a body fit) another one of the session is running.
    """
    require_right(user, job.session.team_id, Right.RUN_SCANS)
    if not installed().jobs.reset(str(job.pk)):
        job.refresh_from_db(fields=["status"])
        if job.kind in BESIDE and job.status in (JobStatus.FAILED.value, JobStatus.CANCELLED.value):
            raise JobStateConflict(FITTING_ALREADY if job.kind == JobKind.SMPL else BLURRING_ALREADY)
        raise JobStateConflict(f"This scan is {job.status}; only a failed or cancelled one can be retried.")
    transaction.on_commit(partial(api.submit, str(job.pk)), robust=True)


def received_upload(upload: Upload) -> ReceivedVideo:
    """A finished upload as a file that came in.

    Raises:
        UploadNotUsable: another scan has taken it.
    """
    path = uploads.part_path(upload)
    try:
        sha256 = uploads.sha256_of(path)
    except FileNotFoundError as error:
        raise UploadNotUsable("Another scan has taken this upload already.") from error
    return ReceivedVideo(path, upload.filename, upload.length_bytes, sha256, upload)


def earlier_answer(user: User, scope: str, key: str, digest: str, missing: DomainError) -> Answer:
    """The answer to a repeated request whose upload was used by the first; else the upload is missing indeed."""

    def refuse() -> Answer:
        raise missing

    return run_once(user=user, scope=scope, key=key, body_digest=digest, work=refuse)


def check_wish(user: User, wish: ScanWish, calibrated: Calibration.Kind = Calibration.Kind.PITCH) -> ScanPlan:
    """Find what a wish refers to, among what the user may see, and ask whether they may scan, and film whom.

    Args:
        calibrated: what its calibration must be of.

    Raises:
        DomainError: 400, 403 or 404.
    """
    if wish.start is not None:
        _check_start(wish.start)
    player = get_player(user, wish.player_id, team_id=wish.team_id) if wish.player_id else None
    team = player.team if player else _team(user, wish.team_id)
    require_right(user, team.pk, Right.RUN_SCANS)
    if player is not None:
        require_filming(player)
    calibration = None
    if wish.calibration_id:
        calibration = (
            Calibration.objects.visible_to(user).filter(team=team, pk=wish.calibration_id, kind=calibrated).first()
        )
        if calibration is None:
            raise NotFound("This team has no such calibration.")
    return ScanPlan(user, wish, team, player, calibration, uuid.uuid4(), uuid.uuid4())


def _check_start(start: datetime) -> None:
    check_times(start, None)
    if start > timezone.now() + CLOCKS_DIFFER:
        raise InvalidRequest("The film begins in the future; check when it was filmed.")


def _team(user: User, team_id: uuid.UUID | None) -> Team:
    if team_id:
        return get_team(user, team_id)
    mine = list(list_teams(user)[:2])
    if len(mine) != 1:
        raise InvalidRequest("The request has errors.", details=["Field 'player_id' is required (or 'team_id')"])
    return mine[0]


def _run(plan: ScanPlan, video: ReceivedVideo, probed: ProbedVideo, key: str, digest: str) -> Answer:
    stored = media.video_key(plan.session_id, plan.video_id, probed.container)
    placed = False

    def work() -> Answer:
        nonlocal placed
        if video.upload:
            uploads.claim_upload(upload=video.upload)
        job = create_scan(plan, video, probed, stored)
        try:
            media.put_file(video.path, stored)
        except FileNotFoundError as error:
            raise UploadNotUsable("Another scan has taken this upload already.") from error
        placed = True
        transaction.on_commit(partial(api.submit, str(job.pk)), robust=True)
        return started(job, probed.duration_s)

    try:
        return run_once(user=plan.user, scope=SCOPE, key=key, body_digest=digest, work=work)
    except BaseException:
        if placed:
            media.take_back(stored, video.path)
        raise


def create_scan(
    plan: ScanPlan, video: ReceivedVideo, probed: ProbedVideo, stored: str, *, kind: JobKind = JobKind.QUICK
) -> ProcessingJob:
    """Session, film and queued job; the steps open their own rows as the job comes to them."""
    session = plan.session or new_session(plan)
    new_video(session, plan.video_id, video, probed, stored)
    return new_job(plan, session, kind=kind)


def new_session(plan: ScanPlan) -> Session:
    """The session that a scan is about to fill."""
    wish = plan.wish
    return Session.objects.create(
        id=plan.session_id,
        team=plan.team,
        player=plan.player,
        session_type=wish.session_type,
        title=wish.title.strip(),
        description=wish.description.strip(),
        start=wish.start or timezone.now(),
        status=SessionStatus.PENDING,
        created_by=plan.user,
    )


def new_video(
    session: Session, video_id: uuid.UUID, video: ReceivedVideo, probed: ProbedVideo, stored: str, *, camera: str = ""
) -> Video:
    """A film of a session, which lies (or is about to lie) in the storage as `stored`."""
    return Video.objects.create(
        id=video_id,
        session=session,
        camera=camera,
        file=stored,
        original_name=video.filename[-255:],
        size_bytes=video.size_bytes,
        sha256=video.sha256,
        container=probed.container,
        codec=probed.codec[:40],
        width=probed.width,
        height=probed.height,
        fps_num=probed.fps.numerator,
        fps_den=probed.fps.denominator,
        frames=probed.frames,
        duration_s=probed.duration_s,
        rotation_deg=probed.rotation_deg,
        playable=probed.playable,
        warnings=probed.warnings,
    )


def new_job(
    plan: ScanPlan, session: Session, *, kind: JobKind = JobKind.QUICK, params: Mapping[str, Any] | None = None
) -> ProcessingJob:
    """A queued job over the films of a session; what it looks with is decided now, so that a retry does as well."""
    steps = api.plan_of(kind)
    models = chosen_models() if any(step.name is StepName.DETECT for step in steps) else {}
    job = ProcessingJob.objects.create(
        session=session,
        kind=kind.value,
        preset=plan.wish.preset,
        params={**models, **(params or {})},
        subject_player=plan.player,
        calibration=plan.calibration,
        status=JobStatus.QUEUED.value,
        current_step=steps[0].name.value,
        created_by=plan.user,
    )
    record(actor_id=plan.user.pk, action="scan.start", target=job, team_id=plan.team.pk)
    return job


def started(job: ProcessingJob, duration_s: float) -> Answer:
    """What is answered to the start of a scan of so many seconds of film."""
    ids = {"job_id": str(job.pk), "session_id": str(job.session_id)}
    estimate = estimate_s(job.preset, duration_s=duration_s)
    return Answer(
        {**ids, "status": job.status, "estimate_s": estimate},
        message="The scan waits for a worker.",
        extra_top_level=ids,
    )
