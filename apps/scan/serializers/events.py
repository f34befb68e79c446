"""Events of a session."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.scan.models import SessionEvent
from apps.scan.selectors.kpis import PlayerName, name_of
from apps.scan.serializers.results import PlayerNameOutput
from apps.scan.serializers.scans import MAX_TIME_S

KINDS = SessionEvent.Kind.values


class SessionEventsQuery(serializers.Serializer[dict[str, Any]]):
    """Which events, of which time."""

    kind = serializers.CharField(required=False, default="", help_text=",".join(KINDS))
    track_id = serializers.IntegerField(required=False, min_value=-1, max_value=2**31 - 1)

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot name."""
        fields = super().get_fields()
        for name in ("from", "to"):
            fields[name] = serializers.FloatField(
                required=False, min_value=0, max_value=MAX_TIME_S, help_text="seconds from the start of the film"
            )
        return fields

    def validate_kind(self, value: str) -> list[str]:
        """Known kinds."""
        wanted = {name.strip() for name in value.split(",") if name.strip()}
        unknown = sorted(wanted - set(KINDS))
        if unknown:
            raise serializers.ValidationError(f"'{unknown[0][:40]}' is unknown; choose from {', '.join(KINDS)}.")
        return sorted(wanted)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A span runs forward."""
        if attrs.get("to") is not None and attrs["to"] < attrs.get("from", 0.0):
            raise serializers.ValidationError({"to": "The end lies before the start."})
        return attrs


class EventEvidenceOutput(serializers.Serializer[dict[str, Any]]):
    """What shows that it happened."""

    frames = serializers.ListField(
        child=serializers.IntegerField(), help_text="First and last frame of the film to look at."
    )
    why = serializers.ListField(child=serializers.CharField(), help_text="What was seen there, in sentences.")


class SessionEventOutput(serializers.Serializer[SessionEvent]):
    """Something that happened: `figures` have units in their names, `null` where not known."""

    id = serializers.IntegerField(help_text="Number of the event; a new one after every scan.")
    kind = serializers.ChoiceField(choices=KINDS)
    t0_s = serializers.FloatField(help_text="Begin, seconds from the start of the film.")
    t1_s = serializers.FloatField(help_text="End, seconds from the start of the film.")
    track_id = serializers.IntegerField()
    player = serializers.SerializerMethodField()
    confidence = serializers.FloatField(
        allow_null=True, help_text="0-1, from what was seen; to sort by, not a probability."
    )
    figures = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()

    @extend_schema_field(PlayerNameOutput(allow_null=True))
    def get_player(self, row: SessionEvent) -> PlayerName | None:
        """Who did it, where that is known."""
        return name_of(row.player)

    def get_figures(self, row: SessionEvent) -> dict[str, Any]:
        """Figures of the event."""
        return {key: value for key, value in row.data.items() if key != "evidence"}

    @extend_schema_field(EventEvidenceOutput(allow_null=True))
    def get_evidence(self, row: SessionEvent) -> dict[str, Any] | None:
        """Frames and sentences; `null` for events of an earlier version."""
        found: dict[str, Any] | None = row.data.get("evidence")
        return found
