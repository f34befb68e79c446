"""KPIs of everybody in a film, from tracks in pixels."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import numpy as np

from vision.calibration.ground_point import ground_points
from vision.calibration.player_height import scale_from_heights
from vision.errors import ShapeError
from vision.events.find import FilmEvents, find_events
from vision.events.scene import USUAL_HEIGHT_M, BallTrack, Person, Scene
from vision.geometry import measured_boxes
from vision.kpi.player import KPIParams, calculate_player_kpis
from vision.kpi.policy import ZonePolicy
from vision.kpi.track import NO_SCALE, Measurement, PlayerEvents, PlayerTrack
from vision.kpi.values import MatchKPIs, PlayerKPIs
from vision.types import CLASS_BALL, Float32Array, Float64Array, Keypoints, Tracks, check_shape

TIMELESS = "No frame times were given, so there are no speeds or distances; pass the time of every frame in seconds."


class MetricMapping(Protocol):
    """Pixels on the ground → metres: `PitchHomography` or a scale from players' heights."""

    @property
    def scale_source(self) -> str:
        """Name of the source, as in `Measurement`."""
        ...

    def to_pitch(self, xy: Float64Array, *, point_sigma_px: float = 0.0) -> tuple[Float64Array, Float64Array]:
        """`(N, 2)` [px] → `(N, 2)` [m], `(N,)` 1σ [m]."""
        ...

    def relative_length_sigma(self, xy_m: Float64Array) -> float:
        """1σ of a path's length as a share."""
        ...


@dataclass(frozen=True, slots=True)
class PlayerInfo:
    """Who a track is.

    Attributes:
        key: name in the result.
        height_m: standing height [m]; gives the scale where there is no calibration.
        policy: speed zones that fit the player.
    """

    key: str
    height_m: float | None = None
    policy: ZonePolicy = field(default_factory=ZonePolicy)


@dataclass(slots=True)
class _Rows:
    """One track's rows over the film; places are measured on `measured` (`vision.geometry.measured_boxes`)."""

    frame: list[int] = field(default_factory=list)
    xyxy: list[Float32Array] = field(default_factory=list)
    measured: list[Float32Array] = field(default_factory=list)
    keypoints: list[Float32Array] = field(default_factory=list)


def calculate_kpis(
    detections: Sequence[Tracks],
    poses: Sequence[Keypoints | None],
    *,
    t_s: Sequence[float] | Float64Array | None = None,
    calibration: MetricMapping | None = None,
    ball: Float64Array | None = None,
    players: Mapping[int, PlayerInfo | str] | None = None,
) -> MatchKPIs:
    """KPIs of everybody in a film.

    Args:
        detections: tracked boxes, one `Tracks` a frame (detections that were not tracked have no identity).
        poses: keypoints `(M, K, 3)` of each frame's tracks in their order, `None` for frames without; may be empty.
        t_s: time of each frame [s].
        calibration: pixels → metres. Without it the scale comes from players' heights where `players` gives them.
        ball: `(F, 2)` ball positions [px], NaN where not seen; with frame times, touches and possessions are told.
        players: track id → who that is; the key names the player in the result, else the track's number does.

    Returns:
        `speed`, `distance`, `technical`, `physical`, `quality`, each player → KPIs with unit, interval, n, coverage.
        Without scale or times, metric KPIs are absent and say why.

    Raises:
        ShapeError: poses or times do not match the frames.
    """
    _check_lengths(detections, poses, t_s)
    if ball is not None:
        check_shape("ball", ball, (len(detections), 2))
    rows = _collect(detections, poses)
    infos = {track: _info(track, players) for track in rows}
    mapping = calibration or _mapping_from_heights(rows, infos)
    times = np.arange(len(detections), dtype=np.float64) if t_s is None else np.asarray(t_s, np.float64)
    found_events = None if ball is None or t_s is None else _events(rows, times, ball, infos)
    result = MatchKPIs(speed={}, distance={}, technical={}, physical={}, quality={})
    for track, own in rows.items():
        info = infos[track]
        player, measurement = _track(own, times, mapping if t_s is not None else None)
        if found_events is not None:
            player = replace(player, events=_events_of(track, found_events, times))
        if t_s is None:
            measurement = Measurement(NO_SCALE, reason=TIMELESS)
        # The same film gives the same intervals: the seed is the player's name.
        rng = np.random.default_rng(zlib.crc32(info.key.encode()))
        found = calculate_player_kpis(
            player, info.policy, rng=rng, measurement=measurement, ball_tracked=ball is not None, params=KPIParams()
        )
        _put(result, info.key, found)
    return result


def _put(result: MatchKPIs, key: str, found: PlayerKPIs) -> None:
    result["speed"][key] = found["speed"]
    result["distance"][key] = found["distance"]
    result["technical"][key] = found["technical"]
    result["physical"][key] = found["physical"]
    result["quality"][key] = found["quality"]


def _events_of(track: int, found: FilmEvents, times: Float64Array) -> PlayerEvents:
    rate = 1.0 / float(np.median(np.diff(times))) if len(times) > 1 else 0.0
    return PlayerEvents(found.of(track), found.coverage.get(track), rate)


def _check_lengths(
    detections: Sequence[Tracks],
    poses: Sequence[Keypoints | None],
    t_s: Sequence[float] | Float64Array | None,
) -> None:
    if poses and len(poses) != len(detections):
        raise ShapeError(f"poses: {len(detections)} frames of keypoints are needed, got {len(poses)}")
    if t_s is not None and len(t_s) != len(detections):
        raise ShapeError(f"t_s: {len(detections)} frame times are needed, got {len(t_s)}")


def _collect(detections: Sequence[Tracks], poses: Sequence[Keypoints | None]) -> dict[int, _Rows]:
    rows: dict[int, _Rows] = {}
    for frame, tracks in enumerate(detections):
        if not isinstance(tracks, Tracks):
            raise ShapeError("detections: tracked boxes (Tracks) are needed, one per frame; run the tracker first")
        keypoints = poses[frame] if poses else None
        if keypoints is not None:
            check_shape(f"poses[{frame}]", keypoints, (len(tracks), None, 3))
        measured = measured_boxes(tracks.xyxy, tracks.detected)
        for place, track in enumerate(tracks.track_id):
            if tracks.class_id[place] == CLASS_BALL:
                continue
            own = rows.setdefault(int(track), _Rows())
            own.frame.append(frame)
            own.xyxy.append(tracks.xyxy[place])
            own.measured.append(measured[place])
            if keypoints is not None:
                own.keypoints.append(keypoints[place])
    return rows


def _info(track: int, players: Mapping[int, PlayerInfo | str] | None) -> PlayerInfo:
    known = players.get(track, str(track)) if players else str(track)
    return known if isinstance(known, PlayerInfo) else PlayerInfo(known)


def _mapping_from_heights(rows: Mapping[int, _Rows], infos: Mapping[int, PlayerInfo]) -> MetricMapping | None:
    boxes = [np.array(own.xyxy) for own in rows.values()]
    if not boxes or all(info.height_m is None for info in infos.values()):
        return None
    heights = [np.full(len(own.frame), infos[track].height_m or np.nan) for track, own in rows.items()]
    everything = np.concatenate(boxes)
    # Without the picture's size the boxes' own extent stands in; it only trims boxes that touch its rim.
    size = (int(np.ceil(everything[:, 2].max())) + 2, int(np.ceil(everything[:, 3].max())) + 2)
    return scale_from_heights(everything, np.concatenate(heights), size)


def _events(
    rows: Mapping[int, _Rows], times: Float64Array, ball: Float64Array, infos: Mapping[int, PlayerInfo]
) -> FilmEvents:
    """Touches, possessions and dribbles: teams and the ball's place on the pitch are not known here."""
    people = []
    for track, own in rows.items():
        seen = times[np.array(own.frame, np.int64)]
        whole = len(own.keypoints) == len(own.frame) and own.keypoints
        keypoints = np.array(own.keypoints, np.float32) if whole else np.zeros((0, 17, 3), np.float32)
        height_m = infos[track].height_m or USUAL_HEIGHT_M
        boxes = np.array(own.xyxy, np.float64)
        pose_t_s = seen if whole else np.zeros(0)
        people.append(Person(track, "unknown", seen, boxes, None, pose_t_s, keypoints, height_m))
    there = np.isfinite(ball).all(axis=1)
    track_of_ball = BallTrack(times[there], np.asarray(ball[there], np.float64), np.zeros(int(there.sum()), bool))
    return find_events(Scene(times, track_of_ball, people))


def _track(own: _Rows, times: Float64Array, mapping: MetricMapping | None) -> tuple[PlayerTrack, Measurement]:
    row = np.array(own.frame, np.int32)
    whole = len(own.keypoints) == len(own.frame)
    keypoints = np.array(own.keypoints, np.float32) if whole and own.keypoints else None
    poses = (times[row], keypoints) if keypoints is not None else None
    if mapping is None:
        return PlayerTrack.from_rows(times, row, None, poses=poses), Measurement(NO_SCALE)
    points, sigma_px = ground_points(np.array(own.measured, np.float32), keypoints)
    xy_m, sigma_m = mapping.to_pitch(points, point_sigma_px=float(np.median(sigma_px)))
    measurement = Measurement(mapping.scale_source, mapping.relative_length_sigma(xy_m))
    return PlayerTrack.from_rows(
        times, row, xy_m, np.where(np.isfinite(sigma_m), sigma_m, np.nan), poses=poses
    ), measurement
