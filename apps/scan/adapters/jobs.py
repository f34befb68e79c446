"""Jobs and steps in the database. Every write is a conditional update, alike on SQLite and PostgreSQL.

Conditions that two workers may race for stand on the updated row itself, never behind a join: PostgreSQL checks them
again after waiting for a row lock, a subquery it does not. Where job and steps change together the job goes first, so
that two transactions never wait for each other.
"""

from __future__ import annotations

import traceback
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import datetime, timedelta

from django.db import IntegrityError, connection, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet

from apps.scan.adapters.patience import all_patient, database_now
from apps.scan.adapters.records import job_record
from apps.scan.adapters.results import store_results
from apps.scan.models import JobStep, ProcessingJob
from apps.sessions.models import Session, SessionStatus
from pipeline.api import BESIDE, JobKind, StepName, next_step, restart_step, steps_from
from pipeline.errors import PipelineError, worker_lost
from pipeline.ports import (
    BACK_OFF_S,
    STALL_S,
    Claim,
    ClaimOutcome,
    JobOverview,
    JobRecord,
    JobStatus,
    Lease,
    Results,
    StepKey,
    StepStatus,
    StepSummary,
)

OPEN = (JobStatus.QUEUED.value, JobStatus.RUNNING.value)
ENDED_BADLY = (JobStatus.FAILED.value, JobStatus.CANCELLED.value)
UNDONE = (StepStatus.PENDING.value, StepStatus.RUNNING.value)
FRESH: dict[str, object] = {
    "status": StepStatus.PENDING.value,
    "attempt": 0,
    "token": "",
    "lease_until": None,
    "rung_at": None,
    "progress": 0.0,
    "error_code": "",
    "error_message": "",
    "started_at": None,
    "ended_at": None,
}


def _row(key: StepKey) -> QuerySet[JobStep]:
    return JobStep.objects.filter(job__pk=key.job_id, step=key.step, camera=key.camera, window=key.window)


def _key(row: JobStep) -> StepKey:
    return StepKey(str(row.job_id), StepName(row.step), row.window, row.camera)


@all_patient
class DjangoJobStore:
    """`JobStore` over `ProcessingJob` and `JobStep`. `now` can be a test's own clock."""

    def __init__(self, now: Callable[[], datetime] = database_now) -> None:
        self._now = now

    def load(self, job_id: str) -> JobRecord:
        """See `JobStore.load`."""
        return job_record(job_id)

    def open_step(self, job_id: str, step: StepName, windows: Sequence[int], camera: str = "") -> None:
        """See `JobStore.open_step`."""
        if self.current_step(job_id) != step:
            return
        now = self._now()
        rows = [JobStep(job_id=job_id, step=step, camera=camera, window=window, not_before=now) for window in windows]
        JobStep.objects.bulk_create(rows, ignore_conflicts=True, batch_size=500)

    def claim(self, key: StepKey, *, worker: str, device: str, lease_s: float, max_attempts: int = 3) -> Claim:
        """See `JobStore.claim`."""
        now = self._now()
        row = _row(key).select_related("job").first()
        outcome = self._claimable(row, now)
        if row is None or outcome is not ClaimOutcome.CLAIMED:
            return Claim(outcome)
        if row.attempt >= max_attempts:
            self._fail(row, row.token, worker_lost(key.step, row.attempt))
            return Claim(ClaimOutcome.STOPPED)
        token = uuid.uuid4().hex
        here = ProcessingJob.objects.filter(pk=row.job_id, status__in=OPEN, current_step=key.step)
        unchanged = JobStep.objects.filter(pk=row.pk, status=row.status, attempt=row.attempt, token=row.token)
        taken = unchanged.filter(self._free(now), job_id__in=here.values("pk")).update(
            status=StepStatus.RUNNING.value,
            attempt=row.attempt + 1,
            token=token,
            lease_until=now + timedelta(seconds=lease_s),
            worker=worker[:120],
            device=device[:60],
            progress=0.0,
            started_at=now,
            ended_at=None,
        )
        if not taken:
            return Claim(ClaimOutcome.BUSY)
        self._started(row.job, now)
        return Claim(ClaimOutcome.CLAIMED, token, row.attempt + 1)

    def renew(self, key: StepKey, token: str, *, lease_s: float) -> Lease:
        """See `JobStore.renew`."""
        until = self._now() + timedelta(seconds=lease_s)
        if _row(key).filter(status=StepStatus.RUNNING.value, token=token).update(lease_until=until):
            return Lease.HELD
        cancelled = _row(key).filter(status=StepStatus.CANCELLED.value, token=token).exists()
        return Lease.CANCELLED if cancelled else Lease.LOST

    def bury(self, is_dead: Callable[[str], bool]) -> Sequence[StepKey]:
        """See `JobStore.bury`."""
        now = self._now()
        running = JobStep.objects.filter(status=StepStatus.RUNNING.value, lease_until__gt=now)
        held = running.filter(job__status__in=OPEN, step=F("job__current_step")).order_by("job_id", "id")
        dead = [row for row in held if is_dead(row.worker)]
        return [_key(row) for row in dead if running.filter(pk=row.pk, token=row.token).update(lease_until=now)]

    def finish(self, key: StepKey, token: str, summary: StepSummary) -> bool:
        """See `JobStore.finish`."""
        done = _row(key).filter(status=StepStatus.RUNNING.value, token=token)
        return bool(
            done.update(
                status=StepStatus.DONE.value,
                lease_until=None,
                ended_at=self._now(),
                progress=1.0,
                params_hash=summary["params_hash"],
                models_used=summary["models"],
                device=summary["device"][:60],
                frames=summary["frames"],
                compute_s=summary["compute_s"],
                warnings=summary["warnings"],
                error_code="",
                error_message="",
            )
        )

    def release(self, key: StepKey, token: str, error: PipelineError, *, max_attempts: int) -> bool:
        """See `JobStore.release`."""
        row = _row(key).filter(status=StepStatus.RUNNING.value, token=token).first()
        if row is None:
            return False
        if not error.retryable or row.attempt >= max_attempts:
            self._fail(row, token, error)
            return False
        held = JobStep.objects.filter(pk=row.pk, status=StepStatus.RUNNING.value, token=token)
        return bool(
            held.update(
                status=StepStatus.PENDING.value,
                token="",
                lease_until=None,
                not_before=self._now() + timedelta(seconds=BACK_OFF_S * row.attempt),
                error_code=error.code[:40],
                error_message=error.message,
            )
        )

    def unfinished(self, job_id: str, step: StepName) -> int:
        """See `JobStore.unfinished`."""
        return JobStep.objects.filter(job__pk=job_id, step=step).exclude(status=StepStatus.DONE.value).count()

    def advance(self, job_id: str, step: StepName) -> bool:
        """See `JobStore.advance`."""
        kind = ProcessingJob.objects.filter(pk=job_id).values_list("kind", flat=True).first()
        following = next_step(JobKind(kind), step) if kind else None
        if following is None:
            return False
        moved = self._all_done(job_id, step).update(current_step=following.name.value, step_since=self._now())
        return bool(moved)

    def complete(self, job_id: str) -> bool:
        """See `JobStore.complete`."""
        job = ProcessingJob.objects.filter(pk=job_id).first()
        if job is None or next_step(JobKind(job.kind), StepName(job.current_step)) is not None:
            return False
        with transaction.atomic():
            done = self._all_done(job_id, StepName(job.current_step)).update(
                status=JobStatus.COMPLETED.value, progress=100.0, ended_at=self._now()
            )
            if done:
                self._set_session(job, SessionStatus.COMPLETED)
        return bool(done)

    def save_results(self, job_id: str, results: Results) -> None:
        """See `JobStore.save_results`."""
        store_results(job_id, results)

    def due(self, *, rung_before_s: float) -> Sequence[StepKey]:
        """See `JobStore.due`."""
        now = self._now()
        silent = Q(rung_at__isnull=True) | Q(rung_at__lt=now - timedelta(seconds=rung_before_s))
        new_turn = Q(status=StepStatus.PENDING.value, rung_at__lt=F("not_before")) | Q(
            status=StepStatus.RUNNING.value, rung_at__lt=F("lease_until")
        )
        rows = JobStep.objects.filter(self._free(now), silent | new_turn, job__status__in=OPEN)
        return [_key(row) for row in rows.filter(step=F("job__current_step")).order_by("job_id", "id")]

    def stalled(self) -> Sequence[str]:
        """See `JobStore.stalled`."""
        undone = JobStep.objects.filter(job_id=OuterRef("pk"), step=OuterRef("current_step")).exclude(
            status=StepStatus.DONE.value
        )
        before = self._now() - timedelta(seconds=STALL_S)
        jobs = ProcessingJob.objects.filter(~Exists(undone), status__in=OPEN, step_since__lt=before)
        return [str(pk) for pk in jobs.order_by("created_at").values_list("pk", flat=True)]

    def current_step(self, job_id: str) -> StepName | None:
        """See `JobStore.current_step`."""
        jobs = ProcessingJob.objects.filter(pk=job_id, status__in=OPEN)
        step = jobs.values_list("current_step", flat=True).first()
        return StepName(step) if step else None

    def waiting(self, job_id: str, step: StepName) -> Sequence[StepKey]:
        """See `JobStore.waiting`."""
        rows = JobStep.objects.filter(job__pk=job_id, step=step, status=StepStatus.PENDING.value)
        return [_key(row) for row in rows.order_by("id")]

    def rang(self, keys: Sequence[StepKey]) -> None:
        """See `JobStore.rang`."""
        now = self._now()
        for (job_id, step, camera), windows in _grouped(keys).items():
            rows = JobStep.objects.filter(job__pk=job_id, step=step, camera=camera, window__in=windows)
            rows.update(rung_at=now)

    @transaction.atomic
    def reset(self, job_id: str, from_step: StepName | None = None) -> bool:
        """See `JobStore.reset`."""
        job = self._existing(job_id)
        if from_step is None and job.status not in ENDED_BADLY:
            return False
        kind, current = JobKind(job.kind), StepName(job.current_step)
        start = current if from_step is None else restart_step(kind, current, from_step)
        if job.status in OPEN and start != from_step:
            return False
        now = self._now()
        if not self._reopened(job, start, now):
            return False
        if start == from_step:
            job.steps.filter(step__in=[spec.name.value for spec in steps_from(kind, start)]).delete()
        job.steps.exclude(status=StepStatus.DONE.value).update(**FRESH, not_before=now)
        self._set_session(job, SessionStatus.PROCESSING)
        return True

    @staticmethod
    def _reopened(job: ProcessingJob, start: StepName, now: datetime) -> bool:
        """Queue the job again, unless it changed meanwhile or another body fit of its session is open."""
        unchanged = ProcessingJob.objects.filter(pk=job.pk, status=job.status, current_step=job.current_step)
        with suppress(IntegrityError), transaction.atomic():
            return bool(
                unchanged.update(
                    status=JobStatus.QUEUED.value,
                    current_step=start.value,
                    step_since=now,
                    runs=F("runs") + 1,
                    error_code="",
                    error_message="",
                    error_trace="",
                    started_at=None,
                    ended_at=None,
                )
            )
        return False

    @transaction.atomic
    def cancel(self, job_id: str) -> bool:
        """See `JobStore.cancel`."""
        now = self._now()
        job = self._existing(job_id)
        open_job = ProcessingJob.objects.filter(pk=job.pk, status__in=OPEN)
        if not open_job.update(status=JobStatus.CANCELLED.value, ended_at=now):
            return False
        job.steps.filter(status__in=UNDONE).update(status=StepStatus.CANCELLED.value, ended_at=now)
        self._set_session(job, SessionStatus.CANCELLED)
        return True

    def overview(self, job_id: str) -> JobOverview:
        """See `JobStore.overview`."""
        job = self._existing(job_id)
        return JobOverview(
            job_id=str(job.pk),
            kind=JobKind(job.kind),
            status=JobStatus(job.status),
            progress=job.progress,
            step=StepName(job.current_step) if job.status in OPEN else None,
            created_at=job.created_at,
            ended_at=job.ended_at,
            error_code=job.error_code,
            error_message=job.error_message,
            error_trace=job.error_trace,
        )

    def close(self) -> None:
        """See `JobStore.close`."""
        connection.close()

    @staticmethod
    def _existing(job_id: str) -> ProcessingJob:
        job: ProcessingJob | None = ProcessingJob.objects.filter(pk=job_id).first()
        if job is None:
            raise PipelineError("This scan was deleted.", code="NOT_FOUND")
        return job

    @staticmethod
    def _free(now: datetime) -> Q:
        return Q(status=StepStatus.PENDING.value, not_before__lte=now) | Q(
            status=StepStatus.RUNNING.value, lease_until__lte=now
        )

    @staticmethod
    def _all_done(job_id: str, step: StepName) -> QuerySet[ProcessingJob]:
        rows = JobStep.objects.filter(job_id=OuterRef("pk"), step=step)
        undone = rows.exclude(status=StepStatus.DONE.value)
        jobs = ProcessingJob.objects.filter(pk=job_id, status__in=OPEN, current_step=step)
        return jobs.filter(Exists(rows), ~Exists(undone))

    @staticmethod
    def _claimable(row: JobStep | None, now: datetime) -> ClaimOutcome:
        if row is None or row.job.status not in OPEN:
            return ClaimOutcome.STOPPED
        if row.status == StepStatus.DONE:
            return ClaimOutcome.DONE
        if row.step != row.job.current_step or row.status not in UNDONE:
            return ClaimOutcome.STOPPED
        since = row.lease_until if row.status == StepStatus.RUNNING else row.not_before
        return ClaimOutcome.CLAIMED if since is not None and since <= now else ClaimOutcome.BUSY

    def _started(self, job: ProcessingJob, now: datetime) -> None:
        queued = ProcessingJob.objects.filter(pk=job.pk, status=JobStatus.QUEUED.value)
        if queued.update(status=JobStatus.RUNNING.value):
            ProcessingJob.objects.filter(pk=job.pk, started_at__isnull=True).update(started_at=now)
            self._set_session(job, SessionStatus.PROCESSING)

    @transaction.atomic
    def _fail(self, row: JobStep, token: str, error: PipelineError) -> None:
        now = self._now()
        open_job = ProcessingJob.objects.filter(pk=row.job_id, status__in=OPEN, current_step=row.step)
        held = JobStep.objects.filter(pk=row.pk, status=row.status, token=token)
        failed = open_job.update(
            status=JobStatus.FAILED.value,
            ended_at=now,
            error_code=error.code[:40],
            error_message=error.message,
            error_trace="".join(traceback.format_exception(error)),
        )
        if not failed or not held.update(
            status=StepStatus.FAILED.value,
            token="",
            lease_until=None,
            ended_at=now,
            error_code=error.code[:40],
            error_message=error.message,
        ):
            transaction.set_rollback(True)
            return
        others = JobStep.objects.filter(job_id=row.job_id, status=StepStatus.RUNNING.value)
        others.update(status=StepStatus.PENDING.value, token="", lease_until=None, not_before=now)
        self._set_session(row.job, SessionStatus.FAILED)

    @staticmethod
    def _set_session(job: ProcessingJob, status: SessionStatus) -> None:
        """The session follows its newest scan."""
        if job.kind in BESIDE:
            return
        newer = ProcessingJob.objects.scans().filter(session_id=job.session_id, created_at__gt=job.created_at)
        if not newer.exists():
            Session.objects.filter(pk=job.session_id).update(status=status.value)


def _grouped(keys: Sequence[StepKey]) -> dict[tuple[str, str, str], list[int]]:
    groups: dict[tuple[str, str, str], list[int]] = {}
    for key in keys:
        groups.setdefault((key.job_id, key.step.value, key.camera), []).append(key.window)
    return groups
