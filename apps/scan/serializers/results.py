"""What a scan found."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from apps.scan.selectors.shown import Faces
from apps.scan.serializers.body import BodyJobOutput, BodyOutput
from apps.scan.serializers.scans import MAX_TIME_S

INCLUDABLE = ("tracks", "poses", "ball", "world", "points3d", "body")


class ResultsQuery(serializers.Serializer[dict[str, Any]]):
    """Which arrays, and of which time."""

    include = serializers.CharField(required=False, default="", help_text=",".join(INCLUDABLE))
    camera = serializers.CharField(
        required=False,
        default="",
        max_length=40,
        help_text="Of several cameras: whose boxes and postures (`tracks`, `poses`), at times of the first one's "
        "clock. Left out: the first one's.",
    )

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """Add `from`, which Python cannot name."""
        fields = super().get_fields()
        for name in ("from", "to"):
            fields[name] = serializers.FloatField(
                required=False, min_value=0, max_value=MAX_TIME_S, help_text="seconds from the start of the film"
            )
        return fields

    def validate_include(self, value: str) -> list[str]:
        """Known names, each once, in our order."""
        wanted = {name.strip() for name in value.split(",") if name.strip()}
        unknown = sorted(wanted - set(INCLUDABLE))
        if unknown:
            raise serializers.ValidationError(f"'{unknown[0][:40]}' is unknown; choose from {', '.join(INCLUDABLE)}.")
        return [name for name in INCLUDABLE if name in wanted]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """A span runs forward."""
        attrs["include"] = attrs["include"] or []
        if attrs.get("to") is not None and attrs["to"] < attrs.get("from", 0.0):
            raise serializers.ValidationError({"to": "The end lies before the start."})
        return attrs


class FrameQuery(serializers.Serializer[dict[str, Any]]):
    """Which moment."""

    t = serializers.FloatField(required=False, default=0.0, min_value=0, max_value=MAX_TIME_S)
    max_side = serializers.IntegerField(required=False, min_value=64, max_value=8192)


class FilmQuery(serializers.Serializer[dict[str, Any]]):
    """Which film."""

    faces = serializers.ChoiceField(
        choices=["as_allowed", "blurred"],
        required=False,
        default="as_allowed",
        help_text="`blurred`: the copy without faces, for staff who want to hand a film on. Others get no other.",
    )


class PlayerNameOutput(serializers.Serializer[dict[str, Any]]):
    """A player by name."""

    id = serializers.UUIDField()
    display_name = serializers.CharField()


class VideoOutput(serializers.Serializer[dict[str, Any]]):
    """The film: a link that ends in 15 minutes, and what is in it."""

    id = serializers.UUIDField(help_text="What a calibration's `video_id` names.")
    url = serializers.CharField()
    width = serializers.IntegerField()
    height = serializers.IntegerField()
    fps = serializers.FloatField()
    frames = serializers.IntegerField()
    duration_s = serializers.FloatField()
    codec = serializers.CharField()
    playable = serializers.BooleanField()
    faces = serializers.ChoiceField(
        choices=[faces.value for faces in Faces],
        help_text="`visible`: as it was filmed, for the staff of the team; `blurred`: the copy that players and "
        "guardians are shown; `being_made`: that copy does not stand yet, look again in some minutes; `withheld`: "
        "there is none. In the last two the link answers 409.",
    )
    warnings = serializers.ListField(child=serializers.CharField())


class CameraFilmOutput(VideoOutput):
    """The film of one of several cameras."""

    camera = serializers.CharField()
    offset_s = serializers.FloatField(
        allow_null=True,
        help_text="How far this camera's clock is ahead of the first one's [s]; null where that is not known (yet).",
    )


class UsedCalibrationOutput(serializers.Serializer[dict[str, Any]]):
    """The calibration behind the metres."""

    id = serializers.UUIDField()
    name = serializers.CharField()
    error_m = serializers.FloatField(allow_null=True)
    max_error_m = serializers.FloatField(allow_null=True)
    points = serializers.IntegerField()
    warnings = serializers.ListField(child=serializers.CharField())


class UsedModelOutput(serializers.Serializer[dict[str, Any]]):
    """A model that made the arrays."""

    key = serializers.CharField()
    version = serializers.CharField()
    sha256 = serializers.CharField()


class TrackOutput(serializers.Serializer[dict[str, Any]]):
    """One person followed through the film."""

    track_id = serializers.IntegerField()
    player = PlayerNameOutput(allow_null=True)
    team = serializers.ChoiceField(choices=("a", "b", "referee", "goalkeeper", "unknown"))
    color = serializers.CharField(allow_null=True)
    start_s = serializers.FloatField()
    end_s = serializers.FloatField()
    frames = serializers.IntegerField()
    coverage = serializers.FloatField()
    corrected = serializers.BooleanField()
    name_withheld = serializers.CharField(
        allow_null=True, help_text="Why the track stays unnamed though a coach named somebody; null where none was."
    )


class SkeletonOutput(serializers.Serializer[dict[str, Any]]):
    """Names of the keypoints and which are joined."""

    name = serializers.CharField()
    keypoints = serializers.ListField(child=serializers.CharField())
    limbs = serializers.ListField(child=serializers.ListField(child=serializers.IntegerField()))


class ResultsOutput(serializers.Serializer[dict[str, Any]]):
    """Summary of a scan; with `include`, `arrays` holds the numbers of the asked time."""

    job_id = serializers.UUIDField()
    session_id = serializers.UUIDField()
    status = serializers.CharField()
    video = VideoOutput(allow_null=True)
    films = CameraFilmOutput(many=True, help_text="Of a scan of several cameras, the shown one first; else empty.")
    calibration = UsedCalibrationOutput(allow_null=True)
    scale_source = serializers.CharField(allow_null=True)
    models = UsedModelOutput(many=True)
    tracks = TrackOutput(many=True)
    skeleton = SkeletonOutput(allow_null=True)
    bodies = BodyOutput(many=True)
    body_job = BodyJobOutput(allow_null=True)
    warnings = serializers.ListField(child=serializers.CharField())
    arrays = serializers.DictField(
        help_text="What `include` asked for: series → columns of one length, a row each person and picture. A posture "
        "(`poses`) whose `interpolated` is true was not read in that picture but put between two that were."
    )


class KpisQuery(serializers.Serializer[dict[str, Any]]):
    """Whose KPIs, and how much of them."""

    track_id = serializers.IntegerField(
        required=False, min_value=-1, max_value=2**31 - 1, help_text="Only of this track. Left out: everybody's."
    )
    series = serializers.BooleanField(
        required=False,
        default=True,
        help_text="Whether each row brings its curve of speed. A whole match is 27,000 points a player: a page that "
        "shows one curve asks for everybody's figures without, and for one track's with it.",
    )


@extend_schema_field(
    {
        "type": "object",
        "additionalProperties": True,
        "properties": {
            "identity_doubt": {
                "type": "number",
                "minimum": 0,
                "maximum": 1,
                "description": "Chance that the track shows two people in turn.",
            },
            "doubtful_s": {
                "type": "array",
                "items": {"type": "number"},
                "description": "Moments of the film [s] at which the track may have gone over to another person. "
                "Missing in results of older versions.",
            },
            "grade_reason": {"type": "string", "description": "Which measure decided the grade."},
        },
    }
)
class QualityField(serializers.DictField):
    """How far figures can be trusted; `pipeline` writes it, older results have fewer keys."""


class PlayerKpisOutput(serializers.Serializer[dict[str, Any]]):
    """KPIs of one player or unnamed track."""

    track_id = serializers.IntegerField()
    player = PlayerNameOutput(allow_null=True)
    grade = serializers.CharField(allow_null=True)
    groups = serializers.DictField()
    quality = QualityField()
    series = serializers.DictField(
        allow_null=True, help_text="`t_s` [s] and `speed_mps` [m/s]; null without metres, or where `series` was false."
    )


class KpisOutput(serializers.Serializer[dict[str, Any]]):
    """KPIs of a session, as last computed."""

    session_id = serializers.UUIDField()
    version = serializers.IntegerField()
    players = PlayerKpisOutput(many=True)


class CatalogueEntryOutput(serializers.Serializer[dict[str, Any]]):
    """What a KPI means and how it is computed."""

    key = serializers.CharField()
    group = serializers.CharField()
    unit = serializers.CharField()
    name = serializers.CharField()
    definition = serializers.CharField()
    formula = serializers.CharField()
    smoothing = serializers.CharField(help_text="Which filter ran before.")
    count = serializers.BooleanField(help_text="Whole numbers.")
    experimental = serializers.BooleanField(help_text="To be shown with that mark.")
    sources = serializers.ListField(child=serializers.CharField())
    min_quality = serializers.JSONField()
    version = serializers.JSONField()
