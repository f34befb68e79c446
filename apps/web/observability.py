"""What operators see of the platform as a whole: parts that answer, workers, live sessions, disk, age of the backup."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import timedelta

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import Count, Sum
from django.utils import timezone
from kombu.exceptions import KombuError
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from apps.core.metrics import REGISTRY
from apps.core.models import AuditEvent
from apps.feedback.models import Feedback
from apps.live.models import OPEN, LiveSession
from apps.web.backup.service import MADE
from pipeline import api

log = structlog.get_logger(__name__)

ASK_WORKERS_S = 0.5
"""How long workers have to answer; Prometheus waits 10 s for all metrics together."""
RECENT = timedelta(hours=24)


class PlatformCollector(Collector):
    """Asks when Prometheus asks. What does not answer is told as 0 in `axolotl_part_up` and leaves its figures out."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield parts, workers by queue, live sessions, feedback by writer, free disk, age of the last backup."""
        up = GaugeMetricFamily("axolotl_part_up", "1 where the part answers", labels=["part"])
        for part, families in (("database", self._of_database), ("broker", self._of_broker)):
            try:
                found = list(families())
            except (DatabaseError, KombuError, OSError) as error:
                log.warning("metrics.part_down", part=part, error=type(error).__name__)
                found = []
            up.add_metric([part], bool(found))
            yield from found
        yield up
        yield self._disk()

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """Name nothing at registration: that would ask the database before it is there."""
        return iter(())

    @staticmethod
    def _of_broker() -> Iterator[GaugeMetricFamily]:
        workers = GaugeMetricFamily("axolotl_workers", "Workers that serve a queue", labels=["queue"])
        for queue, number in api.workers_by_queue(ASK_WORKERS_S).items():
            workers.add_metric([queue], number)
        yield workers

    @staticmethod
    def _of_database() -> Iterator[GaugeMetricFamily]:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        live = GaugeMetricFamily("axolotl_live_sessions", "Live sessions by status", labels=["status"])
        for row in LiveSession.objects.filter(status__in=OPEN).order_by().values("status").annotate(number=Count("pk")):
            live.add_metric([row["status"]], row["number"])
        yield live
        yield _dropped()
        yield _feedback()
        yield from _backup_age()

    @staticmethod
    def _disk() -> GaugeMetricFamily:
        family = GaugeMetricFamily("axolotl_disk_free_bytes", "Free on the disk of films and artefacts")
        if settings.VAR.exists():
            family.add_metric([], shutil.disk_usage(settings.VAR).free)
        return family


def _dropped() -> GaugeMetricFamily:
    family = GaugeMetricFamily("axolotl_live_dropped_share", "Share of the frames of open live sessions not looked at")
    frames = LiveSession.objects.filter(status__in=OPEN).aggregate(came=Sum("frames_in"), lost=Sum("frames_dropped"))
    family.add_metric([], (frames["lost"] or 0) / frames["came"] if frames["came"] else 0.0)
    return family


def _feedback() -> GaugeMetricFamily:
    family = GaugeMetricFamily("axolotl_feedback", "Feedback of a day by who wrote it", labels=["provider"])
    recent = Feedback.objects.filter(completed_at__gte=timezone.now() - RECENT).order_by()
    for row in recent.values("provider").annotate(number=Count("pk")):
        family.add_metric([row["provider"] or "none"], row["number"])
    return family


def _backup_age() -> Iterator[GaugeMetricFamily]:
    """Nothing where no backup was ever made: an age of that would be made up; the alert knows `absent`."""
    last = AuditEvent.objects.filter(action=MADE).order_by("-created_at").first()
    if last is not None:
        age_s = (timezone.now() - last.created_at).total_seconds()
        yield GaugeMetricFamily("axolotl_backup_age_seconds", "Since the last whole backup", value=age_s)


def register() -> None:
    """Add the metrics; called when Django is ready."""
    if not any(isinstance(collector, PlatformCollector) for collector in list(REGISTRY._collector_to_names)):
        REGISTRY.register(PlatformCollector())
