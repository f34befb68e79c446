"""How the queues and their workers are: for staff at three in the morning, and for the metrics."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TypedDict

from django.db.models import Count, Min, QuerySet
from django.utils import timezone

from apps.scan.models import JobStep, ProcessingJob
from pipeline import api

OPEN_JOBS = (api.JobStatus.QUEUED.value, api.JobStatus.RUNNING.value)
RECENT = timedelta(hours=24)


class QueueState(TypedDict):
    """One queue; `workers` and `messages` are `None` where the broker does not answer."""

    name: str
    workers: int | None
    messages: int | None
    waiting: int
    oldest_wait: timedelta | None
    running: int


class FailureCount(TypedDict):
    """How often scans failed for one reason within a day."""

    error_code: str
    number: int
    newest: datetime


def queue_states() -> list[QueueState]:
    """Every queue, with what waits and works there (two queries, two questions to the broker)."""
    queue_of = {spec.name.value: spec.queue for kind in api.JobKind for spec in api.plan_of(kind)}
    waiting: dict[api.Queue, list[tuple[int, datetime]]] = {}
    for row in _waiting().values("step").annotate(number=Count("pk"), oldest=Min("rung_at")):
        waiting.setdefault(queue_of[row["step"]], []).append((row["number"], row["oldest"]))
    running: dict[api.Queue, int] = {}
    for step in _running().values_list("step", flat=True):
        running[queue_of[step]] = running.get(queue_of[step], 0) + 1
    workers, messages, now = _workers(), api.queue_depths(), timezone.now()
    return [
        QueueState(
            name=queue.value,
            workers=None if workers is None else workers.get(queue.value, 0),
            messages=None if messages is None else messages[queue],
            waiting=sum(number for number, _ in waiting.get(queue, [])),
            oldest_wait=max((now - oldest for _, oldest in waiting.get(queue, [])), default=None),
            running=running.get(queue, 0),
        )
        for queue in api.Queue
    ]


def running_steps() -> QuerySet[JobStep]:
    """Steps that somebody works on now, the longest first."""
    return _running().select_related("job__session").order_by("started_at")


def recent_failures() -> list[FailureCount]:
    """Why scans failed within a day, the most frequent first."""
    failed = ProcessingJob.objects.filter(status=api.JobStatus.FAILED.value, ended_at__gte=timezone.now() - RECENT)
    rows = failed.order_by().values("error_code").annotate(number=Count("pk"))
    newest = {code: at for code, at in failed.order_by("ended_at").values_list("error_code", "ended_at")}
    return [
        FailureCount(error_code=row["error_code"], number=row["number"], newest=newest[row["error_code"]])
        for row in sorted(rows, key=lambda row: -row["number"])
    ]


def _waiting() -> QuerySet[JobStep]:
    """Steps that were published and that nobody has taken."""
    return JobStep.objects.filter(
        status=api.StepStatus.PENDING.value, rung_at__isnull=False, job__status__in=OPEN_JOBS
    ).order_by()


def _running() -> QuerySet[JobStep]:
    return JobStep.objects.filter(status=api.StepStatus.RUNNING.value, job__status__in=OPEN_JOBS)


def _workers() -> dict[str, int] | None:
    try:
        return api.workers_by_queue()
    except Exception:  # noqa: BLE001 - kombu's errors are the broker's business; unknown is the honest answer
        return None
