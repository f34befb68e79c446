"""A pinhole camera with one lens coefficient, for scenes with known truth and for cameras with known pose."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.calibration.lens import RadialLens
from vision.types import BoolArray, Float64Array, check_shape

MIN_DEPTH_M = 0.1
"""Nearer to the camera's plane nothing is in focus or in the picture [m]."""


@dataclass(frozen=True, slots=True)
class PinholeCamera:
    """Maps world metres (pitch frame with z up) to pixels.

    Attributes:
        image_size: width, height [px]; the principal point is the middle.
        focal_px: focal length [px].
        rotation: `(3, 3)` world → camera axes (x right, y down, z forward).
        position_m: `(3,)` of the camera [m].
        k1: radial coefficient in OpenCV's unit (radius over focal length).
    """

    image_size: tuple[int, int]
    focal_px: float
    rotation: Float64Array
    position_m: Float64Array
    k1: float = 0.0

    @classmethod
    def look_at(
        cls,
        position_m: tuple[float, float, float],
        target_m: tuple[float, float, float],
        *,
        image_size: tuple[int, int] = (1920, 1080),
        focal_px: float = 1500.0,
        k1: float = 0.0,
    ) -> PinholeCamera:
        """A level camera (horizon horizontal) at `position_m` that looks at `target_m` [m, pitch frame, z up]."""
        position = np.asarray(position_m, np.float64)
        forward = np.asarray(target_m, np.float64) - position
        forward /= np.linalg.norm(forward)
        right = np.cross(forward, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        return cls(image_size, focal_px, np.stack([right, np.cross(forward, right), forward]), position, k1)

    @property
    def lens(self) -> RadialLens:
        """The lens in pixels."""
        width, height = self.image_size
        return RadialLens((width / 2, height / 2), self.focal_px, self.k1)

    def project(self, xyz_m: Float64Array) -> Float64Array:
        """`(N, 3)` [m, pitch frame, z up] → `(N, 2)` [px as recorded]; NaN behind the camera."""
        check_shape("xyz_m", xyz_m, (None, 3))
        local = (xyz_m - self.position_m) @ self.rotation.T
        depth = np.where(local[:, 2] > MIN_DEPTH_M, local[:, 2], np.nan)
        centre = np.asarray(self.image_size) / 2
        return self.lens.distort(centre + self.focal_px * local[:, :2] / depth[:, None])

    def project_ground(self, xy_m: Float64Array) -> Float64Array:
        """`(N, 2)` on the pitch [m] → `(N, 2)` [px]."""
        return self.project(np.hstack([xy_m, np.zeros((len(xy_m), 1))]))

    def inside(self, xy: Float64Array) -> BoolArray:
        """Which of `(N, 2)` pixels lie in the picture."""
        with np.errstate(invalid="ignore"):
            within = ((xy >= 0) & (xy < np.asarray(self.image_size))).all(axis=1)
        return np.asarray(within, np.bool_)
