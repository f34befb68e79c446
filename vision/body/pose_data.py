"""What a body is fitted to, and what the fit says: arrays with units, checked where they enter."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from vision.body.freedoms import JOINTS
from vision.calibration.camera import PinholeCamera
from vision.errors import ShapeError, VisionError
from vision.skeletons import Skeleton
from vision.types import BoolArray, Float64Array

_BONES = (
    *((0, 1), (0, 2), (0, 3), (1, 4), (2, 5), (3, 6), (4, 7), (5, 8), (6, 9), (7, 10), (8, 11), (9, 12), (9, 13)),
    *((9, 14), (12, 15), (13, 16), (14, 17), (16, 18), (17, 19), (18, 20), (19, 21), (20, 22), (21, 23)),
)
SMPL24 = Skeleton(
    name="smpl24",
    joints=JOINTS,
    limbs=_BONES,
    mirror_pairs=tuple(
        (row, JOINTS.index(name.replace("left", "right"))) for row, name in enumerate(JOINTS) if "left" in name
    ),
    oks_sigma=(0.08,) * len(JOINTS),
)
"""The body's own 24 joints as keypoints, in SMPL's order."""

MAX_SIZE_M = 5.0
"""Nobody's keypoints lie farther apart than this: such numbers are millimetres or another unit."""
MIN_SIZE_M = 0.2
HEIGHTS_M = (0.8, 2.4)
"""From a three-year-old to the tallest player; outside, it is centimetres or a slip."""


@dataclass(frozen=True, slots=True)
class AssumedCamera:
    """A camera of which only the picture is known: the fit is then in the camera's frame (x right, y down, z forward).

    Attributes:
        image_size: width, height [px].
        focal_px: focal length; None takes a phone's main camera (26 mm in terms of a 36 mm wide film).
        moving: the camera was turned or carried while it filmed, so that its frame is not that of the ground.
    """

    image_size: tuple[int, int]
    focal_px: float | None = None
    moving: bool = False

    def pinhole(self) -> PinholeCamera:
        """The same as a camera at the origin of its own frame."""
        focal = self.focal_px or max(self.image_size) * 26.0 / 36.0
        return PinholeCamera(self.image_size, focal, np.eye(3), np.zeros(3))


@dataclass(frozen=True, slots=True)
class PoseData:
    """Keypoints of one person over time.

    Attributes:
        t_s: `(T,)` increasing [s].
        keypoints: `(T, K, 3)` [m, world frame, z up] of kind `3d`, `(T, K, 2)` or with score `(T, K, 3)` [px as
            recorded] of kind `2d`; NaN: not seen.
        skeleton: names of the keypoints.
        kind: `3d` or `2d`.
        covariance: `(T, K, 3, 3)` [m²] of 3D keypoints, or None.
        score: `(T, K)` 0-1, or None; 0 is not seen.
        camera: of 2D keypoints.
        height_m: of the person, if known.
        ground: the world's z = 0 is the ground, and feet stand on it (3D, and 2D with a calibrated camera).
    """

    t_s: Float64Array
    keypoints: Float64Array
    skeleton: Skeleton
    kind: Literal["3d", "2d"] = "3d"
    covariance: Float64Array | None = None
    score: Float64Array | None = None
    camera: PinholeCamera | AssumedCamera | None = None
    height_m: float | None = None
    ground: bool = False

    def __post_init__(self) -> None:
        frames, joints = len(self.t_s), len(self.skeleton)
        wide = self.keypoints.shape[-1] if self.keypoints.ndim == 3 else 0
        allowed = (3,) if self.kind == "3d" else (2, 3)
        if self.keypoints.shape[:2] != (frames, joints) or wide not in allowed:
            raise ShapeError(
                f"keypoints: expected ({frames}, {joints}, {allowed[-1]}) for {frames} times and skeleton "
                f"{self.skeleton.name}, got {self.keypoints.shape}"
            )
        for name, array, shape in (
            ("covariance", self.covariance, (frames, joints, 3, 3)),
            ("score", self.score, (frames, joints)),
        ):
            if array is not None and array.shape != shape:
                raise ShapeError(f"{name}: expected {shape}, got {array.shape}")
        self._check_values()

    def _check_values(self) -> None:
        if not np.isfinite(self.t_s).all() or (np.diff(self.t_s) <= 0).any():
            raise VisionError("the times must increase from frame to frame, in seconds; sort the frames by time")
        if self.height_m is not None and not HEIGHTS_M[0] <= self.height_m <= HEIGHTS_M[1]:
            raise VisionError(
                f"a height of {self.height_m:g} m is not a player's: give metres, {HEIGHTS_M[0]}-{HEIGHTS_M[1]}"
            )
        if self.kind == "2d":
            _ = self.pinhole

    @property
    def pinhole(self) -> PinholeCamera:
        """The camera of 2D keypoints.

        Raises:
            VisionError: there is none.
        """
        if self.camera is None:
            raise VisionError(
                "keypoints of one picture need a camera: a calibrated one, or AssumedCamera with the picture's size"
            )
        return self.camera.pinhole() if isinstance(self.camera, AssumedCamera) else self.camera

    @property
    def places(self) -> Float64Array:
        """`(T, K, 2|3)` positions without a score column."""
        return np.asarray(self.keypoints[..., :2] if self.kind == "2d" else self.keypoints, np.float64)

    @property
    def scores(self) -> Float64Array:
        """`(T, K)` 0-1; 1 where no score came with a position."""
        if self.score is not None:
            given = np.asarray(self.score, np.float64)
        elif self.kind == "2d" and self.keypoints.shape[2] == 3:
            given = np.asarray(self.keypoints[..., 2], np.float64)
        else:
            given = np.ones(self.keypoints.shape[:2])
        seen: Float64Array = np.where(np.isfinite(self.places).all(axis=2) & np.isfinite(given), given, 0.0)
        return seen


def check_metres(points: Float64Array) -> None:
    """Raise where keypoints in space cannot be metres.

    Raises:
        VisionError: the body is as large as a house or as small as a toy.
    """
    low, high = np.nanmin(points, axis=1), np.nanmax(points, axis=1)
    size = float(np.median(np.linalg.norm(high - low, axis=1)))
    if size > MAX_SIZE_M:
        raise VisionError(
            f"the keypoints of one person lie {size:.0f} m apart: they look like millimetres; give metres "
            "(divide by 1000)"
        )
    if size < MIN_SIZE_M:
        raise VisionError(f"the keypoints of one person lie {size * 100:.0f} cm apart: give metres")


@dataclass(frozen=True, slots=True)
class BodyFit:
    """A body over time. World frame for 3D keypoints and calibrated cameras, the camera's frame otherwise.

    Attributes:
        t_s: `(T,)` [s].
        betas: `(B,)` shape, one for all frames, in the model's own units.
        pose: `(T, 24, 3)` axis times angle [rad]; NaN where invalid.
        translation: `(T, 3)` as SMPL's: added to the posed model [m].
        joints: `(T, 24, 3)` [m].
        valid: `(T,)` whether the frame has a body.
        bridged: `(T,)` valid, but between frames rather than seen.
        seen: `(T, 24)` whether a keypoint beyond the joint tells its angle; elsewhere it is habit.
        error_m: `(T,)` root mean square distance of 3D keypoints from the body [m], NaN where none; None for 2D.
        error_px: the same of 2D keypoints [px]; None for 3D.
        sigma_m: `(T,)` expected 1σ per axis of the joints [m].
        contact: `(T, 2)` left and right foot on the ground; all false without a ground.
        height_m: of the fitted body, standing.
        scale_source: what tells the size (`keypoints in metres`, `player height`, `calibrated camera`, ...).
        model_name: of the body model.
        warnings: sentences for the reader.
    """

    t_s: Float64Array
    betas: Float64Array
    pose: Float64Array
    translation: Float64Array
    joints: Float64Array
    valid: BoolArray
    bridged: BoolArray
    seen: BoolArray
    error_m: Float64Array | None
    error_px: Float64Array | None
    sigma_m: Float64Array
    contact: BoolArray
    height_m: float
    scale_source: str
    model_name: str
    warnings: tuple[str, ...] = field(default=())
