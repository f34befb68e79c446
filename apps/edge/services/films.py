"""Films that a node hands in: as arrays that it found itself, or as a finished upload. Each is analysed once."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError, transaction

from apps.core.errors import Conflict, Gone
from apps.edge.errors import BadExtract
from apps.edge.models import WHOLE, EdgeFilm, EdgeNode, SyncField
from apps.pairing.models import DeviceUser
from apps.scan.models import ProcessingJob
from apps.scan.services.extracted import DistantFilm, StartedScan, scan_extracted
from apps.scan.services.scans import ScanWish, scan_upload
from pipeline.api import Extracted, read_extracted, read_extracted_lists
from pipeline.errors import PipelineError


@dataclass(frozen=True, slots=True)
class HandedFilm:
    """What a node says of a film.

    Attributes:
        session_id: the node's own id for the session, so that what it synced before or after finds it.
        packed: the arrays as a file, or `lists`: as JSON.
    """

    sha256: str
    name: str
    size_bytes: int
    wish: ScanWish
    session_id: uuid.UUID | None = None
    packed: bytes = b""
    lists: dict[str, Any] | None = None


def process_extracted(*, user: DeviceUser, node: EdgeNode, film: HandedFilm) -> tuple[ProcessingJob, bool]:
    """Start the scan that continues from a node's arrays; answers the job and whether it is new.

    Raises:
        BadExtract: 422, says what is wrong with the arrays.
        Gone: 410, the session was deleted meanwhile.
        DomainError: see `scan_extracted`.
    """
    known = _known(node, film)
    if known is not None:
        return known, False
    extracted = _read(film)
    distant = DistantFilm(film.name, film.sha256, film.size_bytes, len(film.packed))

    def start() -> StartedScan:
        return scan_extracted(user=user, wish=film.wish, film=distant, extracted=extracted, session_id=film.session_id)

    return _once(node, film, start)


def process_upload(
    *, user: DeviceUser, node: EdgeNode, film: HandedFilm, upload_id: uuid.UUID, key: str
) -> tuple[ProcessingJob, bool]:
    """Start the scan of a film that the node uploaded whole; answers the job and whether it is new.

    Raises:
        DomainError: see `apps.scan.services.scans.scan_upload`.
    """
    known = _known(node, film) if film.sha256 else None
    if known is not None:
        return known, False
    answer = scan_upload(user=user, wish=film.wish, upload_id=upload_id, key=key)
    job = ProcessingJob.objects.select_related("session").get(pk=answer.data["job_id"])
    video = job.session.videos.get()
    EdgeFilm.objects.get_or_create(
        team_id=node.device.team_id, sha256=video.sha256, defaults={"node": node, "job": job}
    )
    return job, not answer.replayed


def _once(node: EdgeNode, film: HandedFilm, start: Callable[[], StartedScan]) -> tuple[ProcessingJob, bool]:
    """Make the job and note the film in one transaction; of two that try at once one wins."""
    made: list[StartedScan] = []
    try:
        with transaction.atomic():
            made.append(start())
            job = made[0].job
            EdgeFilm.objects.create(team_id=node.device.team_id, node=node, sha256=film.sha256, job=job)
            return job, True
    except BaseException as error:
        for lost in made:
            lost.forget()
        if not isinstance(error, IntegrityError):
            raise
    known = _known(node, film)
    if known is None:
        raise Conflict("This session id is taken; make a new one.")
    return known, False


def _known(node: EdgeNode, film: HandedFilm) -> ProcessingJob | None:
    team_id = node.device.team_id
    if film.session_id is not None:
        graves = SyncField.objects.filter(team_id=team_id, kind="session", field=WHOLE)
        if graves.filter(object_id=str(film.session_id)).exists():
            raise Gone("This session was deleted; its film is not analysed again.")
    row = EdgeFilm.objects.filter(team_id=team_id, sha256=film.sha256).select_related("job").first()
    return row.job if row else None


def _read(film: HandedFilm) -> Extracted:
    try:
        return read_extracted_lists(film.lists) if film.lists is not None else read_extracted(film.packed)
    except PipelineError as error:
        raise BadExtract(error.message) from error
