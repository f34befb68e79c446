"""What was seen of the body's markers: residuals in units of their noise, and their derivatives.

A keypoint that is far off is weighed down (Cauchy), so that one wrong detection does not bend the body.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import torch

from vision.body.chain import Tensor

ROBUST_SIGMAS = 4.0
"""Errors of this many assumed sigmas count half; normal ones keep nine tenths of their weight."""
MIN_DEPTH_M = 0.3


class Sight(Protocol):
    """One kind of measurement of some of the markers."""

    @property
    def part(self) -> slice:
        """Which markers."""
        ...

    def residual(self, markers: Tensor) -> Tensor:
        """`(N, K, 3)` markers → `(N, k, m)` in sigmas, 0 where not seen."""
        ...

    def derivative(self, markers: Tensor) -> Tensor:
        """`(N, k, m, 3)`: movement of the residual per metre of its marker."""
        ...

    def of(self, rows: Tensor | slice) -> Sight:
        """Some of the frames."""
        ...


@dataclass(frozen=True, slots=True)
class PointSight:
    """Markers measured in space.

    Attributes:
        part: which markers.
        points: `(N, k, 3)` [m], any finite number where not seen.
        whiten: `(N, k, 3, 3)` with `whitenᵀ·whiten` the inverse covariance [1/m]; 0: not seen.
    """

    part: slice
    points: Tensor
    whiten: Tensor

    def residual(self, markers: Tensor) -> Tensor:
        """See `Sight`."""
        return (self.whiten @ (markers[:, self.part] - self.points)[..., None])[..., 0]

    def derivative(self, markers: Tensor) -> Tensor:
        """See `Sight`."""
        del markers
        return self.whiten

    def of(self, rows: Tensor | slice) -> PointSight:
        """See `Sight`."""
        return PointSight(self.part, self.points[rows], self.whiten[rows])


@dataclass(frozen=True, slots=True)
class PictureSight:
    """Markers seen by one camera without a lens.

    Attributes:
        part: which markers.
        pixels: `(N, k, 2)` from the principal point, undistorted [px].
        whiten: `(N, k, 1)` 1/σ [1/px]; 0: not seen.
        rotation: `(3, 3)` world → camera.
        position: `(N, 3)` of the camera in the frame of the markers [m].
        focal_px: focal length.
    """

    part: slice
    pixels: Tensor
    whiten: Tensor
    rotation: Tensor
    position: Tensor
    focal_px: float

    def _rays(self, markers: Tensor) -> tuple[Tensor, Tensor]:
        local = (markers[:, self.part] - self.position[:, None]) @ self.rotation.T
        depth = local[..., 2:].clamp_min(MIN_DEPTH_M)
        return local[..., :2] / depth, depth

    def residual(self, markers: Tensor) -> Tensor:
        """See `Sight`."""
        ray, _ = self._rays(markers)
        return (self.focal_px * ray - self.pixels) * self.whiten

    def derivative(self, markers: Tensor) -> Tensor:
        """See `Sight`."""
        ray, depth = self._rays(markers)
        across = self.rotation[:2] - ray[..., None] * self.rotation[2]
        return across * (self.focal_px * self.whiten / depth)[..., None]

    def of(self, rows: Tensor | slice) -> PictureSight:
        """See `Sight`."""
        return PictureSight(
            self.part, self.pixels[rows], self.whiten[rows], self.rotation, self.position[rows], self.focal_px
        )


def robust_weight(residual: Tensor, scale: float) -> Tensor:
    """`(N, k, m)` in sigmas → `(N, k)` weights of the squares; `scale` in sigmas."""
    return 1.0 / (1.0 + residual.square().sum(dim=2) / scale**2)


def robust_cost(residual: Tensor, scale: float) -> Tensor:
    """`(N, k, m)` in sigmas → `(N,)`."""
    return (scale**2 * torch.log1p(residual.square().sum(dim=2) / scale**2)).sum(dim=1)
