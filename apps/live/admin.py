"""Live sessions in the admin: how they stand and who works on them; all to read, but one can be ended."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core.admin import KeptAdmin
from apps.live.models import LiveCamera, LiveCheckpoint, LiveSession
from apps.live.services.sessions import mark_stopping


class LiveCameraInline(admin.TabularInline[LiveCamera, LiveSession]):
    """Its cameras."""

    model = LiveCamera
    extra = 0
    can_delete = False
    fields = readonly_fields = ("name", "calibration", "frames_in", "frames_dropped", "created_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a camera that sends makes one."""
        return False


@admin.register(LiveSession)
class LiveSessionAdmin(KeptAdmin):
    """Live sessions; a row goes with its session."""

    list_display = (
        "started_at", "session", "team", "status", "source", "worked_on", "frames_in", "frames_dropped", "attempts",
    )  # fmt: skip
    list_filter = ("status", "source", "record", "film")
    list_select_related = ("session__team",)
    search_fields = ("session__id", "session__title", "session__team__name", "worker", "error_code")
    date_hierarchy = "started_at"
    inlines = (LiveCameraInline,)
    actions = ("stop",)
    exclude = ("token",)

    @admin.display(ordering="session__team__name")
    def team(self, live: LiveSession) -> str:
        """Whose it is."""
        return str(live.session.team)

    @admin.display(boolean=True)
    def worked_on(self, live: LiveSession) -> bool:
        """Whether a worker has it now."""
        return live.is_held()

    @admin.action(description="Stop the selected live sessions")
    def stop(self, request: HttpRequest, queryset: QuerySet[LiveSession]) -> None:
        """End them as their coach would."""
        count = sum(mark_stopping(live.pk, actor_id=request.user.pk) for live in queryset)
        self.message_user(request, f"{count} live sessions are being stored.", messages.SUCCESS)


@admin.register(LiveCamera)
class LiveCameraAdmin(KeptAdmin):
    """Cameras of live sessions."""

    list_display = ("created_at", "name", "live", "calibration", "frames_in", "frames_dropped")
    list_filter = ("live__source", "live__status")
    list_select_related = ("live__session", "calibration")
    search_fields = ("name", "live__session__id", "live__session__title")
    date_hierarchy = "created_at"


@admin.register(LiveCheckpoint)
class LiveCheckpointAdmin(KeptAdmin):
    """What a worker would go on from."""

    list_display = ("saved_at", "live")
    list_filter = ("saved_at",)
    list_select_related = ("live__session",)
    search_fields = ("live__session__id",)
    exclude = ("data",)
