"""What the KPI code is given: one player's positions over the analysed frames, and how they were measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vision.events.find import Coverage
from vision.events.scene import Event
from vision.kpi.company import Company
from vision.types import BoolArray, Float32Array, Float64Array, Int32Array, check_shape

NO_SCALE = "none"
IMPORTED = "imported_tracking"
"""Metres as another tracking system gave them."""
NO_METRES = (
    "No metres: mark the pitch in the picture (four marks or more), or give the players' heights, to get speeds and "
    "distances."
)


@dataclass(frozen=True, slots=True)
class Measurement:
    """How the metres came about.

    Attributes:
        scale_source: `multi_view`, `pitch_homography`, `player_height`, `player_height_side_view`,
            `imported_tracking` or `none`.
        scale_sigma: 1σ of lengths, as a share (`PitchHomography.relative_length_sigma`).
        models: step → model and version, copied into the quality.
        reason: why there are no metres, where it is not the missing calibration.
        camera_drift_m: error by which metres drift with a camera that moves [m]; `None` where it stands still.
    """

    scale_source: str = "pitch_homography"
    scale_sigma: float = 0.0
    models: Mapping[str, str] = field(default_factory=dict)
    reason: str = NO_METRES
    camera_drift_m: float | None = None


@dataclass(frozen=True, slots=True)
class PlayerEvents:
    """A player's events and how much of the play could be seen.

    Attributes:
        rate_hz: analysed frames a second.
    """

    events: Sequence[Event] = ()
    coverage: Coverage | None = None
    rate_hz: float = 25.0

    def of(self, kind: str) -> list[Event]:
        """Events of one kind."""
        return [event for event in self.events if event.kind == kind]

    def figures(self, kind: str, name: str) -> list[float]:
        """A figure of the events of one kind, where it is known."""
        return [float(event.data[name] or 0.0) for event in self.of(kind) if event.data.get(name) is not None]


@dataclass(frozen=True, slots=True)
class PlayerTrack:
    """One player over the whole film.

    Attributes:
        t_s: `(N,)` float64 times of **all** analysed frames of the film, rising [s].
        xy_m: `(N, 2)` ground point [m, pitch frame], NaN where not seen; `None` without any scale.
        sigma_m: `(N,)` 1σ per axis of each position [m] (calibration and detection), NaN where unknown.
        seen: `(N,)` bool, frames in which the player was found (also told without metres).
        keypoint_t_s: `(P,)` times of the poses [s], or `None`.
        keypoints: `(P, K, 3)` [px, score], COCO-17 first, or `None`.
        keypoint_measured: `(P,)` read in that picture, not put between others; `None`: all of them.
        events: the player's events; `None` where nobody looked for any.
        company: distances to team-mates and the ball; `None` likewise.
        identity_doubt: probability [0-1] that the track shows two people in turn.
        doubtful_s: when it may have gone over to another [s].
    """

    t_s: Float64Array
    xy_m: Float64Array | None
    sigma_m: Float64Array
    seen: np.typing.NDArray[np.bool_]
    keypoint_t_s: Float64Array | None = None
    keypoints: Float32Array | None = None
    keypoint_measured: BoolArray | None = None
    events: PlayerEvents | None = None
    company: Company | None = None
    identity_doubt: float = 0.0
    doubtful_s: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check_shape("t_s", self.t_s, (None,))
        check_shape("sigma_m", self.sigma_m, (len(self.t_s),))
        check_shape("seen", self.seen, (len(self.t_s),))
        if self.xy_m is not None:
            check_shape("xy_m", self.xy_m, (len(self.t_s), 2))

    @classmethod
    def from_rows(
        cls,
        frame_t_s: Float64Array,
        row: Int32Array,
        xy_m: Float64Array | None,
        sigma_m: Float64Array | None = None,
        *,
        poses: tuple[Float64Array, Float32Array] | None = None,
    ) -> PlayerTrack:
        """From the rows of one track in `world.npz` or `tracks.npz`.

        Args:
            frame_t_s: `(F,)` times of all analysed frames [s].
            row: `(n,)` index into `frame_t_s` of each row of the track.
            xy_m: `(n, 2)` [m], or `None` without scale.
            sigma_m: `(n,)` [m].
            poses: times `(P,)` [s] and keypoints `(P, K, 3)`.
        """
        frames = len(frame_t_s)
        seen, sigma = np.zeros(frames, bool), np.full(frames, np.nan)
        seen[row] = True
        placed: Float64Array | None = None
        if xy_m is not None:
            placed = np.full((frames, 2), np.nan)
            placed[row] = xy_m
            seen &= np.isfinite(placed[:, 0])
        if sigma_m is not None:
            sigma[row] = sigma_m
        times, keypoints = poses if poses is not None else (None, None)
        return cls(np.asarray(frame_t_s, np.float64), placed, sigma, seen, times, keypoints)
