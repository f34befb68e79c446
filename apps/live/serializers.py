"""Shapes of live requests and answers."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.live.models import FilmState, LiveSource, LiveStatus
from apps.live.services.sessions import MAIN_CAMERA
from apps.live.stream import MAX_CAMERAS

MIN_FPS, MAX_FPS = 1.0, 30.0
_CAMERA = r"^[\w][\w .\-]{0,39}$"


class CameraNameField(serializers.RegexField):
    """The name of a camera in its session."""

    def __init__(self, **kwargs: Any) -> None:
        said: dict[str, Any] = {"invalid": "A camera's name has 1 to 40 letters, digits, spaces, dots, - or _."}
        super().__init__(_CAMERA, error_messages=said, **kwargs)


class CameraInput(serializers.Serializer[dict[str, Any]]):
    """A camera that will send."""

    name = CameraNameField(help_text="What the camera is called in this session.")
    calibration_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Where the pitch is in this camera's picture."
    )


class LiveStartInput(serializers.Serializer[dict[str, Any]]):
    """What is to be filmed, and from where."""

    player_id = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=64,
        help_text="Whom the session is about: the player's id or the club's own name for them.",
    )  # fmt: skip
    team_id = serializers.UUIDField(
        required=False, allow_null=True, default=None, help_text="Needed by whoever coaches several teams."
    )
    source = serializers.ChoiceField(  # type: ignore[assignment]
        choices=LiveSource.choices, help_text="Where the frames come from."
    )
    fps = serializers.FloatField(
        default=10.0, min_value=MIN_FPS, max_value=MAX_FPS, help_text="Frames a second that each camera will send."
    )
    calibration_id = serializers.UUIDField(
        required=False, allow_null=True, default=None,
        help_text="Where the pitch is in the picture; without one there may be no metres.",
    )  # fmt: skip
    model = serializers.CharField(
        required=False, allow_blank=True, default="", max_length=40, help_text="Detector; empty for the fastest one."
    )
    title = serializers.CharField(required=False, allow_blank=True, default="", max_length=200)
    record = serializers.BooleanField(default=False, help_text="Whether the film is kept.")
    cameras = serializers.ListField(
        child=CameraInput(), required=False, default=list, max_length=MAX_CAMERAS,
        help_text="Where several cameras film, each by name; without, there is one, called main.",
    )  # fmt: skip


class FrameBudgetOutput(serializers.Serializer[Any]):
    """What each camera may send; what is over it is dropped and counted."""

    fps = serializers.FloatField(help_text="Frames a second.")
    max_bytes = serializers.IntegerField(help_text="Size of a frame [bytes].")
    max_cameras = serializers.IntegerField(help_text="Cameras in one session.")


class LiveStartedOutput(serializers.Serializer[Any]):
    """A session that takes frames."""

    session_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=LiveStatus.choices)
    ws_url = serializers.CharField(help_text="The socket; a browser adds ?ticket= of POST /api/auth/ticket.")
    frame_budget = FrameBudgetOutput()
    cameras = serializers.ListField(child=serializers.CharField())
    warnings = serializers.ListField(child=serializers.CharField(), help_text="What to know before filming.")


class FrameInput(serializers.Serializer[dict[str, Any]]):
    """One picture."""

    session_id = serializers.UUIDField()
    frame = serializers.FileField(help_text="JPEG, PNG or WebP of at most 1 MB.")
    timestamp = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=0, max_value=2**63 - 1,
        help_text="When it was taken [microseconds since 1970 by the server's clock]; without, when it came.",
    )  # fmt: skip
    camera = CameraNameField(required=False, default=MAIN_CAMERA, help_text="Which camera took it.")
    wait_ms = serializers.IntegerField(
        required=False, default=1000, min_value=0, max_value=3000,
        help_text="How long to wait for the state that has this frame in it [ms].",
    )  # fmt: skip


class DetectionOutput(serializers.Serializer[Any]):
    """Somebody found in the picture."""

    bbox = serializers.ListField(
        child=serializers.FloatField(), min_length=4, max_length=4, help_text="Left, top, right, bottom [px]."
    )
    track_id = serializers.IntegerField(help_text="The number by which they are followed.")


class LiveFrameFactsOutput(serializers.Serializer[Any]):
    """The newest picture of a camera that a state is made of."""

    t_us = serializers.IntegerField(help_text="When it was taken [microseconds since 1970].")
    seq = serializers.IntegerField(help_text="Its number among the camera's frames.")
    width = serializers.IntegerField(help_text="Pixels.")
    height = serializers.IntegerField(help_text="Pixels.")


class LivePlayerOutput(serializers.Serializer[Any]):
    """Somebody in the picture, with what is known of them now; null where it is not known."""

    track_id = serializers.IntegerField(help_text="The number by which they are followed.")
    player_id = serializers.UUIDField(allow_null=True)
    name = serializers.CharField(allow_null=True, required=False)
    camera = serializers.CharField()
    bbox = serializers.ListField(child=serializers.FloatField(), help_text="Left, top, right, bottom [px].")
    seen = serializers.BooleanField(required=False, help_text="False where the box is predicted.")
    views = serializers.DictField(
        child=serializers.ListField(child=serializers.FloatField()),
        required=False,
        help_text="Camera to the box in its picture, where several cameras see the player [px].",
    )
    keypoints = serializers.ListField(
        child=serializers.ListField(child=serializers.FloatField()),
        required=False,
        help_text="17 x (x, y [px], score).",
    )
    xy_m = serializers.ListField(
        child=serializers.FloatField(), required=False, help_text="On the pitch, from its centre spot [m]."
    )
    sigma_m = serializers.FloatField(required=False, help_text="Standard error of the place [m].")
    speed_mps = serializers.FloatField(allow_null=True, help_text="Speed now [m/s].")
    speed_sigma_mps = serializers.FloatField(allow_null=True, required=False, help_text="Its standard error [m/s].")
    distance_m = serializers.FloatField(allow_null=True, help_text="Way since the start [m].")
    zone = serializers.IntegerField(allow_null=True, help_text="Speed zone 1 to 5.")
    load = serializers.FloatField(allow_null=True, help_text="Load since the start [arbitrary units].")
    implausible = serializers.BooleanField(required=False, help_text="True while it is beyond what humans can do.")


class LiveMetricsOutput(serializers.Serializer[Any]):
    """What is known at one moment."""

    players = LivePlayerOutput(many=True)
    frame = serializers.DictField(child=LiveFrameFactsOutput(), help_text="Camera to its newest picture in here.")
    fps = serializers.FloatField(help_text="Frames a second that are looked at.")
    latency_ms = serializers.FloatField(help_text="From a frame's arrival to its state [ms].")
    dropped = serializers.DictField(child=serializers.IntegerField(), help_text="Camera to frames nobody looked at.")
    broken = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="Camera to pictures that could not be read."
    )
    ignored = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="Camera to frames that came twice or too late."
    )
    scale = serializers.CharField(help_text="Where metres come from: calibrated, estimated or none.")
    budget = serializers.DictField(required=False, help_text="How the time budget is held now.")
    messages = serializers.ListField(child=serializers.CharField(), required=False)


class FrameOutput(serializers.Serializer[Any]):
    """What became of a frame, and the newest state."""

    session_id = serializers.UUIDField()
    camera = serializers.CharField()
    outcome = serializers.ChoiceField(
        choices=["processed", "waiting", "late", "twice"],
        help_text="processed: the state has it in it; waiting: not looked at yet; late, twice: left out.",
    )
    processed = serializers.BooleanField(help_text="Whether the state below has this frame in it.")
    seq = serializers.IntegerField(help_text="Its number among the camera's frames; 0 where it was left out.")
    dropped = serializers.IntegerField(help_text="Frames of this camera that nobody looked at so far.")
    processing_time_ms = serializers.FloatField(
        allow_null=True, help_text="From its arrival to its state [ms]; null while it waits."
    )
    version = serializers.IntegerField(help_text="Of the state; 0 where there is none yet.")
    detections = DetectionOutput(many=True)
    tracks = LivePlayerOutput(many=True)
    metrics = LiveMetricsOutput(allow_null=True)


class LiveStopInput(serializers.Serializer[dict[str, Any]]):
    """Which session is to end."""

    session_id = serializers.UUIDField()
    wait_ms = serializers.IntegerField(
        required=False, default=5000, min_value=0, max_value=10000,
        help_text="How long to wait until it is stored [ms]; it goes on after that by itself.",
    )  # fmt: skip


class CameraStateOutput(serializers.Serializer[Any]):
    """One camera, as far as frames came."""

    name = serializers.CharField()
    calibration_id = serializers.UUIDField(allow_null=True)
    sending = serializers.BooleanField(help_text="Whether a frame came in the last seconds.")
    frames_in = serializers.IntegerField(help_text="Frames that came.")
    dropped = serializers.IntegerField(help_text="Frames that came too fast to be looked at.")
    late = serializers.IntegerField(help_text="Frames that were older than one before, or came twice.")
    last_frame_at = serializers.DateTimeField(allow_null=True)


class FrameCountsOutput(serializers.Serializer[Any]):
    """Frames of all cameras."""

    received = serializers.IntegerField(help_text="Frames that came.")
    processed = serializers.IntegerField(help_text="Frames that were looked at; known when the session is stored.")
    dropped = serializers.IntegerField(help_text="Frames that were not.")


class LiveSummaryPlayerOutput(serializers.Serializer[Any]):
    """What was measured of one player or unnamed track; figures that were not measured are left out."""

    track_id = serializers.IntegerField(help_text="The number by which they were followed.")
    player_id = serializers.UUIDField(allow_null=True)
    grade = serializers.CharField(allow_blank=True, help_text="A to D; empty without metres.")
    max_speed_mps = serializers.FloatField(required=False, help_text="Fastest [m/s].")
    total_distance_m = serializers.FloatField(required=False, help_text="Way [m].")
    sprint_count = serializers.FloatField(required=False, help_text="Sprints.")


class LiveSummaryOutput(serializers.Serializer[Any]):
    """What a stored session has."""

    session_id = serializers.UUIDField()
    reason = serializers.CharField(
        help_text="stopped, idle (no frames for minutes), too_long, or broken_off (the analysis could not go on)."
    )
    duration_s = serializers.FloatField(help_text="From the start to the last frame [s].")
    scale = serializers.CharField(help_text="Where metres come from: calibrated, estimated or none.")
    frames = FrameCountsOutput()
    cameras = serializers.ListField(child=serializers.CharField())
    players = LiveSummaryPlayerOutput(many=True)
    tracks = serializers.IntegerField(help_text="People that were followed.")
    events = serializers.IntegerField(help_text="Sprints, jumps and the like.")
    warnings = serializers.ListField(child=serializers.CharField())


class LiveErrorOutput(serializers.Serializer[Any]):
    """Why a session failed."""

    code = serializers.CharField()
    message = serializers.CharField()


class LiveStatusOutput(serializers.Serializer[Any]):
    """Where a live session stands."""

    session_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=LiveStatus.choices)
    title = serializers.CharField()
    source = serializers.ChoiceField(choices=LiveSource.choices)  # type: ignore[assignment]
    player_id = serializers.UUIDField(allow_null=True)
    record = serializers.BooleanField(help_text="Whether the film is kept.")
    film = serializers.ChoiceField(
        choices=FilmState.choices,
        help_text="none: not recorded; waiting: recorded now, or made once the session is over; made; missing: no "
        "picture was kept.",
    )
    started_at = serializers.DateTimeField()
    stopped_at = serializers.DateTimeField(allow_null=True)
    duration_s = serializers.FloatField(help_text="Since the start, or from start to end [s].")
    is_worked_on = serializers.BooleanField(help_text="Whether a worker has it.")
    cameras = CameraStateOutput(many=True)
    frames = FrameCountsOutput()
    fps = serializers.FloatField(allow_null=True, help_text="Frames a second that are looked at.")
    latency_ms = serializers.FloatField(allow_null=True, help_text="From a frame's arrival to its state [ms].")
    version = serializers.IntegerField(help_text="Of the newest state; 0 where there is none.")
    metrics = LiveMetricsOutput(allow_null=True, help_text="The newest state; null in lists and once it is over.")
    frame_budget = FrameBudgetOutput()
    summary = LiveSummaryOutput(allow_null=True, help_text="What was measured, once it is stored.")
    error = LiveErrorOutput(allow_null=True)


class PictureQuery(serializers.Serializer[dict[str, Any]]):
    """Which picture."""

    camera = CameraNameField(required=False, default=MAIN_CAMERA, help_text="Which camera took it.")
    seq = serializers.IntegerField(
        min_value=1, max_value=2**63 - 1, help_text="Its number, as `frame` of a state has it; some seconds are kept."
    )


class TrackLabelInput(serializers.Serializer[dict[str, Any]]):
    """Who a track is."""

    track_id = serializers.IntegerField(min_value=0, max_value=2**31 - 1, help_text="The number in the live picture.")
    player_id = serializers.CharField(
        allow_null=True, max_length=64, help_text="The player's id or the club's own name for them; null takes it away."
    )


class TrackLabelOutput(serializers.Serializer[Any]):
    """Who a track is now."""

    session_id = serializers.UUIDField()
    track_id = serializers.IntegerField(help_text="The number in the live picture.")
    player_id = serializers.UUIDField(allow_null=True)


class StartSessionInput(serializers.Serializer[dict[str, Any]]):
    """`start_session` of the socket."""

    camera = CameraNameField(required=False, default=MAIN_CAMERA)
    calibration_id = serializers.UUIDField(required=False, allow_null=True, default=None)
