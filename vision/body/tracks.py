"""One person's keypoints made ready for the solver: frames that can have a body, their noise, and where to start.

Keypoints in space and keypoints in one picture differ here and nowhere else.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from vision.body.chain import Posture
from vision.body.lifting import View, distances, lifted
from vision.body.pose_data import AssumedCamera, PoseData, check_metres
from vision.body.sights import PictureSight, PointSight, Sight
from vision.body.solver import Solver
from vision.body.start import start, trunk_rows
from vision.errors import VisionError
from vision.types import BoolArray, Float64Array, IndexArray

NOISE_RANGE = (0.3, 5.0)
"""Measured noise of 2D keypoints as a multiple of the assumed one."""


@dataclass(frozen=True, slots=True)
class TrackConfig:
    """Which keypoints count, and for how much.

    Attributes:
        noise_m: 1σ per axis of 3D keypoints that come without covariance, before the fit has measured it.
        min_noise_m: least 1σ: keypoints of a detector are not exactly those of the body model.
        max_noise_m: largest.
        noise_share: 1σ of 2D keypoints as a share of the person's height in the picture, likewise.
        min_noise_px: least 1σ of 2D keypoints.
        min_score: keypoints below count as not seen.
        min_points: of a frame; with fewer it has no body.
        min_trunk: of a frame, among hips, shoulders and spine: fewer do not tell where the body faces.
    """

    noise_m: float = 0.015
    min_noise_m: float = 0.006
    max_noise_m: float = 0.05
    noise_share: float = 0.015
    min_noise_px: float = 0.7
    min_score: float = 0.2
    min_points: int = 8
    min_trunk: int = 3


class Track(Protocol):
    """What the fitter asks of either kind."""

    @property
    def index(self) -> IndexArray:
        """`(N,)` frames of the data that can have a body."""
        ...

    @property
    def seen(self) -> BoolArray:
        """`(N, K)` keypoints that count."""
        ...

    @property
    def origin(self) -> Float64Array:
        """`(N, 3)` about which the frame is solved [m, world]."""
        ...

    def sight(self, solver: Solver, noise: float) -> Sight:
        """The keypoints, their 1σ a multiple of what is assumed."""
        ...

    def first(self, solver: Solver) -> Posture:
        """First postures."""
        ...

    def noise(self, measured: float) -> float:
        """A measured multiple within what is plausible."""
        ...

    def away(self, markers: Float64Array) -> Float64Array:
        """`(N, K, 3)` keypoints of the body [m, world] → `(N, K, m)` their distances from the seen ones [m] or [px]."""
        ...


@dataclass(frozen=True, slots=True)
class PointTrack:
    """Keypoints in space; see `Track`.

    Attributes:
        names: of the keypoints.
        local: `(N, K, 3)` about the origin [m]; NaN where not seen.
        information: `(N, K, 3, 3)` inverse covariance at the assumed noise [1/m²]; 0 where not seen.
        config: see `TrackConfig`.
    """

    index: IndexArray
    seen: BoolArray
    origin: Float64Array
    names: tuple[str, ...]
    local: Float64Array
    information: Float64Array
    config: TrackConfig

    def sight(self, solver: Solver, noise: float) -> PointSight:
        """See `Track`."""
        return solver.point_sight(self.local, self.information / noise**2)

    def first(self, solver: Solver) -> Posture:
        """See `Track`."""
        return solver.posture(*start(self.local, self.names, solver.stance))

    def noise(self, measured: float) -> float:
        """See `Track`."""
        low, high = self.config.min_noise_m / self.config.noise_m, self.config.max_noise_m / self.config.noise_m
        return float(np.clip(measured, low, high))

    def away(self, markers: Float64Array) -> Float64Array:
        """See `Track`."""
        return markers - self.origin[:, None] - self.local


@dataclass(frozen=True, slots=True)
class PictureTrack:
    """Keypoints in one picture; see `Track`.

    Attributes:
        t_s: `(N,)` of the frames.
        pixels: `(N, K, 2)` from the principal point, without the lens [px]; NaN where not seen.
        noise_px: `(N,)` assumed 1σ.
        view: the camera.
        body_middle: `(N, 3)` point of the standing body that was laid on the origin.
        config: see `TrackConfig`.
    """

    index: IndexArray
    seen: BoolArray
    origin: Float64Array
    t_s: Float64Array
    pixels: Float64Array
    noise_px: Float64Array
    view: View
    body_middle: Float64Array
    config: TrackConfig

    def sight(self, solver: Solver, noise: float) -> PictureSight:
        """See `Track`."""
        sigma = np.maximum(noise * self.noise_px, self.config.min_noise_px)
        return PictureSight(
            slice(0, self.seen.shape[1]),
            solver.tensor(np.swapaxes(np.nan_to_num(self.pixels), 1, 2)),
            solver.tensor(self.seen / sigma[:, None]),
            solver.chain.tensor(self.view.rotation),
            solver.tensor(self.view.position_m - self.origin),
            self.view.focal_px,
        )

    def first(self, solver: Solver) -> Posture:
        """See `Track`."""
        return lifted(solver, self.sight(solver, 1.0), self.view, self.body_middle, self.t_s)

    def noise(self, measured: float) -> float:
        """See `Track`."""
        return float(np.clip(measured, *NOISE_RANGE))

    def away(self, markers: Float64Array) -> Float64Array:
        """See `Track`."""
        local = (markers - self.view.position_m) @ self.view.rotation.T
        return self.view.focal_px * local[..., :2] / local[..., 2:] - self.pixels


def track_of(data: PoseData, config: TrackConfig, solver: Solver) -> Track:
    """The usable part of the data.

    Raises:
        VisionError: no frame can have a body, or the numbers are not metres.
    """
    seen = data.scores >= config.min_score
    points = np.where(seen[..., None], data.places, np.nan)
    index = _usable(seen, data, config)
    if data.kind == "3d":
        return _point_track(data, config, points[index], seen[index], index)
    return _picture_track(data, config, solver, (points[index], seen[index], index))


def _usable(seen: BoolArray, data: PoseData, config: TrackConfig) -> IndexArray:
    if not seen.any():
        raise VisionError("no keypoint was seen in any frame: is the camera black, or the player never there?")
    trunk = seen[:, trunk_rows(data.skeleton.joints)].sum(axis=1)
    index = np.flatnonzero((seen.sum(axis=1) >= config.min_points) & (trunk >= config.min_trunk))
    if not len(index):
        raise VisionError(
            f"no frame has enough keypoints: a body needs {config.min_points} of them at once, "
            f"{config.min_trunk} of these among hips and shoulders"
        )
    return index


def _point_track(
    data: PoseData, config: TrackConfig, points: Float64Array, seen: BoolArray, index: IndexArray
) -> PointTrack:
    check_metres(points)
    origin = np.nanmean(points[:, trunk_rows(data.skeleton.joints)], axis=1)
    information = (seen / config.noise_m**2)[..., None, None] * np.eye(3)
    if data.covariance is not None:
        floor = config.min_noise_m**2 * np.eye(3)
        covariance = np.where(seen[..., None, None], np.asarray(data.covariance, np.float64)[index], np.eye(3)) + floor
        known = np.asarray(np.isfinite(covariance).all(axis=(2, 3)), np.bool_)
        safe: Float64Array = np.where(known[..., None, None], covariance, np.eye(3))
        information = np.where((seen & known)[..., None, None], np.linalg.inv(safe), information)
    return PointTrack(index, seen, origin, data.skeleton.joints, points - origin[:, None], information, config)


def _picture_track(
    data: PoseData, config: TrackConfig, solver: Solver, frames: tuple[Float64Array, BoolArray, IndexArray]
) -> PictureTrack:
    points, seen, index = frames
    camera = data.pinhole
    assumed = isinstance(data.camera, AssumedCamera)
    ideal = camera.lens.undistort(points.reshape(-1, 2)).reshape(points.shape) - np.asarray(camera.image_size) / 2
    seen = seen & np.isfinite(ideal).all(axis=2)
    up = np.array([0.0, -1.0, 0.0]) if assumed else np.array([0.0, 0.0, 1.0])
    view = View(np.asarray(camera.rotation, np.float64), np.asarray(camera.position_m, np.float64), camera.focal_px, up)
    origin, body_middle = distances(np.where(seen[..., None], ideal, np.nan), solver.stance.markers_m, view)
    tall = np.nanmax(points[..., 1], axis=1) - np.nanmin(points[..., 1], axis=1)
    return PictureTrack(
        index, seen, origin, data.t_s[index], ideal, config.noise_share * tall, view, body_middle, config
    )
