"""Refuses marks that cannot calibrate a pitch, in words that tell the coach which mark to look at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vision.calibration.fitting import Fit, FitFrame, FitParams, Observations, linear_start, refine
from vision.errors import CalibrationError
from vision.geometry import apply_homography, homography_jacobian, thickness
from vision.types import Float64Array, check_shape

MIN_POINTS = 4
MIN_POINTS_LENS = 6
MOST_EXCHANGED = 60
"""Every two of so many marks are exchanged to see whether that helps, in half a second; a pitch has fewer."""
SUSPECTS = 12
"""A wrong mark bends the fit towards itself but stays among the dozen worst."""


@dataclass(frozen=True, slots=True)
class MarkLimits:
    """When marks are refused.

    Attributes:
        same_mark_px: two marks closer than this in the image are one mark [px].
        same_mark_m: the same on the pitch [m].
        min_thickness: smallest over largest spread of the pitch marks without any one of them; below it they lie on a
            line.
        min_image_thickness: the same in the picture; a phone held at 1.6 m sees a whole pitch as a band this thin.
        min_determined: singular-value ratio of the linear fit below which several pitches fit the marks.
        wild_m: a mark this far from where the others put it [m] …
        wild_ratio: … and without which the others agree this many times better, is wrong.
        max_rms_m: marks that disagree more than this on the whole would only mislead [m].
    """

    same_mark_px: float = 0.5
    same_mark_m: float = 0.01
    min_thickness: float = 0.02
    min_image_thickness: float = 0.004
    min_determined: float = 1e-4
    wild_m: float = 3.0
    wild_ratio: float = 4.0
    max_rms_m: float = 3.0


def check_marks(
    image: Float64Array, pitch: Float64Array, names: Sequence[str], limits: MarkLimits, *, estimate_lens: bool
) -> None:
    """Raise `CalibrationError` unless the `(N, 2)` image [px] and pitch [m] points can determine a pitch."""
    check_shape("image_points", image, (None, 2))
    check_shape("pitch_points", pitch, (len(image), 2))
    if len(image) < MIN_POINTS:
        raise CalibrationError(f"{len(image)} marks given; at least {MIN_POINTS} are needed, 8 or more are better.")
    if estimate_lens and len(image) < MIN_POINTS_LENS:
        raise CalibrationError(
            f"{len(image)} marks given; at least {MIN_POINTS_LENS} are needed to estimate the lens as well."
        )
    if not (np.isfinite(image).all() and np.isfinite(pitch).all()):
        raise CalibrationError("A mark has no position (not a number); every mark needs a place on both sides.")
    _refuse_twins(image, names, limits.same_mark_px, "in the picture")
    _refuse_twins(pitch, names, limits.same_mark_m, "on the pitch")
    sides = ((image, "in the picture", limits.min_image_thickness), (pitch, "on the pitch", limits.min_thickness))
    for xy, where, thinnest in sides:
        if _nearly_collinear(xy, thinnest):
            raise CalibrationError(
                f"The marks lie on one line {where} (or all but one do); choose marks that span an area, "
                "such as two corners of the penalty area and two ends of the halfway line."
            )


def _refuse_twins(xy: Float64Array, names: Sequence[str], limit: float, where: str) -> None:
    gap = np.linalg.norm(xy[:, None] - xy[None], axis=2)
    gap[np.tril_indices(len(xy))] = np.inf
    first, second = divmod(int(np.argmin(gap)), len(xy))
    if gap[first, second] <= limit:
        raise CalibrationError(
            f"{names[first]} and {names[second]} are at the same place {where}; each mark may be used once."
        )


def _nearly_collinear(xy: Float64Array, limit: float) -> bool:
    """All on a line, or all but one: neither determines a homography."""
    return any(thickness(np.delete(xy, index, axis=0)) < limit for index in range(len(xy)))


def fit_pitch(
    seen: Observations, params: FitParams, frame: FitFrame, names: Sequence[str], *, estimate_lens: bool
) -> Fit:
    """Fit, and refuse what cannot be a pitch seen from above.

    Raises:
        CalibrationError: more than one pitch fits, the marks are mirrored, two of them are exchanged, or they fall on
            both sides of the horizon.
    """
    limits = MarkLimits()
    start, determined = linear_start(seen)
    if determined < limits.min_determined:
        raise CalibrationError(
            "These marks fit more than one pitch (too many on one line); add marks away from that line."
        )
    _, weight = apply_homography(start, seen.pitch)
    turn = np.linalg.det(homography_jacobian(start, np.zeros((1, 2)))[0])
    if (weight <= 0).any() or turn > 0:
        _refuse_exchanged(seen, frame, names, limits)
    if (weight <= 0).any():
        raise CalibrationError(
            "No camera can see these marks like this (some fall behind the horizon); "
            "check that each mark has the right name."
        )
    if turn > 0:
        raise CalibrationError(
            "The marks are mirrored: left and right (or end a and end b) are swapped in the picture, or the film is "
            "mirrored itself, as some front cameras do."
        )
    return refine(seen, start, params, estimate_lens=estimate_lens)


def refuse_contradiction(
    errors_m: Float64Array, seen: Observations, frame: FitFrame, names: Sequence[str], limits: MarkLimits
) -> None:
    """Raise where the marks disagree, naming the culprit if at least six marks allow it."""
    rms, worst = float(np.sqrt(np.mean(errors_m**2))), float(errors_m.max())
    if worst <= limits.wild_m:
        return
    _refuse_exchanged(seen, frame, names, limits)
    for count in (1, 2):
        if len(seen.pitch) < MIN_POINTS_LENS + 2 * (count - 1):
            break  # four marks or five always agree
        for index, distance in _find_wild_marks(errors_m, seen, frame, limits, count)[:1]:
            raise CalibrationError(
                f"{names[index]} is {distance:.1f} m from where the other marks put it; "
                "check its place in the picture and its name."
            )
    if rms > limits.max_rms_m or len(seen.pitch) < MIN_POINTS_LENS:
        by = f"by up to {worst:.1f} m" if np.isfinite(worst) else "beyond measure"
        if len(seen.pitch) >= MIN_POINTS_LENS:
            raise CalibrationError(
                f"The marks disagree {by}; several are in the wrong place or have the wrong name, or the pitch size is "
                "wrong."
            )
        raise CalibrationError(
            f"The marks disagree {by}; one is in the wrong place or has the wrong name, "
            "or the pitch size is wrong. Six or more marks show which one."
        )


def _refuse_exchanged(seen: Observations, frame: FitFrame, names: Sequence[str], limits: MarkLimits) -> None:
    """Raise where exchanging two marks' names, and no other two's, makes all of them agree."""
    if not MIN_POINTS_LENS <= len(seen.pitch) <= MOST_EXCHANGED:
        return
    pairs = list(combinations(range(len(seen.pitch)), 2))
    worst = np.array([_worst_error(seen.exchanged(first, second)) for first, second in pairs]) * frame.pitch_scale_m
    best = int(np.argmin(worst))
    if worst[best] <= limits.wild_m and limits.wild_ratio * worst[best] < np.delete(worst, best).min():
        first, second = pairs[best]
        raise CalibrationError(
            f"{names[first]} and {names[second]} look exchanged: with their names swapped all marks agree."
        )


def _worst_error(seen: Observations) -> float:
    """Largest distance of a mark from its place on the pitch; infinite where no camera sees the marks like this."""
    matrix, _ = linear_start(seen)
    _, weight = apply_homography(matrix, seen.pitch)
    if (weight <= 0).any() or np.linalg.det(homography_jacobian(matrix, np.zeros((1, 2)))[0]) > 0:
        return float("inf")
    landed, _ = apply_homography(np.asarray(np.linalg.inv(matrix), np.float64), seen.image)
    return float(np.linalg.norm(landed - seen.pitch, axis=1).max())


def _find_wild_marks(
    errors_m: Float64Array, seen: Observations, frame: FitFrame, limits: MarkLimits, count: int
) -> list[tuple[int, float]]:
    """The `count` marks without which the others agree far better, and how far [m] these put each; empty: none are."""
    suspects = [int(index) for index in np.argsort(errors_m)[::-1][:SUSPECTS]]
    overall, best = float(np.sqrt(np.mean(errors_m**2))), float("inf")
    found: list[tuple[int, float]] = []
    for some in combinations(suspects, count):
        rest = seen
        for index in sorted(some, reverse=True):
            rest = rest.without(index)
        matrix, _ = linear_start(rest)
        landed, _ = apply_homography(np.asarray(np.linalg.inv(matrix), np.float64), seen.image)
        distance = np.linalg.norm(landed - seen.pitch, axis=1) * frame.pitch_scale_m
        rms = float(np.sqrt(np.mean(np.delete(distance, some) ** 2)))
        if rms < best:
            best, found = rms, [(index, float(distance[index])) for index in some]
    wild = all(distance > limits.wild_m for _, distance in found)
    return found if wild and best * limits.wild_ratio < overall else []
