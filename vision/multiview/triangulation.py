"""Points in several pictures → points in space, where some cameras may be wrong.

Weighted linear triangulation (DLT; Hartley & Zisserman 2004, ch. 12.2) of all points at once; where the cameras do not
agree, trimming, and where that does not settle it graduated non-convexity with truncated least squares (Yang et al.
2020, IEEE RA-L 5(2)), whose work grows with the number of cameras and not with that of their subsets; then Gauss–Newton
on the reprojection error, whose normal matrix also gives the covariance. More than half of the cameras that see a point
must agree on it: with fewer nobody knows who is right.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from vision.errors import ShapeError
from vision.multiview.cameras import CameraRig
from vision.multiview.views import Views, symmetric_inverse
from vision.types import BoolArray, Float64Array

RAYLEIGH_MEDIAN = 1.1774
"""Median of the length of a 2D normal error, in σ."""
FIRST_MARGIN = 1.3
"""The best quarter's noise is below the true one by up to this."""
SAMPLE = 20_000
"""Points that tell the noise: a median of them is good to 1 %."""
CHUNK = 4096
"""Points at once: sixteen cameras' rows then stay in the processor's cache."""


@dataclass(frozen=True, slots=True)
class TriangulationParams:
    """How cameras are weighed.

    Attributes:
        min_score: keypoints below count as not seen.
        min_noise_px: least 1σ per axis assumed of a keypoint [px]: sub-pixel agreement of all cameras is luck.
        max_noise_px: largest [px]: if most cameras are wrong, their disagreement is not noise.
        inlier_sigmas: a camera agrees when its reprojection error is at most this many σ (3.5: 0.2 % of normal
            errors are lost).
        trims: quick rounds that leave out cameras beyond `trim_medians` times the point's median error.
        trim_medians: see `trims`.
        anneal: factor by which the truncation sharpens in each round.
        rounds: of sharpening; from 1,000 px of error it takes 9.
        refinements: Gauss–Newton steps on the cameras that agree.
        min_angle_deg: rays of the agreeing cameras that are more parallel than this tell no depth.
    """

    min_score: float = 0.2
    min_noise_px: float = 0.5
    max_noise_px: float = 8.0
    inlier_sigmas: float = 3.5
    trims: int = 3
    trim_medians: float = 2.0
    anneal: float = 3.0
    rounds: int = 10
    refinements: int = 2
    min_angle_deg: float = 2.0


@dataclass(frozen=True, slots=True)
class Triangulation:
    """Points in space, each with what is known of its error.

    Attributes:
        xyz_m: `(N, K, 3)` [m, world frame]; NaN where fewer than two cameras agree.
        reprojection_error_px: `(N, K)` root mean square over the cameras used [px].
        cameras_used: `(N, K, C)` bool.
        covariance_m2: `(N, K, 3, 3)` [m²] from the noise of the keypoints; the cameras' own error is not in it.
        noise_px: 1σ per axis of the keypoints, measured on all points [px].
    """

    xyz_m: Float64Array
    reprojection_error_px: Float64Array
    cameras_used: BoolArray
    covariance_m2: Float64Array
    noise_px: float


def triangulate_points(
    points_2d: Mapping[str, Float64Array], camera_params: Mapping[str, Mapping[str, Any]]
) -> Float64Array:
    """Points of each camera `(N, K, 2)` or `(N, K, 3)` (x, y [px], score) → `(N, K, 3)` [m].

    NaN where fewer than two cameras agree. `camera_params` as in `CameraRig.from_params`.

    Raises:
        CameraError: a camera cannot be used.
        ShapeError: the points have other cameras or shapes than each other.
    """
    return triangulate(points_2d, CameraRig.from_params(camera_params)).xyz_m


def triangulate(
    points_2d: Mapping[str, Float64Array], rig: CameraRig, params: TriangulationParams | None = None
) -> Triangulation:
    """As `triangulate_points`, with errors, cameras used and covariance."""
    params = params or TriangulationParams()
    xy, weight, shape = observations(points_2d, rig, params)
    whole = Views.of(rig.projections, xy, weight)
    noise = _noise(whole, params)
    parts = [
        _solved(whole.pick(slice(start, start + CHUNK)), rig, noise, params) for start in range(0, xy.shape[1], CHUNK)
    ]
    cameras = len(rig.names)
    xyz, error, used, covariance = (np.concatenate(column) for column in zip(*parts, strict=True))
    return Triangulation(
        xyz.reshape(*shape, 3),
        error.reshape(shape),
        used.reshape(*shape, cameras),
        covariance.reshape(*shape, 3, 3),
        noise,
    )


def _solved(
    views: Views, rig: CameraRig, noise: float, params: TriangulationParams
) -> tuple[Float64Array, Float64Array, BoolArray, Float64Array]:
    limit = noise * params.inlier_sigmas
    xyz, used = _consensus(views, _start(views), limit, params)
    for _ in range(params.refinements):
        xyz = views.step(xyz, used)
        used = np.asarray(views.error(xyz) <= limit, np.bool_)
    seen = (views.weight > 0).sum(axis=0)
    agreed = (2 * used.sum(axis=0) > seen) & (used.sum(axis=0) >= 2) & _wide_enough(rig, xyz, used, params)
    used = used & agreed
    error = np.where(used, views.error(xyz), 0.0)
    with np.errstate(invalid="ignore"):
        rms = np.sqrt((error**2).sum(axis=0) / used.sum(axis=0))
    covariance = noise**2 * symmetric_inverse(*views.information(xyz, used))
    unknown = ~agreed
    xyz[unknown], rms[unknown], covariance[unknown] = np.nan, np.nan, np.nan
    return xyz, rms, used.T, covariance


def observations(
    points_2d: Mapping[str, Float64Array], rig: CameraRig, params: TriangulationParams
) -> tuple[Float64Array, Float64Array, tuple[int, int]]:
    """Pixels without distortion `(C, N·K, 2)`, weights `(C, N·K)` (0: not seen) and `(N, K)` of keypoints by camera.

    Raises:
        ShapeError: the points have other cameras or shapes than each other.
    """
    if set(points_2d) != set(rig.names):
        raise ShapeError(f"points of the cameras {sorted(rig.names)} are needed, got {sorted(points_2d)}")
    arrays = [np.asarray(points_2d[name], np.float64) for name in rig.names]
    shape = arrays[0].shape
    for name, array in zip(rig.names, arrays, strict=True):
        if array.ndim != 3 or array.shape[2] not in (2, 3) or array.shape[:2] != shape[:2]:
            raise ShapeError(f"camera {name}: expected {(*shape[:2], '2 or 3')}, got {array.shape}")
    frames, joints = shape[:2]
    xy = np.stack([array[..., :2].reshape(-1, 2) for array in arrays])
    score = np.stack([array[..., 2].ravel() if array.shape[2] == 3 else np.ones(frames * joints) for array in arrays])
    seen = np.isfinite(xy).all(axis=2) & np.isfinite(score) & (score >= params.min_score)
    straight = np.stack([rig.undistort(camera, xy[camera]) for camera in range(len(xy))])
    seen &= np.isfinite(straight).all(axis=2)
    straight[~seen] = 0.0
    return straight, np.where(seen, np.minimum(score, 1.0), 0.0), (frames, joints)


def _start(views: Views) -> Float64Array:
    """All cameras' linear solution, the second time with errors in pixels."""
    return views.linear(views.weight, near=views.linear(views.weight))


def _noise(whole: Views, params: TriangulationParams) -> float:
    """1σ per axis of the keypoints [px].

    First from points on which all cameras agree best (a quarter is taken to have no wrong camera), then from the
    cameras that agree everywhere.
    """
    points = whole.weight.shape[1]
    views = whole.pick(slice(None, None, max(1, points // SAMPLE)))
    xyz = _start(views)
    error, cameras = views.error(xyz), (views.weight > 0).sum(axis=0)
    enough = (cameras > 2) & np.isfinite(error).any(axis=0)
    if not enough.any():
        return params.min_noise_px
    square = np.where(views.weight > 0, np.minimum(error, 1e4), 0.0) ** 2
    sigma = np.sqrt(square.sum(axis=0) / np.maximum(2 * cameras - 3, 1))[enough]
    first = float(np.clip(np.quantile(sigma, 0.25), params.min_noise_px, params.max_noise_px))
    xyz, used = _consensus(views, xyz, first * params.inlier_sigmas * FIRST_MARGIN, params)
    agreeing = used.sum(axis=0)
    known = used & (agreeing > 2)
    if not known.any():
        return first
    freedom = np.broadcast_to(np.sqrt(np.maximum(2 * agreeing - 3, 1) / np.maximum(2 * agreeing, 1)), used.shape)
    second = np.median(views.error(xyz)[known] / freedom[known]) / RAYLEIGH_MEDIAN
    return float(np.clip(second, params.min_noise_px, params.max_noise_px))


def _consensus(
    views: Views, xyz: Float64Array, limit: float, params: TriangulationParams
) -> tuple[Float64Array, BoolArray]:
    """Points that most cameras can agree on, and which cameras those are."""
    seen = views.weight > 0
    doubtful = np.flatnonzero((seen & ~(views.error(xyz) <= limit)).any(axis=0) & (seen.sum(axis=0) > 2))
    if len(doubtful):
        xyz[doubtful], settled = _trimmed(views.pick(doubtful), xyz[doubtful], limit, params)
        hard = doubtful[~settled]
        xyz[hard] = _annealed(views.pick(hard), xyz[hard], limit, params)
    return xyz, np.asarray(seen & (views.error(xyz) <= limit), np.bool_)


def _trimmed(
    views: Views, xyz: Float64Array, limit: float, params: TriangulationParams
) -> tuple[Float64Array, BoolArray]:
    """Leave out cameras far beyond the point's median error: enough for most points, and most of the others agree."""
    seen = views.weight > 0
    cameras = seen.sum(axis=0)
    middle = (cameras - 1) // 2
    start = xyz
    for _ in range(params.trims):
        error = views.error(xyz)
        median = np.sort(error, axis=0)[middle, np.arange(len(xyz))]
        kept = seen & (error <= np.maximum(limit, params.trim_medians * median))
        moved = views.linear(views.weight * kept, near=xyz)
        xyz = np.where(np.isfinite(moved).all(axis=1, keepdims=True), moved, xyz)
    agree = np.asarray(views.error(xyz) <= limit, np.bool_)
    done = np.asarray((2 * agree.sum(axis=0) > cameras) & ~(kept & ~agree).any(axis=0), np.bool_)
    return np.where(done[:, None], xyz, start), done


def _annealed(views: Views, xyz: Float64Array, limit: float, params: TriangulationParams) -> Float64Array:
    error = np.minimum(views.error(xyz), 1e4)
    worst = np.where(views.weight > 0, error, 0.0).max(axis=0)
    softness = limit**2 / np.maximum(2 * worst**2 - limit**2, limit**2)
    for _ in range(params.rounds):
        moved = views.linear(views.weight * _truncated(error, softness, limit), near=xyz)
        xyz = np.where(np.isfinite(moved).all(axis=1, keepdims=True), moved, xyz)
        error, softness = views.error(xyz), softness * params.anneal
    return xyz


def _truncated(error: Float64Array, softness: Float64Array, limit: float) -> Float64Array:
    """Weights of graduated truncated least squares, 1 for errors well within the limit, 0 well beyond."""
    low, high = limit**2 * softness / (softness + 1), limit**2 * (softness + 1) / softness
    square = error**2
    with np.errstate(divide="ignore", invalid="ignore"):
        between = limit / error * np.sqrt(softness * (softness + 1)) - softness
    return np.where(square <= low, 1.0, np.where(square >= high, 0.0, between))


def _wide_enough(rig: CameraRig, xyz: Float64Array, used: BoolArray, params: TriangulationParams) -> BoolArray:
    """Whether the rays of the cameras used open up: the widest angle to the first of them."""
    rays = rig.centres_m[:, None] - xyz
    with np.errstate(invalid="ignore", divide="ignore"):
        rays = rays / np.linalg.norm(rays, axis=2, keepdims=True)
    first = rays[np.argmax(used, axis=0), np.arange(len(xyz))]
    cosine: Float64Array = np.where(used, np.abs(np.einsum("cmi,mi->cm", rays, first)), 1.0).min(axis=0)
    return np.asarray(cosine <= np.cos(np.radians(params.min_angle_deg)), np.bool_)
