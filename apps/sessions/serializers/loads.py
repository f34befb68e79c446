"""Shapes of loads."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.accounts.serializers import PlayerBrief
from apps.core.fields import FiniteFloatField
from apps.sessions.models import MAX_LOAD_MINUTES, MAX_RPE, LoadSource, SessionLoad
from apps.sessions.selectors import TRUST, load_au, notes_on, trust_in
from apps.sessions.services.loads import ENTERED


class SessionLoadInput(serializers.Serializer[dict[str, Any]]):
    """How long and how hard it was for one player; what is not sent stays, `null` takes it back."""

    player_id = serializers.CharField(
        max_length=64,
        required=False,
        allow_null=True,
        help_text="Id or external id; a player who enters their own may leave it out.",
    )
    rpe = FiniteFloatField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MAX_RPE,
        help_text="Rating of perceived exertion, 0 (rest) to 10 (maximal), asked about 30 minutes after (Foster).",
    )
    minutes = FiniteFloatField(
        required=False, allow_null=True, min_value=0, max_value=MAX_LOAD_MINUTES, help_text="Minutes taken part [min]."
    )
    match_minutes = FiniteFloatField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MAX_LOAD_MINUTES,
        help_text="Of these, minutes of match play [min].",
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Something must be said."""
        if not {*ENTERED} & attrs.keys():
            raise serializers.ValidationError("Send at least one of rpe, minutes and match_minutes.")
        return attrs


class SessionLoadOutput(serializers.ModelSerializer[SessionLoad]):
    """A player's load; `null` = nobody said, not assessed."""

    player = PlayerBrief(read_only=True)
    rpe = serializers.FloatField(allow_null=True, help_text="0–10.")
    minutes = serializers.FloatField(allow_null=True, help_text="As entered [min].")
    match_minutes = serializers.FloatField(allow_null=True, help_text="As entered [min].")
    load_au = serializers.SerializerMethodField(
        help_text="Session RPE load: rpe × minutes [arbitrary units]; minutes else from the session's length (Foster)."
    )
    trust = serializers.SerializerMethodField(help_text="How far the rating can be relied on, by the player's age.")
    notes = serializers.SerializerMethodField(help_text="What to keep in mind, one sentence each.")
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field, not the serializer's own source
        LoadSource.choices, help_text="Who rated the effort."
    )
    minutes_source = serializers.ChoiceField(LoadSource.choices, help_text="Who entered the minutes.")

    class Meta:
        model = SessionLoad
        fields = [
            "id",
            "player",
            "rpe",
            "minutes",
            "match_minutes",
            "load_au",
            "trust",
            "notes",
            "source",
            "minutes_source",
            "updated_at",
        ]
        read_only_fields = fields

    def get_load_au(self, row: SessionLoad) -> float | None:
        """Effort times minutes."""
        return load_au(row)

    def get_trust(self, row: SessionLoad) -> TRUST:
        """By age."""
        return trust_in(row)

    def get_notes(self, row: SessionLoad) -> list[str]:
        """In words."""
        return notes_on(row)
