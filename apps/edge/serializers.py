"""Shapes of the edge routes."""

from __future__ import annotations

import json
import re
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.edge.models import EdgeNode
from apps.edge.selectors import connected, cursor_of, pending_of
from apps.scan.serializers.scans import PRESETS, SESSION_TYPES

MAX_STATE_BYTES = 8192
_NO_TEXT = re.compile(r"\\u0000|\\ud[89a-f][0-9a-f]{2}")
"""Written as JSON in ASCII: NUL, and halves of characters (whole ones beyond the first plane are too rare to keep)."""


class SmallObjectField(serializers.JSONField):
    """A JSON object of a few kilobytes."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is no object, or large."""
        value = super().to_internal_value(data)
        if not isinstance(value, dict):
            raise serializers.ValidationError("This must be an object.")
        shown = json.dumps(value)
        if len(shown) > MAX_STATE_BYTES:
            raise serializers.ValidationError(f"This may have at most {MAX_STATE_BYTES} characters.")
        if _NO_TEXT.search(shown) or "Infinity" in shown:
            raise serializers.ValidationError("This holds characters or numbers that cannot be stored.")
        return value


@extend_schema_field({"type": "object", "additionalProperties": {}})
class StateField(SmallObjectField):
    """What a node says of itself."""


@extend_schema_field({"type": "object", "additionalProperties": {}})
class DocumentField(serializers.JSONField):
    """What was found in a film, as JSON; `pipeline.extracted` judges it."""

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is no object."""
        if not isinstance(data, dict):
            raise serializers.ValidationError("This must be an object.")
        return data


class NodeRegisterInput(serializers.Serializer[Any]):
    """What a node is."""

    name = serializers.CharField(max_length=80, help_text="What people call the computer, for example Pitch 2.")
    version = serializers.CharField(max_length=40, required=False, default="", allow_blank=True)
    capabilities = StateField(required=False, default=dict, help_text="For example devices and presets.")


class ClockOutput(serializers.Serializer[Any]):
    """For measuring the node's clock: with its own times of sending and receiving these make four."""

    received_at = serializers.DateTimeField(help_text="When the request came in.")
    sent_at = serializers.DateTimeField(help_text="When the answer went out.")


class NodeOutput(serializers.ModelSerializer[EdgeNode]):
    """A node and how it stands."""

    node_id = serializers.UUIDField(source="pk", read_only=True)
    device_id = serializers.UUIDField(read_only=True)
    team_id = serializers.UUIDField(source="device.team_id", read_only=True)
    connected = serializers.SerializerMethodField(help_text="Heard of within the last 45 seconds.")
    state = StateField(read_only=True, help_text="Queue, disk and clock, as the node last said.")
    capabilities = StateField(read_only=True)
    synced_at = serializers.SerializerMethodField(help_text="When it last synced.")
    pending = serializers.SerializerMethodField(help_text="Changes of the team that it has not taken yet.")
    conflicts = serializers.IntegerField(source="conflict_count", read_only=True, default=0, help_text="In all.")

    class Meta:
        model = EdgeNode
        fields = [
            "node_id",
            "device_id",
            "team_id",
            "name",
            "version",
            "capabilities",
            "connected",
            "last_heartbeat_at",
            "state",
            "synced_at",
            "pending",
            "conflicts",
            "created_at",
        ]
        read_only_fields = fields

    def get_connected(self, node: EdgeNode) -> bool:
        """Whether it is there now."""
        return connected(node)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_synced_at(self, node: EdgeNode) -> Any:
        """When it last synced."""
        return node.cursor.synced_at if hasattr(node, "cursor") else None

    def get_pending(self, node: EdgeNode) -> int:
        """How far behind it is."""
        return pending_of(node)


class NodeRegisteredOutput(serializers.Serializer[Any]):
    """The node, and where its sync goes on."""

    node_id = serializers.UUIDField()
    team_id = serializers.UUIDField()
    cursor = serializers.CharField(help_text="How far the server knows this node to be.")
    heartbeat_s = serializers.IntegerField(help_text="How often to send a heartbeat [s].")
    max_changes = serializers.IntegerField(help_text="Changes in one batch.")
    clock = ClockOutput()


class HeartbeatInput(serializers.Serializer[Any]):
    """That the node is there."""

    state = StateField(required=False, default=dict)
    leaving = serializers.BooleanField(required=False, default=False, help_text="True as the last word of a stop.")


class HeartbeatOutput(serializers.Serializer[Any]):
    """What a node needs to know between syncs."""

    node_id = serializers.UUIDField()
    pending = serializers.IntegerField(help_text="Changes of the team that it has not taken yet, as last numbered.")
    clock = ClockOutput()


class SyncChangeShape(serializers.Serializer[Any]):
    """An edit of some fields of one object, or its deletion."""

    id = serializers.CharField(max_length=80, help_text="UUID; '<player>/<date>' for wellness; '<session>/<player>'.")
    kind = serializers.CharField(max_length=12, help_text="session, wellness, rpe; and player (from the server).")
    op = serializers.ChoiceField(choices=("upsert", "delete"))
    updated_at = serializers.CharField(help_text="ISO 8601 with a zone, by the corrected clock.")
    counter = serializers.IntegerField(
        required=False, min_value=0, max_value=1_000_000_000, help_text="Orders edits of the same millisecond."
    )
    seen = serializers.CharField(required=False, help_text="The cursor that the node had when this was edited.")
    body = StateField(required=False, help_text="The fields that changed; others stay.")


@extend_schema_field(SyncChangeShape(many=True))
class ChangesField(serializers.Field[list[Any], Any, list[Any], Any]):
    """A list of whatever: each change is judged by itself."""

    def to_internal_value(self, data: Any) -> list[Any]:
        """Refuse what is no list."""
        if not isinstance(data, list):
            raise serializers.ValidationError("This must be a list of changes.")
        return data

    def to_representation(self, value: Any) -> Any:
        """As it came."""
        return value


class SyncInput(serializers.Serializer[Any]):
    """A batch."""

    cursor = serializers.CharField(
        required=False, allow_null=True, allow_blank=True, max_length=80, help_text="Of the last answer; null to begin."
    )
    changes = ChangesField(required=False, default=list)
    pending = serializers.IntegerField(
        required=False, default=0, min_value=0, max_value=10_000_000, help_text="Changes that follow in later batches."
    )


class ReceivedChangeOutput(serializers.Serializer[Any]):
    """A change that is settled: stored, known before, or lost to a later edit. The node may forget it."""

    id = serializers.CharField()
    kind = serializers.CharField()
    updated_at = serializers.CharField()
    counter = serializers.IntegerField()


class RefusedChangeOutput(serializers.Serializer[Any]):
    """A change that was not taken."""

    id = serializers.CharField(allow_null=True)
    kind = serializers.CharField(allow_null=True)
    updated_at = serializers.CharField(allow_null=True)
    counter = serializers.IntegerField(allow_null=True)
    code = serializers.CharField(
        help_text="INVALID, UNKNOWN_KIND, UNKNOWN_OP, CLOCK_AHEAD, NOT_ALLOWED, NOT_FOUND, GONE, WAITING."
    )
    message = serializers.CharField()
    retry = serializers.BooleanField(help_text="Whether the same change may be taken later.")


class EditOutput(serializers.Serializer[Any]):
    """One side of a conflict."""

    value = serializers.JSONField(allow_null=True)
    updated_at = serializers.CharField()
    by = serializers.CharField(help_text="A node's id, or server.")


class ConflictOutput(serializers.Serializer[Any]):
    """Two edits of one field that knew nothing of each other; the loser is kept."""

    id = serializers.CharField()
    kind = serializers.CharField()
    field = serializers.CharField(allow_null=True, help_text="null: the object itself was deleted.")
    won = serializers.BooleanField(help_text="Whether this node's edit stands.")
    other = EditOutput(help_text="The edit of the other side.")


class TeamChangeOutput(serializers.Serializer[Any]):
    """A change of the team."""

    id = serializers.CharField()
    kind = serializers.CharField()
    op = serializers.ChoiceField(choices=("upsert", "delete"))
    updated_at = serializers.CharField()
    counter = serializers.IntegerField()
    origin = serializers.CharField(allow_null=True, help_text="The node that made it; null for the server.")
    body = StateField()


class SyncOutput(serializers.Serializer[Any]):
    """What became of the batch, and what the team changed."""

    applied = ReceivedChangeOutput(many=True)
    conflicts = ConflictOutput(many=True)
    refused = RefusedChangeOutput(many=True)
    changes = TeamChangeOutput(many=True)
    cursor = serializers.CharField()
    has_more = serializers.BooleanField(help_text="Sync again at once with the cursor.")
    clock = ClockOutput()


class ProcessInput(serializers.Serializer[Any]):
    """A film: as a finished upload, or what was found in it."""

    upload_id = serializers.UUIDField(required=False, help_text="A finished resumable upload of the film.")
    extracted = serializers.FileField(
        required=False, allow_empty_file=True, help_text="Multipart only: the .npz of a scan, 32 MB at most."
    )
    document = DocumentField(
        required=False, help_text="The same as JSON: format, preset, film, series, and arrays as lists."
    )
    sha256 = serializers.RegexField(
        r"^[0-9a-f]{64}$", required=False, help_text="Of the film; it is analysed once, however often it comes."
    )
    name = serializers.CharField(required=False, max_length=255, default="film.mp4")
    size_bytes = serializers.IntegerField(required=False, min_value=0, max_value=2**50, default=0)
    session_id = serializers.UUIDField(required=False, help_text="The node's id for the session.")
    player_id = serializers.CharField(required=False, max_length=64, default="", allow_blank=True)
    session_type = serializers.ChoiceField(choices=SESSION_TYPES, default="training")
    preset = serializers.ChoiceField(choices=PRESETS, default="standard", help_text="Of an upload.")
    title = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    description = serializers.CharField(required=False, allow_blank=True, max_length=5000, default="")
    calibration_id = serializers.UUIDField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one source; arrays need the film's name in content."""
        if sum(name in attrs for name in ("upload_id", "extracted", "document")) != 1:
            raise serializers.ValidationError("Send one of upload_id, extracted (multipart) and document (JSON).")
        if "upload_id" not in attrs and "sha256" not in attrs:
            raise serializers.ValidationError({"sha256": "Needed with arrays: the film itself does not come."})
        return attrs


class ProcessOutput(serializers.Serializer[Any]):
    """A scan that waits for a worker."""

    job_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    status = serializers.CharField()
    known = serializers.BooleanField(help_text="True where the film came before; nothing was started.")


def registered(node: EdgeNode, *, max_changes: int, heartbeat_s: int) -> dict[str, Any]:
    """The answer to a registration, without the clock."""
    return {
        "node_id": str(node.pk),
        "team_id": str(node.device.team_id),
        "cursor": cursor_of(node, node.cursor.seq),
        "heartbeat_s": heartbeat_s,
        "max_changes": max_changes,
    }
