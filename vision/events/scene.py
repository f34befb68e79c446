"""What events are found in: the ball's path and everybody's boxes, postures and places, on one clock."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from vision.types import BoolArray, Float32Array, Float64Array, IndexArray, check_shape

USUAL_HEIGHT_M = 1.75
"""Standing height of somebody whose height nobody entered [m]."""
BALL_RADIUS_M = 0.11
"""Size 5 (IFAB Law 2: 68-70 cm around); size 4 is 1 cm smaller."""


@dataclass(frozen=True, slots=True)
class BallTrack:
    """Where the ball was; frames without a row have no ball that could be told.

    Attributes:
        t_s: `(B,)` rising [s].
        xy: `(B, 2)` centre [px].
        interpolated: `(B,)` not seen, between two sightings.
        xy_m: `(B, 2)` the point below it, if it lies on the ground [m, pitch frame]; `None` without a marked pitch.
        score: `(B,)` of the detector, 0-1; `None`: not known.
    """

    t_s: Float64Array
    xy: Float64Array
    interpolated: BoolArray
    xy_m: Float64Array | None = None
    score: Float64Array | None = None

    def __post_init__(self) -> None:
        check_shape("xy", self.xy, (len(self.t_s), 2))
        check_shape("interpolated", self.interpolated, (len(self.t_s),))
        if self.xy_m is not None:
            check_shape("xy_m", self.xy_m, (len(self.t_s), 2))

    def __len__(self) -> int:
        return len(self.t_s)

    @classmethod
    def none(cls) -> BallTrack:
        """A film in which no ball was found."""
        return cls(np.zeros(0), np.zeros((0, 2)), np.zeros(0, bool))


@dataclass(frozen=True, slots=True)
class Person:
    """One person over the film.

    Attributes:
        track_id: linked number.
        team: `a`, `b`, `goalkeeper`, `referee` or `unknown`.
        t_s: `(n,)` times at which the box was seen, rising [s].
        xyxy: `(n, 4)` boxes [px].
        xy_m: `(n, 2)` ground point [m, pitch frame], NaN where not known; `None` without metres.
        pose_t_s: `(p,)` times of the postures, rising [s].
        keypoints: `(p, K, 3)` x, y [px], score; COCO-17 first.
        height_m: standing height [m].
        pose_measured: `(p,)` read in that picture, not put between others; `None`: all of them.
    """

    track_id: int
    team: str
    t_s: Float64Array
    xyxy: Float64Array
    xy_m: Float64Array | None
    pose_t_s: Float64Array
    keypoints: Float32Array
    height_m: float = USUAL_HEIGHT_M
    pose_measured: BoolArray | None = None

    def __post_init__(self) -> None:
        if self.pose_measured is not None:
            check_shape("pose_measured", self.pose_measured, (len(self.pose_t_s),))
        check_shape("xyxy", self.xyxy, (len(self.t_s), 4))
        check_shape("keypoints", self.keypoints, (len(self.pose_t_s), None, 3))
        if self.xy_m is not None:
            check_shape("xy_m", self.xy_m, (len(self.t_s), 2))

    @property
    def measured(self) -> BoolArray:
        """`(p,)` which postures were read: what happens within a picture or two is judged by these alone."""
        return np.ones(len(self.pose_t_s), np.bool_) if self.pose_measured is None else self.pose_measured

    def rows_at(self, t_s: Float64Array, within_s: float) -> tuple[IndexArray, BoolArray]:
        """The nearest row for each of `(T,)` times, and whether it is near enough."""
        return nearest(self.t_s, t_s, within_s)


@dataclass(frozen=True, slots=True)
class Goals:
    """Where the goals stand: at x = ± `half_length_m`, `width_m` wide around y = 0 [m, pitch frame]."""

    half_length_m: float
    width_m: float


@dataclass(frozen=True, slots=True)
class Scene:
    """A film, as the events see it.

    Attributes:
        t_s: `(F,)` times of all analysed frames [s].
        goals: `None` where the pitch is not marked.
    """

    t_s: Float64Array
    ball: BallTrack
    people: Sequence[Person]
    goals: Goals | None = None

    @property
    def rate_hz(self) -> float:
        """Analysed frames a second."""
        return 1.0 / float(np.median(np.diff(self.t_s))) if len(self.t_s) > 1 else 0.0


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened between two times.

    Attributes:
        kind: `touch`, `possession`, `pass`, `shot`, `dribble`, `jump` or `turn`.
        track_id: who did it.
        confidence: 0-1, from what was seen; not a probability.
        data: figures of the event, with units in their names; `None` where not known.
        why: what was seen, in sentences for whoever checks it in the film.
    """

    kind: str
    t0_s: float
    t1_s: float
    track_id: int
    confidence: float
    data: dict[str, float | int | str | bool | None] = field(default_factory=dict)
    why: tuple[str, ...] = ()


def nearest(known_s: Float64Array, t_s: Float64Array, within_s: float) -> tuple[IndexArray, BoolArray]:
    """Row of `(n,)` rising times nearest to each of `(T,)`, and whether it lies within `within_s`."""
    if not len(known_s):
        return np.zeros(len(t_s), np.int64), np.zeros(len(t_s), bool)
    right = np.clip(np.searchsorted(known_s, t_s), 1, max(len(known_s) - 1, 1))
    right = np.minimum(right, len(known_s) - 1)
    left = np.maximum(right - 1, 0)
    row = np.where(t_s - known_s[left] <= known_s[right] - t_s, left, right)
    return row, np.abs(known_s[row] - t_s) <= within_s
