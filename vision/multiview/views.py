"""The arithmetic of triangulation: the same small least-squares problem for thousands of points at once.

Rows of equations are kept by component, `(C, M)` each: NumPy is fast on long arrays and slow on many 3 × 3 ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np

from vision.types import BoolArray, Float64Array

Symmetric: TypeAlias = tuple[Float64Array, Float64Array, Float64Array, Float64Array, Float64Array, Float64Array]
"""xx, xy, xz, yy, yz, zz of `M` symmetric matrices, `(M,)` each."""

NEAREST_M = 1e-6
"""A point nearer to a camera's plane has no direction."""
RANK_TOLERANCE = 1e-12


@dataclass(frozen=True, slots=True)
class Views:
    """`M` points seen by `C` cameras.

    Attributes:
        projections: `(C, 3, 4)` world metres → undistorted pixels, depth positive in front.
        u, v: `(C, M)` pixels without distortion; 0 where not seen.
        weight: `(C, M)`; 0 where not seen.
    """

    projections: Float64Array
    u: Float64Array
    v: Float64Array
    weight: Float64Array

    @classmethod
    def of(cls, projections: Float64Array, xy: Float64Array, weight: Float64Array) -> Views:
        """From pixels `(C, M, 2)`."""
        return cls(projections, np.ascontiguousarray(xy[:, :, 0]), np.ascontiguousarray(xy[:, :, 1]), weight)

    def pick(self, points: Any) -> Views:
        """The same cameras, some of the points."""
        return Views(self.projections, self.u[:, points], self.v[:, points], self.weight[:, points])

    def project(self, xyz: Float64Array) -> tuple[Float64Array, Float64Array, Float64Array]:
        """`(M, 3)` → u, v, depth, each `(C, M)`."""
        local = self.projections[:, :, :3] @ xyz.T + self.projections[:, :, 3:]
        depth = local[:, 2]
        with np.errstate(divide="ignore", invalid="ignore"):
            return local[:, 0] / depth, local[:, 1] / depth, depth

    def error(self, xyz: Float64Array) -> Float64Array:
        """`(C, M)` distance from the keypoint [px]; infinite behind a camera or where not seen."""
        u, v, depth = self.project(xyz)
        with np.errstate(invalid="ignore"):
            distance = np.sqrt((u - self.u) ** 2 + (v - self.v) ** 2)
            good = (self.weight > 0) & (depth > 0) & np.isfinite(distance)
        return np.where(good, distance, np.inf)

    def linear(self, weight: Float64Array, near: Float64Array | None = None) -> Float64Array:
        """Weighted least squares of the linear equations `(M, 3)`; with a solution `near`, their error is in pixels."""
        if near is not None:
            depth = self.project(near)[2]
            with np.errstate(divide="ignore", invalid="ignore"):
                weight = np.where(np.abs(depth) > NEAREST_M, weight / depth**2, 0.0)
        rows_u, rows_v = self._rows(self.u, 0), self._rows(self.v, 1)
        return _solve(*_system(rows_u[:3], rows_v[:3], weight, rows_u[3], rows_v[3]))

    def step(self, xyz: Float64Array, used: BoolArray) -> Float64Array:
        """One Gauss–Newton step on the reprojection error of the cameras used; a point that cannot move stays."""
        u, v, depth = self.project(xyz)
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = np.where(used, self.weight / depth**2, 0.0)
            residual_u, residual_v = (self.u - u) * depth, (self.v - v) * depth
        rows = self._rows(np.where(used, u, 0.0), 0)[:3], self._rows(np.where(used, v, 0.0), 1)[:3]
        residuals = np.where(used, residual_u, 0.0), np.where(used, residual_v, 0.0)
        moved = xyz + _solve(*_system(*rows, weight, *residuals))
        return np.where((used.sum(axis=0) >= 2)[:, None] & np.isfinite(moved), moved, xyz)

    def information(self, xyz: Float64Array, used: BoolArray) -> Symmetric:
        """Normal matrices of the cameras used [1/m², for keypoints of 1 px noise]."""
        u, v, depth = self.project(xyz)
        with np.errstate(divide="ignore", invalid="ignore"):
            weight = np.where(used, self.weight / depth**2, 0.0)
        zero = np.zeros_like(weight)
        rows = self._rows(np.where(used, u, 0.0), 0)[:3], self._rows(np.where(used, v, 0.0), 1)[:3]
        return _system(*rows, weight, zero, zero)[0]

    def _rows(self, pixel: Float64Array, axis: int) -> list[Float64Array]:
        """Coefficients x, y, z, 1 of `pixel · depth - numerator = 0`, each `(C, M)`."""
        top, bottom = self.projections[:, axis], self.projections[:, 2]
        return [pixel * bottom[:, place, None] - top[:, place, None] for place in range(4)]


def _system(
    rows_u: list[Float64Array],
    rows_v: list[Float64Array],
    weight: Float64Array,
    right_u: Float64Array,
    right_v: Float64Array,
) -> tuple[Symmetric, list[Float64Array]]:
    """Normal equations of `rows · x = -right`, summed over the cameras."""
    heavy_u, heavy_v = [row * weight for row in rows_u], [row * weight for row in rows_v]
    normal = tuple(
        (heavy_u[i] * rows_u[j]).sum(axis=0) + (heavy_v[i] * rows_v[j]).sum(axis=0)
        for i, j in ((0, 0), (0, 1), (0, 2), (1, 1), (1, 2), (2, 2))
    )
    right = [-((heavy_u[i] * right_u).sum(axis=0) + (heavy_v[i] * right_v).sum(axis=0)) for i in range(3)]
    return (normal[0], normal[1], normal[2], normal[3], normal[4], normal[5]), right


def _solve(normal: Symmetric, right: list[Float64Array]) -> Float64Array:
    """Solutions `(M, 3)`; NaN where a system has no single one."""
    inverse = symmetric_inverse(*normal)
    solution: Float64Array = (inverse @ np.stack(right, axis=1)[:, :, None])[:, :, 0]
    return solution


def symmetric_inverse(
    xx: Float64Array, xy: Float64Array, xz: Float64Array, yy: Float64Array, yz: Float64Array, zz: Float64Array
) -> Float64Array:
    """Inverses `(M, 3, 3)` by the adjugate; NaN where the rank is below three (relative to the matrix's own size)."""
    a, b, c = yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy
    d, e, f = xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy
    determinant = xx * a + xy * b + xz * c
    size = np.maximum(np.maximum(xx, yy), zz)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(determinant > RANK_TOLERANCE * size**3, 1.0 / determinant, np.nan)
    rows = [share * value for value in (a, b, c, b, d, e, c, e, f)]
    return np.stack(rows, axis=1).reshape(-1, 3, 3)
