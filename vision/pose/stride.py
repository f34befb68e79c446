"""Postures between those that were read: every second picture is enough where the movement allows it.

A pose model costs most of a scan. Between two pictures in which a person was read, each keypoint is put on the cubic
through the four readings around it. How much that adds is measured on the readings themselves: each is predicted from
its neighbours at twice the spacing, where the error of a cubic is 16 times as large; who moves too fast for it (a
sprinter's legs, seen from near) is read in every picture (`allows_stride`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.errors import ShapeError
from vision.types import Float32Array, Float64Array, IndexArray, Keypoints, check_shape

_LEAST_READINGS = 9


@dataclass(frozen=True, slots=True)
class StrideParams:
    """When postures may be put between readings.

    Attributes:
        max_gap_s: readings further apart are not joined [s]: a leg swings through in 0.3 s.
        least_score: a keypoint below it is not seen, and nothing is put beside it.
        limit: error that may be added, as a share of the box height.
        order_gain: how much smaller a cubic's error is at half the spacing: 2⁴ for smooth movement, measured 4 on
            bodies whose feet stop at the ground.
    """

    max_gap_s: float = 0.2
    least_score: float = 0.2
    limit: float = 0.01
    order_gain: float = 4.0


def put_between(
    t_s: Float64Array, keypoints: Keypoints, at_s: Float64Array, params: StrideParams | None = None
) -> Keypoints:
    """Keypoints of one person at other times than those read.

    Args:
        t_s: `(N,)` rising times of the readings [s].
        keypoints: `(N, K, 3)` [px, score].
        at_s: `(Q,)` [s].
        params: what may be joined.

    Returns:
        `(Q, K, 3)`; the score is the lower one of the two readings beside; NaN and 0 where there is none within
        `max_gap_s` on both sides.

    Raises:
        ShapeError: times and keypoints do not belong together, or times that do not rise.
    """
    params = params or StrideParams()
    check_shape("keypoints", keypoints, (len(t_s), None, 3))
    found = np.full((len(at_s), keypoints.shape[1], 3), np.nan, np.float32)
    found[..., 2] = 0.0
    if len(t_s) < 2 or not len(at_s):
        return found
    if not (np.diff(t_s) > 0).all():
        raise ShapeError("t_s: rising times are needed")
    left = np.clip(np.searchsorted(t_s, at_s, side="right") - 1, 0, len(t_s) - 2)
    values = _cubic(t_s, _seen(keypoints, params), left, at_s)
    inside = (at_s >= t_s[left]) & (at_s <= t_s[left + 1]) & (t_s[left + 1] - t_s[left] <= params.max_gap_s)
    score = np.minimum(keypoints[left, :, 2], keypoints[left + 1, :, 2])
    good = inside[:, None] & np.isfinite(values[..., 0])
    found[good, :2] = values[good]
    found[good, 2] = score[good]
    return found


def added_error(
    t_s: Float64Array, keypoints: Keypoints, boxes: Float32Array, params: StrideParams | None = None
) -> float:
    """What the interpolation between these readings adds, root mean square as a share of the box height.

    The noise of the readings is in it (a third of it), so that it is rather too high than too low.

    Args:
        t_s: `(N,)` rising times of the readings [s].
        keypoints: `(N, K, 3)` [px, score].
        boxes: `(N, 4)` [px].
        params: what counts as seen.

    Returns:
        The share; NaN where there are too few readings to tell.
    """
    params = params or StrideParams()
    check_shape("boxes", boxes, (len(t_s), 4))
    if len(t_s) < _LEAST_READINGS:
        return float("nan")
    height = (boxes[:, 3] - boxes[:, 1]).astype(np.float64)
    values = _seen(keypoints, params)
    middle = np.arange(3, len(t_s) - 3)
    around = [middle + step for step in (-3, -1, 1, 3)]
    predicted = _lagrange(np.stack([t_s[rows] for rows in around]), [values[rows] for rows in around], t_s[middle])
    away = np.linalg.norm(predicted - values[middle], axis=-1) / height[middle, None]
    known = away[np.isfinite(away)]
    return float(np.sqrt(np.mean(known**2)) / params.order_gain) if len(known) else float("nan")


def allows_stride(
    t_s: Float64Array, keypoints: Keypoints, boxes: Float32Array, params: StrideParams | None = None
) -> bool:
    """Whether these readings (every second picture) suffice: the added error is known and within the limit."""
    params = params or StrideParams()
    return added_error(t_s, keypoints, boxes, params) <= params.limit


def _seen(keypoints: Keypoints, params: StrideParams) -> Float64Array:
    """`(N, K, 2)` [px], NaN where not seen."""
    values = keypoints[..., :2].astype(np.float64)
    values[~(keypoints[..., 2] >= params.least_score)] = np.nan
    return values


def _cubic(t_s: Float64Array, values: Float64Array, left: IndexArray, at_s: Float64Array) -> Float64Array:
    """Cubic through the four readings around; where the outer ones are missing or far, the line between the inner."""
    index = np.stack([np.maximum(left - 1, 0), left, left + 1, np.minimum(left + 2, len(t_s) - 1)])
    share = ((at_s - t_s[left]) / (t_s[left + 1] - t_s[left]))[:, None, None]
    line = values[left] * (1 - share) + values[left + 1] * share
    apart = np.diff(t_s[index], axis=0)
    even = (apart > 0).all(axis=0) & (apart.max(axis=0) < 2.5 * apart[1])
    curve = np.full_like(line, np.nan)
    curve[even] = _lagrange(t_s[index[:, even]], [values[row[even]] for row in index], at_s[even])
    return np.where(np.isfinite(curve), curve, line)


def _lagrange(knots_s: Float64Array, values: list[Float64Array], at_s: Float64Array) -> Float64Array:
    """Cubic through four points each: knots `(4, Q)`, values four of `(Q, K, 2)`, at `(Q,)`."""
    total = np.zeros_like(values[0])
    for one, value in enumerate(values):
        others = [knot for knot in range(4) if knot != one]
        weight = np.prod([(at_s - knots_s[k]) / (knots_s[one] - knots_s[k]) for k in others], axis=0)
        total += weight[:, None, None] * value
    return total
