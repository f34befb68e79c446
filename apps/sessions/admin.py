"""Sessions in the admin."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from apps.core import media
from apps.core.admin import KeptAdmin, ReadOnlyAdmin, WholeAdmin
from apps.core.lifecycle import lifecycle
from apps.sessions.models import Session, SessionAttachment, SessionLoad, SessionNote, SessionPlayer, TrackCorrection


class SessionPlayerInline(admin.TabularInline[SessionPlayer, Session]):
    """Who is who, as the last scan and the coach's corrections say; corrected in the app, which measures again."""

    model = SessionPlayer
    extra = 0
    can_delete = False
    readonly_fields = ("track_id", "player")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a scan finds people."""
        return False


class SessionNoteInline(admin.StackedInline[SessionNote, Session]):
    """Notes."""

    model = SessionNote
    extra = 0
    autocomplete_fields = ("author",)


@admin.register(Session)
class SessionAdmin(WholeAdmin):
    """Sessions; deleting one also removes its film and artefacts."""

    list_display = ("__str__", "team", "player", "session_type", "status", "start", "synthetic")
    list_filter = ("status", "session_type", "synthetic", "team")
    list_select_related = ("team", "player")
    search_fields = ("id", "title", "description", "player__first_name", "player__last_name", "team__name")
    date_hierarchy = "start"
    autocomplete_fields = ("team", "player", "created_by")
    readonly_fields = ("id", "status", "created_at", "updated_at")
    inlines = (SessionPlayerInline, SessionNoteInline)

    def get_readonly_fields(self, request: HttpRequest, obj: Session | None = None) -> tuple[str, ...]:
        """A session stays in its team: film, figures and notes would not follow it."""
        return self.readonly_fields if obj is None else (*self.readonly_fields, "team")

    @transaction.atomic
    def delete_model(self, request: HttpRequest, obj: Session) -> None:
        """Erase with everything other apps keep of it."""
        lifecycle.erase("session", [obj.pk])
        super().delete_model(request, obj)

    @transaction.atomic
    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Erase with everything other apps keep of them."""
        lifecycle.erase("session", list(queryset.values_list("pk", flat=True)))
        super().delete_queryset(request, queryset)


@admin.register(SessionPlayer)
class SessionPlayerAdmin(KeptAdmin):
    """Who is who."""

    list_display = ("session", "track_id", "player")
    list_filter = (("player", admin.EmptyFieldListFilter),)
    list_select_related = ("session", "player")
    search_fields = ("session__title", "player__first_name", "player__last_name")


@admin.register(TrackCorrection)
class TrackCorrectionAdmin(KeptAdmin):
    """What coaches corrected; a change made here would reach no figure."""

    list_display = ("session", "kind", "track_id", "other_track_id", "frame", "player", "made_by", "created_at")
    list_filter = ("kind",)
    list_select_related = ("session", "player", "made_by")
    search_fields = ("session__title", "session__id")


@admin.register(SessionNote)
class SessionNoteAdmin(admin.ModelAdmin[SessionNote]):
    """Notes and drawings."""

    list_display = ("session", "kind", "author", "t_s", "created_at", "__str__")
    list_filter = ("kind",)
    list_select_related = ("session", "author")
    search_fields = ("text", "session__title")
    autocomplete_fields = ("session", "author")
    readonly_fields = ("id", "data", "created_at", "updated_at")


@admin.register(SessionLoad)
class SessionLoadAdmin(admin.ModelAdmin[SessionLoad]):
    """How long and how hard sessions were."""

    list_display = ("session", "player", "minutes", "rpe", "match_minutes", "source", "minutes_source", "updated_at")
    list_filter = ("source", "minutes_source")
    list_select_related = ("session", "player")
    search_fields = ("session__title", "player__first_name", "player__last_name")
    autocomplete_fields = ("session", "player")
    readonly_fields = ("id", "source", "minutes_source", "entered_by", "created_at", "updated_at")


@admin.register(SessionAttachment)
class SessionAttachmentAdmin(ReadOnlyAdmin):
    """Private files beside sessions: judged when they are uploaded, which the admin does not do."""

    list_display = ("name", "session", "content_type", "size_bytes", "uploaded_by", "created_at")
    list_filter = ("content_type",)
    list_select_related = ("session", "uploaded_by")
    search_fields = ("name", "session__title", "sha256")

    def delete_model(self, request: HttpRequest, obj: SessionAttachment) -> None:
        """Remove the file with its row."""
        key = obj.file.name or ""
        super().delete_model(request, obj)
        transaction.on_commit(partial(media.delete_file, key), robust=True)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Remove the files with their rows."""
        keys = list(queryset.values_list("file", flat=True))
        super().delete_queryset(request, queryset)
        for key in keys:
            transaction.on_commit(partial(media.delete_file, key), robust=True)
