"""The state of a job as pages and sockets show it: one shape for `/status` and for every `scan.state` message."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TypedDict

from django.utils import timezone

from apps.scan.models import JobStep, ProcessingJob
from pipeline.api import JobKind, StepName, StepSpec, plan_of, progress_percent
from pipeline.ports import JobStatus, StepStatus

MIN_ETA_PERCENT = 8.0
"""Below this share of the work an estimate from the pace so far would be a guess: the first steps take 3 % by weight
and a second by the clock, then models are loaded."""


class ErrorState(TypedDict):
    """Why a job or step failed."""

    code: str
    message: str


class StepState(TypedDict):
    """One step, over all its windows."""

    name: str
    label: str
    status: str
    progress: float
    started_at: datetime | None
    ended_at: datetime | None
    duration_s: float | None
    device: str
    windows_done: int
    windows_total: int
    attempt: int
    error: ErrorState | None


class ScanStatus(TypedDict):
    """The whole versioned state of a job, with its steps and times."""

    job_id: str
    session_id: str
    version: int
    status: str
    progress: float
    step: str | None
    eta_s: float | None
    error: ErrorState | None
    steps: list[StepState]
    created_at: datetime
    started_at: datetime | None
    ended_at: datetime | None


def status_of(job: ProcessingJob) -> ScanStatus:
    """The whole state of a job (one query for its steps)."""
    rows = list(JobStep.objects.filter(job=job).order_by("id"))
    status = JobStatus(job.status)
    is_open = status in (JobStatus.QUEUED, JobStatus.RUNNING)
    return ScanStatus(
        job_id=str(job.pk),
        session_id=str(job.session_id),
        version=job.state_version,
        status=status.value,
        progress=round(percent_done(job, rows), 1),
        step=job.current_step if is_open else None,
        eta_s=_eta_s(job, rows) if is_open else None,
        error=_error(job.error_code, job.error_message) if status is JobStatus.FAILED else None,
        steps=[
            _step_state(job, spec, [row for row in rows if row.step == spec.name])
            for spec in plan_of(JobKind(job.kind))
        ],
        created_at=job.created_at,
        started_at=job.started_at,
        ended_at=job.ended_at,
    )


def percent_done(job: ProcessingJob, rows: Sequence[JobStep]) -> float:
    """Share of the work that is done [%], steps weighted by the time they usually take."""
    if job.status == JobStatus.COMPLETED:
        return 100.0
    current = [row for row in rows if row.step == job.current_step]
    fraction = sum(_fraction(row) for row in current) / max(len(current), 1)
    return progress_percent(JobKind(job.kind), StepName(job.current_step), fraction)


def _fraction(row: JobStep) -> float:
    if row.status == StepStatus.DONE:
        return 1.0
    return row.progress if row.status == StepStatus.RUNNING else 0.0


def _eta_s(job: ProcessingJob, rows: Sequence[JobStep]) -> float | None:
    """Time left at the pace of this run [s]; what an earlier run did tells nothing of the pace."""
    if job.started_at is None:
        return None
    plan = plan_of(JobKind(job.kind))
    now_done = 0.0
    for spec in plan:
        mine = [row for row in rows if row.step == spec.name]
        fresh = [row for row in mine if row.started_at and row.started_at >= job.started_at]
        now_done += spec.weight * sum(_fraction(row) for row in fresh) / max(len(mine), 1)
    percent_now = 100.0 * now_done / sum(spec.weight for spec in plan)
    if percent_now < MIN_ETA_PERCENT:
        return None
    elapsed: timedelta = timezone.now() - job.started_at
    return round(elapsed.total_seconds() * (100.0 - percent_done(job, rows)) / percent_now, 0)


def _error(code: str, message: str) -> ErrorState | None:
    return ErrorState(code=code, message=message) if code else None


def _step_state(job: ProcessingJob, spec: StepSpec, rows: Sequence[JobStep]) -> StepState:
    started = min((row.started_at for row in rows if row.started_at), default=None)
    status = _step_status(job, spec.name, rows)
    ended = max((row.ended_at for row in rows if row.ended_at), default=None) if status != "running" else None
    failed = next((row for row in rows if row.error_code), None)
    return StepState(
        name=spec.name.value,
        label=spec.label,
        status=status,
        progress=round(100.0 * sum(_fraction(row) for row in rows) / max(len(rows), 1), 1),
        started_at=started,
        ended_at=ended,
        duration_s=round((ended - started).total_seconds(), 3) if started and ended else None,
        device=next((row.device for row in rows if row.device), ""),
        windows_done=sum(row.status == StepStatus.DONE for row in rows),
        windows_total=len(rows),
        attempt=max((row.attempt for row in rows), default=0),
        error=_error(failed.error_code, failed.error_message) if failed else None,
    )


def _step_status(job: ProcessingJob, name: StepName, rows: Sequence[JobStep]) -> str:
    found = {row.status for row in rows}
    for status in (StepStatus.FAILED, StepStatus.CANCELLED, StepStatus.RUNNING):
        if status in found:
            return status.value
    if not found:
        return StepStatus.PENDING.value
    if found == {StepStatus.DONE}:
        return StepStatus.DONE.value
    started = StepStatus.DONE in found and job.status in (JobStatus.QUEUED, JobStatus.RUNNING)
    return StepStatus.RUNNING.value if started else StepStatus.PENDING.value
