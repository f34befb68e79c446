"""The index in the admin: to look at, never to edit; what it says is made from other apps' texts."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import Count, QuerySet
from django.http import HttpRequest

from apps.search.models import CloudCopy, IndexEntry, Passage


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class PassageInline(_ReadOnly, admin.TabularInline[Passage, IndexEntry]):
    """The passages of an entry."""

    model = Passage
    fields = ("position", "asked", "start", "end", "model")
    extra = 0


@admin.register(IndexEntry)
class IndexEntryAdmin(_ReadOnly, admin.ModelAdmin[IndexEntry]):
    """What may be found."""

    list_display = ("kind", "object_id", "title", "team_id", "language", "passage_count", "updated_at")
    list_filter = ("kind", "language", "age_min", "age_max")
    search_fields = ("object_id", "title", "folded", "team_id", "player_id")
    ordering = ("-updated_at", "id")
    inlines = (PassageInline,)

    def get_queryset(self, request: HttpRequest) -> QuerySet[IndexEntry]:
        """Count the passages with the rows."""
        return super().get_queryset(request).annotate(passage_count=Count("passages"))

    @admin.display(description="passages", ordering="passage_count")
    def passage_count(self, entry: Any) -> int:
        """How many passages are embedded."""
        return int(entry.passage_count)


@admin.register(CloudCopy)
class CloudCopyAdmin(_ReadOnly, admin.ModelAdmin[CloudCopy]):
    """What Azure AI Search has confirmed. Without its row nobody would take a text out there, so none is removed."""

    list_display = ("kind", "object_id", "passages")
    list_filter = ("kind",)
    search_fields = ("object_id",)
    exclude = ("content_hash",)
