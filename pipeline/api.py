"""The door to the pipeline: what apps may call. Imports nothing heavy; the web process lives on it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

from numpy.typing import NDArray

from pipeline.artefacts import Artefacts, Manifest
from pipeline.bodies import Bodies, BodyFacts, BodyFile, BodyReport
from pipeline.chain import queue_depths, ring_bodies, ring_job, ring_live
from pipeline.extracted import Extracted, FilmFacts, pack_extracted, read_extracted, read_extracted_lists
from pipeline.extracted import store_extracted as write_extracted
from pipeline.links import LinkedTrack
from pipeline.local import OnProgress, ScanRequest, ScanResults
from pipeline.plan import (
    BESIDE,
    PLANS,
    ArtefactName,
    JobKind,
    Queue,
    StepName,
    StepSpec,
    next_step,
    progress_percent,
    restart_step,
    step_that_makes,
    steps_from,
)
from pipeline.ports import JobStatus, StepStatus, installed
from pipeline.reading import ScanReader, SharedFilm, SkeletonShape, rounded
from pipeline.rigs import size_refusal

__all__ = [
    "BESIDE",
    "ArtefactName",
    "Bodies",
    "BodyFacts",
    "BodyFile",
    "BodyReport",
    "Extracted",
    "FilmFacts",
    "JobKind",
    "JobStatus",
    "JobStatusReport",
    "LinkedTrack",
    "Manifest",
    "OnProgress",
    "Queue",
    "ScanReader",
    "ScanRequest",
    "ScanResults",
    "SharedFilm",
    "SkeletonShape",
    "StepName",
    "StepSpec",
    "StepStatus",
    "available_devices",
    "body_glb",
    "cancel",
    "fit_bodies",
    "get_job_status",
    "next_step",
    "plan_of",
    "progress_percent",
    "queue_depths",
    "read_document",
    "read_extracted",
    "read_extracted_lists",
    "read_manifest",
    "read_window",
    "reconcile",
    "restart_step",
    "retry",
    "rounded",
    "scan_and_extract",
    "scan_here",
    "size_refusal",
    "start_live",
    "step_that_makes",
    "steps_from",
    "store_extracted",
    "submit",
    "workers_by_queue",
]


class JobStatusReport(TypedDict):
    """Answer of `get_job_status`. `exc_info` is for staff only."""

    id: str
    status: str
    result: dict[str, str | float | None]
    exc_info: str | None
    created_at: datetime
    ended_at: datetime | None


def submit(job_id: str, from_step: StepName | None = None) -> bool:
    """Start a queued job, or have an old one made anew from `from_step` on.

    Call it after the transaction that wrote the job is committed. With the broker away the answer is False within
    about a second; the job stays queued and reconcile starts it.
    """
    if from_step is not None and not installed().jobs.reset(job_id, from_step):
        return True
    return _announce_and_ring(job_id)


def fit_bodies(job_id: str) -> bool:
    """Start a queued body fit, as `submit` starts a scan."""
    installed().progress.job_changed(job_id)
    return ring_bodies(job_id)


def body_glb(bodies: Bodies, track_id: int, span: tuple[float, float], *, body_dir: Path | None = None) -> BodyFile:
    """A person's body between two times of the film [s], both included, as a file that viewers play.

    Args:
        body_dir: where licensed body models lie.

    Raises:
        PipelineError: `NO_BODY`, there is none in this part, or its model is not installed any more.
    """
    from pipeline.body_clip import write_clip

    return write_clip(bodies, track_id, span, body_dir)


def retry(job_id: str) -> bool:
    """Continue a failed or cancelled job at the step where it ended; False when there is nothing to continue."""
    if not installed().jobs.reset(job_id):
        return False
    _announce_and_ring(job_id)
    return True


def cancel(job_id: str) -> bool:
    """Stop a job; workers notice within seconds and remove what they had half made. False when it had ended."""
    cancelled = installed().jobs.cancel(job_id)
    if cancelled:
        installed().progress.job_changed(job_id)
    return cancelled


def get_job_status(job_id: str) -> JobStatusReport:
    """Where a job stands, in the seed's shape.

    Raises:
        PipelineError: code `NOT_FOUND`.
    """
    job = installed().jobs.overview(job_id)
    return JobStatusReport(
        id=job.job_id,
        status=job.status.value,
        result={
            "progress": job.progress,
            "step": job.step.value if job.step else None,
            "error_code": job.error_code or None,
            "error_message": job.error_message or None,
        },
        exc_info=job.error_trace or None,
        created_at=job.created_at,
        ended_at=job.ended_at,
    )


def start_live(session_id: str) -> bool:
    """Have a worker take a live session, or take it over; the lease decides, so ring as often as you like.

    A ring that no worker takes within 10 s is void. With the broker away the answer is False within about a second.
    """
    return ring_live(session_id)


def plan_of(kind: JobKind) -> Sequence[StepSpec]:
    """The steps of a kind of job, in order."""
    return PLANS[kind]


def read_window(
    session_id: str, video_id: str, artefact: ArtefactName, t0_s: float, t1_s: float
) -> dict[str, NDArray[Any]]:
    """The rows of a series between two times [s]; reads only the windows that overlap.

    Raises:
        ArtefactError: the artefact is missing or of another version.
    """
    return _artefacts(session_id, video_id).read_range(artefact, t0_s, t1_s)


def read_document(session_id: str, video_id: str, artefact: ArtefactName) -> dict[str, Any]:
    """The content of a JSON artefact (`links`, `calibration`, `kpis`, `events`); `ArtefactError` when missing."""
    return _artefacts(session_id, video_id).read_json(artefact)


def read_manifest(session_id: str, video_id: str, artefact: ArtefactName) -> Manifest:
    """Models, facts and windows of an artefact; `ArtefactError` when it was never finished."""
    return _artefacts(session_id, video_id).manifest(artefact)


def _artefacts(session_id: str, video_id: str) -> Artefacts:
    return Artefacts(installed().artefacts, f"sessions/{session_id}/{video_id}")


def scan_here(
    request: ScanRequest, model_dir: Path, device: str = "cpu", on_progress: OnProgress | None = None
) -> ScanResults:
    """Run a whole scan in this process, without broker or database (`manage.py scan`).

    Raises:
        PipelineError: a step failed; the message is for the coach.
    """
    from pipeline.local import default_tools, run_local

    return run_local(request, default_tools(model_dir, device=device, body_dir=request.body_dir), on_progress)


def scan_and_extract(
    request: ScanRequest, model_dir: Path, device: str = "cpu", on_progress: OnProgress | None = None
) -> tuple[ScanResults, bytes]:
    """Run a whole scan in this process and pack what it saw for a server (`read_extracted`).

    Raises:
        PipelineError: a step failed; the message is for the coach.
    """
    from pipeline.local import default_tools, run_local, scanned

    results = run_local(request, default_tools(model_dir, device=device), on_progress)
    return results, pack_extracted(scanned(request), request.preset)


def store_extracted(session_id: str, video_id: str, extracted: Extracted) -> None:
    """Put what was found elsewhere where the job's steps look for it; harmless when repeated."""
    write_extracted(_artefacts(session_id, video_id), extracted)


def available_devices() -> list[str]:
    """Devices that models can run on here, the best first. Loads the model runtime: for commands, not for requests."""
    from vision.runtime import available_devices as found

    return found()


def workers_by_queue(timeout_s: float = 1.0) -> dict[str, int]:
    """Ask every worker through the broker which queues it serves; answers how many serve each queue now.

    Args:
        timeout_s: how long answers are waited for [s].

    Raises:
        OSError, kombu.exceptions.KombuError: the broker cannot be reached.
    """
    from celery import current_app

    count = {queue.value: 0 for queue in Queue}
    replies = current_app.control.inspect(timeout=timeout_s).active_queues() or {}
    for queues in replies.values():
        for queue in queues:
            count[queue["name"]] = count.get(queue["name"], 0) + 1
    return count


def reconcile() -> int:
    """Ring for lost messages and dead leases now; answers how many were mended (`manage.py reconcile_jobs`)."""
    from pipeline.tasks import runner

    return runner().reconcile()


def _announce_and_ring(job_id: str) -> bool:
    installed().progress.job_changed(job_id)
    return ring_job(job_id)
