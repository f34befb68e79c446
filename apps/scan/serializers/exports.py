"""Which file is wanted."""

from __future__ import annotations

import uuid
from typing import Any

from rest_framework import serializers

from apps.scan.exports import FORMATS
from apps.scan.exports.source import ALL_PLAYERS
from apps.scan.serializers.tracks import MAX_TRACK_ID

REPORT = "pdf"
_OF_ONE = [REPORT, *(name for name, export in FORMATS.items() if export.of_one)]


class ExportQuery(serializers.Serializer[dict[str, Any]]):
    """The format of an export, and whose it is."""

    format = serializers.ChoiceField(
        choices=list(FORMATS),
        error_messages={"invalid_choice": f"There is no such export; choose from {', '.join(FORMATS)}."},
    )
    player = serializers.CharField(
        required=False,
        max_length=36,
        help_text=f"Of a pdf: the page of this player (id), or `{ALL_PLAYERS}`: a page for each named player.",
    )
    track_id = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_TRACK_ID,
        help_text=f"One person's alone; for {', '.join(_OF_ONE)}.",
    )

    def validate_player(self, value: str) -> str:
        """A player's id, or all of them."""
        if value == ALL_PLAYERS:
            return value
        try:
            return str(uuid.UUID(value))
        except ValueError:
            raise serializers.ValidationError(f"This is not a player's id; give one, or '{ALL_PLAYERS}'.") from None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Only some formats are of one person."""
        if "track_id" in attrs and attrs["format"] not in _OF_ONE:
            raise serializers.ValidationError({"track_id": f"Only for {', '.join(_OF_ONE)}."})
        if "player" in attrs and attrs["format"] != REPORT:
            raise serializers.ValidationError({"player": "Only a pdf has a page for each player; leave this out."})
        if "player" in attrs and "track_id" in attrs:
            raise serializers.ValidationError({"track_id": "Give the player or the track, not both."})
        return attrs
