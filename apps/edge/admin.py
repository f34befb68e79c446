"""Edge boxes in the admin: how they stand, what was in dispute; all to read."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from apps.core.admin import KeptAdmin, ReadOnlyAdmin
from apps.edge.models import EdgeFilm, EdgeNode, SyncConflict, SyncCursor, SyncEdit, SyncField, TeamLog


class SyncCursorInline(admin.TabularInline[SyncCursor, EdgeNode]):
    """How far the node has come."""

    model = SyncCursor
    extra = 0
    can_delete = False
    readonly_fields = ("seq", "synced_at")

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Only a sync makes one."""
        return False


@admin.register(EdgeNode)
class EdgeNodeAdmin(KeptAdmin):
    """Nodes, when they were heard of, how their sync stands. One is ended by revoking its device."""

    list_display = ("name", "device", "team", "version", "connected", "last_heartbeat_at", "synced_at")
    list_filter = ("version", "device__revoked_at")
    list_select_related = ("device__team", "cursor")
    search_fields = ("id", "name", "device__name", "device__team__name", "device__user__email")
    date_hierarchy = "created_at"
    inlines = (SyncCursorInline,)

    @admin.display(ordering="device__team__name")
    def team(self, node: EdgeNode) -> str:
        """Whose it is."""
        return str(node.device.team)

    @admin.display(boolean=True)
    def connected(self, node: EdgeNode) -> bool:
        """Whether it is there now."""
        return node.is_connected()

    @admin.display(ordering="cursor__synced_at")
    def synced_at(self, node: EdgeNode) -> object:
        """When it last synced."""
        return node.cursor.synced_at if hasattr(node, "cursor") else None


@admin.register(SyncConflict)
class SyncConflictAdmin(KeptAdmin):
    """What two sides wrote without knowing of each other."""

    list_display = ("at", "node", "kind", "object_id", "field", "winner", "loser")
    list_filter = ("kind", "field")
    list_select_related = ("node",)
    search_fields = ("object_id", "node__name", "node__device__team__name")
    date_hierarchy = "at"


@admin.register(SyncField)
class SyncFieldAdmin(KeptAdmin):
    """What is known of every synced field; without a row an old edit would win again."""

    list_display = ("team", "seq", "kind", "object_id", "field", "wall_ms", "origin")
    list_filter = ("kind",)
    list_select_related = ("team",)
    search_fields = ("object_id", "team__name", "origin")


@admin.register(EdgeFilm)
class EdgeFilmAdmin(ReadOnlyAdmin):
    """Films that nodes handed in."""

    list_display = ("created_at", "team", "node", "sha256", "job")
    list_filter = ("node",)
    list_select_related = ("team", "node", "job")
    search_fields = ("sha256", "team__name", "node__name", "job__id")


@admin.register(SyncEdit)
class SyncEditAdmin(KeptAdmin):
    """Edits made on the server that wait for the next sync."""

    list_display = ("at", "team", "kind", "object_id", "field")
    list_filter = ("kind",)
    list_select_related = ("team",)
    search_fields = ("object_id", "team__name")
    date_hierarchy = "at"


@admin.register(TeamLog)
class TeamLogAdmin(KeptAdmin):
    """How long a team's log of changes is; changes get their numbers under these rows."""

    list_display = ("team", "last_seq", "looked_at")
    list_select_related = ("team",)
    search_fields = ("team__name", "team__club")
