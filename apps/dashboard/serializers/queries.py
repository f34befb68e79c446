"""What may be asked."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework import serializers

from apps.core.units import Units
from apps.dashboard.periods import FORM, Bucket

MOST_NAMES = 40
LONGEST = 2000
PERIOD_HELP = f"The team's days, up to and with today: {FORM}"
GRADES = ("A", "B", "C", "D")


class NamesField(serializers.CharField):
    """Words separated by commas; the order stays."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, "required": False, "default": "", "allow_blank": True, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> list[str]:
        """Return the words."""
        words = [word.strip() for word in str(super().run_validation(data)).split(",") if word.strip()]
        if len(words) > MOST_NAMES:
            raise serializers.ValidationError(f"{len(words)} names; at most {MOST_NAMES}.")
        return words


class IdsField(NamesField):
    """Ids separated by commas."""

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the ids."""
        words = super().run_validation(data)
        try:
            return [uuid.UUID(word) for word in words]
        except ValueError:
            raise serializers.ValidationError("Each id is a UUID; separate them by commas.") from None


class UnitsQuery(serializers.Serializer[dict[str, Any]]):
    """In which units."""

    units = serializers.ChoiceField([units.value for units in Units], default=Units.METRIC.value, required=False)


class OverviewQuery(UnitsQuery):
    """Which team, and of what time."""

    team_id = serializers.UUIDField(required=False, help_text="May be left out by who is in one team only.")
    period = serializers.CharField(required=False, default="28d", max_length=40, help_text=PERIOD_HELP)


class PlayerPageQuery(UnitsQuery):
    """Of what time, and which figures."""

    period = serializers.CharField(required=False, default="90d", max_length=40, help_text=PERIOD_HELP)
    metrics = NamesField(help_text="Keys of /api/kpis/catalogue, at most 12; the five of lists by default.")


class HeatMapQuery(serializers.Serializer[dict[str, Any]]):
    """Of which session."""

    session_id = serializers.UUIDField()


class TrendQueryInput(UnitsQuery):
    """Whose figure, over what time."""

    metric = serializers.CharField(max_length=100, help_text="Key of /api/kpis/catalogue, or srpe_load_au.")
    player_id = serializers.CharField(required=False, max_length=64, help_text="Id or external id.")
    team_id = serializers.UUIDField(required=False)
    bucket = serializers.ChoiceField([bucket.value for bucket in Bucket], default=Bucket.WEEK.value, required=False)
    period = serializers.CharField(required=False, default="180d", max_length=40, help_text=PERIOD_HELP)
    grade = serializers.ChoiceField(GRADES, required=False, help_text="Only this grade; else the most frequent.")


class ComparisonsQuery(UnitsQuery):
    """Who or what beside whom or what."""

    player_ids = NamesField(help_text="1 to 4 players of one team: ids or external ids, separated by commas.")
    session_ids = IdsField(help_text="1 to 4 sessions of one team, separated by commas.")
    metrics = NamesField(help_text="Keys of /api/kpis/catalogue, at most 12; the five of lists by default.")
    period = serializers.CharField(required=False, default="180d", max_length=40, help_text=PERIOD_HELP)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Players or sessions, not both."""
        if bool(attrs["player_ids"]) == bool(attrs["session_ids"]):
            raise serializers.ValidationError("Say what to compare: player_ids or session_ids, one of the two.")
        return attrs


class SessionsCompareQuery(UnitsQuery):
    """Which sessions side by side."""

    session_ids = IdsField(
        required=True, allow_blank=False, default=serializers.empty, help_text="2 to 4 sessions of one team."
    )
    metrics = NamesField(help_text="Keys of /api/kpis/catalogue, at most 12; the five of lists by default.")
