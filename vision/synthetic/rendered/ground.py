"""The place of the game as the camera sees it without people: grass, lines, goals, hedge and sky."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np

from vision.calibration.camera import PinholeCamera
from vision.calibration.pitch_model import PitchModel
from vision.synthetic.pitch_scene import PitchScene, SceneParams, Texture, smooth_noise
from vision.types import Float64Array, ImageBGR

FINER = 1
"""The place is drawn so many times finer and averaged."""
GOAL_HEIGHT_M = 2.0
"""6 feet for 7v7 (The FA Guide to Pitch and Goalpost Dimensions gives 12 × 6 ft), rounded up to what is built."""
GOAL_DEPTH_M = 1.4
POST_M = 0.1
NET_STEP_M = 0.35
SKY_BGR = ((235, 205, 165), (240, 228, 212))
"""At the top of the picture and at the horizon."""
LOOK = SceneParams(px_per_m=40.0, margin_m=13.0, stand_m=6.0, line_m=0.1, stripe_m=4.57, grass=10.0, noise=0.0)
"""Mown stripes of 5 yards; a hedge instead of stands."""
HEDGE_BGR = (38.0, 74.0, 46.0)


class _Park(PitchScene):
    """A pitch with a hedge around it."""

    def _draw_stand(self) -> Texture:
        shape = (int(self.params.stand_m * self.params.px_per_m / 2) + 1, 4096)
        leaves = 1.0 + 0.12 * smooth_noise(self._rng, shape, 3) + 0.1 * smooth_noise(self._rng, shape, 12)
        bushes = 1.0 + 0.12 * smooth_noise(self._rng, shape, 60)
        # Darker towards the ground, where no sun comes.
        shade = np.linspace(1.15, 0.65, shape[0])[:, None]
        hedge = (leaves * bushes * shade)[..., None] * np.asarray(HEDGE_BGR)
        return np.asarray(np.clip(hedge, 0, 255), np.uint8)


def empty_place(camera: PinholeCamera, pitch: PitchModel, seed: int) -> ImageBGR:
    """The picture before anybody is in it."""
    width, height = camera.image_size
    large = PinholeCamera(
        (width * FINER, height * FINER), camera.focal_px * FINER, camera.rotation, camera.position_m, camera.k1
    )
    scene = _Park(pitch, np.random.default_rng(seed), LOOK)
    image, _ = scene.picture(large)
    _paint_sky(image)
    for sign in (-1.0, 1.0):
        _draw_goal(image, large, pitch, sign)
    return np.asarray(cv2.resize(image, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _paint_sky(image: ImageBGR) -> None:
    sky = (image == 200).all(axis=2)
    rows = np.flatnonzero(sky.any(axis=1))
    if not len(rows):
        return
    share = np.linspace(0.0, 1.0, rows[-1] + 1)[:, None]
    top, horizon = (np.asarray(colour, np.float64) for colour in SKY_BGR)
    blend = (top + share * (horizon - top)).astype(np.uint8)
    row = np.nonzero(sky)[0]
    image[sky] = blend[row]


def _draw_goal(image: ImageBGR, camera: PinholeCamera, pitch: PitchModel, sign: float) -> None:
    x, half = sign * pitch.length_m / 2, pitch.goal_width_m / 2
    back = x + sign * GOAL_DEPTH_M
    net = image.copy()
    for start, end in _net(x, back, half):
        _line(net, camera, start, end, 0.02, (225, 225, 225))
    cv2.addWeighted(net, 0.35, image, 0.65, 0, dst=image)
    corners = [(x, half, 0.0), (x, half, GOAL_HEIGHT_M), (x, -half, GOAL_HEIGHT_M), (x, -half, 0.0)]
    for one, other in pairwise(corners):
        _line(image, camera, np.array(one), np.array(other), POST_M, (245, 245, 245))


def _net(x: float, back: float, half: float) -> list[tuple[Float64Array, Float64Array]]:
    top = GOAL_HEIGHT_M
    threads = []
    for y in np.arange(-half, half + 1e-6, NET_STEP_M):
        threads.append(((x, y, top), (back, y, 0.0)))
    for share in np.arange(0.0, 1.0 + 1e-6, 0.2):
        across_x, across_z = x + share * (back - x), top * (1 - share)
        threads.append(((across_x, -half, across_z), (across_x, half, across_z)))
        for y in (-half, half):
            threads.append(((x, y, top * share), (back - (back - x) * share, y, top * share)))
            threads.append(((across_x, y, 0.0), (across_x, y, across_z)))
    return [(np.array(start), np.array(end)) for start, end in threads]


def _line(
    image: ImageBGR, camera: PinholeCamera, start: Float64Array, end: Float64Array, thick_m: float,
    colour: tuple[int, int, int],
) -> None:  # fmt: skip
    points = start + np.linspace(0.0, 1.0, 9)[:, None] * (end - start)
    depth = float(((start + end) / 2 - camera.position_m) @ camera.rotation[2])
    thick = max(1, round(thick_m * camera.focal_px / depth))
    pixels = np.round(camera.project(points) * 16).astype(np.int32)
    cv2.polylines(image, [pixels], isClosed=False, color=colour, thickness=thick, lineType=cv2.LINE_AA, shift=4)
