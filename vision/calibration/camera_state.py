"""A moving camera at one moment: its map of the pitch, how sure that is, and what its focal length and lens are.

The uncertainty is that of `(δ, log focal, k1)`, eleven numbers: nine of the map (`camera_link`), one that says by how
much all focal lengths of the film are wrong, one of the lens. A step of the camera moves it on; pitch lines narrow it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from vision.calibration.camera_link import ENTRIES, GroundPlane, Link, adjoint, point_jacobian
from vision.calibration.fitting import FitFrame
from vision.calibration.homography import MarkError, PitchHomography
from vision.calibration.lens import RadialLens, invert_2x2
from vision.geometry import apply_homography, homography_jacobian
from vision.types import Float32Array, Float64Array

FOCAL, LENS = ENTRIES, ENTRIES + 1
SIZE = ENTRIES + 2
BELOW_MIDDLE = (0.1, 0.25, 0.0, 0.4)
"""Where the pitch is looked for in a picture: so far below its middle, in half diagonals."""


@dataclass(frozen=True, slots=True)
class FocalGuess:
    """Focal length in half diagonals, and the 1σ of its logarithm."""

    focal: float
    sigma: float


USUAL_FOCAL = FocalGuess(1.6, 0.5)
"""Of phones and cameras in football: 0.75 (action camera) to 3.5 (zoomed in) [proposal]."""
LEAST_FOCAL_SIGMA = 0.03


@dataclass(frozen=True, slots=True)
class CameraState:
    """See the module.

    Attributes:
        matrix: `(3, 3)` normalised pitch (`frame`) → ideal normalised picture; a positive weight means in front.
        covariance: `(11, 11)` of (δ, log focal, k1).
        focal: of this picture, in half diagonals.
        k1: lens coefficient, radius in half diagonals.
        frame: normalisations.
    """

    matrix: Float64Array
    covariance: Float64Array
    focal: float
    k1: float
    frame: FitFrame

    @classmethod
    def of(cls, calibration: PitchHomography) -> CameraState:
        """The camera when the pitch was marked."""
        matrix = calibration.matrix
        # δ = dG G⁻¹, and dG has eight free entries.
        by_entry = np.kron(np.eye(3), np.linalg.inv(matrix).T)[:, :8]
        spread = np.zeros((SIZE, len(calibration.covariance)))
        spread[:ENTRIES, :8] = by_entry
        if len(calibration.covariance) > 8:
            spread[LENS, 8] = 1.0
        covariance = spread @ calibration.covariance @ spread.T
        guess = focal_of(calibration)
        covariance[FOCAL, FOCAL] = guess.sigma**2
        return cls(matrix, covariance, guess.focal, calibration.k1, calibration.frame)

    def ideal(self, xy: Float32Array | Float64Array) -> Float64Array:
        """Recorded pixels → ideal normalised picture."""
        width, height = self.frame.image_size
        lens = RadialLens((width / 2, height / 2), self.frame.half_diagonal_px, self.k1)
        return self.frame.image(lens.undistort(np.asarray(xy, np.float64)))

    def moved(self, link: Link) -> CameraState:
        """The camera after a step."""
        step = np.eye(SIZE)
        step[:ENTRIES, :ENTRIES] = adjoint(link.matrix)
        step[:ENTRIES, FOCAL] = link.by_focal
        covariance = step @ self.covariance @ step.T
        covariance[:ENTRIES, :ENTRIES] += link.covariance
        return replace(self, matrix=link.matrix @ self.matrix, covariance=covariance, focal=self.focal * link.zoom)

    def corrected(self, change: Float64Array, covariance: Float64Array) -> CameraState:
        """With `(11,)` found out about (δ, log focal, k1)."""
        matrix = (np.eye(3) + change[:ENTRIES].reshape(3, 3)) @ self.matrix
        return replace(
            self,
            matrix=matrix,
            covariance=covariance,
            focal=self.focal * float(np.exp(change[FOCAL])),
            k1=self.k1 + float(change[LENS]),
        )

    def blurred(self, variance_share: Float64Array) -> CameraState:
        """With more uncertainty `(9, 9)` of its map."""
        covariance = self.covariance.copy()
        covariance[:ENTRIES, :ENTRIES] += variance_share
        return replace(self, covariance=covariance)

    def project(self, xy_m: Float64Array) -> tuple[Float64Array, Float64Array]:
        """`(N, 2)` metres → ideal normalised picture, and the weight: positive in front."""
        return apply_homography(self.matrix, self.frame.pitch(xy_m))

    def image_sigma(self, ideal: Float64Array) -> Float64Array:
        """`(N,)` 1σ per axis with which pitch points are known to appear at `(N, 2)` ideal places."""
        jacobian = point_jacobian(ideal)
        covariance = jacobian @ self.covariance[:ENTRIES, :ENTRIES] @ jacobian.transpose(0, 2, 1)
        sigma: Float64Array = np.sqrt(np.maximum(np.trace(covariance, axis1=1, axis2=2) / 2, 0.0))
        return sigma

    def ground_sigma_m(self, xy_m: Float64Array) -> Float64Array:
        """`(N,)` 1σ per axis of positions found at `(N, 2)` places of the pitch [m], from the camera alone."""
        ideal, _ = self.project(xy_m)
        back = invert_2x2(homography_jacobian(self.matrix, self.frame.pitch(xy_m))) * self.frame.pitch_scale_m
        jacobian = back @ point_jacobian(ideal)
        covariance = jacobian @ self.covariance[:ENTRIES, :ENTRIES] @ jacobian.transpose(0, 2, 1)
        sigma: Float64Array = np.sqrt(np.maximum(np.trace(covariance, axis1=1, axis2=2) / 2, 0.0))
        return sigma

    def ground(self, far_m: float) -> GroundPlane:
        """The pitch in this camera's axes; `far_m` is kept."""
        columns = np.diag([1 / self.focal, 1 / self.focal, 1.0]) @ self.matrix
        size = np.sqrt(np.linalg.norm(columns[:, 0]) * np.linalg.norm(columns[:, 1]))
        upright = np.cross(columns[:, 0], columns[:, 1])
        normal = upright / np.linalg.norm(upright)
        distance = float(normal @ columns[:, 2]) / size * self.frame.pitch_scale_m
        return GroundPlane(normal, distance, far_m)

    def homography(self) -> PitchHomography | None:
        """The same as a calibration of this one picture; `None` where the picture shows no ground."""
        centre = self._seen_place()
        if centre is None:
            return None
        offset = (centre - np.asarray(self.frame.pitch_centre_m)) / self.frame.pitch_scale_m
        shifted = self.matrix @ np.array([[1.0, 0.0, offset[0]], [0.0, 1.0, offset[1]], [0.0, 0.0, 1.0]])
        weight = shifted[2, 2]
        # d(H / h) with H = (I + δ) H₀ and h its last entry.
        by_delta = np.kron(np.eye(3), shifted.T)
        by_delta = (by_delta - np.outer(shifted.ravel(), by_delta[8]) / weight) / weight
        with_lens = self.covariance[LENS, LENS] > 0
        spread = np.zeros((9 if with_lens else 8, SIZE))
        spread[:8, :ENTRIES] = by_delta[:8]
        if with_lens:
            spread[8, LENS] = 1.0
        frame = FitFrame(self.frame.image_size, (float(centre[0]), float(centre[1])), self.frame.pitch_scale_m)
        covariance = spread @ self.covariance @ spread.T
        return PitchHomography(shifted / weight, self.k1, covariance, frame, MarkError(0.0, 0.0, 0.0), np.zeros(0))

    def _seen_place(self) -> Float64Array | None:
        """A place [m] that this picture shows."""
        tried = np.array([[0.0, below] for below in BELOW_MIDDLE])
        if abs(np.linalg.det(self.matrix)) < np.finfo(float).tiny:
            return None
        found, _ = apply_homography(np.asarray(np.linalg.inv(self.matrix)), tried)
        for place in found:
            if np.isfinite(place).all():
                _, weight = apply_homography(self.matrix, place[None])
                if weight[0] > 0:
                    return self.frame.metres(place)
        return None


def focal_of(calibration: PitchHomography) -> FocalGuess:
    """Focal length that a marked pitch implies (square pixels, optical centre in the middle), with its error.

    The two constraints on the columns of the homography, weighted with what is usual, because a view from high above
    or along the pitch says little.

    Source: Zhang, A Flexible New Technique for Camera Calibration, PAMI 2000, §3.1.
    """
    matrix, covariance = calibration.matrix, calibration.covariance[:8, :8]
    value = _log_focal(matrix)
    if value is None:
        return USUAL_FOCAL
    gradient = np.zeros(8)
    for index in range(8):
        step = 1e-5
        entries = matrix.ravel().copy()
        entries[index] += step
        moved = _log_focal(entries.reshape(3, 3))
        gradient[index] = np.inf if moved is None else (moved - value) / step
    if not np.isfinite(gradient).all():
        return USUAL_FOCAL
    variance = float(gradient @ covariance @ gradient) + LEAST_FOCAL_SIGMA**2
    prior = USUAL_FOCAL.sigma**2
    mean = (value / variance + np.log(USUAL_FOCAL.focal) / prior) / (1 / variance + 1 / prior)
    return FocalGuess(float(np.exp(mean)), float(np.sqrt(1 / (1 / variance + 1 / prior))))


def _log_focal(matrix: Float64Array) -> float | None:
    one, two = matrix[:, 0], matrix[:, 1]
    slope = np.array([one[:2] @ two[:2], one[:2] @ one[:2] - two[:2] @ two[:2]])
    offset = np.array([one[2] * two[2], one[2] ** 2 - two[2] ** 2])
    size = float(slope @ slope)
    inverse_square = -float(slope @ offset) / size if size > 0 else 0.0
    return -0.5 * float(np.log(inverse_square)) if inverse_square > 1e-6 else None
