"""Radial lens distortion with one coefficient (the first of the Brown model, as OpenCV's `k1`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.types import Float64Array

NEWTON_STEPS = 12
"""Newton's iteration for the undistorted radius doubles its digits each step; 12 reach float64 from any start."""


@dataclass(frozen=True, slots=True)
class RadialLens:
    """`distorted = centre + (undistorted − centre) · (1 + k1 · r²)`, r = undistorted distance / `radius_px`.

    Attributes:
        centre: optical centre [px].
        radius_px: unit of r [px]; with the focal length here, `k1` is OpenCV's.
        k1: 0 for a perfect lens, negative for a barrel (wide) lens.
    """

    centre: tuple[float, float]
    radius_px: float
    k1: float = 0.0

    def distort(self, xy: Float64Array) -> Float64Array:
        """`(N, 2)` ideal pixels → pixels as the camera records them; NaN beyond the lens model's fold."""
        offset = (xy - np.asarray(self.centre)) / self.radius_px
        squared = np.sum(offset**2, axis=1)
        factor = 1.0 + self.k1 * squared
        if self.k1 < 0:
            factor = np.where(1.0 + 3.0 * self.k1 * squared > 0, factor, np.nan)
        recorded: Float64Array = np.asarray(self.centre) + offset * factor[:, None] * self.radius_px
        return recorded

    def undistort(self, xy: Float64Array) -> Float64Array:
        """`(N, 2)` recorded pixels → ideal pixels; NaN where no ideal pixel exists (outside the lens model)."""
        if self.k1 == 0.0:
            return np.asarray(xy, np.float64).copy()
        offset = (xy - np.asarray(self.centre)) / self.radius_px
        recorded = np.linalg.norm(offset, axis=1)
        ideal = recorded.copy()
        if self.k1 < 0:
            fold = np.sqrt(1.0 / (-3.0 * self.k1))
            # Starting at the fold's inside keeps Newton's iteration on the branch that the lens really has.
            ideal = np.minimum(ideal, 0.9 * fold)
        with np.errstate(divide="ignore", invalid="ignore"):
            for _ in range(NEWTON_STEPS):
                ideal = ideal - (ideal + self.k1 * ideal**3 - recorded) / (1.0 + 3.0 * self.k1 * ideal**2)
            if self.k1 < 0:
                ideal = np.where(recorded <= fold * (1.0 + self.k1 * fold**2), ideal, np.nan)
            ratio = np.where(recorded > 0, ideal / recorded, 1.0)
        ideal_xy: Float64Array = np.asarray(self.centre) + offset * ratio[:, None] * self.radius_px
        return ideal_xy

    def undistort_jacobians(self, ideal_xy: Float64Array) -> tuple[Float64Array, Float64Array]:
        """Derivatives at `(N, 2)` ideal pixels.

        Returns:
            `(N, 2, 2)` of the ideal by the recorded pixel, and `(N, 2)` of the ideal pixel by `k1`.
        """
        offset = (ideal_xy - np.asarray(self.centre)) / self.radius_px
        squared = np.sum(offset**2, axis=1)
        outer = offset[:, :, None] * offset[:, None, :]
        forward = (1.0 + self.k1 * squared)[:, None, None] * np.eye(2) + 2.0 * self.k1 * outer
        inverse = invert_2x2(forward)
        by_k1 = -np.einsum("nij,nj->ni", inverse, offset * squared[:, None]) * self.radius_px
        return inverse, by_k1


def invert_2x2(matrices: Float64Array) -> Float64Array:
    """`(N, 2, 2)` inverses; non-finite where singular."""
    a, b, c, d = matrices[:, 0, 0], matrices[:, 0, 1], matrices[:, 1, 0], matrices[:, 1, 1]
    adjugate = np.stack([np.stack([d, -b], -1), np.stack([-c, a], -1)], -2)
    with np.errstate(divide="ignore", invalid="ignore"):
        inverse: Float64Array = adjugate / (a * d - b * c)[:, None, None]
    return inverse
