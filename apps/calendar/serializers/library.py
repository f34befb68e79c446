"""The calendar link, and the library of drills."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.calendar.models import Drill


class FeedOutput(serializers.Serializer[Any]):
    """Whether there is a link, and when it was last read."""

    exists = serializers.BooleanField()
    created_at = serializers.DateTimeField(allow_null=True)
    last_read_at = serializers.DateTimeField(allow_null=True)


class NewFeedOutput(FeedOutput):
    """The link, shown this once."""

    url = serializers.CharField(help_text="For Google, Apple and Outlook: subscribe to this address.")
    webcal_url = serializers.CharField(help_text="Opens the calendar program of a phone or computer.")


class DrillOutput(serializers.ModelSerializer[Drill]):
    """A drill of the library."""

    age_groups = serializers.SerializerMethodField(help_text="For whom, such as U9 to adults.")

    class Meta:
        model = Drill
        fields = [
            "key", "title", "aim", "focus", "youngest", "oldest", "age_groups", "minutes", "players_min", "equipment",
            "setup", "steps", "progressions", "intensity", "load", "head_contact", "headers", "conditioning", "safety",
            "sources",
        ]  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField())
    def get_age_groups(self, drill: Drill) -> str:
        """The ages in words."""
        last = "adults" if drill.oldest >= 99 else f"U{drill.oldest}"
        return f"U{drill.youngest} to {last}"
