"""The speed protocol: ten players walk, jog and sprint on 30 × 30 m, filmed at 1080p through a lens.

Detections have noise and 5 % misses; both chains of the benchmark (ours and the peers') are given the same. Identities
are judged elsewhere (`tests/vision/tracking`), so here each tracked box belongs to the player whom it overlaps best.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from tests.scenes.pitch_views import visible_marks
from tests.vision.kpi.tracks import POLICY, entry_of, track_of
from tests.vision.tracking.chain import run_tracker
from vision.calibration.camera import PinholeCamera
from vision.calibration.homography import PitchHomography
from vision.calibration.pitch_model import PitchModel
from vision.geometry import box_foot_points, measured_boxes
from vision.kpi.distance import distance_values
from vision.kpi.efforts import EffortRule, Efforts, find_efforts
from vision.kpi.motion import Motion, Series
from vision.kpi.player import KPIParams, calculate_player_kpis
from vision.kpi.speed import speed_values
from vision.kpi.track import Measurement
from vision.kpi.values import PlayerKPIs, is_measured
from vision.synthetic.movement import Phase, Trajectory, scripted
from vision.synthetic.scenes import FilmedScene, FilmParams, film
from vision.tracking.linking import TRACKLET_CONFIG
from vision.types import Detections, Float32Array, Float64Array, Int32Array

# A training square with its lines, cones and inner marks: 16 marks in and around 30 × 30 m.
SQUARE = PitchModel(
    length_m=30.0, width_m=30.0, goal_width_m=4.0, penalty_area_depth_m=7.0, penalty_area_width_m=16.0,
    goal_area_depth_m=None, goal_area_width_m=None, penalty_mark_m=5.0, circle_radius_m=4.0, name="square",
)  # fmt: skip
BANDS_MPS = (0.0, 7 / 3.6, 15 / 3.6, 20 / 3.6)
"""Lower edges of the bands that 30 m leave room for: 0-7, 7-15, 15-20 and above 20 km/h."""
YOUTH = replace(POLICY, high_speed_mps=4.3, sprint_mps=5.5)
"""Zones of under-14s: on 30 m nobody holds 7 m/s for a second."""
FPS = 25.0
SECONDS = 60.0
PLAYERS = 10
CLICK_SIGMA_PX = 1.0
LEAST_OVERLAP = 0.3


def script(seed: int) -> Trajectory:
    """Walk, jog and sprint across the square and back, with cuts: 60 s, by everybody a little differently."""
    rng = np.random.default_rng(seed)
    phases = []
    for _ in range(3):
        walk_s, jog_s = float(rng.uniform(4.5, 5.5)), float(rng.uniform(2.6, 3.2))
        phases += [Phase("stand", float(rng.uniform(1, 2))), Phase("walk", walk_s), Phase("walk", 2.0, 180.0)]
        phases += [Phase("jog", jog_s, speed_mps=float(rng.uniform(2.6, 3.6))), Phase("walk", 2.0, 180.0)]
        phases.append(Phase("sprint", float(rng.uniform(3.0, 3.5)), speed_mps=float(rng.uniform(7.8, 9.2))))
        phases += [Phase("stand", 1.5, 180.0), Phase("walk", 2.0, float(rng.uniform(-8, 8)))]
    phases.append(Phase("stand", 10.0))
    return scripted(phases, start_m=(-13.0, float(rng.uniform(-9, 9))), heading_deg=float(rng.uniform(-6, 6)))


@dataclass(frozen=True)
class ProtocolFilm:
    """The protocol as filmed, and the clicks that calibrate it.

    Attributes:
        scene: boxes and truth.
        players: exact movements.
        names, pixels, metres: of the marks a coach clicked.
        seed: of the film.
    """

    scene: FilmedScene
    players: list[Trajectory]
    names: list[str]
    pixels: Float64Array
    metres: Float64Array
    seed: int

    @classmethod
    def record(cls, seed: int, noise_share: float, seconds: float = SECONDS) -> ProtocolFilm:
        """Film ten players; `noise_share` is the 1σ of a box's edges as a share of its height."""
        rng = np.random.default_rng(100 + seed)
        camera = PinholeCamera.look_at((0.0, -34.0, 9.0), (0.0, -1.0, 0.0), focal_px=1250.0, k1=-0.1)
        players = [script(PLAYERS * seed + index) for index in range(PLAYERS)]
        times = np.arange(0, seconds, 1 / FPS)
        scene = film(players, camera, times, rng, FilmParams(foot_sigma=noise_share, miss_rate=0.05))
        names, pixels, metres = visible_marks(camera, SQUARE)
        clicks = pixels + rng.normal(0, CLICK_SIGMA_PX, pixels.shape)
        return cls(scene, players, names, clicks, metres, seed)

    def measured(self, factor: float) -> ProtocolFilm:
        """The same film, calibrated by somebody whose tape measure is off by a factor."""
        return replace(self, metres=self.metres * factor)

    def calibration(self) -> PitchHomography:
        """Ours: with the lens."""
        size = self.scene.camera.image_size
        return PitchHomography.fit(self.pixels, self.metres, image_size=size, estimate_lens=True, names=self.names)

    def plain_metres(self, xy: Float64Array) -> Float64Array:
        """`(N, 2)` [px] → [m] by OpenCV's homography of the same clicks."""
        matrix, _ = cv2.findHomography(self.pixels, self.metres)
        return np.asarray(cv2.perspectiveTransform(xy[None].astype(np.float64), matrix)[0])

    def detections(self) -> list[Detections]:
        """What both trackers are given."""
        found = []
        for frame in range(len(self.scene.t_s)):
            xyxy = self.scene.xyxy[self.scene.seen[:, frame], frame].astype(np.float32)
            found.append(Detections(xyxy, np.full(len(xyxy), 0.9, np.float32), np.zeros(len(xyxy), np.int16)))
        return found

    def tracked(self) -> tuple[Int32Array, Float32Array]:
        """Frames `(R,)` and boxes `(R, 4)` on which places are measured, without those that our tracker guessed."""
        tracks = run_tracker(self.detections(), self.scene.t_s, TRACKLET_CONFIG)
        seen = [measured_boxes(each.xyxy, each.detected)[each.detection_index >= 0] for each in tracks]
        frame = np.repeat(np.arange(len(seen), dtype=np.int32), [len(boxes) for boxes in seen])
        return frame, np.concatenate(seen)

    def feet(self, frame: Int32Array, xyxy: Float32Array) -> Float64Array:
        """`(P, F, 2)` bottom middle [px] of each player's box in each frame, NaN where there is none."""
        placed = np.full((*self.scene.seen.shape, 2), np.nan)
        true = self._true_boxes()
        for number in np.unique(frame):
            rows = np.flatnonzero(frame == number)
            shared = overlap(true[:, number], xyxy[rows])
            player, row = linear_sum_assignment(-shared)
            good = shared[player, row] >= LEAST_OVERLAP
            placed[player[good], number] = box_foot_points(xyxy[rows[row[good]]])
        return placed

    def _true_boxes(self) -> Float64Array:
        """`(P, F, 4)` boxes without noise."""
        camera, flat = self.scene.camera, self.scene.xy_m.reshape(-1, 2)
        feet = camera.project_ground(flat)
        heads = camera.project(np.hstack([flat, np.full((len(flat), 1), FilmParams().player_height_m)]))
        half = 0.175 * (feet[:, 1] - heads[:, 1])
        boxes = np.stack([feet[:, 0] - half, heads[:, 1], feet[:, 0] + half, feet[:, 1]], axis=1)
        return boxes.reshape(*self.scene.xy_m.shape[:2], 4)

    def kpis(self, *, intervals: bool = True) -> list[PlayerKPIs]:
        """Our chain: tracker, lens and homography, smoothing, KPIs with intervals."""
        mapping, found = self.calibration(), []
        for number, feet in enumerate(self.feet(*self.tracked())):
            xy = _metres(mapping, feet)
            known = xy[np.isfinite(xy[:, 0])]
            measurement = Measurement(mapping.scale_source, mapping.relative_length_sigma(known))
            rng = np.random.default_rng(PLAYERS * self.seed + number)
            found.append(
                calculate_player_kpis(
                    track_of(self.scene.t_s, xy),
                    YOUTH,
                    rng=rng,
                    measurement=measurement,
                    params=KPIParams(with_intervals=intervals),
                )
            )
        return found

    def positions(self) -> Float64Array:
        """`(P, F, 2)` of our chain before the smoothing [m], NaN where not seen."""
        mapping = self.calibration()
        return np.stack([_metres(mapping, feet) for feet in self.feet(*self.tracked())])


def _metres(mapping: PitchHomography, feet: Float64Array) -> Float64Array:
    seen, xy = np.isfinite(feet[:, 0]), np.full(feet.shape, np.nan)
    xy[seen] = mapping.to_pitch(feet[seen])[0]
    return xy


def overlap(one: Float64Array, other: NDArray[np.floating]) -> Float64Array:
    """`(N, M)` intersection over union of boxes `(N, 4)` and `(M, 4)`."""
    low = np.maximum(one[:, None, :2], other[None, :, :2])
    high = np.minimum(one[:, None, 2:], other[None, :, 2:])
    both = np.prod(np.maximum(high - low, 0.0), axis=2)
    areas = [np.prod(boxes[:, 2:] - boxes[:, :2], axis=1) for boxes in (one, other)]
    return np.asarray(both / (areas[0][:, None] + areas[1][None] - both))


def band_errors(found: Float64Array, truth: Float64Array) -> list[float]:
    """Root mean square of the speed error in each band of the true speed [m/s], over rows that have a speed."""
    errors = []
    for low, high in zip(BANDS_MPS, (*BANDS_MPS[1:], np.inf), strict=True):
        rows = np.isfinite(found) & (truth >= low) & (truth < high)
        errors.append(float(np.sqrt(np.mean((found - truth)[rows] ** 2))))
    return errors


def distance_errors(players: Sequence[Trajectory], motions: Sequence[Motion]) -> list[float]:
    """Error of each player's distance as a share, without sign."""
    errors = []
    for player, motion in zip(players, motions, strict=True):
        least = max(YOUTH.dead_band_mps, motion.plan.dead_band_mps)
        moving = motion.speed_mps[motion.valid & (motion.speed_mps >= least)]
        errors.append(abs(float(moving.sum()) / FPS / player.covered(0.0, SECONDS) - 1.0))
    return errors


def sprints(speed_mps: Float64Array) -> Efforts:
    """Sprints by the zones of under-14s."""
    return find_efforts(speed_mps, FPS, EffortRule.speed(YOUTH.sprint_mps, YOUTH))


def matched(found: Sequence[Efforts], true: Sequence[Efforts]) -> tuple[int, int, int]:
    """Sprints that overlap in time with a true one, found ones, true ones."""
    hits = 0
    for one, other in zip(found, true, strict=True):
        both = (one.start[:, None] < other.end) & (other.start < one.end[:, None])
        hits += int(both.any(axis=0).sum())
    return hits, sum(map(len, found)), sum(map(len, true))


def f1(hits: int, found: int, true: int) -> float:
    """Harmonic mean of precision and recall."""
    return 2 * hits / (found + true)


TOLD = (
    "total_distance_m", "mean_speed_mps", "mean_moving_speed_mps", "max_speed_mps", "p95_speed_mps",
    "high_speed_distance_m", "sprint_distance_m", "time_zone_1_s", "time_zone_2_s", "time_zone_4_s", "time_zone_5_s",
    "distance_zone_2_m", "distance_zone_3_m", "distance_zone_4_m",
)  # fmt: skip
"""Continuous figures; an interval of whole numbers mostly holds one number, which is right or wrong."""


def interval_hits(filmed: ProtocolFilm) -> dict[str, list[bool]]:
    """Figure → whether the 90 % interval of each player holds the true value."""
    held: dict[str, list[bool]] = {key: [] for key in TOLD}
    nothing = np.full(len(filmed.scene.t_s), np.nan)
    for player, kpis in zip(filmed.players, filmed.kpis(), strict=True):
        series = Series(player.speed(filmed.scene.t_s), nothing, nothing, FPS, 0.0, 0.0)
        exact = speed_values(series, YOUTH) | distance_values(series, YOUTH)
        for key in TOLD:
            entry = entry_of(kpis, key)
            if is_measured(entry):
                held[key].append(entry["low"] - 1e-9 <= exact[key] <= entry["high"] + 1e-9)
    return held
