"""Bodies in SMPL's form: what may be asked, and what is answered."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.scan.serializers.scans import JOB_STATUSES, MAX_TIME_S, JobErrorOutput
from apps.scan.serializers.tracks import MAX_TRACK_ID

GENDERS = ("neutral", "female", "male")
STATUSES = ("ready", "outdated", "refused")
MAX_FRAME = 10_000_000


class BodyFitInput(serializers.Serializer[dict[str, Any]]):
    """Whose body is to be fitted, and in which part of the film."""

    session_id = serializers.UUIDField(help_text="A session whose scan is completed, or that scan.")
    track_id = serializers.IntegerField(
        required=False,
        allow_null=True,
        min_value=0,
        max_value=MAX_TRACK_ID,
        help_text="One person; left out: everybody whose postures were read.",
    )
    gender = serializers.ChoiceField(
        choices=GENDERS,
        default="neutral",
        help_text="Which body model, where licensed ones are installed; the open body has one.",
    )
    frames = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=MAX_FRAME),
        required=False,
        min_length=2,
        max_length=2,
        help_text="First and last frame, counted from 0 at the film's nominal rate; instead of from_s and to_s.",
    )
    from_s = serializers.FloatField(
        required=False, min_value=0, max_value=MAX_TIME_S, help_text="Start of the part, seconds of the film."
    )
    to_s = serializers.FloatField(
        required=False, min_value=0, max_value=MAX_TIME_S, help_text="End of the part, seconds of the film."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One way to name the part, and forward."""
        frames = attrs.get("frames")
        if frames is not None and ("from_s" in attrs or "to_s" in attrs):
            raise serializers.ValidationError({"frames": "Name the part by frames, or by from_s and to_s; not both."})
        if frames is not None and frames[1] < frames[0]:
            raise serializers.ValidationError({"frames": "The last frame lies before the first."})
        if "to_s" in attrs and attrs["to_s"] <= attrs.get("from_s", 0.0):
            raise serializers.ValidationError({"to_s": "The end must lie after the start."})
        if frames is not None:
            attrs["frames"] = (frames[0], frames[1])
        return attrs


class BodyClipQuery(serializers.Serializer[dict[str, Any]]):
    """Whose body, and of which time."""

    track_id = serializers.IntegerField(
        required=False,
        min_value=0,
        max_value=MAX_TRACK_ID,
        help_text="May be left out where one body was fitted.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot name."""
        fields = super().get_fields()
        for name in ("from", "to"):
            fields[name] = serializers.FloatField(
                required=False, min_value=0, max_value=MAX_TIME_S, help_text="seconds from the start of the film"
            )
        return fields

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A span runs forward."""
        if attrs.get("to") is not None and attrs["to"] <= attrs.get("from", 0.0):
            raise serializers.ValidationError({"to": "The end must lie after the start."})
        return attrs


class BodyJobOutput(serializers.Serializer[dict[str, Any]]):
    """The newest body fit of a session; follow it by `/api/scan/{job_id}/status`."""

    job_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=JOB_STATUSES)
    progress = serializers.FloatField(help_text="0-100")
    error = JobErrorOutput(allow_null=True)


class BodyOutput(serializers.Serializer[dict[str, Any]]):
    """The body that was fitted to one person, or why there is none."""

    track_id = serializers.IntegerField()
    status = serializers.ChoiceField(
        choices=STATUSES,
        help_text="outdated: the track or the calibration was changed since; fit it again.",
    )
    reason = serializers.CharField(allow_blank=True, help_text="Why no body could be fitted.")
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a field of the answer, not of the serializer
        choices=("multi_view", "one_camera"), help_text="Which keypoints were fitted."
    )
    frame = serializers.ChoiceField(choices=("world", "camera"), help_text="camera: no marked pitch says where it is.")
    scale_source = serializers.CharField(help_text="Where the body's size comes from.")
    estimated = serializers.BooleanField(help_text="True: lengths and places are an estimate, not a measurement.")
    model = serializers.CharField()
    gender = serializers.ChoiceField(choices=GENDERS)
    height_m = serializers.FloatField(allow_null=True, help_text="Of the fitted body, standing, metres.")
    from_s = serializers.FloatField(help_text="Seconds of the film.")
    to_s = serializers.FloatField(help_text="Seconds of the film.")
    pictures = serializers.IntegerField(help_text="Pictures with a body.")
    coverage = serializers.FloatField(help_text="0-1, of the pictures in which postures of this person were read.")
    error_m = serializers.FloatField(allow_null=True, help_text="Median distance of the keypoints in space, metres.")
    error_px = serializers.FloatField(allow_null=True, help_text="Median distance of the keypoints, pixels.")
    angles = serializers.ListField(
        child=serializers.CharField(),
        help_text="Names of the joint angles, in the order of `arrays.body.angles` (degrees, 0 standing straight).",
    )
    warnings = serializers.ListField(child=serializers.CharField())
    url = serializers.CharField(allow_null=True, help_text="Of the glTF file, where the body is ready.")
