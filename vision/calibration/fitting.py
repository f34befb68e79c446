"""The numerical fit behind `PitchHomography`: linear start, Levenberg–Marquardt on pixels, covariance.

Everything here works in normalised coordinates: image points relative to the image centre in units of half the
diagonal, pitch points centred and scaled. The parameters are the first eight entries of the pitch→image homography
(the ninth is 1: the marks' centroid is in front of the camera) and, when asked, the lens coefficient k1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vision.calibration.lens import RadialLens
from vision.geometry import apply_homography, normalising_transform
from vision.types import Float64Array

UNIT_LENS_CENTRE = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class FitParams:
    """Numbers of the fit.

    Attributes:
        click_sigma_share: 1σ of one clicked coordinate as a share of half the image diagonal: 0.0018 is 2 px at
            1920 × 1080, what people reach when they click marks [proposal].
        prior_dof: how many residuals the assumed click noise is worth against the observed ones; keeps the covariance
            finite for four points, where nothing is left over to observe.
        max_iterations: of Levenberg–Marquardt; it settles in fewer than 10 from the linear start.
        tolerance: relative fall of the cost below which it has settled.
        max_k1: bound of the lens coefficient; beyond it the image corners fold.
    """

    click_sigma_share: float = 0.0018
    prior_dof: float = 4.0
    max_iterations: int = 60
    tolerance: float = 1e-12
    max_k1: float = 0.5


@dataclass(frozen=True, slots=True)
class FitFrame:
    """The normalisations of one fit: picture (centre, half diagonal) and pitch (marks' centroid, largest offset)."""

    image_size: tuple[int, int]
    pitch_centre_m: tuple[float, float]
    pitch_scale_m: float

    @classmethod
    def of(cls, image_size: tuple[int, int], pitch: Float64Array) -> FitFrame:
        """From the picture's size [px] and the `(N, 2)` pitch marks [m]."""
        centre = pitch.mean(axis=0)
        return cls(image_size, (float(centre[0]), float(centre[1])), float(np.abs(pitch - centre).max()))

    @property
    def half_diagonal_px(self) -> float:
        """Unit of normalised image coordinates [px]."""
        return float(np.hypot(*self.image_size)) / 2

    def image(self, xy: Float64Array) -> Float64Array:
        """Pixels → normalised."""
        normalised: Float64Array = (xy - np.asarray(self.image_size) / 2) / self.half_diagonal_px
        return normalised

    def pixels(self, normalised: Float64Array) -> Float64Array:
        """Normalised → pixels."""
        xy: Float64Array = normalised * self.half_diagonal_px + np.asarray(self.image_size) / 2
        return xy

    def pitch(self, xy_m: Float64Array) -> Float64Array:
        """Metres → normalised."""
        normalised: Float64Array = (xy_m - np.asarray(self.pitch_centre_m)) / self.pitch_scale_m
        return normalised

    def metres(self, normalised: Float64Array) -> Float64Array:
        """Normalised → metres."""
        xy_m: Float64Array = normalised * self.pitch_scale_m + np.asarray(self.pitch_centre_m)
        return xy_m


@dataclass(frozen=True, slots=True)
class Observations:
    """What was marked, in normalised coordinates: `image` and `pitch` `(N, 2)`; `line_image` `(L, 2)` points that lie
    on the lines `line_pitch` `(L, 3)` (homogeneous, unit normal).
    """

    image: Float64Array
    pitch: Float64Array
    line_image: Float64Array
    line_pitch: Float64Array

    def without(self, index: int) -> Observations:
        """The same without point `index`."""
        keep = np.arange(len(self.image)) != index
        return Observations(self.image[keep], self.pitch[keep], self.line_image, self.line_pitch)

    def exchanged(self, first: int, second: int) -> Observations:
        """The same with the pitch's places of two points exchanged."""
        order = np.arange(len(self.pitch))
        order[[first, second]] = second, first
        return Observations(self.image, self.pitch[order], self.line_image, self.line_pitch)


@dataclass(frozen=True, slots=True)
class Fit:
    """Result: pitch→image homography `(3, 3)`, k1, parameter covariance `(P, P)`, residual 1σ (normalised)."""

    matrix: Float64Array
    k1: float
    covariance: Float64Array
    sigma: float


def linear_start(seen: Observations) -> tuple[Float64Array, float]:
    """Homography from points and lines by the direct linear transform, and how well the marks determine it.

    Returns:
        Pitch→image `(3, 3)` with a last entry of 1, and the ratio of the second smallest to the largest singular value
        (near 0: more than one homography fits, the marks are degenerate).

    Source: Hartley & Zisserman, Multiple View Geometry, 2nd ed., §4.1 and §4.4.4.
    """
    to_image, to_pitch = normalising_transform(seen.image), normalising_transform(seen.pitch)
    image, _ = apply_homography(to_image, seen.image)
    pitch, _ = apply_homography(to_pitch, seen.pitch)
    ones, zero = np.ones((len(image), 1)), np.zeros((len(image), 3))
    x = np.hstack([image, ones])
    rows = [np.hstack([x, zero, -pitch[:, :1] * x]), np.hstack([zero, x, -pitch[:, 1:] * x])]
    if len(seen.line_image):
        on_line, _ = apply_homography(to_image, seen.line_image)
        lines = seen.line_pitch @ np.linalg.inv(to_pitch)
        lines = lines / np.linalg.norm(lines[:, :2], axis=1, keepdims=True)
        point = np.hstack([on_line, np.ones((len(on_line), 1))])
        rows.append((lines[:, :, None] * point[:, None, :]).reshape(len(point), 9))
    _, singular, basis = np.linalg.svd(np.vstack(rows), full_matrices=True)
    image_to_pitch = np.linalg.inv(to_pitch) @ basis[-1].reshape(3, 3) @ to_image
    determined = float(singular[7] / singular[0])
    if abs(np.linalg.det(image_to_pitch)) < np.finfo(float).tiny:
        return np.eye(3), 0.0
    matrix = np.linalg.inv(image_to_pitch)
    return matrix / matrix[2, 2], determined


def refine(seen: Observations, start: Float64Array, params: FitParams, *, estimate_lens: bool) -> Fit:
    """Minimise the distances in the image by Levenberg–Marquardt, from a linear start."""

    def cost(theta: Float64Array) -> Float64Array:
        return residuals(seen, theta)

    theta = np.append(start.ravel()[:8], [0.0] * estimate_lens)
    error, damping = cost(theta), 1e-3
    jacobian = numeric_jacobian(cost, theta)
    for _ in range(params.max_iterations):
        normal = jacobian.T @ jacobian
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal) + 1e-12), -jacobian.T @ error)
        trial = theta + step
        trial_error = cost(trial)
        before, after = float(error @ error), float(trial_error @ trial_error)
        acceptable = np.isfinite(after) and (not estimate_lens or abs(trial[8]) <= params.max_k1)
        if acceptable and after <= before:
            theta, error, damping = trial, trial_error, damping / 5
            if before - after <= params.tolerance * before:
                break
            jacobian = numeric_jacobian(cost, theta)
        elif damping > 1e8:
            break
        else:
            damping *= 5
    return _with_covariance(theta, error, numeric_jacobian(cost, theta), params)


def _with_covariance(theta: Float64Array, error: Float64Array, jacobian: Float64Array, params: FitParams) -> Fit:
    left_over = max(len(error) - len(theta), 0)
    prior = params.prior_dof * params.click_sigma_share**2
    variance = (prior + float(error @ error)) / (params.prior_dof + left_over)
    covariance = np.asarray(variance * np.linalg.pinv(jacobian.T @ jacobian, rcond=1e-14), np.float64)
    k1 = float(theta[8]) if len(theta) > 8 else 0.0
    return Fit(np.append(theta[:8], 1.0).reshape(3, 3), k1, covariance, float(np.sqrt(variance)))


def residuals(seen: Observations, theta: Float64Array) -> Float64Array:
    """Distances in the image, normalised: two per point, one per line point."""
    matrix = np.append(theta[:8], 1.0).reshape(3, 3)
    lens = RadialLens(UNIT_LENS_CENTRE, 1.0, float(theta[8]) if len(theta) > 8 else 0.0)
    ideal, _ = apply_homography(matrix, seen.pitch)
    parts = [(lens.distort(ideal) - seen.image).ravel()]
    if len(seen.line_image):
        lines = seen.line_pitch @ np.linalg.inv(matrix)
        lines = lines / np.linalg.norm(lines[:, :2], axis=1, keepdims=True)
        parts.append(np.sum(lines[:, :2] * lens.undistort(seen.line_image), axis=1) + lines[:, 2])
    return np.concatenate(parts)


def numeric_jacobian(function: Callable[[Float64Array], Float64Array], theta: Float64Array) -> Float64Array:
    """Central differences, step 1e-6 of the parameter's size: error near 1e-10 here, far below any click noise."""
    columns = []
    for index in range(len(theta)):
        step = np.zeros_like(theta)
        step[index] = 1e-6 * max(1.0, abs(float(theta[index])))
        columns.append((function(theta + step) - function(theta - step)) / (2 * step[index]))
    return np.stack(columns, axis=1)
