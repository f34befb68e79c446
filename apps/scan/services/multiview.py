"""Starting a scan of several cameras."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field, replace
from functools import partial
from typing import Any

import structlog
from django.db import transaction

from apps.accounts.models import User
from apps.core.errors import InvalidRequest, NotFound, ServerError
from apps.core.idempotency import Answer, fingerprint, run_once
from apps.scan import media
from apps.scan.children import ChildLimits, read_json, run_child
from apps.scan.errors import CalibrationRefused, ChildFailed, UndecodableVideo, UnsupportedFormat, UploadNotUsable
from apps.scan.models import Calibration
from apps.scan.probe import ProbedVideo, probe_video
from apps.scan.services import scans, uploads
from apps.scan.services.scans import ReceivedVideo, ScanPlan, ScanWish
from pipeline import api
from pipeline.api import JobKind

log = structlog.get_logger(__name__)

SCOPE = "scan.multiview"
RIG_LIMITS = ChildLimits(seconds=10.0, memory_bytes=2 * 1024**3)
EVERYBODY: dict[str, Any] = {"pose_people": 0, "pose_hz": 0.0}
"""Everybody's posture in every analysed picture: what one camera leaves out the others cannot use."""


@dataclass(frozen=True, slots=True)
class RigWish:
    """How the cameras belong together.

    Attributes:
        calibration: text of a rig (`vision.calibration.rig_file`); empty where a kept one is named.
        sync: `auto`, `timestamps` or `offsets`.
        offsets_s: camera → how far its clock is ahead [s].
        refine: put cameras that were bumped back by what they saw.
    """

    calibration: str = ""
    sync: str = "auto"
    offsets_s: Mapping[str, float] = field(default_factory=dict)
    refine: bool = False


@dataclass(frozen=True, slots=True)
class CameraFilm:
    """One camera's film, ready to be moved to its place."""

    camera: str
    video: ReceivedVideo


@dataclass(frozen=True, slots=True)
class _Film:
    film: CameraFilm
    probed: ProbedVideo
    video_id: uuid.UUID
    stored: str


def scan_films(
    *, user: User, wish: ScanWish, rig: RigWish, films: Mapping[str, ReceivedVideo], key: str = ""
) -> Answer:
    """Start a scan of films that came with the request, by camera.

    Raises:
        DomainError: 400, 403, 404, 409, 413, 415, 422, 429 or 503; nothing is kept then.
    """
    digest = _fingerprint(wish, rig, {camera: video.sha256 for camera, video in films.items()})
    return _start(user, wish, rig, [CameraFilm(*film) for film in films.items()], key, digest)


def scan_uploads(*, user: User, wish: ScanWish, rig: RigWish, named: Mapping[str, uuid.UUID], key: str = "") -> Answer:
    """Start a scan of finished resumable uploads, by camera.

    Raises:
        DomainError: as `scan_films`; the uploads are kept for another try, but for one that can never be analysed.
    """
    digest = _fingerprint(wish, rig, {camera: str(upload_id) for camera, upload_id in named.items()})
    try:
        films = [
            CameraFilm(camera, scans.received_upload(uploads.complete_upload(user=user, upload_id=upload_id)))
            for camera, upload_id in named.items()
        ]
        return _start(user, wish, rig, films, key, digest)
    except (NotFound, UploadNotUsable) as missing:
        return scans.earlier_answer(user, SCOPE, key, digest, missing)


def _fingerprint(wish: ScanWish, rig: RigWish, films: Mapping[str, str]) -> str:
    return fingerprint({**asdict(wish), **asdict(rig), "films": dict(films)})


def _start(user: User, wish: ScanWish, rig: RigWish, films: Sequence[CameraFilm], key: str, digest: str) -> Answer:
    plan = scans.check_wish(user, wish, Calibration.Kind.CAMERA)
    uploads.check_quota(user=user, length=sum(film.video.size_bytes for film in films if film.video.upload is None))
    data = _rig_data(plan, rig, [film.camera for film in films])
    ready = [_looked_into(plan, film) for film in films]
    for film in ready:
        size = data["cameras"][film.film.camera].get("size")
        refusal = api.size_refusal(film.film.camera, size, (film.probed.width, film.probed.height))
        if refusal:
            raise CalibrationRefused(refusal)
    return _run(plan, rig, data, ready, key, digest)


def _rig_data(plan: ScanPlan, rig: RigWish, cameras: Sequence[str]) -> dict[str, Any]:
    if plan.calibration is not None:
        data: dict[str, Any] = plan.calibration.data
    elif rig.calibration:
        data = read_rig(rig.calibration)
    else:
        raise InvalidRequest("The request has errors.", details=["Field 'calibration' or 'calibration_id' is required"])
    missing = [camera for camera in cameras if camera not in data["cameras"]]
    if missing:
        raise CalibrationRefused(
            f"The calibration has no camera {', '.join(missing)}; it has {', '.join(data['cameras'])}. "
            "Name each film as its camera."
        )
    return data


def read_rig(text: str) -> dict[str, Any]:
    """The JSON form of a rig from a `Calib.toml` or JSON text, judged in a child process.

    Raises:
        CalibrationRefused: 422, it is none; the message says why.
    """
    try:
        answer = read_json(run_child("vision.calibration.rig_file", [], limits=RIG_LIMITS, stdin=text.encode()))
    except ChildFailed as error:
        log.exception("rig.child_failed", log=error.log)
        raise ServerError from error
    if not answer.get("ok"):
        raise CalibrationRefused(answer.get("message", ""))
    return dict(answer["data"])


def _looked_into(plan: ScanPlan, film: CameraFilm) -> _Film:
    try:
        probed = probe_video(film.video.path, film.video.filename)
    except (UnsupportedFormat, UndecodableVideo) as error:
        if film.video.upload is not None:
            uploads.delete_upload(upload=film.video.upload)
        error.message = f"Camera {film.camera}: {error.message}"
        raise
    video_id = uuid.uuid4()
    return _Film(film, probed, video_id, media.video_key(plan.session_id, video_id, probed.container))


def _run(plan: ScanPlan, rig: RigWish, data: dict[str, Any], films: Sequence[_Film], key: str, digest: str) -> Answer:
    with ExitStack() as undo:

        def work() -> Answer:
            for film in films:
                if film.film.video.upload is not None:
                    uploads.claim_upload(upload=film.film.video.upload)
            calibration = plan.calibration or _keep(plan, data)
            session = scans.new_session(plan)
            for film in films:
                scans.new_video(
                    session, film.video_id, film.film.video, film.probed, film.stored, camera=film.film.camera
                )
                media.put_file(film.film.video.path, film.stored)
                undo.callback(media.take_back, film.stored, film.film.video.path)
            params = {
                **EVERYBODY,
                "sync": rig.sync,
                "clock_offsets_s": dict(rig.offsets_s),
                "refine_cameras": rig.refine,
            }
            job = scans.new_job(replace(plan, calibration=calibration), session, kind=JobKind.MULTIVIEW, params=params)
            transaction.on_commit(partial(api.submit, str(job.pk)), robust=True)
            return scans.started(job, max(film.probed.duration_s for film in films) * len(films))

        answer = run_once(user=plan.user, scope=SCOPE, key=key, body_digest=digest, work=work)
        undo.pop_all()
        return answer


def _keep(plan: ScanPlan, data: dict[str, Any]) -> Calibration:
    """Keep the rig for the next time these cameras stand there."""
    return Calibration.objects.create(
        team=plan.team,
        kind=Calibration.Kind.CAMERA,
        name=f"Cameras {', '.join(data['cameras'])}"[:120],
        data=data,
        points=[],
        made_by=plan.user,
    )
