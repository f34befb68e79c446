"""The calendar in the admin. Events are read there, not written: every write passes the safety rules."""

from __future__ import annotations

from django.contrib import admin

from apps.calendar.models import CalendarFeed, Drill, Recommendation, TeamCalendar, TrainingEvent
from apps.core.admin import KeptAdmin, ReadOnlyAdmin


@admin.register(TrainingEvent)
class TrainingEventAdmin(ReadOnlyAdmin):
    """Events; an override shows its reason and who gave it."""

    list_display = ("title", "team", "player", "event_type", "status", "start", "rrule", "overridden", "version")
    list_filter = ("event_type", "status", "ai_generated", "tournament", "all_day", "team")
    list_select_related = ("team", "player")
    search_fields = ("id", "title", "location", "player__first_name", "player__last_name", "team__name", "team__club")
    date_hierarchy = "start"
    autocomplete_fields = ("team", "player", "completed_session", "created_by", "changed_by", "overridden_by")

    @admin.display(boolean=True, description="Overridden")
    def overridden(self, event: TrainingEvent) -> bool:
        """Whether a rule was overridden."""
        return bool(event.override_reason)


@admin.register(Recommendation)
class RecommendationAdmin(ReadOnlyAdmin):
    """What the planner proposed."""

    list_display = ("player", "team", "status", "expires_at", "decided_by", "created_at")
    list_filter = ("status", "team")
    list_select_related = ("player", "team", "decided_by")
    search_fields = ("id", "request_id", "player__first_name", "player__last_name", "team__name")
    date_hierarchy = "created_at"
    autocomplete_fields = ("team", "player", "event", "created_by", "decided_by")


@admin.register(Drill)
class DrillAdmin(admin.ModelAdmin[Drill]):
    """The library of drills."""

    list_display = ("title", "key", "youngest", "oldest", "minutes", "players_min", "intensity")
    list_filter = ("intensity", "head_contact", "conditioning")
    search_fields = ("key", "title", "aim")


@admin.register(CalendarFeed)
class CalendarFeedAdmin(ReadOnlyAdmin):
    """Calendar links; deleting one ends it. The token is nowhere to be read."""

    list_display = ("user", "created_at", "last_read_at")
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    autocomplete_fields = ("user",)
    exclude = ("token_hash",)


@admin.register(TeamCalendar)
class TeamCalendarAdmin(KeptAdmin):
    """How often a team's calendar was written; writers take turns at these rows."""

    list_display = ("team", "version", "changed_at")
    list_select_related = ("team",)
    search_fields = ("team__name", "team__club")
    autocomplete_fields = ("team",)
