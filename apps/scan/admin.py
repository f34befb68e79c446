"""Scans in the admin: jobs with their steps, timings and errors; retry and cancel; the rest to read."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone

from apps.accounts.models import Team
from apps.core import audit
from apps.core.admin import ReadOnlyAdmin
from apps.core.health import readiness
from apps.scan.models import Calibration, JobStep, ProcessingJob, SessionEvent, SessionKPI, Upload, Video
from apps.scan.selectors import queues
from apps.scan.services.recompute import recompute
from pipeline import api


class JobStepInline(admin.TabularInline[JobStep, ProcessingJob]):
    """The units of work of a job, in the order in which they were opened."""

    model = JobStep
    extra = 0
    can_delete = False
    ordering = ("id",)
    fields = (
        "step",
        "camera",
        "window",
        "status",
        "attempt",
        "started_at",
        "ended_at",
        "compute_s",
        "frames",
        "device",
        "worker",
        "lease_until",
        "error_code",
        "error_message",
    )
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only the pipeline opens steps."""
        return False


@admin.register(ProcessingJob)
class ProcessingJobAdmin(ReadOnlyAdmin):
    """Jobs: what runs, what failed and why; with retry, cancel and recompute, and the state of the queues."""

    list_display = ("created_at", "session", "kind", "preset", "status", "current_step", "progress", "error_code")
    list_filter = ("status", "kind", "preset", "current_step", "error_code")
    list_select_related = ("session",)
    search_fields = ("id", "session__id", "session__title", "session__team__name", "error_code", "error_message")
    date_hierarchy = "created_at"
    inlines = (JobStepInline,)
    actions = ("retry", "cancel", "recompute")

    def get_urls(self) -> list[URLPattern]:
        """Add the page of queues and workers."""
        ours = [path("queues/", self.admin_site.admin_view(self.queues), name="scan_queues")]
        return [*ours, *super().get_urls()]

    def queues(self, request: HttpRequest) -> HttpResponse:
        """Show parts, queues, what runs and what failed."""
        if not self.has_view_permission(request):
            return HttpResponse("Your account may not see processing jobs.", status=403)
        _, parts = readiness()
        shown = {
            **self.admin_site.each_context(request),
            "title": "Queues and workers",
            "now": timezone.now(),
            "parts": parts,
            "queues": queues.queue_states(),
            "running": queues.running_steps()[:200],
            "failures": queues.recent_failures(),
        }
        return TemplateResponse(request, "admin/scan/queues.html", shown)

    @admin.action(description="Compute the figures again by today's definitions", permissions=["run"])
    def recompute(self, request: HttpRequest, jobs: QuerySet[ProcessingJob]) -> None:
        """Make new figures of each completed scan; the old ones stay as history."""
        completed = (
            jobs.filter(status=api.JobStatus.COMPLETED.value)
            .exclude(kind__in=[kind.value for kind in api.BESIDE])
            .select_related("session")
        )
        left = jobs.count()
        for job in completed:
            recompute(job, actor_id=request.user.pk)
            left -= 1
            self.message_user(request, f"{job.session}: queued.", messages.SUCCESS)
        if left:
            self.message_user(request, f"{left} left alone: no completed scan.", messages.WARNING)

    @admin.action(description="Retry from the failed step", permissions=["run"])
    def retry(self, request: HttpRequest, jobs: QuerySet[ProcessingJob]) -> None:
        """Continue each failed or cancelled job."""
        self._apply(request, jobs, api.retry, "continued", "neither failed nor cancelled")

    @admin.action(description="Cancel", permissions=["run"])
    def cancel(self, request: HttpRequest, jobs: QuerySet[ProcessingJob]) -> None:
        """Stop each queued or running job."""
        self._apply(request, jobs, api.cancel, "cancelled", "not running")

    def has_run_permission(self, request: HttpRequest) -> bool:
        """Whether this staff member may start and stop work; seeing jobs is not enough."""
        return request.user.has_perm("scan.change_processingjob")

    def _apply(
        self, request: HttpRequest, jobs: QuerySet[ProcessingJob], act: Callable[[str], bool], done: str, refused: str
    ) -> None:
        answers = [act(str(pk)) for pk in jobs.values_list("pk", flat=True)]
        if any(answers):
            self.message_user(request, f"{sum(answers)} {done}.", messages.SUCCESS)
        if not all(answers):
            self.message_user(request, f"{len(answers) - sum(answers)} left alone: {refused}.", messages.WARNING)


@admin.register(Upload)
class UploadAdmin(ReadOnlyAdmin):
    """Resumable uploads and how far each is."""

    list_display = ("created_at", "filename", "created_by", "status", "offset_bytes", "length_bytes", "expires_at")
    list_filter = ("status",)
    list_select_related = ("created_by",)
    search_fields = ("id", "filename", "created_by__email")


@admin.register(Video)
class VideoAdmin(ReadOnlyAdmin):
    """Films as probed."""

    list_display = ("created_at", "original_name", "session", "width", "height", "frames", "duration_s", "codec")
    list_filter = ("codec", "container", "playable")
    list_select_related = ("session",)
    search_fields = ("id", "original_name", "session__id", "sha256")


@admin.register(Calibration)
class CalibrationAdmin(ReadOnlyAdmin):
    """Calibrations with their error."""

    list_display = ("created_at", "name", "team", "kind", "error_m", "max_error_m", "made_by")
    list_filter = ("kind",)
    list_select_related = ("team", "made_by")
    search_fields = ("id", "name", "team__name")


@admin.register(SessionKPI)
class SessionKPIAdmin(ReadOnlyAdmin):
    """KPIs by player and version."""

    list_display = (
        "created_at",
        "session",
        "player",
        "track_id",
        "version",
        "is_current",
        "grade",
        "max_speed_mps",
        "total_distance_m",
    )
    list_filter = ("is_current", "grade", "synthetic", "catalogue_version")
    list_select_related = ("session", "player")
    search_fields = ("session__id", "session__title", "player__last_name")
    actions = ("export",)

    @admin.action(description="Export as CSV")
    def export(self, request: HttpRequest, rows: QuerySet[SessionKPI]) -> StreamingHttpResponse:
        """Send the rows as a table; every team whose rows are in it gets an entry in the audit log."""
        for team in Team.objects.filter(sessions__kpis__in=rows.order_by()).distinct():
            audit.record(
                actor_id=request.user.pk,
                action="kpis.exported",
                target=team,
                team_id=team.pk,
                after={"rows": rows.filter(session__team=team).count()},
            )
        response = StreamingHttpResponse(csv_lines(rows.select_related("session", "player")), content_type="text/csv")
        response["Content-Disposition"] = 'attachment; filename="kpis.csv"'
        return response


@admin.register(SessionEvent)
class SessionEventAdmin(ReadOnlyAdmin):
    """Events of sessions."""

    list_display = ("session", "kind", "t0_s", "t1_s", "player", "confidence")
    list_filter = ("kind",)
    list_select_related = ("session", "player")
    search_fields = ("session__id", "session__title")


class _Line:
    """Gives each row back instead of keeping it."""

    def write(self, text: str) -> str:
        return text


def csv_lines(rows: QuerySet[SessionKPI]) -> Iterator[str]:
    """A header and a line for each row; units are in the names, an empty cell is "not measured"."""
    columns = [f"{key}{end}" for key in SessionKPI.COLUMNS for end in ("", "_low", "_high")]
    writer = csv.writer(_Line())
    yield writer.writerow(["session", "start", "player", "track", "version", "current", "synthetic", "grade", *columns])
    for row in rows.iterator(chunk_size=500):
        known = [row.session_id, row.session.start.isoformat(), row.player_id or "", row.track_id, row.version]
        flags = [row.is_current, row.synthetic, row.grade]
        values = [getattr(row, column) for column in columns]
        yield writer.writerow([*known, *flags, *("" if value is None else value for value in values)])
