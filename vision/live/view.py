"""One camera of a live session: who is in its picture, where their feet are, and where on the pitch that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from vision.calibration.ground_point import GroundPointParams, ground_points
from vision.calibration.homography import PitchHomography
from vision.calibration.plausibility import body_refusal, people_height_m
from vision.calibration.player_height import PlayerHeightScale
from vision.geometry import box_foot_points
from vision.live.sizes import SizedDetector
from vision.tracking import KIT_SIZE, ByteTracker, describe_kits
from vision.types import (
    CLASS_BALL,
    PEOPLE,
    BoolArray,
    Detections,
    Float32Array,
    Float64Array,
    ImageBGR,
    Int32Array,
    Keypoints,
    PoseEstimator,
    Tracks,
    check_image,
)
from vision.video.steadiness import SteadinessMeter

NO_METRES = ": there are no speeds and distances until the pitch is marked again."
LiveScale = PitchHomography | PlayerHeightScale


@dataclass(frozen=True, slots=True)
class ViewParams:
    """Parameters of a camera.

    Attributes:
        foot_memory: weight of the newest ankles in a player's usual foot point.
        steady_every_s: how often it is looked whether the camera moved [s].
        moved_share: further than this share of the width the calibration points elsewhere (`steps.camera`) …
        moved_looks: … in so many looks on end: one bad picture proves nothing.
        kit_every_s: how often shirt colours are sampled [s]; they do not change.
        shape_tolerance: share by which a picture's proportions may differ from the marked one's.
        body_boxes: boxes by which it is judged whether the marks give people a possible size.
    """

    foot_memory: float = 0.1
    steady_every_s: float = 2.0
    moved_share: float = 0.015
    moved_looks: int = 2
    kit_every_s: float = 1.0
    shape_tolerance: float = 0.02
    body_boxes: int = 100


@dataclass(frozen=True, slots=True)
class Sight:
    """What one camera showed in one frame, `M` people.

    Attributes:
        t_s: when it was filmed [s].
        size: width, height of the frame as sent [px].
        tracks: boxes [px of the frame as sent] and the camera's own numbers.
        seen: `(M,)` false where the box is predicted.
        keypoints: row of `tracks` → `(K, 3)` [px, score].
        xy_m: `(M, 2)` [m]; NaN without a scale, and where the box is predicted.
        covariance: `(M, 2, 2)` of the positions [m²], the scale's own error included.
        sigma_m: `(M,)` 1σ per axis of what changes from frame to frame [m]: the foot point's alone.
        balls: what may be the ball [px of the frame].
        kit: `(M, KIT_SIZE)` shirt colours, NaN where not sampled.
        camera_way: how far the camera was moved since its first picture, as a share of the width; NaN where nobody
            looked.
    """

    t_s: float
    size: tuple[int, int]
    tracks: Tracks
    seen: BoolArray
    keypoints: Mapping[int, Float32Array]
    xy_m: Float64Array
    covariance: Float64Array
    sigma_m: Float64Array
    balls: Detections
    kit: Float32Array
    camera_way: float = float("nan")


@dataclass(slots=True)
class CameraView:
    """Follows the people in one camera's frames.

    Attributes:
        name: of the camera, for messages.
        scale: pixels → metres.
        problem: why there are no metres although there is a scale, in a sentence for the coach; empty while there are.
    """

    name: str = ""
    scale: LiveScale | None = None
    params: ViewParams = field(default_factory=ViewParams)
    problem: str = ""
    tracker: ByteTracker = field(default_factory=ByteTracker)
    reference_size: tuple[int, int] | None = None
    """Width, height [px] in which boxes are tracked: frames may change their size when the network is slow."""
    _feet: dict[int, Float64Array] = field(default_factory=dict)
    _meter: SteadinessMeter | None = None
    _looked_s: float = -np.inf
    _off: int = 0
    _bodies: list[Float32Array] | None = field(default_factory=list)
    _balls: Detections = field(default_factory=Detections.empty)
    _kit: Float32Array = field(default_factory=lambda: np.zeros((0, KIT_SIZE), np.float32))
    _kit_s: float = -np.inf
    _way: float = float("nan")

    @property
    def has_metres(self) -> bool:
        """Whether positions on the ground can be told."""
        return self.scale is not None and not self.problem

    def use_scale(self, scale: LiveScale | None) -> None:
        """Measure with another calibration from now on; what was wrong with the old one does not count."""
        self.scale, self.problem = scale, ""
        self._meter, self._off, self._bodies = None, 0, []

    @property
    def _to_marked(self) -> float:
        """Pixels of the picture in which the pitch was marked per reference pixel."""
        if self.scale is None or self.reference_size is None:
            return 1.0
        return self.scale.image_size[0] / self.reference_size[0]

    @property
    def _called(self) -> str:
        return f"Camera {self.name}" if self.name else "The camera"

    def see(
        self, image_bgr: ImageBGR, t_s: float, detector: SizedDetector, input_px: int | None
    ) -> tuple[Tracks, float]:
        """Find and follow people. Answers tracks in reference pixels, and how many frame pixels one of those is.

        Reference pixels are those of the camera's first frame: senders change their pictures' size with the network.
        """
        height, width = check_image(image_bgr)
        self.reference_size = self.reference_size or (width, height)
        zoom = width / self.reference_size[0]
        if self.scale is not None and self.has_metres:
            marked = self.scale.image_size[0] / self.scale.image_size[1]
            if abs(width / height / marked - 1.0) > self.params.shape_tolerance:
                self.problem = f"{self._called} sends pictures of another shape than the marked one{NO_METRES}"
        found = detector.detect(image_bgr, input_px)
        self._balls = found.of_classes((CLASS_BALL,))
        scaled = Detections((found.xyxy / np.float32(zoom)).astype(np.float32), found.score, found.class_id)
        tracks = self.tracker.update(scaled, t_s)
        self._kit = np.full((len(tracks), KIT_SIZE), np.nan, np.float32)
        if t_s - self._kit_s >= self.params.kit_every_s:
            self._kit_s = t_s
            self._kit = describe_kits(image_bgr, tracks.xyxy * np.float32(zoom))
        self._watch(image_bgr, found, t_s)
        self._judge(tracks)
        return tracks, zoom

    def read_postures(
        self, image_bgr: ImageBGR, tracks: Tracks, zoom: float, pose: PoseEstimator, rows: Sequence[int]
    ) -> dict[int, Float32Array]:
        """Postures of some rows of `tracks` [px of the frame]."""
        if not rows:
            return {}
        keypoints: Keypoints = pose.estimate(image_bgr, tracks.xyxy[list(rows)] * np.float32(zoom))
        return dict(zip(rows, keypoints, strict=True))

    def place(self, tracks: Tracks, zoom: float, keypoints: Mapping[int, Float32Array], t_s: float) -> Sight:
        """Put everybody on the pitch, as far as the scale and the boxes allow."""
        seen = tracks.detection_index >= 0
        feet, sigma_px = self._foot_points(tracks, zoom, keypoints)
        xy = np.full((len(tracks), 2), np.nan)
        covariance = np.full((len(tracks), 2, 2), np.nan)
        noise = np.full(len(tracks), np.nan)
        if self.scale is not None and self.has_metres and len(tracks):
            marked = self._to_marked
            xy, covariance, noise = positions(self.scale, feet * marked, sigma_px * marked)
            xy[~seen], noise[~seen] = np.nan, np.nan
        shown = Tracks(
            tracks.track_id,
            tracks.xyxy * np.float32(zoom),
            tracks.score,
            tracks.class_id,
            tracks.detection_index,
            None if tracks.detected is None else tracks.detected * np.float32(zoom),
        )
        reference = self.reference_size or (0, 0)
        size = (round(reference[0] * zoom), round(reference[1] * zoom))
        return Sight(t_s, size, shown, seen, dict(keypoints), xy, covariance, noise, self._balls, self._kit, self._way)

    def state(self) -> dict[str, Any]:
        """All that is remembered but pictures, as arrays and plain values."""
        return {
            **{f"tracker.{key}": value for key, value in self.tracker.state().items()},
            "reference": np.array(self.reference_size or (0, 0), np.float64),
            "problem": np.frombuffer(self.problem.encode(), np.uint8),
            "feet_ids": np.array(list(self._feet), np.float64),
            "feet": np.array(list(self._feet.values()), np.float64).reshape(-1, 2),
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Continue where `state` was taken. Whether the camera moved is judged against the next picture."""
        self.tracker.restore(
            {
                "tracks": state["tracker.tracks"],
                "drift": state["tracker.drift"],
                "clock": state["tracker.clock"],
            }
        )
        width, height = (int(side) for side in state["reference"])
        self.reference_size = (width, height) if width else None
        self.problem = bytes(np.asarray(state["problem"], np.uint8)).decode()
        self._feet = dict(zip(state["feet_ids"].astype(int).tolist(), np.array(state["feet"]), strict=True))

    def _foot_points(
        self, tracks: Tracks, zoom: float, keypoints: Mapping[int, Float32Array]
    ) -> tuple[Float64Array, Float64Array]:
        """`(M, 2)` foot points [reference px] and 1σ: ankles where they are seen, else the box moved as usual.

        Of the tracker's own boxes: a figure of half a second ago has no filter to both sides, and the tracker's helps
        (scripted films: 0.09-0.11 m/s below 7 km/h instead of 0.10-0.13 from the boxes found). Those are recorded.
        """
        params, boxes = GroundPointParams(), tracks.xyxy
        height = np.maximum((boxes[:, 3] - boxes[:, 1]).astype(np.float64), 1.0)
        bottom = box_foot_points(boxes)
        share = np.array([self._feet.get(int(number), np.zeros(2)) for number in tracks.track_id]).reshape(-1, 2)
        sigma = np.full(len(tracks), params.box_sigma)
        for row, points in keypoints.items():
            moved = points / np.array([zoom, zoom, 1.0], np.float32)
            foot, spread = ground_points(boxes[[row]], moved[None].astype(np.float32))
            if spread[0] < (params.ankle_sigma + params.box_sigma) / 2 * height[row]:
                self._learn_foot(int(tracks.track_id[row]), (foot[0] - bottom[row]) / height[row])
                share[row] = (foot[0] - bottom[row]) / height[row]
                sigma[row] = params.ankle_sigma
        return bottom + share * height[:, None], sigma * height

    def _learn_foot(self, number: int, share: Float64Array) -> None:
        known = self._feet.pop(number, share)
        self._feet[number] = known + self.params.foot_memory * (share - known)
        if len(self._feet) > 64:  # the first is who was longest without ankles
            del self._feet[next(iter(self._feet))]

    def _watch(self, image_bgr: ImageBGR, found: Detections, t_s: float) -> None:
        """Compare the picture with the first: metres of one calibration hold only while the camera stands still."""
        self._way = float("nan")
        if t_s - self._looked_s < self.params.steady_every_s:
            return
        self._looked_s = t_s
        people = found.of_classes(PEOPLE).xyxy
        if self._meter is None:
            self._meter, self._way = SteadinessMeter(image_bgr, people), 0.0
            return
        self._way = self._meter.shift(image_bgr, people)
        if np.isnan(self._way) or not isinstance(self.scale, PitchHomography):
            return
        self._off = self._off + 1 if self._way > self.params.moved_share else 0
        if self._off >= self.params.moved_looks:
            self.problem = f"{self._called} was moved after the pitch was marked{NO_METRES}"

    def _judge(self, tracks: Tracks) -> None:
        """Refuse marks that would make people of an impossible size; once, by the first boxes."""
        if self._bodies is None or not isinstance(self.scale, PitchHomography):
            return
        self._bodies.append(tracks.xyxy[tracks.detection_index >= 0])
        if sum(len(boxes) for boxes in self._bodies) < self.params.body_boxes:
            return
        height_m = people_height_m(self.scale, np.concatenate(self._bodies).astype(np.float64) * self._to_marked)
        self._bodies = None
        self.problem = self.problem or body_refusal(height_m) or ""


def positions(
    scale: LiveScale, points: Float64Array, sigma_px: Float64Array
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Metres, covariance and the part of the 1σ that comes from the pixels, of foot points `(N, 2)` [px].

    The variance of a position is that of the scale plus that of the pixel, which grows with its square.
    """
    xy, alone = scale.to_pitch(points)
    _, with_one = scale.to_pitch(points, point_sigma_px=1.0)
    with np.errstate(invalid="ignore"):
        placed = np.isfinite(xy).all(axis=1) & np.isfinite(alone)
        noise = np.sqrt(np.maximum(with_one**2 - alone**2, 0.0)) * sigma_px
    if isinstance(scale, PitchHomography):
        own = scale.covariance_at(xy)
        one = scale.covariance_at(xy, point_sigma_px=1.0)
        covariance = own + (one - own) * (sigma_px**2)[:, None, None]
    else:
        covariance = (alone**2 + noise**2)[:, None, None] * np.eye(2)
    return np.where(placed[:, None], xy, np.nan), covariance, np.where(placed, noise, np.nan)


def track_rows(tracks: Tracks, wanted: Int32Array) -> list[int]:
    """Rows of `tracks` whose number is one of `wanted`, in the order of `wanted`."""
    place = {int(number): row for row, number in enumerate(tracks.track_id)}
    return [place[int(number)] for number in wanted if int(number) in place]
