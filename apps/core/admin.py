"""The audit trail and stored answers in the admin: to read, not to change."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.models import AuditEvent, IdempotencyKey

admin.site.site_header = admin.site.site_title = "Axolotl"
admin.site.index_title = "Administration"


class ReadOnlyAdmin(admin.ModelAdmin[Any]):
    """Rows that nobody edits by hand."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Never."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class KeptAdmin(ReadOnlyAdmin):
    """Rows that nobody removes by hand either: they go with what they belong to, or never."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never."""
        return False


class WholeAdmin(admin.ModelAdmin[Any]):
    """Rows that go with all that belongs to them, also with what nobody may remove alone."""

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Ask for the right to delete the row itself, not for that to each row below it."""
        named, counts, _, protected = super().get_deleted_objects(objs, request)
        return named, counts, set(), protected


@admin.register(AuditEvent)
class AuditEventAdmin(KeptAdmin):
    """Who did what; a trail with holes is none."""

    list_display = ("created_at", "actor", "action", "object_type", "object_id", "team_id", "sequence", "redacted_at")
    list_filter = ("action", "object_type")
    list_select_related = ("actor",)
    search_fields = ("object_id", "actor__email", "request_id", "team_id")
    date_hierarchy = "created_at"


@admin.register(IdempotencyKey)
class IdempotencyKeyAdmin(ReadOnlyAdmin):
    """Stored answers; deleting one lets its key be used again."""

    list_display = ("created_at", "user", "scope", "key", "status_code")
    list_filter = ("scope", "status_code")
    list_select_related = ("user",)
    search_fields = ("key", "user__email")
