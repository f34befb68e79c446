"""Which tracks of which cameras show the same person.

Two tracks that show one person have joints whose rays meet (the epipolar constraint, in metres: Hartley & Zisserman
2004, ch. 9) and whose limbs, triangulated, have a person's length: cameras of one height see everybody's knees on one
plane, and rays to two people may meet too, but at the wrong distance. Pairs are joined from the best on; groups of
tracks are compared by all their pairs (so that three cameras must agree: cycle consistency), and two tracks of one
camera that are in view at once are never one person.
"""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.errors import ShapeError
from vision.multiview.cameras import CameraRig
from vision.skeletons import Skeleton
from vision.types import BoolArray, Float32Array, Float64Array, Int32Array

LEAST_JOINTS = 4
"""Fewer joints in common do not tell one body from two."""


@dataclass(frozen=True, slots=True)
class AssociationParams:
    """When two tracks are one person.

    Attributes:
        min_score: keypoints below do not count.
        min_common: least instants in which both are seen; fewer say nothing.
        samples: instants compared a pair, spread over the time in common.
        quantile: of the rays' distances in time: somebody else comes near for moments, the same person never leaves.
        noise_px: 1σ per axis of a keypoint [px]; makes the cameras' resolution and distance count.
        max_distance: rays further apart than this are two people's (in σ of the pair, with `floor_m` added).
        floor_m: 1σ of what keypoints of two views differ by on a body itself [m]: they lie on its surface.
        leg_m: shortest and longest sum of thigh and shank of a person from six years on [m].
        min_angle_deg: rays more parallel than this tell no distance.
        double_share: two tracks of one camera whose joints lie this near together, as a share of the body's extent in
            the picture, are two boxes on one body (its upper half and the whole of it).
        inside_share: of two that overlap by this share of the smaller one, the other cameras say whether they are one.
    """

    min_score: float = 0.3
    min_common: int = 5
    samples: int = 60
    quantile: float = 0.75
    noise_px: float = 4.0
    max_distance: float = 3.0
    floor_m: float = 0.03
    leg_m: tuple[float, float] = (0.45, 1.15)
    min_angle_deg: float = 3.0
    double_share: float = 0.1
    inside_share: float = 0.6


@dataclass(frozen=True, slots=True)
class ViewTrack:
    """One tracker's person in one camera, by a clock that all cameras share.

    Attributes:
        camera: place in the rig.
        instant: `(N,)` rising numbers of the common instants.
        keypoints: `(N, K, 3)` x, y [px as recorded], score.
    """

    camera: int
    instant: Int32Array
    keypoints: Float32Array


def associate(
    tracks: Sequence[ViewTrack], rig: CameraRig, skeleton: Skeleton, params: AssociationParams | None = None
) -> Int32Array:
    """Number of the person of every track `(len(tracks),)`, from 0, in the order of their first tracks.

    A track that agrees with none of another camera is a person of its own.

    Raises:
        ShapeError: a track has another number of joints than the skeleton, or a camera that the rig has not.
    """
    params = params or AssociationParams()
    for track in tracks:
        if track.keypoints.shape[1:] != (len(skeleton), 3) or not 0 <= track.camera < len(rig.names):
            raise ShapeError(f"a track of camera {track.camera} has keypoints of shape {track.keypoints.shape}")
    rays = [_Rays.of(track, rig, params) for track in tracks]
    cost, weight = _costs(tracks, rays, rig, skeleton, params)
    exclusive = _judge_doubles(tracks, cost, weight, params)
    return _grouped(cost, weight, exclusive, params.max_distance)


@dataclass(frozen=True, slots=True)
class _Rays:
    """Directions `(N, K, 3)` of unit length in the world, NaN where not seen; `blur` 1σ of an angle [rad]."""

    direction: Float64Array
    blur: float

    @classmethod
    def of(cls, track: ViewTrack, rig: CameraRig, params: AssociationParams) -> _Rays:
        frames, joints = track.keypoints.shape[:2]
        xy = rig.undistort(track.camera, track.keypoints[:, :, :2].reshape(-1, 2).astype(np.float64))
        left = rig.projections[track.camera, :, :3]
        ahead = np.column_stack([xy, np.ones(len(xy))]) @ np.linalg.inv(left).T
        direction = (ahead / np.linalg.norm(ahead, axis=1, keepdims=True)).reshape(frames, joints, 3)
        direction[~(track.keypoints[:, :, 2] >= params.min_score)] = np.nan
        # The third row of a projection has unit length, so the first two have the focal length's.
        focal = float(np.sqrt(np.linalg.norm(np.cross(left[0], left[2])) * np.linalg.norm(np.cross(left[1], left[2]))))
        return cls(direction, params.noise_px / focal)


def _costs(
    tracks: Sequence[ViewTrack],
    rays: Sequence[_Rays],
    rig: CameraRig,
    skeleton: Skeleton,
    params: AssociationParams,
) -> tuple[Float64Array, Float64Array]:
    """Distance of every pair of tracks in σ (infinite: two people; NaN: nothing in common), and instants behind it."""
    count = len(tracks)
    cost, weight = np.full((count, count), np.nan), np.zeros((count, count))
    legs = _legs(skeleton)
    for i in range(count):
        for j in range(i + 1, count):
            if tracks[i].camera == tracks[j].camera:
                continue
            rows = _common(tracks[i].instant, tracks[j].instant, params)
            if len(rows[0]) < params.min_common:
                continue
            centres = rig.centres_m[[tracks[i].camera, tracks[j].camera]]
            found = _distance((rays[i], rays[j]), rows, centres, legs, params)
            cost[i, j] = cost[j, i] = found
            weight[i, j] = weight[j, i] = len(rows[0])
    return cost, weight


def _common(first: Int32Array, second: Int32Array, params: AssociationParams) -> tuple[Int32Array, Int32Array]:
    """Rows of both tracks at the instants they share, at most `samples`, spread over the time."""
    if not len(first) or not len(second) or first[-1] < second[0] or second[-1] < first[0]:
        return np.zeros(0, np.int32), np.zeros(0, np.int32)
    _, i, j = np.intersect1d(first, second, assume_unique=True, return_indices=True)
    if len(i) > params.samples:
        kept = np.linspace(0, len(i) - 1, params.samples).round().astype(int)
        i, j = i[kept], j[kept]
    return i.astype(np.int32), j.astype(np.int32)


def _distance(
    pair: tuple[_Rays, _Rays],
    rows: tuple[Int32Array, Int32Array],
    centres_m: Float64Array,
    legs: Sequence[tuple[int, int, int]],
    params: AssociationParams,
) -> float:
    """How far the rays of two tracks miss each other, in σ; infinite where the body would have no person's size."""
    a, b = pair[0].direction[rows[0]], pair[1].direction[rows[1]]
    points, gap, sigma = _meeting(a, b, centres_m, (pair[0].blur, pair[1].blur), params)
    apart = np.sqrt(gap**2) / np.hypot(sigma, params.floor_m)
    known = np.isfinite(apart)
    if known.sum() < params.min_common:
        return float("nan")
    by_instant = np.array([np.median(row[seen]) for row, seen in zip(apart, known, strict=True) if seen.any()])
    if not _has_a_persons_legs(points, legs, params):
        return float("inf")
    return float(np.quantile(by_instant, params.quantile))


def _meeting(
    a: Float64Array, b: Float64Array, centres_m: Float64Array, blur: tuple[float, float], params: AssociationParams
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Where rays `(S, K, 3)` from two centres come nearest `(S, K, 3)` [m], how near `(S, K)` [m], and its 1σ [m].

    NaN where a ray is missing, they are too parallel, or they meet behind a camera.
    """
    between = centres_m[1] - centres_m[0]
    cosine = np.einsum("skc,skc->sk", a, b)
    along_a, along_b = a @ between, b @ between
    sine2 = 1.0 - cosine**2
    with np.errstate(divide="ignore", invalid="ignore"):
        depth_a = (along_a - along_b * cosine) / sine2
        depth_b = (along_a * cosine - along_b) / sine2
    good = (sine2 > np.sin(np.radians(params.min_angle_deg)) ** 2) & (depth_a > 0) & (depth_b > 0)
    depth_a, depth_b = np.where(good, depth_a, np.nan), np.where(good, depth_b, np.nan)
    on_a = centres_m[0] + depth_a[..., None] * a
    on_b = centres_m[1] + depth_b[..., None] * b
    gap = np.linalg.norm(on_a - on_b, axis=2)
    return (on_a + on_b) / 2, gap, np.hypot(depth_a * blur[0], depth_b * blur[1])


def _legs(skeleton: Skeleton) -> list[tuple[int, int, int]]:
    return [
        (skeleton.index(f"{side}_hip"), skeleton.index(f"{side}_knee"), skeleton.index(f"{side}_ankle"))
        for side in ("left", "right")
    ]


def _has_a_persons_legs(points: Float64Array, legs: Sequence[tuple[int, int, int]], params: AssociationParams) -> bool:
    """Whether thigh and shank together are as long as a person's, in the median; true where they are never seen."""
    lengths = np.concatenate(
        [
            np.linalg.norm(points[:, hip] - points[:, knee], axis=1)
            + np.linalg.norm(points[:, knee] - points[:, ankle], axis=1)
            for hip, knee, ankle in legs
        ]
    )
    lengths = lengths[np.isfinite(lengths)]
    return not len(lengths) or bool(params.leg_m[0] <= np.median(lengths) <= params.leg_m[1])


def _judge_doubles(
    tracks: Sequence[ViewTrack], cost: Float64Array, weight: Float64Array, params: AssociationParams
) -> BoolArray:
    """Pairs of one camera in view at once that are two people; two boxes on one body get a cost of 0."""
    apart = np.zeros((len(tracks), len(tracks)), np.bool_)
    for i, first in enumerate(tracks):
        for j in range(i + 1, len(tracks)):
            second = tracks[j]
            if first.camera != second.camera:
                continue
            rows = _common(first.instant, second.instant, params)
            if not len(rows[0]):
                continue
            if _one_body(first.keypoints[rows[0]], second.keypoints[rows[1]], params):
                cost[i, j] = cost[j, i] = 0.0
                weight[i, j] = weight[j, i] = len(rows[0])
            elif not _on_each_other(first.keypoints[rows[0]], second.keypoints[rows[1]], params):
                apart[i, j] = apart[j, i] = True
    return apart


def _one_body(a: Float32Array, b: Float32Array, params: AssociationParams) -> bool:
    """Whether keypoints `(S, K, 3)` of two boxes lie on one body for most of the time."""
    seen = (a[:, :, 2] >= params.min_score) & (b[:, :, 2] >= params.min_score)
    told = seen.sum(axis=1) >= LEAST_JOINTS
    if told.sum() < max(params.min_common, len(a) // 2):
        return False
    with np.errstate(invalid="ignore"):
        away = np.where(seen, np.linalg.norm(a[:, :, :2] - b[:, :, :2], axis=2), np.nan)[told]
        places = np.where(seen[..., None], a[:, :, :2], np.nan)[told]
        extent = np.linalg.norm(np.nanmax(places, axis=1) - np.nanmin(places, axis=1), axis=1)
        share = np.nanmedian(away, axis=1) / np.maximum(extent, 1.0)
    return bool(np.median(share) <= params.double_share)


def _on_each_other(a: Float32Array, b: Float32Array, params: AssociationParams) -> bool:
    """Whether one's joints lie within the other's extent for most of the time: then this camera cannot tell."""
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = zip(*(_extent(keypoints, params) for keypoints in (a, b)), strict=True)
        shared = np.clip(np.minimum(*high) - np.maximum(*low), 0.0, None).prod(axis=1)
        smaller = np.minimum((high[0] - low[0]).prod(axis=1), (high[1] - low[1]).prod(axis=1))
        inside = shared / np.maximum(smaller, 1.0)
    return bool(np.isfinite(inside).any() and np.nanmedian(inside) >= params.inside_share)


def _extent(keypoints: Float32Array, params: AssociationParams) -> tuple[Float64Array, Float64Array]:
    """Left top and right bottom of the joints seen, `(S, 2)` each."""
    places = np.where((keypoints[:, :, 2] >= params.min_score)[..., None], keypoints[:, :, :2], np.nan)
    return np.asarray(np.nanmin(places, axis=1), np.float64), np.asarray(np.nanmax(places, axis=1), np.float64)


def _grouped(cost: Float64Array, weight: Float64Array, exclusive: BoolArray, limit: float) -> Int32Array:
    """Average linkage under exclusion, from the nearest pair on."""
    count = len(cost)
    group = np.arange(count)
    forbidden = exclusive | np.isinf(cost)
    total = np.where(np.isfinite(cost), cost, 0.0) * weight
    behind = np.where(np.isfinite(cost), weight, 0.0)
    alive = np.ones(count, np.bool_)
    while True:
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(forbidden | (behind == 0), np.inf, total / behind)
        mean[~alive] = np.inf
        mean[:, ~alive] = np.inf
        np.fill_diagonal(mean, np.inf)
        if not count or not mean.min() <= limit:
            break
        i, j = sorted(np.unravel_index(int(np.argmin(mean)), mean.shape))
        group[group == j] = i
        for matrix in (total, behind):
            matrix[i] += matrix[j]
            matrix[:, i] = matrix[i]
        forbidden[i] |= forbidden[j]
        forbidden[:, i] = forbidden[i]
        alive[j] = False
    return np.unique(group, return_inverse=True)[1].astype(np.int32)
