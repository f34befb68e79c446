"""Bundle adjustment: where cameras really stand, from the people they saw, when they were bumped since the calibration.

Places and turns of the cameras and the joints in space are fitted together to the keypoints (Triggs et al. 2000), with
a robust loss and the calibration as prior: films alone know neither the world's origin nor its scale, so what they
cannot tell stays as it was calibrated. Lenses stay as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import least_squares
from scipy.sparse import csr_array
from scipy.spatial.transform import Rotation

from vision.errors import VisionError
from vision.multiview.cameras import CameraRig, project_straight
from vision.multiview.triangulation import TriangulationParams, observations, triangulate
from vision.types import Float64Array, Int32Array


class BundleError(VisionError):
    """The cameras cannot be refined; the message says why."""


@dataclass(frozen=True, slots=True)
class BundleParams:
    """How cameras may move.

    Attributes:
        turn_sigma_deg, shift_sigma_m: 1σ per axis of a camera that nobody touched. Far beyond, its price grows with
            the way and not with its square, so that one bumped camera is found and not all moved a little.
        most_points: joints used, spread over all; more make it slower and hardly better.
        rounds: triangulate with the cameras so far, then fit both.
        wide_px: in the first round joints count up to this noise [px], so that those of a bumped camera are not all
            thrown away.
        most_turn_deg, most_shift_m: cameras that seem to have moved by more stand elsewhere: calibrate them again.
        min_points: fewer joints seen by two cameras tell nothing.
    """

    turn_sigma_deg: float = 0.1
    shift_sigma_m: float = 0.005
    most_points: int = 400
    rounds: int = 3
    wide_px: float = 30.0
    most_turn_deg: float = 5.0
    most_shift_m: float = 0.5
    min_points: int = 50


@dataclass(frozen=True, slots=True)
class Refined:
    """The cameras as the films see them.

    Attributes:
        turned_deg, shifted_m: `(C,)` how far each camera was moved.
        error_before_px, error_after_px: median distance of a keypoint from its joint.
    """

    rig: CameraRig
    turned_deg: Float64Array
    shifted_m: Float64Array
    error_before_px: float
    error_after_px: float


def refine_rig(points_2d: Mapping[str, Float64Array], rig: CameraRig, params: BundleParams | None = None) -> Refined:
    """Cameras of a rig fitted to keypoints that they saw at the same instants.

    Args:
        points_2d: camera → `(N, K, 2)` or `(N, K, 3)` x, y [px as recorded], score; as for `triangulate`.

    Raises:
        BundleError: too few joints in common, or a camera moved further than a bump.
    """
    params = params or BundleParams()
    seen = _Seen.of(points_2d, rig, params)
    moved = np.zeros((len(rig.names), 6))
    before = seen.error_px(rig)
    for number in range(params.rounds):
        noise_px = params.wide_px / 4**number
        moved = _fit(seen, rig, moved, noise_px, params)
    refined = _moved(rig, moved)
    turned = np.degrees(np.linalg.norm(moved[:, :3], axis=1))
    shifted: Float64Array = np.linalg.norm(refined.centres_m - rig.centres_m, axis=1)
    far = np.flatnonzero((turned > params.most_turn_deg) | (shifted > params.most_shift_m))
    if len(far):
        name = rig.names[int(far[0])]
        raise BundleError(
            f"camera {name} seems to have moved by {shifted[far[0]]:.2f} m and {turned[far[0]]:.0f}° since it was "
            "calibrated: that is no bump; calibrate it again"
        )
    return Refined(refined, turned, shifted, before, seen.error_px(refined))


@dataclass(frozen=True, slots=True)
class _Seen:
    """Straight pixels `(C, M, 2)` of the joints taken, and whether each camera saw them `(C, M)`."""

    xy: Float64Array
    weight: Float64Array

    @classmethod
    def of(cls, points_2d: Mapping[str, Float64Array], rig: CameraRig, params: BundleParams) -> _Seen:
        xy, weight, _ = observations(points_2d, rig, TriangulationParams())
        kept = np.flatnonzero((weight > 0).sum(axis=0) >= 2)
        if len(kept) < params.min_points:
            raise BundleError(
                f"only {len(kept)} joints were seen by two cameras at once; {params.min_points} are needed"
            )
        unseen = [
            name for name, seen in zip(rig.names, (weight[:, kept] > 0).sum(axis=1).tolist(), strict=True) if not seen
        ]
        if unseen:
            raise BundleError(f"camera {unseen[0]} shows nobody whom another camera shows at the same time")
        kept = kept[np.linspace(0, len(kept) - 1, min(len(kept), params.most_points)).round().astype(int)]
        return cls(xy[:, kept], weight[:, kept])

    def located(self, rig: CameraRig, noise_px: float) -> Float64Array:
        """Joints `(M, 3)` by these cameras; NaN where they do not agree."""
        params = TriangulationParams(min_noise_px=noise_px, max_noise_px=max(noise_px, 8.0))
        straight = replace(rig, distortion=tuple(np.zeros(0) for _ in rig.names))
        points = {
            name: np.concatenate([self.xy[camera], self.weight[camera][:, None]], axis=1)[:, None]
            for camera, name in enumerate(rig.names)
        }
        return triangulate(points, straight, params).xyz_m[:, 0]

    def error_px(self, rig: CameraRig) -> float:
        """Median distance of the keypoints from the joints that these cameras make of them [px]."""
        xyz = self.located(rig, BundleParams().wide_px)
        pixels, _ = project_straight(rig.projections, xyz)
        away = np.linalg.norm(pixels - self.xy, axis=2)[self.weight > 0]
        return float(np.nanmedian(away))


def _fit(seen: _Seen, rig: CameraRig, moved: Float64Array, noise_px: float, params: BundleParams) -> Float64Array:
    """One fit of cameras and joints together, from `moved` `(C, 6)`: turn [rad] and shift of each."""
    xyz = seen.located(_moved(rig, moved), noise_px)
    good = np.isfinite(xyz).all(axis=1)
    if good.sum() < params.min_points:
        raise BundleError("the cameras agree on too few joints; check names and clocks first")
    xyz, xy, weight = xyz[good], seen.xy[:, good], seen.weight[:, good]
    camera, point = (np.asarray(index, np.int32) for index in np.nonzero(weight))
    target, strength = xy[camera, point], np.sqrt(weight[camera, point])[:, None]
    cameras, prior = len(rig.names), _prior(params)

    def residuals(values: Float64Array) -> Float64Array:
        motion, joints = values[: 6 * cameras].reshape(cameras, 6), values[6 * cameras :].reshape(-1, 3)
        pixels, _ = project_straight(_moved(rig, motion).projections, joints)
        away = (pixels[camera, point] - target) * strength
        return np.concatenate([away.ravel() / max(noise_px / 4, 1.0), (motion / prior).ravel()])

    start = np.concatenate([moved.ravel(), xyz.ravel()])
    pattern = _pattern(camera, point, cameras, len(xyz))
    found = least_squares(residuals, start, jac_sparsity=pattern, loss="soft_l1", x_scale="jac", max_nfev=15)
    return np.asarray(found.x[: 6 * cameras].reshape(cameras, 6), np.float64)


def _prior(params: BundleParams) -> Float64Array:
    turn, shift = np.radians(params.turn_sigma_deg), params.shift_sigma_m
    return np.array([turn, turn, turn, shift, shift, shift])


def _moved(rig: CameraRig, moved: Float64Array) -> CameraRig:
    """Cameras turned about themselves and shifted, each by a rotation vector [rad] and a shift [m] in its own axes."""
    lens = np.where(np.isfinite(rig.intrinsics).all(axis=(1, 2), keepdims=True), rig.intrinsics, np.eye(3))
    local = np.linalg.solve(lens, rig.projections)
    turned = Rotation.from_rotvec(moved[:, :3]).as_matrix() @ local
    turned[:, :, 3] += moved[:, 3:]
    return replace(rig, projections=lens @ turned)


def _pattern(camera: Int32Array, point: Int32Array, cameras: int, points: int) -> csr_array:
    """Which values each residual depends on: its camera's six and its joint's three."""
    count = len(camera)
    rows = np.repeat(np.arange(2 * count), 9)
    of_camera = 6 * camera[:, None] + np.arange(6)
    of_point = 6 * cameras + 3 * point[:, None] + np.arange(3)
    columns = np.repeat(np.concatenate([of_camera, of_point], axis=1), 2, axis=0).ravel()
    own = np.arange(6 * cameras)
    rows, columns = np.concatenate([rows, 2 * count + own]), np.concatenate([columns, own])
    return csr_array((np.ones(len(rows)), (rows, columns)), shape=(2 * count + 6 * cameras, 6 * cameras + 3 * points))
