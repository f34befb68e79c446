"""Scans in the admin: jobs with their steps, timings and errors; retry and cancel; the rest to read."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin import ReadOnlyAdmin
from apps.scan.models import Calibration, JobStep, ProcessingJob, SessionEvent, SessionKPI, Upload, Video
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
    """Jobs: what runs, what failed and why; with retry and cancel."""

    list_display = ("created_at", "session", "kind", "preset", "status", "current_step", "progress", "error_code")
    list_filter = ("status", "kind", "preset", "current_step", "error_code")
    list_select_related = ("session",)
    search_fields = ("id", "session__id", "session__title", "session__team__name", "error_code", "error_message")
    date_hierarchy = "created_at"
    inlines = (JobStepInline,)
    actions = ("retry", "cancel")

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


@admin.register(SessionEvent)
class SessionEventAdmin(ReadOnlyAdmin):
    """Events of sessions."""

    list_display = ("session", "kind", "t0_s", "t1_s", "player", "confidence")
    list_filter = ("kind",)
    list_select_related = ("session", "player")
    search_fields = ("session__id", "session__title")
