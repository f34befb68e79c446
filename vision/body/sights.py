"""What was seen of the body's markers: how far off they are in units of their noise, and what that pushes them with.

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

    def square(self, markers: Tensor) -> Tensor:
        """`(3, K, N)` markers → `(k, N)` squared errors in sigmas, 0 where not seen."""
        ...

    def push(self, markers: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Squared errors, their half slopes `(3, k, N)` and half curvatures `(3, 3, k, N)` by the marker's place."""
        ...

    def of(self, rows: Tensor | slice) -> Sight:
        """Some of the frames."""
        ...


@dataclass(frozen=True, slots=True)
class PointSight:
    """Markers measured in space.

    Attributes:
        part: which markers.
        points: `(3, k, N)` [m], any finite number where not seen.
        information: `(3, 3, k, N)` inverse covariance [1/m²]; 0: not seen.
    """

    part: slice
    points: Tensor
    information: Tensor

    def _half(self, markers: Tensor) -> tuple[Tensor, Tensor]:
        away = markers[:, self.part] - self.points
        slope = self.information[:, 0] * away[0]
        slope.addcmul_(self.information[:, 1], away[1]).addcmul_(self.information[:, 2], away[2])
        return (away * slope).sum(dim=0), slope

    def square(self, markers: Tensor) -> Tensor:
        """See `Sight`."""
        return self._half(markers)[0]

    def push(self, markers: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See `Sight`."""
        return *self._half(markers), self.information

    def of(self, rows: Tensor | slice) -> PointSight:
        """See `Sight`."""
        return PointSight(self.part, self.points[..., rows], self.information[..., rows])


@dataclass(frozen=True, slots=True)
class PictureSight:
    """Markers seen by one camera without a lens.

    Attributes:
        part: which markers.
        pixels: `(2, k, N)` from the principal point, undistorted [px].
        precision: `(k, N)` 1/σ [1/px]; 0: not seen.
        rotation: `(3, 3)` world → camera.
        position: `(3, N)` of the camera in the frame of the markers [m].
        focal_px: focal length.
    """

    part: slice
    pixels: Tensor
    precision: Tensor
    rotation: Tensor
    position: Tensor
    focal_px: float

    def _away(self, markers: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Errors in sigmas `(2, k, N)`, rays `(2, k, N)`, depths `(k, N)`."""
        local = torch.tensordot(self.rotation, markers[:, self.part] - self.position[:, None], dims=1)
        depth = local[2].clamp_min(MIN_DEPTH_M)
        ray = local[:2] / depth
        return (self.focal_px * ray - self.pixels) * self.precision, ray, depth

    def square(self, markers: Tensor) -> Tensor:
        """See `Sight`."""
        return self._away(markers)[0].square().sum(dim=0)

    def push(self, markers: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """See `Sight`."""
        away, ray, depth = self._away(markers)
        across = self.rotation[:2, :, None, None] - ray[:, None] * self.rotation[2, :, None, None]
        across = across * (self.focal_px * self.precision / depth)
        slope = across[0] * away[0] + across[1] * away[1]
        curve = across[0, :, None] * across[0] + across[1, :, None] * across[1]
        return away.square().sum(dim=0), slope, curve

    def of(self, rows: Tensor | slice) -> PictureSight:
        """See `Sight`."""
        return PictureSight(
            self.part,
            self.pixels[..., rows],
            self.precision[:, rows],
            self.rotation,
            self.position[:, rows],
            self.focal_px,
        )


def robust_weight(square: Tensor, scale: float) -> Tensor:
    """`(k, N)` squared errors in sigmas → `(k, N)` weights of them; `scale` in sigmas."""
    return 1.0 / (1.0 + square / scale**2)


def robust_cost(square: Tensor, scale: float) -> Tensor:
    """`(k, N)` squared errors in sigmas → `(N,)`."""
    return scale**2 * torch.log1p(square / scale**2).sum(dim=0)
