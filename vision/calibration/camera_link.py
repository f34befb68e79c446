"""How a camera moved between two pictures, from points that both show: turned and zoomed on the spot, or anyhow.

Coordinates are ideal and normalised: lens taken out, relative to the picture's middle, in half diagonals
(`fitting.FitFrame.image`). A small change of a map `M` is written `(I + δ) M` with a 3 × 3 `δ`, as nine numbers row by
row; two maps follow each other as `δ = δ₂ + M₂ δ₁ M₂⁻¹`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from vision.geometry import apply_homography
from vision.types import BoolArray, Float64Array

ENTRIES = 9


@dataclass(frozen=True, slots=True)
class LinkParams:
    """Parameters; lengths are shares of half the picture's diagonal (1.0e-3 is 1.1 px at 1920 x 1080).

    Attributes:
        noise: least 1σ of a followed corner: a sixth of a pixel in a picture 640 wide.
        huber: residuals beyond so many σ count less.
        correlated: residuals of neighbours are alike (lens, rolling shutter), so that points say less than their
            number; variances are multiplied by this.
        iterations: of Gauss–Newton; it settles in 3 to 5.
        worst_rms: residuals above this are no common motion.
        moved_chi2: a step of the camera is believed if it lowers the squared residuals by so many σ² (three more
            parameters: 16 happens by chance once in a thousand).
        step_m: 1σ of a step between two looks at a keyframe [m]: a person who turns and shifts the weight.
        least_points: needed for a turn …
        least_ground: … and on the ground for a step.
    """

    noise: float = 5e-4
    huber: float = 2.0
    correlated: float = 4.0
    iterations: int = 8
    worst_rms: float = 4e-3
    moved_chi2: float = 16.0
    step_m: float = 0.3
    least_points: int = 10
    least_ground: int = 6


@dataclass(frozen=True, slots=True)
class Link:
    """A map from one ideal picture to another.

    Attributes:
        matrix: `(3, 3)` there → here; a positive weight means in front of both cameras.
        covariance: `(9, 9)` of δ.
        by_focal: `(9,)` change of δ with the logarithm of the assumed focal length.
        zoom: focal length here over there.
        rms: of the residuals.
        model: what fitted.
    """

    matrix: Float64Array
    covariance: Float64Array
    by_focal: Float64Array
    zoom: float
    rms: float
    model: Literal["turn", "step"]


@dataclass(frozen=True, slots=True)
class Pairs:
    """The same points in two ideal pictures, `(N, 2)` each; `ground`: which lie on the pitch's plane."""

    here: Float64Array
    there: Float64Array
    ground: BoolArray


@dataclass(frozen=True, slots=True)
class GroundPlane:
    """The pitch as the camera sees it: points X of it, in the camera's axes, have `normal · X = distance_m`.

    Attributes:
        normal: `(3,)` unit vector.
        distance_m: height of the camera above it.
        far_m: what does not lie on the ground is about so far away.
    """

    normal: Float64Array
    distance_m: float
    far_m: float


def point_jacobian(xy: Float64Array) -> Float64Array:
    """`(N, 2, 9)` change of ideal points `(N, 2)` by the δ of the map that makes them."""
    homogeneous = np.hstack([xy, np.ones((len(xy), 1))])
    jacobian = np.zeros((len(xy), 2, ENTRIES))
    jacobian[:, 0, 0:3] = homogeneous
    jacobian[:, 1, 3:6] = homogeneous
    jacobian[:, :, 6:9] = -xy[:, :, None] * homogeneous[:, None, :]
    return jacobian


def adjoint(matrix: Float64Array) -> Float64Array:
    """`(9, 9)`: δ ↦ M δ M⁻¹ on nine entries row by row."""
    return np.kron(matrix, np.linalg.inv(matrix).T)


def small_difference(after: Float64Array, before: Float64Array) -> Float64Array:
    """`(9,)` δ with `after` ∝ (I + δ) `before`, without trace."""
    ratio = after @ np.linalg.inv(before)
    ratio = ratio / np.cbrt(np.linalg.det(ratio))
    difference: Float64Array = (ratio - np.eye(3)).ravel()
    return difference


def turn_matrix(rotation: Float64Array, focal_there: float, focal_here: float) -> Float64Array:
    """The map of a camera that turns and zooms on the spot: K R K⁻¹ (Hartley & Zisserman, 2nd ed., §8.4)."""
    return np.diag([focal_here, focal_here, 1.0]) @ rotation @ np.diag([1 / focal_there, 1 / focal_there, 1.0])


def fit_link(pairs: Pairs, focal_there: float, plane: GroundPlane, params: LinkParams | None = None) -> Link | None:
    """How the camera moved from `there` to `here`; `None` where the points do not tell.

    A turn on the spot is preferred: it has four parameters, holds for points at any height, and hardly drifts. Where
    the points contradict it the camera also took a step, which the points on the ground tell.

    Args:
        pairs: points seen in both.
        focal_there: focal length in half diagonals.
        plane: the ground, as seen there.
        params: of the fit.
    """
    params = params or LinkParams()
    if len(pairs.here) < params.least_points:
        return None
    turned = fit_turn(pairs, focal_there, params)
    if turned is None:
        return None
    if pairs.ground.sum() >= params.least_ground:
        stepped = fit_step(pairs, turned, focal_there, plane, params)
        if stepped is not None and stepped.model == "step":
            return stepped if stepped.rms <= params.worst_rms else None
    return turned if turned.rms <= params.worst_rms else None


def fit_turn(pairs: Pairs, focal_there: float, params: LinkParams) -> Link | None:
    """The turn and zoom between two pictures at a given focal length."""
    found = _turn_at(pairs, focal_there, params)
    if found is None:
        return None
    matrix, covariance, zoom, rms = found
    step = 0.01
    other = _turn_at(pairs, focal_there * np.exp(step), params)
    by_focal = np.zeros(ENTRIES) if other is None else small_difference(other[0], matrix) / step
    return Link(matrix, covariance, by_focal, zoom, rms, "turn")


def _turn_at(pairs: Pairs, focal: float, params: LinkParams) -> tuple[Float64Array, Float64Array, float, float] | None:
    rotation, zoom = _start_turn(pairs, focal), 1.0
    matrix = turn_matrix(rotation, focal, focal)
    weight = np.ones(len(pairs.here))
    normal, error = np.eye(4), np.zeros((len(pairs.here), 2))
    for _ in range(params.iterations):
        mapped, depth = apply_homography(matrix, pairs.there)
        if (depth <= 0).any() or not np.isfinite(mapped).all():
            return None
        error = pairs.here - mapped
        weight = _huber(error, params)
        basis = _turn_basis(focal * zoom)
        jacobian = point_jacobian(mapped) @ basis
        normal = np.einsum("nip,n,niq->pq", jacobian, weight, jacobian) + 1e-12 * np.eye(4)
        step = np.linalg.solve(normal, np.einsum("nip,n,ni->p", jacobian, weight, error))
        rotation = np.asarray(cv2.Rodrigues(step[:3])[0], np.float64) @ rotation
        zoom *= float(np.exp(np.clip(step[3], -0.5, 0.5)))
        matrix = turn_matrix(rotation, focal, focal * zoom)
        if np.abs(step).max() < 1e-7:
            break
    if not 0.3 < zoom < 3.0:
        return None
    rms = _rms(error, weight)
    basis = _turn_basis(focal * zoom)
    covariance = basis @ np.linalg.inv(normal) @ basis.T * _variance(rms, params)
    return matrix, covariance, zoom, rms


def _turn_basis(focal: float) -> Float64Array:
    """`(9, 4)` δ by a small turn about x, y, z and by the logarithm of the zoom."""
    f = focal
    about_x = [0, 0, 0, 0, 0, -f, 0, 1 / f, 0]
    about_y = [0, 0, f, 0, 0, 0, -1 / f, 0, 0]
    about_z = [0, -1, 0, 1, 0, 0, 0, 0, 0]
    zoomed = [1, 0, 0, 0, 1, 0, 0, 0, 0]
    return np.array([about_x, about_y, about_z, zoomed], np.float64).T


def _start_turn(pairs: Pairs, focal: float) -> Float64Array:
    """Rotation that best turns the viewing rays there into those here (Kabsch)."""
    rays = [np.hstack([xy, np.full((len(xy), 1), focal)]) for xy in (pairs.here, pairs.there)]
    here, there = (ray / np.linalg.norm(ray, axis=1, keepdims=True) for ray in rays)
    left, _, right = np.linalg.svd(here.T @ there)
    rotation: Float64Array = left @ np.diag([1.0, 1.0, np.linalg.det(left @ right)]) @ right
    return rotation


def fit_step(pairs: Pairs, turned: Link, focal: float, plane: GroundPlane, params: LinkParams) -> Link | None:
    """Turn, zoom and a step of the camera; the given turn where the step explains nothing.

    The ground moves by `K R (I + c nᵀ / d) K⁻¹` (Hartley & Zisserman, 2nd ed., §13.1). What stands on it is far away
    and only turns; the step makes it err by its size over its distance.
    """
    to_rays = np.diag([1 / focal, 1 / focal, 1.0])
    ground = pairs.ground
    turn = (
        np.diag([1 / (focal * turned.zoom), 1 / (focal * turned.zoom), 1.0])
        @ turned.matrix
        @ np.diag([focal, focal, 1])
    )
    rotation, zoom, step = turn, turned.zoom, np.zeros(3)
    prior = np.diag([0.0] * 4 + [(params.noise / params.step_m) ** 2] * 3)
    start = _step_error(pairs, turned.matrix, turned.matrix)
    error, weight, normal, matrix = start, np.ones(len(start)), np.eye(7), turned.matrix
    for _ in range(params.iterations):
        to_picture = np.diag([focal * zoom, focal * zoom, 1.0])
        plain = to_picture @ rotation @ to_rays
        matrix = to_picture @ rotation @ (np.eye(3) + np.outer(step, plane.normal) / plane.distance_m) @ to_rays
        error = _step_error(pairs, matrix, plain)
        if not np.isfinite(error).all():
            return None
        parallax = np.where(ground, 0.0, focal * zoom * np.linalg.norm(step) / plane.far_m)
        weight = _huber(error, params) * params.noise**2 / (params.noise**2 + parallax**2)
        jacobian = _step_jacobian(pairs.here - error, to_picture @ rotation, to_rays, plane, matrix, focal * zoom)
        jacobian[~ground, :, 4:] = 0.0
        normal = np.einsum("nip,n,niq->pq", jacobian, weight, jacobian) + prior + 1e-12 * np.eye(7)
        pull = np.einsum("nip,n,ni->p", jacobian, weight, error) - prior @ np.append(np.zeros(4), step)
        change = np.linalg.solve(normal, pull)
        rotation = np.asarray(cv2.Rodrigues(change[:3])[0], np.float64) @ rotation
        zoom *= float(np.exp(np.clip(change[3], -0.5, 0.5)))
        step = step + change[4:]
        if np.abs(change).max() < 1e-7:
            break
    rms = _rms(error, weight)
    gained = float(np.sum(weight * np.sum(start**2, axis=1)) - np.sum(weight * np.sum(error**2, axis=1)))
    if gained / (params.correlated * max(rms, params.noise) ** 2) < params.moved_chi2:
        return turned
    basis = _step_basis(to_picture @ rotation, to_rays, plane, matrix, focal * zoom)
    covariance = basis @ np.linalg.inv(normal) @ basis.T * _variance(rms, params)
    return Link(matrix, covariance, turned.by_focal, zoom, rms, "step")


def _step_error(pairs: Pairs, on_ground: Float64Array, elsewhere: Float64Array) -> Float64Array:
    low, weight = apply_homography(on_ground, pairs.there)
    high, other = apply_homography(elsewhere, pairs.there)
    mapped = np.where(pairs.ground[:, None], low, high)
    bad = np.where(pairs.ground, weight, other) <= 0
    error: Float64Array = np.where(bad[:, None], np.nan, pairs.here - mapped)
    return error


def _step_basis(
    turn: Float64Array, to_rays: Float64Array, plane: GroundPlane, matrix: Float64Array, focal_here: float
) -> Float64Array:
    """`(9, 7)` δ by turn, zoom and step [m]."""
    inverse = np.linalg.inv(matrix)
    columns = [
        (turn @ np.outer(axis, plane.normal) / plane.distance_m @ to_rays @ inverse).ravel() for axis in np.eye(3)
    ]
    return np.hstack([_turn_basis(focal_here), np.array(columns).T])


def _step_jacobian(
    mapped: Float64Array,
    turn: Float64Array,
    to_rays: Float64Array,
    plane: GroundPlane,
    matrix: Float64Array,
    focal_here: float,
) -> Float64Array:
    jacobian: Float64Array = point_jacobian(mapped) @ _step_basis(turn, to_rays, plane, matrix, focal_here)
    return jacobian


def _huber(error: Float64Array, params: LinkParams) -> Float64Array:
    size = np.linalg.norm(error, axis=1)
    sigma = max(params.noise, 1.4826 * float(np.median(size)) / 1.18)
    weight: Float64Array = np.minimum(1.0, params.huber * sigma / np.maximum(size, 1e-12))
    return weight


def _rms(error: Float64Array, weight: Float64Array) -> float:
    """Per axis."""
    return float(np.sqrt(np.sum(weight * np.sum(error**2, axis=1)) / (2 * max(weight.sum(), 1e-12))))


def _variance(rms: float, params: LinkParams) -> float:
    return params.correlated * max(rms, params.noise) ** 2
