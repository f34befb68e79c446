"""Cameras with known place and lens, all of a rig as arrays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from vision.errors import VisionError
from vision.types import Float64Array

UNDISTORT_STEPS = (cv2.TERM_CRITERIA_COUNT + cv2.TERM_CRITERIA_EPS, 40, 1e-3)
"""OpenCV's five steps leave pixels of error at the rim of a wide lens; these end below a thousandth."""
_ROTATION_TOLERANCE = 1e-3


class CameraError(VisionError):
    """A camera's parameters are missing or contradict each other; the message names the camera."""


@dataclass(frozen=True, slots=True)
class CameraRig:
    """`C` cameras around one scene.

    Attributes:
        names: in the order of all arrays.
        projections: `(C, 3, 4)` world metres → pixels without lens distortion, homogeneous; depth is positive in front.
        intrinsics: `(C, 3, 3)`; NaN where only a projection was given (then there is no lens to take out).
        distortion: per camera OpenCV's coefficients, empty without.
    """

    names: tuple[str, ...]
    projections: Float64Array
    intrinsics: Float64Array
    distortion: tuple[Float64Array, ...]

    @classmethod
    def from_params(cls, camera_params: Mapping[str, Mapping[str, Any]]) -> CameraRig:
        """Cameras by name, each `{"K": (3, 3), "R": (3, 3) or (3,), "t": (3,) m, "dist": …}` or `{"P": (3, 4)}`.

        `R` and `t` take world metres to camera axes (x right, y down, z forward); `R` may be a rotation vector [rad].

        Raises:
            CameraError: fewer than two cameras, or a camera whose matrices are missing, wrongly shaped or no cameras.
        """
        if len(camera_params) < 2:
            raise CameraError(f"two cameras or more see depth; {len(camera_params)} given")
        with np.errstate(all="ignore"):
            parts = [_camera(name, params) for name, params in camera_params.items()]
        projections, intrinsics, distortion = zip(*parts, strict=True)
        for name, projection in zip(camera_params, projections, strict=True):
            if not np.isfinite(projection).all():
                raise CameraError(f"camera {name}: numbers too large for a camera, or P without a direction of depth")
        return cls(tuple(camera_params), np.stack(projections), np.stack(intrinsics), tuple(distortion))

    @property
    def centres_m(self) -> Float64Array:
        """`(C, 3)` where the cameras are [m]."""
        left, last = self.projections[:, :, :3], self.projections[:, :, 3]
        return np.asarray(-np.linalg.solve(left, last[:, :, None])[:, :, 0], np.float64)

    def undistort(self, camera: int, xy: Float64Array) -> Float64Array:
        """`(N, 2)` pixels as recorded → without the lens's distortion; NaN stays NaN."""
        coefficients: Float64Array = self.distortion[camera]
        if not coefficients.size or not len(xy):
            return xy
        matrix: Float64Array = self.intrinsics[camera]
        known = np.isfinite(xy).all(axis=1)
        straight = np.full(xy.shape, np.nan)
        if known.any():
            pixels = np.ascontiguousarray(xy[known], np.float64)[:, None]
            straight[known] = cv2.undistortPoints(pixels, matrix, coefficients, P=matrix, criteria=UNDISTORT_STEPS)[
                :, 0
            ]
        return straight

    def project(self, xyz_m: Float64Array) -> Float64Array:
        """`(N, 3)` [m] → `(C, N, 2)` pixels as recorded (with distortion); NaN behind a camera."""
        straight, depth = project_straight(self.projections, xyz_m)
        straight[depth <= 0] = np.nan
        for camera, coefficients in enumerate(self.distortion):
            if coefficients.size:
                straight[camera] = _distorted(straight[camera], self.intrinsics[camera], coefficients)
        return straight


def project_straight(projections: Float64Array, xyz_m: Float64Array) -> tuple[Float64Array, Float64Array]:
    """`(C, 3, 4)`, `(N, 3)` → pixels without distortion `(C, N, 2)` and depths `(C, N)`."""
    local = xyz_m @ projections[:, :, :3].transpose(0, 2, 1) + projections[:, None, :, 3]
    depth = local[:, :, 2]
    with np.errstate(divide="ignore", invalid="ignore"):
        pixels: Float64Array = local[:, :, :2] / depth[:, :, None]
    return pixels, depth


def _distorted(straight: Float64Array, matrix: Float64Array, coefficients: Float64Array) -> Float64Array:
    rays = np.column_stack([straight, np.ones(len(straight))]) @ np.linalg.inv(matrix).T
    known = np.isfinite(rays).all(axis=1)
    bent = np.full(straight.shape, np.nan)
    if known.any():
        zero = np.zeros(3)
        bent[known] = cv2.projectPoints(rays[known][:, None], zero, zero, matrix, coefficients)[0][:, 0]
    return bent


def _camera(name: str, params: Mapping[str, Any]) -> tuple[Float64Array, Float64Array, Float64Array]:
    none = np.zeros(0)
    if "P" in params:
        return _towards(_matrix(name, params, "P", (3, 4))), np.full((3, 3), np.nan), none
    missing = [key for key in ("K", "R", "t") if key not in params]
    if missing:
        raise CameraError(f"camera {name}: {', '.join(missing)} missing; K, R and t are needed, or P")
    intrinsics = _matrix(name, params, "K", (3, 3))
    if not (intrinsics[0, 0] > 0 and intrinsics[1, 1] > 0 and intrinsics[2, 2] == 1):
        raise CameraError(f"camera {name}: K is no camera matrix (positive focal lengths, last element 1)")
    rotation = _rotation(name, params)
    shift = np.asarray(params["t"], np.float64).reshape(-1)
    if shift.shape != (3,) or not np.isfinite(shift).all():
        raise CameraError(f"camera {name}: t must be three metres, got shape {shift.shape}")
    coefficients = np.asarray(params.get("dist", none), np.float64).reshape(-1)
    if coefficients.size not in (0, 4, 5, 8, 12, 14) or not np.isfinite(coefficients).all():
        raise CameraError(f"camera {name}: dist must be 4, 5, 8, 12 or 14 numbers, got {coefficients.size}")
    return intrinsics @ np.column_stack([rotation, shift]), intrinsics, np.asarray(coefficients, np.float64)


def _rotation(name: str, params: Mapping[str, Any]) -> Float64Array:
    given = np.asarray(params["R"], np.float64)
    rotation = cv2.Rodrigues(given.reshape(3))[0] if given.size == 3 else _matrix(name, params, "R", (3, 3))
    if not np.abs(rotation @ rotation.T - np.eye(3)).max() <= _ROTATION_TOLERANCE:  # also where it overflows
        raise CameraError(f"camera {name}: R is no rotation (its rows are not at right angles)")
    if np.linalg.det(rotation) < 0:
        raise CameraError(f"camera {name}: R mirrors the world; swap or negate one of its axes")
    return np.asarray(rotation, np.float64)


def _matrix(name: str, params: Mapping[str, Any], key: str, shape: tuple[int, int]) -> Float64Array:
    found = np.asarray(params[key], np.float64)
    if found.shape != shape or not np.isfinite(found).all():
        raise CameraError(f"camera {name}: {key} must be {shape[0]} × {shape[1]} numbers, got shape {found.shape}")
    return found


def _towards(projection: Float64Array) -> Float64Array:
    """The same projection with depth in metres, positive in front (a projection matrix's scale and sign are free)."""
    scale = np.linalg.norm(projection[2, :3])
    sign = np.sign(np.linalg.det(projection[:, :3])) or 1.0
    scaled: Float64Array = projection * (sign / scale)
    return scaled
