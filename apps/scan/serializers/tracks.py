"""Who a track is."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

MAX_TRACK_ID = 2**31 - 1


def _track_id() -> serializers.IntegerField:
    return serializers.IntegerField(min_value=0, max_value=MAX_TRACK_ID)


class TrackAssignInput(serializers.Serializer[dict[str, Any]]):
    """This track is this player, or nobody known (null)."""

    track_id = _track_id()
    player_id = serializers.UUIDField(allow_null=True)


class TrackMergeInput(serializers.Serializer[dict[str, Any]]):
    """These two tracks are one person; the first keeps its number."""

    track_ids = serializers.ListField(child=_track_id(), min_length=2, max_length=2)

    def validate_track_ids(self, value: list[int]) -> list[int]:
        """Two different ones."""
        if value[0] == value[1]:
            raise serializers.ValidationError("Name two different tracks.")
        return value


class TrackSplitInput(serializers.Serializer[dict[str, Any]]):
    """From this moment on the track is somebody else."""

    track_id = _track_id()
    t_s = serializers.FloatField(min_value=0, max_value=86_400)
