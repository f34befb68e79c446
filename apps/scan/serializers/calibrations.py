"""Calibration by clicking pitch marks."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.core.fields import FiniteFloatField

MAX_POINTS = 100
MAX_COORDINATE_PX = 100_000
MAX_FILM_S = 24 * 3600.0
PITCH_FORMATS = ("11v11", "9v9", "7v7", "5v5")


def _pair(limit: float, help_text: str) -> serializers.ListField:
    child = FiniteFloatField(min_value=-limit, max_value=limit)
    return serializers.ListField(child=child, min_length=2, max_length=2, help_text=help_text)


class PitchSizeInput(serializers.Serializer[dict[str, Any]]):
    """Which pitch."""

    format = serializers.ChoiceField(choices=PITCH_FORMATS, default="11v11")
    length_m = FiniteFloatField(required=False, min_value=10, max_value=130)
    width_m = FiniteFloatField(required=False, min_value=10, max_value=130)


class PitchQuery(serializers.Serializer[dict[str, Any]]):
    """Which pitch, in a query string."""

    format = serializers.ChoiceField(choices=PITCH_FORMATS, default="11v11")
    length = FiniteFloatField(required=False, min_value=10, max_value=130)
    width = FiniteFloatField(required=False, min_value=10, max_value=130)


class MarkInput(serializers.Serializer[dict[str, Any]]):
    """One clicked mark: by name, or by its place on the pitch."""

    mark = serializers.CharField(required=False, max_length=60)
    pitch = _pair(500, "x, y in metres from the centre spot")
    image = _pair(MAX_COORDINATE_PX, "x, y in pixels")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["pitch"].required = False

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of name and place."""
        if ("mark" in attrs) == ("pitch" in attrs):
            raise serializers.ValidationError({"mark": "Name the mark, or give its place on the pitch."})
        return attrs


class LineInput(serializers.Serializer[dict[str, Any]]):
    """Points clicked along one straight pitch line."""

    line = serializers.CharField(max_length=60)
    image = serializers.ListField(child=_pair(MAX_COORDINATE_PX, "x, y in pixels"), min_length=1, max_length=MAX_POINTS)


class CalibrationFitInput(serializers.Serializer[dict[str, Any]]):
    """What was clicked, in a picture of this size."""

    image_size = serializers.ListField(
        child=serializers.IntegerField(min_value=16, max_value=16_384), min_length=2, max_length=2
    )
    pitch = PitchSizeInput(required=False, default=lambda: {"format": "11v11"})
    points = serializers.ListField(child=MarkInput(), max_length=MAX_POINTS, allow_empty=True)
    lines = serializers.ListField(child=LineInput(), required=False, max_length=20, default=list)
    lens = serializers.BooleanField(default=False, help_text="Estimate the lens too (wide angles; six marks or more).")
    t_s = FiniteFloatField(
        required=False,
        min_value=0,
        max_value=MAX_FILM_S,
        help_text="Time [s] of the marked picture in its film; without it a film whose camera moves has no metres.",
    )
    video_id = serializers.UUIDField(
        required=False, help_text="The film that the marked picture is from: a moving camera is followed in no other."
    )


class CalibrationCreateInput(CalibrationFitInput):
    """The same, to keep under a name."""

    name = serializers.CharField(max_length=120)
    team_id = serializers.UUIDField(required=False, help_text="Needed by those who are in several teams.")


class ErrorMapOutput(serializers.Serializer[dict[str, Any]]):
    """One standard deviation of a position [m] at the crossings of x and y; null where the camera does not look."""

    x = serializers.ListField(child=serializers.FloatField())
    y = serializers.ListField(child=serializers.FloatField())
    sigma_m = serializers.ListField(child=serializers.ListField(child=serializers.FloatField(allow_null=True)))


class CalibrationFitOutput(serializers.Serializer[dict[str, Any]]):
    """How well the marks agree, and the pitch's lines as the calibration sees them."""

    error_m = serializers.FloatField()
    max_error_m = serializers.FloatField()
    residuals_m = serializers.ListField(child=serializers.FloatField())
    lines_px = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    )
    error_map = ErrorMapOutput()
    warnings = serializers.ListField(child=serializers.CharField())
    data = serializers.DictField()  # type: ignore[assignment]  # a field of the answer, not of the serializer


class PitchKeptField(serializers.DictField):
    """The pitch of a calibration, with the `format` under which `/api/scan/pitch` draws it."""

    def to_representation(self, value: dict[str, Any]) -> dict[str, Any]:
        """Name the format as the routes do."""
        kept: dict[str, Any] = super().to_representation(value)
        return {**kept, "format": kept["name"]} if kept.get("name") in PITCH_FORMATS else kept


class CalibrationOutput(serializers.Serializer[Any]):
    """A kept calibration."""

    id = serializers.UUIDField()
    team_id = serializers.UUIDField()
    name = serializers.CharField()
    kind = serializers.CharField()
    error_m = serializers.FloatField(allow_null=True)
    max_error_m = serializers.FloatField(allow_null=True)
    image_size = serializers.ListField(child=serializers.IntegerField(), source="data.image_size", default=list)
    pitch = PitchKeptField(source="data.pitch", default=dict)
    t_s = serializers.FloatField(
        source="data.anchor_t_s",
        default=None,
        allow_null=True,
        help_text="Time [s] of the marked picture in its film; null: not known.",
    )
    cameras = serializers.ListField(
        child=serializers.CharField(), source="data.cameras", default=list, help_text="Names; of kind camera only."
    )
    points = serializers.ListField(child=serializers.DictField())
    warnings = serializers.ListField(child=serializers.CharField())
    created_at = serializers.DateTimeField()


class CalibrationChoiceInput(serializers.Serializer[dict[str, Any]]):
    """Which calibration a session uses from now on."""

    calibration_id = serializers.UUIDField()


class PitchMarkOutput(serializers.Serializer[dict[str, Any]]):
    """A mark that can be clicked [m, pitch frame]."""

    key = serializers.CharField()
    name = serializers.CharField()
    x = serializers.FloatField()
    y = serializers.FloatField()


class PitchFormatOutput(serializers.Serializer[dict[str, Any]]):
    """A named pitch size."""

    key = serializers.CharField()
    name = serializers.CharField()
    length_m = serializers.FloatField()
    width_m = serializers.FloatField()


class PitchOutput(serializers.Serializer[dict[str, Any]]):
    """A pitch as data: x along its length, y to the left, origin at the centre spot [m]."""

    formats = PitchFormatOutput(many=True)
    marks = PitchMarkOutput(many=True)
    lines = serializers.ListField(
        child=serializers.ListField(child=serializers.ListField(child=serializers.FloatField()))
    )
