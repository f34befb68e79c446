"""Ports in memory, with the semantics of the real ones: for tests and for scans without a server."""

from __future__ import annotations

import threading
import traceback
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.errors import ArtefactError, PipelineError, worker_lost
from pipeline.plan import PLANS, StepName, next_step, progress_percent, restart_step, steps_from
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
from pipeline.whole import written_whole

OPEN = (JobStatus.QUEUED, JobStatus.RUNNING)


@dataclass(slots=True)
class StepRow:
    """What is known of one unit of work."""

    key: StepKey
    not_before: datetime
    status: StepStatus = StepStatus.PENDING
    attempt: int = 0
    token: str = ""
    worker: str = ""
    lease_until: datetime | None = None
    rung_at: datetime | None = None
    summary: StepSummary | None = None


@dataclass(slots=True)
class JobRow:
    """What is known of one job."""

    record: JobRecord
    step: StepName
    since: datetime
    created_at: datetime
    ended_at: datetime | None = None
    error: PipelineError | None = None
    results: Results | None = None
    stores: int = 0
    """How often results were stored."""


def utc_now() -> datetime:
    """The time by the clock."""
    return datetime.now(UTC)


@dataclass
class MemoryJobStore:
    """Jobs and steps in two dictionaries behind one lock. `now` can be a test's own clock."""

    now: Callable[[], datetime] = utc_now
    jobs: dict[str, JobRow] = field(default_factory=dict)
    rows: dict[StepKey, StepRow] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def add(self, record: JobRecord) -> None:
        """Put a queued job at the first step of its plan."""
        now = self.now()
        self.jobs[record.job_id] = JobRow(
            replace(record, status=JobStatus.QUEUED), PLANS[record.kind][0].name, now, now
        )

    def load(self, job_id: str) -> JobRecord:
        """See `JobStore.load`."""
        return self._job(job_id).record

    def open_step(self, job_id: str, step: StepName, windows: Sequence[int], camera: str = "") -> None:
        """See `JobStore.open_step`."""
        with self._lock:
            if self.current_step(job_id) != step:
                return
            for window in windows:
                key = StepKey(job_id, step, window, camera)
                self.rows.setdefault(key, StepRow(key, self.now()))

    def claim(self, key: StepKey, *, worker: str, device: str, lease_s: float, max_attempts: int = 3) -> Claim:
        """See `JobStore.claim`."""
        with self._lock:
            outcome = self._claimable(key)
            row = self.rows.get(key)
            if outcome is not ClaimOutcome.CLAIMED or row is None:
                return Claim(outcome)
            if row.attempt >= max_attempts:
                self._fail(row, worker_lost(key.step, row.attempt))
                return Claim(ClaimOutcome.STOPPED)
            row.status, row.token, row.attempt = StepStatus.RUNNING, uuid.uuid4().hex, row.attempt + 1
            row.worker, row.lease_until = worker, self.now() + timedelta(seconds=lease_s)
            self._set_status(self.jobs[key.job_id], JobStatus.RUNNING)
            return Claim(ClaimOutcome.CLAIMED, row.token, row.attempt)

    def renew(self, key: StepKey, token: str, *, lease_s: float) -> Lease:
        """See `JobStore.renew`."""
        with self._lock:
            row = self._held(key, token)
            if row is not None:
                row.lease_until = self.now() + timedelta(seconds=lease_s)
                return Lease.HELD
            known = self.rows.get(key)
            if known is not None and known.token == token and known.status is StepStatus.CANCELLED:
                return Lease.CANCELLED
            return Lease.LOST

    def bury(self, is_dead: Callable[[str], bool]) -> Sequence[StepKey]:
        """See `JobStore.bury`."""
        with self._lock:
            held = [row for row in self.rows.values() if self._claimable(row.key) is ClaimOutcome.BUSY]
            dead = [row for row in held if row.status is StepStatus.RUNNING and is_dead(row.worker)]
            for row in dead:
                row.lease_until = self.now()
            return [row.key for row in dead]

    def finish(self, key: StepKey, token: str, summary: StepSummary) -> bool:
        """See `JobStore.finish`."""
        with self._lock:
            row = self._held(key, token)
            if row is None:
                return False
            row.status, row.summary, row.lease_until = StepStatus.DONE, summary, None
            return True

    def release(self, key: StepKey, token: str, error: PipelineError, *, max_attempts: int) -> bool:
        """See `JobStore.release`."""
        with self._lock:
            row = self._held(key, token)
            if row is None:
                return False
            if not error.retryable or row.attempt >= max_attempts:
                self._fail(row, error)
                return False
            row.status, row.token, row.lease_until = StepStatus.PENDING, "", None
            row.not_before = self.now() + timedelta(seconds=BACK_OFF_S * row.attempt)
            return True

    def unfinished(self, job_id: str, step: StepName) -> int:
        """See `JobStore.unfinished`."""
        return sum(row.status is not StepStatus.DONE for row in self._rows(job_id, step))

    def advance(self, job_id: str, step: StepName) -> bool:
        """See `JobStore.advance`."""
        with self._lock:
            if self.current_step(job_id) != step or not self._all_done(job_id, step):
                return False
            job = self.jobs[job_id]
            following = next_step(job.record.kind, step)
            if following is None:
                return False
            job.step, job.since = following.name, self.now()
            return True

    def complete(self, job_id: str) -> bool:
        """See `JobStore.complete`."""
        with self._lock:
            job = self._job(job_id)
            last = PLANS[job.record.kind][-1].name
            if self.current_step(job_id) != last or not self._all_done(job_id, last):
                return False
            self._set_status(job, JobStatus.COMPLETED)
            return True

    def save_results(self, job_id: str, results: Results) -> None:
        """See `JobStore.save_results`."""
        with self._lock:
            job = self._job(job_id)
            if job.results != results:
                job.results = results
                job.stores += 1

    def due(self, *, rung_before_s: float) -> Sequence[StepKey]:
        """See `JobStore.due`."""
        with self._lock:
            silent_since = self.now() - timedelta(seconds=rung_before_s)
            return [
                row.key
                for row in self.rows.values()
                if self._claimable(row.key) is ClaimOutcome.CLAIMED
                and (row.rung_at is None or row.rung_at < self._claimable_since(row) or row.rung_at < silent_since)
            ]

    def stalled(self) -> Sequence[str]:
        """See `JobStore.stalled`."""
        before = self.now() - timedelta(seconds=STALL_S)
        return [
            job_id
            for job_id, job in self.jobs.items()
            if job.record.status in OPEN and job.since < before and not self.unfinished(job_id, job.step)
        ]

    def current_step(self, job_id: str) -> StepName | None:
        """See `JobStore.current_step`."""
        job = self.jobs.get(job_id)
        return job.step if job is not None and job.record.status in OPEN else None

    def waiting(self, job_id: str, step: StepName) -> Sequence[StepKey]:
        """See `JobStore.waiting`."""
        return [row.key for row in self._rows(job_id, step) if row.status is StepStatus.PENDING]

    def rang(self, keys: Sequence[StepKey]) -> None:
        """See `JobStore.rang`."""
        with self._lock:
            for key in keys:
                if key in self.rows:
                    self.rows[key].rung_at = self.now()

    def reset(self, job_id: str, from_step: StepName | None = None) -> bool:
        """See `JobStore.reset`."""
        with self._lock:
            job = self._job(job_id)
            kind, is_open = job.record.kind, job.record.status in OPEN
            if from_step is None and job.record.status not in (JobStatus.FAILED, JobStatus.CANCELLED):
                return False
            start = job.step if from_step is None else restart_step(kind, job.step, from_step)
            if is_open and start != from_step:
                return False
            gone = {spec.name for spec in steps_from(kind, start)} if start == from_step else set()
            for row in [row for row in self.rows.values() if row.key.job_id == job_id]:
                if row.key.step in gone:
                    del self.rows[row.key]
                elif row.status is not StepStatus.DONE:
                    self.rows[row.key] = StepRow(row.key, self.now())
            job.step, job.since, job.ended_at, job.error = start, self.now(), None, None
            self._set_status(job, JobStatus.QUEUED)
            return True

    def cancel(self, job_id: str) -> bool:
        """See `JobStore.cancel`."""
        with self._lock:
            job = self._job(job_id)
            if job.record.status not in OPEN:
                return False
            self._set_status(job, JobStatus.CANCELLED)
            for row in self.rows.values():
                if row.key.job_id == job_id and row.status in (StepStatus.PENDING, StepStatus.RUNNING):
                    row.status = StepStatus.CANCELLED
            return True

    def overview(self, job_id: str) -> JobOverview:
        """See `JobStore.overview`."""
        job = self._job(job_id)
        error = job.error
        return JobOverview(
            job_id=job_id,
            kind=job.record.kind,
            status=job.record.status,
            progress=self._progress(job),
            step=job.step if job.record.status in OPEN else None,
            created_at=job.created_at,
            ended_at=job.ended_at,
            error_code=error.code if error else "",
            error_message=error.message if error else "",
            error_trace="".join(traceback.format_exception(error)) if error else "",
        )

    def close(self) -> None:
        """Nothing is held."""

    def _progress(self, job: JobRow) -> float:
        if job.record.status is JobStatus.COMPLETED:
            return 100.0
        rows = self._rows(job.record.job_id, job.step)
        done = sum(row.status is StepStatus.DONE for row in rows) / max(len(rows), 1)
        return progress_percent(job.record.kind, job.step, done)

    def _job(self, job_id: str) -> JobRow:
        if job_id not in self.jobs:
            raise PipelineError("This scan was deleted.", code="NOT_FOUND")
        return self.jobs[job_id]

    def _rows(self, job_id: str, step: StepName) -> list[StepRow]:
        return [row for row in list(self.rows.values()) if row.key.job_id == job_id and row.key.step == step]

    def _all_done(self, job_id: str, step: StepName) -> bool:
        rows = self._rows(job_id, step)
        return bool(rows) and all(row.status is StepStatus.DONE for row in rows)

    def _held(self, key: StepKey, token: str) -> StepRow | None:
        row = self.rows.get(key)
        return row if row is not None and row.status is StepStatus.RUNNING and row.token == token else None

    def _claimable(self, key: StepKey) -> ClaimOutcome:
        row, now = self.rows.get(key), self.now()
        step = self.current_step(key.job_id)
        if row is None or step is None:
            return ClaimOutcome.STOPPED
        if row.status is StepStatus.DONE:
            return ClaimOutcome.DONE
        if step != key.step or row.status not in (StepStatus.PENDING, StepStatus.RUNNING):
            return ClaimOutcome.STOPPED
        return ClaimOutcome.CLAIMED if self._claimable_since(row) <= now else ClaimOutcome.BUSY

    @staticmethod
    def _claimable_since(row: StepRow) -> datetime:
        return row.lease_until if row.status is StepStatus.RUNNING and row.lease_until else row.not_before

    def _fail(self, row: StepRow, error: PipelineError) -> None:
        job = self.jobs[row.key.job_id]
        row.status, row.token = StepStatus.FAILED, ""
        job.error = error
        for other in self._rows(row.key.job_id, row.key.step):
            if other.status is StepStatus.RUNNING:
                other.status, other.token, other.lease_until = StepStatus.PENDING, "", None
        self._set_status(job, JobStatus.FAILED)

    def _set_status(self, job: JobRow, status: JobStatus) -> None:
        job.record = replace(job.record, status=status)
        if status not in OPEN:
            job.ended_at = self.now()


@dataclass
class MemoryArtefactStore:
    """Artefacts in a dictionary; videos are paths below `media`."""

    media: Path = field(default_factory=Path)
    files: dict[str, bytes] = field(default_factory=dict)

    def write(self, key: str, data: bytes) -> None:
        """See `ArtefactStore.write`."""
        self.files[key] = bytes(data)

    def read(self, key: str) -> bytes:
        """See `ArtefactStore.read`."""
        if key not in self.files:
            raise ArtefactError(f"The artefact {key} is missing.")
        return self.files[key]

    def exists(self, key: str) -> bool:
        """See `ArtefactStore.exists`."""
        return key in self.files

    def list(self, prefix: str) -> Iterator[str]:
        """See `ArtefactStore.list`."""
        return iter(sorted(key for key in self.files if key == prefix or key.startswith(f"{prefix.rstrip('/')}/")))

    def delete(self, prefix: str) -> None:
        """See `ArtefactStore.delete`."""
        for key in list(self.list(prefix)):
            del self.files[key]

    @contextmanager
    def local_video(self, key: str) -> Iterator[Path]:
        """See `ArtefactStore.local_video`."""
        path = self.media / key
        if not path.is_file():
            raise ArtefactError(f"The video {key} is missing; upload it again.", code="VIDEO_MISSING")
        yield path

    @contextmanager
    def new_video(self, key: str) -> Iterator[Path]:
        """See `ArtefactStore.new_video`."""
        with written_whole(self.media / key) as path:
            yield path

    def drop_video(self, key: str) -> None:
        """See `ArtefactStore.drop_video`."""
        (self.media / key).unlink(missing_ok=True)


@dataclass
class MemoryProgressSink:
    """Remembers what it was told."""

    steps: list[tuple[StepKey, float]] = field(default_factory=list)
    changes: list[str] = field(default_factory=list)

    def step_progress(self, key: StepKey, fraction: float) -> None:
        """See `ProgressSink.step_progress`."""
        self.steps.append((key, fraction))

    def job_changed(self, job_id: str) -> None:
        """See `ProgressSink.job_changed`."""
        self.changes.append(job_id)
