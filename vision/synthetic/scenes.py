"""Whole scenes: scripted players seen by a camera as boxes, with noise and misses, and the truth beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.calibration.camera import PinholeCamera
from vision.calibration.pitch_model import PitchModel
from vision.synthetic.movement import Mix, Pace, Trajectory, wander
from vision.types import CLASS_PERSON, BoolArray, Float64Array, Tracks

SHOULDER_SHARE = 0.35
"""Width of a box over its height: a running person with arms."""


@dataclass(frozen=True, slots=True)
class FilmParams:
    """Faults of detection.

    Attributes:
        foot_sigma: 1σ of each box edge as a share of the box height (the simulated detectors of the bars use 2-4 %).
        min_sigma_px: … but at least this [px].
        miss_rate: share of boxes that are missed.
        player_height_m: standing height of everybody [m].
    """

    foot_sigma: float = 0.02
    min_sigma_px: float = 0.5
    miss_rate: float = 0.05
    player_height_m: float = 1.78


@dataclass(frozen=True, slots=True)
class FilmedScene:
    """What a perfect tracker would make of the film, and the truth.

    Attributes:
        t_s: `(F,)` frame times [s].
        xyxy: `(P, F, 4)` boxes [px], NaN where missed or out of the picture.
        seen: `(P, F)`.
        xy_m: `(P, F, 2)` true ground positions [m, pitch frame].
        speed_mps: `(P, F)` true speeds [m/s].
        camera: that filmed it.
    """

    t_s: Float64Array
    xyxy: Float64Array
    seen: BoolArray
    xy_m: Float64Array
    speed_mps: Float64Array
    camera: PinholeCamera

    def frames(self) -> list[Tracks]:
        """One `Tracks` a frame; player p has track id p + 1."""
        found = []
        for frame in range(len(self.t_s)):
            index = np.flatnonzero(self.seen[:, frame])
            count = len(index)
            found.append(
                Tracks(
                    track_id=(index + 1).astype(np.int32),
                    xyxy=self.xyxy[index, frame].astype(np.float32),
                    score=np.full(count, 0.9, np.float32),
                    class_id=np.full(count, CLASS_PERSON, np.int16),
                    detection_index=np.arange(count, dtype=np.int32),
                )
            )
        return found


def film(
    players: Sequence[Trajectory],
    camera: PinholeCamera,
    t_s: Float64Array,
    rng: np.random.Generator,
    params: FilmParams | None = None,
) -> FilmedScene:
    """Film scripted players at `(F,)` frame times [s]."""
    params = params or FilmParams()
    positions = np.stack([player.position(t_s) for player in players])
    speeds = np.stack([player.speed(t_s) for player in players])
    flat = positions.reshape(-1, 2)
    feet = camera.project_ground(flat)
    heads = camera.project(np.hstack([flat, np.full((len(flat), 1), params.player_height_m)]))
    tall = feet[:, 1] - heads[:, 1]
    half = SHOULDER_SHARE * tall / 2
    boxes = np.stack([feet[:, 0] - half, heads[:, 1], feet[:, 0] + half, feet[:, 1]], axis=1)
    sigma = np.maximum(params.foot_sigma * tall, params.min_sigma_px)
    boxes += rng.normal(0.0, 1.0, boxes.shape) * sigma[:, None]
    seen = camera.inside(feet) & camera.inside(heads) & (rng.random(len(flat)) >= params.miss_rate)
    boxes[~seen] = np.nan
    shape = positions.shape[:2]
    return FilmedScene(t_s, boxes.reshape(*shape, 4), seen.reshape(shape), positions, speeds, camera)


def stand_camera(pitch: PitchModel, *, k1: float = 0.0, image_size: tuple[int, int] = (1920, 1080)) -> PinholeCamera:
    """A camera on a stand at the halfway line that sees nearly the whole pitch."""
    back = pitch.width_m / 2 + 0.32 * pitch.length_m
    height = 0.16 * pitch.length_m
    focal = 0.56 * image_size[0]
    return PinholeCamera.look_at(
        (0.0, -back, height), (0.0, -0.04 * pitch.width_m, 0.0), image_size=image_size, focal_px=focal, k1=k1
    )


def match_scene(
    rng: np.random.Generator,
    per_side: int,
    duration_s: float,
    *,
    pitch: PitchModel | None = None,
    pace: Pace | None = None,
    mix: Mix | None = None,
) -> list[Trajectory]:
    """Random players of a game of `per_side` against `per_side`: 1v1 to 11v11, each in a zone of the pitch."""
    pitch = pitch or PitchModel()
    half_length, half_width = 0.45 * pitch.length_m, 0.45 * pitch.width_m
    players = []
    for _ in range(2 * per_side):
        centre = rng.uniform(-0.3, 0.3, 2) * np.array([half_length, half_width])
        low = np.maximum(centre - 0.6 * np.array([half_length, half_width]), [-half_length, -half_width])
        high = np.minimum(centre + 0.6 * np.array([half_length, half_width]), [half_length, half_width])
        area = (float(low[0]), float(low[1]), float(high[0]), float(high[1]))
        players.append(wander(rng, duration_s, area, pace=pace, mix=mix))
    return players
