"""Both job stores behind one face, on a clock that the test turns."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from pipeline.plan import JobKind
from pipeline.ports import JobRecord, JobStatus, JobStore, VideoRecord
from pipeline.testing import MemoryJobStore


@dataclass
class Clock:
    """Stands still until told."""

    at: datetime = field(default_factory=lambda: datetime.now(UTC))

    def __call__(self) -> datetime:
        return self.at

    def forward(self, seconds: float) -> None:
        """Let time pass."""
        self.at += timedelta(seconds=seconds)


@dataclass
class Bench:
    """A store under test, its clock, and how to make a queued job in it."""

    store: JobStore
    clock: Clock
    new_job: Callable[[], str]


def memory_bench() -> Bench:
    """The store of `pipeline.testing`."""
    clock = Clock()
    store = MemoryJobStore(now=clock)

    def new_job() -> str:
        record = job_record()
        store.add(record)
        return record.job_id

    return Bench(store, clock, new_job)


def django_bench() -> Bench:
    """The store of `apps.scan.adapters`, on the test database."""
    from apps.scan.adapters import DjangoJobStore
    from tests.factories.scans import make_job

    clock = Clock()
    return Bench(DjangoJobStore(now=clock), clock, lambda: str(make_job(step_since=clock.at).pk))


def job_record(**changes: object) -> JobRecord:
    """A quick scan of one film."""
    values: dict[str, object] = {
        "job_id": str(uuid.uuid4()),
        "session_id": str(uuid.uuid4()),
        "kind": JobKind.QUICK,
        "preset": "fast",
        "status": JobStatus.QUEUED,
        "videos": (VideoRecord(str(uuid.uuid4()), "", "film.mp4", "0" * 64),),
    }
    return JobRecord(**{**values, **changes})  # type: ignore[arg-type]
