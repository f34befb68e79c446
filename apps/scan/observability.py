"""What operators see of scans: readiness of workers and models, and metrics of waiting and working steps."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError
from django.db.models import Avg, Count, Min
from django.utils import timezone
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.core.health import PartDown, register_part
from apps.core.metrics import REGISTRY
from apps.scan.models import JobStep, ProcessingJob
from pipeline import api

NEEDED_QUEUES = (api.Queue.CRITICAL, api.Queue.VIDEO, api.Queue.DEFAULT)
"""Without a worker on each of these no scan gets to its end."""

RECENT = timedelta(hours=24)
"""Step times are averaged over this, so that a new machine or model shows within a day."""


def register() -> None:
    """Add the parts of readiness and the metrics; called when Django is ready."""
    register_part("workers", workers)
    register_part("models", models, matters=False)
    if not _registered():
        REGISTRY.register(ScanCollector())


def workers() -> str:
    """Say how many workers serve each queue.

    Raises:
        PartDown: a needed queue has none.
    """
    count = api.workers_by_queue()
    missing = [queue.value for queue in NEEDED_QUEUES if not count[queue.value]]
    if missing:
        raise PartDown(f"no worker serves {', '.join(missing)}")
    return ", ".join(f"{name} {number}" for name, number in sorted(count.items()) if number)


def models() -> str:
    """Say how many model files are there.

    Raises:
        PartDown: none.
    """
    found = len(list(Path(settings.MODEL_DIR).glob("**/*.onnx")))
    if not found:
        raise PartDown("no models; run `make models`")
    return f"{found} file{'s' * (found > 1)}"


class ScanCollector(Collector):
    """Asks the database when Prometheus asks: no counter that a restart forgets."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield jobs by status, waiting steps with the oldest's age, messages by queue, mean step times by device."""
        try:
            families = [self._jobs(), *self._waiting(), self._step_times()]
        except DatabaseError:  # told as `axolotl_part_up`; the other figures are needed most just then
            families = []
        yield from families
        yield self._messages()

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing at registration: that would ask the database before it is there."""
        return iter(())

    @staticmethod
    def _jobs() -> GaugeMetricFamily:
        family = GaugeMetricFamily("axolotl_scan_jobs", "Scan jobs by status", labels=["status"])
        for row in ProcessingJob.objects.order_by().values("status").annotate(number=Count("pk")):
            family.add_metric([row["status"]], row["number"])
        return family

    @staticmethod
    def _waiting() -> Iterator[GaugeMetricFamily]:
        number = GaugeMetricFamily("axolotl_scan_steps_waiting", "Published steps no worker has taken", labels=["step"])
        age = GaugeMetricFamily("axolotl_scan_steps_oldest_seconds", "Age of the longest waiting step", labels=["step"])
        waiting = JobStep.objects.filter(
            status=api.StepStatus.PENDING.value, rung_at__isnull=False, job__status__in=_OPEN
        ).order_by()
        now = timezone.now()
        for row in waiting.values("step").annotate(number=Count("pk"), oldest=Min("rung_at")):
            number.add_metric([row["step"]], row["number"])
            age.add_metric([row["step"]], (now - row["oldest"]).total_seconds())
        yield number
        yield age

    @staticmethod
    def _messages() -> GaugeMetricFamily:
        family = GaugeMetricFamily("axolotl_queue_messages", "Messages waiting at the broker", labels=["queue"])
        for queue, number in (api.queue_depths() or {}).items():
            family.add_metric([queue.value], number)
        return family

    @staticmethod
    def _step_times() -> GaugeMetricFamily:
        family = GaugeMetricFamily(
            "axolotl_scan_step_seconds", "Mean computing time of a step over a day", labels=["step", "device"]
        )
        recent = JobStep.objects.filter(status=api.StepStatus.DONE.value, ended_at__gte=timezone.now() - RECENT)
        for row in recent.order_by().values("step", "device").annotate(mean=Avg("compute_s")):
            family.add_metric([row["step"], row["device"]], row["mean"])
        return family


_OPEN = (api.JobStatus.QUEUED.value, api.JobStatus.RUNNING.value)


def _registered() -> Any:
    return any(isinstance(collector, ScanCollector) for collector in list(REGISTRY._collector_to_names))
