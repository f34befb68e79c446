"""What the failure tests look at when a job has ended."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from apps.scan.models import JobStep, ProcessingJob, SessionKPI
from apps.sessions.models import SessionStatus
from pipeline.plan import QUICK_PLAN
from pipeline.ports import WHOLE, JobStatus
from tests.factories.scans import make_job
from tests.pipeline.failures.conftest import wait_for
from tests.pipeline.scripted import WINDOWS

UNITS = {
    f"{spec.name}-{window}": 1 for spec in QUICK_PLAN for window in (WINDOWS if spec.windowed else (WHOLE,))
}  # fmt: skip


def queued_job() -> str:
    return str(make_job().pk)


def status_of(job_id: str) -> str:
    return ProcessingJob.objects.values_list("status", flat=True).get(pk=job_id)


def wait_completed(job_id: str, *, seconds: float = 40) -> float:
    def ended() -> bool:
        job = ProcessingJob.objects.get(pk=job_id)
        assert job.status not in ("failed", "cancelled"), job.error_trace or job.status
        return job.status == JobStatus.COMPLETED

    return wait_for(ended, seconds=seconds, what="the job is completed")


def outputs(job_id: str) -> dict[str, bytes]:
    """Name below the video's folder → content."""
    session_id = ProcessingJob.objects.get(pk=job_id).session_id
    root = Path(settings.ARTEFACT_ROOT) / "sessions" / str(session_id)
    files = [path for path in root.rglob("*") if path.is_file()]
    return {"/".join(path.relative_to(root).parts[1:]): path.read_bytes() for path in files}


def assert_effects_once(job_id: str, expected: dict[str, bytes]) -> None:
    assert outputs(job_id) == expected
    kpi = SessionKPI.objects.get(job_id=job_id)
    assert (kpi.version, kpi.is_current) == (1, True)
    job = ProcessingJob.objects.select_related("session").get(pk=job_id)
    assert (job.progress, job.session.status) == (100.0, SessionStatus.COMPLETED)
    assert JobStep.objects.filter(job_id=job_id, status="done").count() == len(UNITS)
