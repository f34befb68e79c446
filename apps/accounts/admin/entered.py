"""What is entered about players, consent and log-ins in the admin."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import admin

from apps.accounts.models import Concussion, ConsentRecord, FitnessTest, LogIn, Measurement, WellnessReport
from apps.core.admin import KeptAdmin


class EnteredAdmin(admin.ModelAdmin[Any]):
    """Rows about a player, found by the player's or the team's name."""

    list_select_related = ("player", "entered_by")
    search_fields: ClassVar[tuple[str, ...]] = ("player__first_name", "player__last_name", "player__team__name")
    autocomplete_fields: ClassVar[tuple[str, ...]] = ("player", "entered_by")
    list_filter: ClassVar[tuple[str, ...]] = ("player__team",)
    readonly_fields = ("created_at", "updated_at")


@admin.register(Measurement)
class MeasurementAdmin(EnteredAdmin):
    """Body measurements."""

    list_display = ("player", "date", "height_cm", "sitting_height_cm", "weight_kg", "entered_by")
    date_hierarchy = "date"


@admin.register(FitnessTest)
class FitnessTestAdmin(EnteredAdmin):
    """Fitness tests."""

    list_display = ("player", "date", "kind", "value_mps", "method", "entered_by")
    list_filter = ("kind", "player__team")
    date_hierarchy = "date"


@admin.register(WellnessReport)
class WellnessReportAdmin(EnteredAdmin):
    """Wellness reports."""

    list_display = ("player", "date", "pain", "fever", "sleep_h", "sleep_quality", "soreness", "entered_by")
    list_filter = ("fever", "player__team")
    date_hierarchy = "date"


@admin.register(Concussion)
class ConcussionAdmin(EnteredAdmin):
    """Concussions."""

    list_display = ("player", "injured_at", "symptom_free_since", "entered_by")


@admin.register(ConsentRecord)
class ConsentRecordAdmin(KeptAdmin):
    """Consent, given and withdrawn: written by the people concerned, and by nobody else."""

    list_display = ("player", "purpose", "given", "at", "by", "on_paper", "note")
    list_filter = ("purpose", "given", "on_paper", "player__team")
    list_select_related = ("player", "by")
    search_fields = ("player__first_name", "player__last_name", "by__email")


@admin.register(LogIn)
class LogInAdmin(KeptAdmin):
    """Where people are logged in; goes with the user; the token ids are nowhere to be read."""

    list_display = ("user", "device", "created_at", "last_used_at", "expires_at", "ended_at", "end_reason")
    list_filter = ("end_reason",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name", "device")
    exclude = ("token_id", "previous_token_id")
