"""From pixels to metres on a flat pitch, with the error of every position."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from vision.calibration.fitting import Fit, FitFrame, FitParams, Observations
from vision.calibration.lens import RadialLens, invert_2x2
from vision.calibration.marks import MIN_POINTS, MarkLimits, check_marks, fit_pitch, refuse_contradiction
from vision.errors import CalibrationError
from vision.geometry import apply_homography, convex_hull, homography_jacobian, polygon_area
from vision.types import Float64Array, check_shape

SCHEMA_VERSION = 1
GOOD_POINTS = 8
"""Below eight marks a wrong one is hard to see (vision.md): warn."""
SMALL_SHARE = 0.1
"""Marks that span less than a tenth of the picture leave most of it extrapolated: warn."""
LENGTH_SAMPLES = 400
"""Points of a path that carry its length error; a calibration error is smooth over metres, so more change nothing."""


class PitchHomographyDict(TypedDict):
    """JSON form of `PitchHomography`."""

    kind: str
    version: int
    image_size: list[int]
    pitch_centre_m: list[float]
    pitch_scale_m: float
    matrix: list[list[float]]
    k1: float
    covariance: list[list[float]]
    error_rms_m: float
    error_max_m: float
    error_rms_px: float
    residual_m: list[float]
    warnings: list[str]


@dataclass(frozen=True, slots=True)
class LineCorrespondence:
    """Points clicked anywhere along a straight pitch line: `(K, 2)` [px] and the line's two ends [m, pitch frame]."""

    image_points: Float64Array
    pitch_line: tuple[tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class MarkError:
    """How far the marks are from where the calibration puts them. With four marks and no lines nothing is left over,
    so these are 0 and say nothing; `PitchHomography.error_map` still does.
    """

    rms_m: float
    max_m: float
    rms_px: float


@dataclass(frozen=True, slots=True)
class PitchHomography:
    """A camera that stands still, seen as a map between its picture and the pitch plane.

    Build it with `fit`; store it with `to_dict`. Frames: image pixels as recorded (lens included), pitch metres.

    Attributes:
        matrix: `(3, 3)` normalised pitch → normalised ideal image (`frame`); its last entry is 1, the weight at the
            marks' centroid, so that a positive weight means "in front of the camera".
        k1: radial lens coefficient, radius in half diagonals.
        covariance: `(P, P)` of the first eight entries of `matrix` (its last is 1) and k1 if P is 9.
        frame: the two normalisations, with the picture's size.
        error_m: residuals of the marks.
        residual_m: residual of each mark [m].
        warnings: sentences for the coach.
    """

    matrix: Float64Array
    k1: float
    covariance: Float64Array
    frame: FitFrame
    error_m: MarkError
    residual_m: Float64Array
    warnings: tuple[str, ...] = field(default=())

    scale_source = "pitch_homography"

    @classmethod
    def fit(
        cls,
        image_points: ArrayLike,
        pitch_points: ArrayLike,
        *,
        image_size: tuple[int, int],
        line_correspondences: Sequence[LineCorrespondence] | None = None,
        estimate_lens: bool = False,
        names: Sequence[str] | None = None,
    ) -> PitchHomography:
        """Fit from marks clicked in the picture.

        Args:
            image_points: `(N, 2)` clicked positions [px].
            pitch_points: `(N, 2)` the same marks on the pitch [m, pitch frame].
            image_size: width, height of the picture [px].
            line_correspondences: more clicks along straight pitch lines.
            estimate_lens: also fit the lens coefficient k1 (for wide lenses; at least six marks).
            names: what to call the marks in messages.

        Raises:
            CalibrationError: fewer than four marks, marks on one line, twins, left and right swapped, or a mark that
                contradicts the others (named where at least six marks allow it).

        Source: Hartley & Zisserman, Multiple View Geometry, 2nd ed., §4.1, §4.5, §5.2.3 (covariance).
        """
        image = np.asarray(image_points, np.float64).reshape(-1, 2) if np.size(image_points) else np.zeros((0, 2))
        pitch = np.asarray(pitch_points, np.float64).reshape(-1, 2) if np.size(pitch_points) else np.zeros((0, 2))
        labels = list(names) if names is not None else [f"Mark {index + 1}" for index in range(len(image))]
        limits, params = MarkLimits(), FitParams()
        check_marks(image, pitch, labels, limits, estimate_lens=estimate_lens)
        frame = FitFrame.of(image_size, pitch)
        seen = Observations(frame.image(image), frame.pitch(pitch), *_observe_lines(line_correspondences or (), frame))
        fitted = cls._from_fit(fit_pitch(seen, params, frame, labels, estimate_lens=estimate_lens), frame)
        errors = fitted.mark_errors_m(image, pitch)
        refuse_contradiction(errors, seen, frame, labels, limits)
        pixels = np.linalg.norm(fitted.to_image(pitch) - image, axis=1)
        return replace(
            fitted,
            error_m=MarkError(_rms(errors), float(errors.max()), _rms(pixels)),
            residual_m=errors,
            warnings=tuple(_warnings(image, image_size, has_lines=bool(line_correspondences))),
        )

    @classmethod
    def _from_fit(cls, fit: Fit, frame: FitFrame) -> PitchHomography:
        return cls(fit.matrix, fit.k1, fit.covariance, frame, MarkError(0.0, 0.0, 0.0), np.zeros(0))

    @property
    def image_size(self) -> tuple[int, int]:
        """Width, height of the picture [px]."""
        return self.frame.image_size

    @property
    def lens(self) -> RadialLens:
        """The lens in pixels."""
        width, height = self.image_size
        return RadialLens((width / 2, height / 2), float(np.hypot(width, height)) / 2, self.k1)

    def to_pitch(self, xy: ArrayLike, *, point_sigma_px: float = 0.0) -> tuple[Float64Array, Float64Array]:
        """Pixels on the ground → metres.

        Args:
            xy: `(N, 2)` [px, image frame as recorded].
            point_sigma_px: 1σ of the given pixels per axis, added to the calibration's own error.

        Returns:
            `(N, 2)` [m, pitch frame] and `(N,)` 1σ per axis [m]; NaN and inf at or beyond the horizon and where the
            lens model has no answer.
        """
        recorded = np.asarray(xy, np.float64)
        check_shape("xy", recorded, (None, 2))
        ideal = self.frame.image(self.lens.undistort(recorded))
        normalised, weight = apply_homography(np.asarray(np.linalg.inv(self.matrix), np.float64), ideal)
        with np.errstate(invalid="ignore"):
            visible = np.isfinite(normalised).all(axis=1) & (weight > 0)
        pitch = np.where(visible[:, None], self.frame.metres(normalised), np.nan)
        covariance = self._covariance(pitch, point_sigma_px)
        with np.errstate(invalid="ignore"):
            sigma = np.sqrt(np.trace(covariance, axis1=1, axis2=2) / 2)
        return pitch, np.where(visible, sigma, np.inf)

    def to_image(self, xy_m: ArrayLike) -> Float64Array:
        """`(N, 2)` metres on the pitch → `(N, 2)` pixels as recorded; NaN behind the camera or past the lens model."""
        pitch = np.asarray(xy_m, np.float64)
        check_shape("xy_m", pitch, (None, 2))
        ideal, weight = apply_homography(self.matrix, self.frame.pitch(pitch))
        pixels = self.lens.distort(self.frame.pixels(ideal))
        return np.where((weight > 0)[:, None], pixels, np.nan)

    def mark_errors_m(self, image_points: Float64Array, pitch_points: Float64Array) -> Float64Array:
        """`(N,)` distance between each mark and where its pixel lands on the pitch [m]; inf beyond the horizon."""
        landed, _ = self.to_pitch(image_points)
        distance: Float64Array = np.nan_to_num(np.linalg.norm(landed - pitch_points, axis=1), nan=np.inf)
        return distance

    def error_map(self, grid_m: ArrayLike, *, point_sigma_px: float = 0.0) -> Float64Array:
        """`(M,)` 1σ per axis [m] at `(M, 2)` pitch positions; NaN where the camera does not see the place."""
        pitch = np.asarray(grid_m, np.float64)
        pixels = self.to_image(pitch)
        width, height = self.image_size
        with np.errstate(invalid="ignore"):
            inside = np.all((pixels >= 0) & (pixels <= np.array([width, height])), axis=1)
        covariance = self._covariance(np.where(inside[:, None], pitch, np.nan), point_sigma_px)
        sigma: Float64Array = np.sqrt(np.trace(covariance, axis1=1, axis2=2) / 2)
        return sigma

    def covariance_at(self, xy_m: Float64Array, *, point_sigma_px: float = 0.0) -> Float64Array:
        """`(N, 2, 2)` covariance [m²] of positions found at `(N, 2)` pitch positions."""
        return self._covariance(np.asarray(xy_m, np.float64), point_sigma_px)

    def relative_length_sigma(self, xy_m: Float64Array) -> float:
        """1σ of the length of a path `(N, 2)` [m] as a share of it, from the calibration's error alone (delta method).

        NaN rows are skipped. 0 for a path without length.
        """
        path = xy_m[np.isfinite(xy_m).all(axis=1)]
        if len(path) > LENGTH_SAMPLES:
            path = path[np.linspace(0, len(path) - 1, LENGTH_SAMPLES).astype(int)]
        step = np.diff(path, axis=0)
        length = np.linalg.norm(step, axis=1)
        if length.sum() <= 0:
            return 0.0
        sensitivity = self._sensitivity(path)[0]
        with np.errstate(invalid="ignore"):
            direction = np.where(length[:, None] > 0, step / length[:, None], 0.0)
        gradient = np.einsum("ni,nip->p", direction, np.diff(sensitivity, axis=0))
        return float(np.sqrt(max(gradient @ self.covariance @ gradient, 0.0)) / length.sum())

    def to_dict(self) -> PitchHomographyDict:
        """JSON form (versioned)."""
        return PitchHomographyDict(
            kind=self.scale_source,
            version=SCHEMA_VERSION,
            image_size=[int(side) for side in self.image_size],
            pitch_centre_m=list(self.frame.pitch_centre_m),
            pitch_scale_m=self.frame.pitch_scale_m,
            matrix=self.matrix.tolist(),
            k1=self.k1,
            covariance=self.covariance.tolist(),
            error_rms_m=self.error_m.rms_m,
            error_max_m=self.error_m.max_m,
            error_rms_px=self.error_m.rms_px,
            residual_m=self.residual_m.tolist(),
            warnings=list(self.warnings),
        )

    @classmethod
    def from_dict(cls, data: PitchHomographyDict) -> PitchHomography:
        """Read `to_dict`'s form.

        Raises:
            CalibrationError: another kind or version, or data that is damaged.
        """
        if data.get("kind") != cls.scale_source or data.get("version") != SCHEMA_VERSION:
            raise CalibrationError(
                f"This is not a pitch calibration of version {SCHEMA_VERSION} "
                f"(kind {data.get('kind')!r}, version {data.get('version')!r}); mark the pitch again."
            )
        try:
            return cls._read(data)
        except (KeyError, TypeError, ValueError) as error:
            raise CalibrationError(f"The stored calibration is damaged ({error}); mark the pitch again.") from error

    @classmethod
    def _read(cls, data: PitchHomographyDict) -> PitchHomography:
        width, height = data["image_size"]
        x, y = data["pitch_centre_m"]
        matrix, covariance = (np.asarray(data[key], np.float64) for key in ("matrix", "covariance"))
        check_shape("matrix", matrix, (3, 3))
        check_shape("covariance", covariance, (len(covariance), len(covariance)))
        if len(covariance) not in (8, 9) or not (np.isfinite(matrix).all() and np.isfinite(covariance).all()):
            raise ValueError("numbers are missing")
        return cls(
            matrix=matrix,
            k1=float(data["k1"]),
            covariance=covariance,
            frame=FitFrame((int(width), int(height)), (x, y), float(data["pitch_scale_m"])),
            error_m=MarkError(data["error_rms_m"], data["error_max_m"], data["error_rms_px"]),
            residual_m=np.asarray(data["residual_m"], np.float64),
            warnings=tuple(data["warnings"]),
        )

    def _sensitivity(self, pitch: Float64Array) -> tuple[Float64Array, Float64Array]:
        """`(N, 2, P)` derivative of a found position by the parameters, `(N, 2, 2)` by the recorded pixel."""
        normalised = self.frame.pitch(pitch)
        ideal, weight = apply_homography(self.matrix, normalised)
        back = invert_2x2(homography_jacobian(self.matrix, normalised)) * self.frame.pitch_scale_m
        point = np.hstack([normalised, np.ones((len(pitch), 1))]) / weight[:, None]
        by_entry = np.zeros((len(pitch), 2, 8))
        by_entry[:, 0, 0:3] = point
        by_entry[:, 1, 3:6] = point
        by_entry[:, :, 6:8] = -ideal[:, :, None] * point[:, None, :2]
        lens = RadialLens((0.0, 0.0), 1.0, self.k1)
        by_pixel, by_k1 = lens.undistort_jacobians(ideal)
        columns = [-back @ by_entry]
        if len(self.covariance) > 8:
            columns.append(back @ by_k1[:, :, None])
        return np.concatenate(columns, axis=2), back @ by_pixel / self.frame.half_diagonal_px

    def _covariance(self, pitch: Float64Array, point_sigma_px: float) -> Float64Array:
        by_parameter, by_pixel = self._sensitivity(pitch)
        covariance: Float64Array = by_parameter @ self.covariance @ by_parameter.transpose(0, 2, 1)
        if point_sigma_px > 0:
            covariance = covariance + point_sigma_px**2 * by_pixel @ by_pixel.transpose(0, 2, 1)
        return covariance


def _observe_lines(lines: Sequence[LineCorrespondence], frame: FitFrame) -> tuple[Float64Array, Float64Array]:
    """Normalised clicks `(L, 2)` and, for each, the homogeneous pitch line `(L, 3)` with a unit normal."""
    points, homogeneous = [np.zeros((0, 2))], [np.zeros((0, 3))]
    for line in lines:
        clicked = np.asarray(line.image_points, np.float64)
        check_shape("line image_points", clicked, (None, 2))
        ends = frame.pitch(np.asarray(line.pitch_line, np.float64))
        along = ends[1] - ends[0]
        if not np.linalg.norm(along) > 0:
            raise CalibrationError("A line needs two different ends on the pitch.")
        normal = np.array([-along[1], along[0]]) / np.linalg.norm(along)
        points.append(frame.image(clicked))
        homogeneous.append(np.tile(np.append(normal, -normal @ ends[0]), (len(clicked), 1)))
    return np.vstack(points), np.vstack(homogeneous)


def _rms(values: Float64Array) -> float:
    return float(np.sqrt(np.mean(values**2)))


def _warnings(image: Float64Array, image_size: tuple[int, int], *, has_lines: bool) -> list[str]:
    found = []
    if len(image) < GOOD_POINTS:
        found.append(f"{len(image)} marks: a wrong one would be hard to see; {GOOD_POINTS} or more are better.")
    if len(image) == MIN_POINTS and not has_lines:
        found.append("With four marks nothing is left over to check them against each other.")
    share = polygon_area(convex_hull(image)) / (image_size[0] * image_size[1])
    if share < SMALL_SHARE:
        found.append(
            f"The marks span {share:.0%} of the picture; elsewhere positions are extrapolated (see the error map)."
        )
    return found
