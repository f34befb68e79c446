"""Camera operators with known truth: on a tripod or with a phone in the hand, panning, zooming and shaking."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.calibration.camera import PinholeCamera
from vision.types import Float64Array


@dataclass(frozen=True, slots=True)
class CameraWork:
    """How a camera is led. Angles in degrees, times in seconds, lengths in metres.

    Attributes:
        position_m: of the camera, z up.
        target_m: place on the ground in the middle of the picture at the start.
        image_size: width, height [px].
        focal_share: focal length over picture width at the start.
        k1: lens coefficient, radius in half diagonals; the same at every zoom.
        pan_deg: amplitude of the pan to both sides …
        pan_s: … and its period.
        zoom: largest focal length over that at the start, reached in half of …
        zoom_s: … this period.
        shake_deg: 1σ of each angle by an unsteady hand …
        shake_hz: … and how fast it changes.
        sway_m: 1σ of the camera's place by an unsteady stand.
    """

    position_m: tuple[float, float, float] = (0.0, -48.0, 9.0)
    target_m: tuple[float, float] = (0.0, 0.0)
    image_size: tuple[int, int] = (640, 360)
    focal_share: float = 0.9
    k1: float = 0.0
    pan_deg: float = 0.0
    pan_s: float = 8.0
    zoom: float = 1.0
    zoom_s: float = 6.0
    shake_deg: float = 0.0
    shake_hz: float = 4.0
    sway_m: float = 0.0

    def cameras(self, t_s: Float64Array, rng: np.random.Generator | None = None) -> Sequence[PinholeCamera]:
        """The camera at each time `(N,)`; `rng` is needed for a hand that shakes or sways."""
        rng = rng or np.random.default_rng(0)
        pan = np.radians(self.pan_deg) * np.sin(2 * np.pi * t_s / self.pan_s)
        grow = 1 + (self.zoom - 1) * (1 - np.cos(2 * np.pi * t_s / self.zoom_s)) / 2
        shake = np.radians(self.shake_deg) * _wander(t_s, self.shake_hz, rng, 3)
        sway = self.sway_m * _wander(t_s, self.shake_hz / 4, rng, 3)
        return [self._camera(*moment) for moment in zip(pan, grow, shake, sway, strict=True)]

    def _camera(self, pan: float, grow: float, shake: Float64Array, sway: Float64Array) -> PinholeCamera:
        width, height = self.image_size
        focal = self.focal_share * width * grow
        level = PinholeCamera.look_at(self.position_m, (*self.target_m, 0.0), image_size=self.image_size)
        upright = _turn(2, -(pan + shake[2]))
        rotation = _turn(2, shake[0] / 2) @ _turn(0, shake[1]) @ level.rotation @ upright
        half_diagonal = float(np.hypot(width, height)) / 2
        position = np.asarray(self.position_m) + sway
        return PinholeCamera(self.image_size, focal, rotation, position, self.k1 * (focal / half_diagonal) ** 2)


def _turn(axis: int, angle: float) -> Float64Array:
    """Rotation about the x axis (0) or the z axis (2)."""
    cosine, sine = float(np.cos(angle)), float(np.sin(angle))
    if axis == 0:
        return np.array([[1.0, 0.0, 0.0], [0.0, cosine, -sine], [0.0, sine, cosine]])
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def _wander(t_s: Float64Array, rate_hz: float, rng: np.random.Generator, count: int) -> Float64Array:
    """`(N, count)` smooth noise of variance 1: a sum of sines with random phases."""
    rate = rate_hz * rng.uniform(0.3, 1.7, (6, count))
    phase = rng.uniform(0, 2 * np.pi, (6, count))
    wave: Float64Array = np.sin(2 * np.pi * t_s[:, None, None] * rate + phase).sum(axis=1) / np.sqrt(3.0)
    return wave
