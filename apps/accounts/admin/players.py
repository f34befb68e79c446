"""Players and their guardians in the admin: merging, exporting, erasing."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from apps.accounts.admin.erasing import ErasingAdmin, staff_of
from apps.accounts.models import Guardianship, Player
from apps.accounts.services import erasure, exports, merging
from apps.core.errors import DomainError


class GuardianshipInline(admin.TabularInline[Guardianship, Player]):
    """A player's guardians."""

    model = Guardianship
    extra = 0
    autocomplete_fields = ("guardian",)


@admin.register(Player)
class PlayerAdmin(ErasingAdmin):
    """Players; deleting one erases every trace."""

    list_display = ("display_name", "team", "external_id", "date_of_birth", "position", "consent_given_at")
    list_filter = ("position", "sex", "team")
    list_select_related = ("team",)
    search_fields = ("first_name", "last_name", "external_id", "team__name", "team__club")
    autocomplete_fields = ("team", "user")
    readonly_fields = ("consent_given_at", "consent_given_by", "created_at", "updated_at")
    inlines = (GuardianshipInline,)
    actions = ("merge", "export")

    def get_readonly_fields(self, request: HttpRequest, obj: Player | None = None) -> tuple[str, ...]:
        """A player stays in their team: sessions and figures would not follow them."""
        return self.readonly_fields if obj is None else (*self.readonly_fields, "team")

    @transaction.atomic
    def erase(self, request: HttpRequest, obj: Player) -> None:
        """Erase one."""
        erasure.erase_player_now(obj, actor=staff_of(request))

    @admin.action(description="Merge two rows of one child", permissions=["delete"])
    def merge(self, request: HttpRequest, queryset: QuerySet[Player]) -> HttpResponse | None:
        """Show what merging would do either way; merge when confirmed."""
        pair = list(queryset.select_related("team", "user")[:3])
        if len(pair) != 2:
            self.message_user(request, "Choose exactly two players to merge.", messages.ERROR)
            return None
        if request.POST.get("confirmed") != "yes":
            context = {**self.admin_site.each_context(request), "title": "Merge players", "choices": _choices(pair)}
            return TemplateResponse(request, "admin/accounts/merge_players.html", context)
        kept, gone = sorted(pair, key=lambda player: str(player.pk) != request.POST.get("kept"))
        self._merge(request, kept, gone)
        return None

    @admin.action(description="Export everything about one player", permissions=["view"])
    def export(self, request: HttpRequest, queryset: QuerySet[Player]) -> HttpResponse | None:
        """Send the ZIP that a guardian would get."""
        found = list(queryset[:2])
        if len(found) != 1:
            self.message_user(request, "Choose one player to export.", messages.ERROR)
            return None
        export = exports.export_for_staff(user=staff_of(request), player=found[0])
        answer = HttpResponse(export.content, content_type="application/zip")
        answer["Content-Disposition"] = f'attachment; filename="{export.name}"'
        return answer

    def _merge(self, request: HttpRequest, kept: Player, gone: Player) -> None:
        name = str(gone)
        try:
            merging.merge_players(user=staff_of(request), kept=kept, gone=gone)
        except DomainError as error:
            self.message_user(request, error.message, messages.ERROR)
        else:
            self.message_user(request, f"{name} is now part of {kept}.", messages.SUCCESS)


@admin.register(Guardianship)
class GuardianshipAdmin(admin.ModelAdmin[Guardianship]):
    """Guardianships."""

    list_display = ("guardian", "player", "created_at")
    list_filter = ("player__team",)
    list_select_related = ("guardian", "player")
    search_fields = ("guardian__email", "player__first_name", "player__last_name")
    autocomplete_fields = ("guardian", "player")


def _choices(pair: list[Player]) -> list[dict[str, Any]]:
    choices: list[dict[str, Any]] = []
    for kept, gone in (pair, reversed(pair)):
        try:
            choices.append({"kept": kept, "merge": merging.preview_merge(kept=kept, gone=gone), "refused": ""})
        except DomainError as error:
            choices.append({"kept": kept, "merge": None, "refused": error.message})
    return choices
