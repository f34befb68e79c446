"""Starting a scan and following it."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.fields import AwareDateTimeField

PRESETS = ("fast", "standard", "full")
SESSION_TYPES = ("training", "match", "analysis")
JOB_STATUSES = ("queued", "running", "completed", "failed", "cancelled")
MAX_TIME_S = 86_400
"""No film is longer than a day [s]."""


class ScanWishInput(serializers.Serializer[dict[str, Any]]):
    """What a film shows, and how thoroughly to look."""

    player_id = serializers.CharField(
        required=False, max_length=64, help_text="Whom it is about: the player's id or the club's own name for them."
    )
    team_id = serializers.UUIDField(required=False, help_text="Whose session it is, when it is about no one player.")
    session_type = serializers.ChoiceField(choices=SESSION_TYPES, default="training")
    preset = serializers.ChoiceField(choices=PRESETS, default="standard")
    title = serializers.CharField(required=False, allow_blank=True, max_length=200, default="")
    description = serializers.CharField(required=False, allow_blank=True, max_length=5000, default="")
    calibration_id = serializers.UUIDField(required=False)
    start = AwareDateTimeField(
        required=False,
        help_text="When it was filmed: its load counts for that day. Without it the moment of this request.",
    )

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        """Take a form's empty fields as left out."""
        if hasattr(data, "items"):
            data = {name: value for name, value in data.items() if value != ""}
        checked: dict[str, Any] = super().to_internal_value(data)
        return checked


class QuickScanInput(ScanWishInput):
    """A video (or a finished resumable upload) and what it shows."""

    video = serializers.FileField(
        required=False, allow_empty_file=True, help_text="The film; leave out when upload_id is given."
    )
    upload_id = serializers.UUIDField(required=False, help_text="A finished resumable upload, instead of the video.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one source."""
        if ("video" in attrs) == ("upload_id" in attrs):
            raise serializers.ValidationError({"video": "Send a video, or the upload_id of a finished upload."})
        return attrs


class ScanStartedOutput(serializers.Serializer[dict[str, Any]]):
    """A scan that waits for a worker."""

    job_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    status = serializers.CharField()
    estimate_s = serializers.FloatField(allow_null=True, help_text="Seconds, from this machine's own scans.")


class JobErrorOutput(serializers.Serializer[dict[str, Any]]):
    """Why a job or step failed."""

    code = serializers.CharField()
    message = serializers.CharField()


class StepOutput(serializers.Serializer[dict[str, Any]]):
    """One step of a scan, all its time windows together."""

    name = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of the answer, not of the serializer
    status = serializers.ChoiceField(choices=("pending", "running", "done", "failed", "cancelled"))
    progress = serializers.FloatField(help_text="0-100")
    windows_done = serializers.IntegerField()
    windows_total = serializers.IntegerField()
    attempt = serializers.IntegerField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)
    duration_s = serializers.FloatField(allow_null=True)
    device = serializers.CharField(allow_blank=True)
    error = JobErrorOutput(allow_null=True)


class ScanStatusOutput(serializers.Serializer[dict[str, Any]]):
    """Where a scan stands."""

    job_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    version = serializers.IntegerField(help_text="Grows with every change; socket messages carry the same number.")
    status = serializers.ChoiceField(choices=JOB_STATUSES)
    progress = serializers.FloatField(help_text="0-100")
    step = serializers.CharField(allow_null=True)
    steps = StepOutput(many=True)
    eta_s = serializers.FloatField(allow_null=True)
    error = JobErrorOutput(allow_null=True)
    created_at = serializers.DateTimeField()
    started_at = serializers.DateTimeField(allow_null=True)
    ended_at = serializers.DateTimeField(allow_null=True)


class JobStateOutput(serializers.Serializer[dict[str, Any]]):
    """Job and its status after a change."""

    job_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    status = serializers.CharField()


class PresetInput(serializers.Serializer[dict[str, Any]]):
    """The video for which an estimate is wanted."""

    duration_s = serializers.FloatField(required=False, min_value=0, max_value=86_400)
    width = serializers.IntegerField(required=False, min_value=1, max_value=16_384)
    height = serializers.IntegerField(required=False, min_value=1, max_value=16_384)
    fps = serializers.FloatField(required=False, min_value=1, max_value=1000)


class PresetOutput(serializers.Serializer[dict[str, Any]]):
    """How thoroughly to look, and how long that takes here."""

    key = serializers.ChoiceField(choices=PRESETS)
    name = serializers.CharField()
    description = serializers.CharField()
    estimate_s = serializers.FloatField(allow_null=True)
    estimate_basis = serializers.CharField()
