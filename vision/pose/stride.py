"""Postures between those that were read: 12 pictures a second are enough where the movement allows it.

A pose model costs most of a scan. Some pictures are read first (`first_readings`); between two in which a person was
read, each keypoint is put on the cubic through the four readings around it (`put_between`). Whether that suffices is
measured moment by moment on the readings themselves (`too_quick`): each is predicted from its neighbours at twice the
spacing, where the error of a cubic is 4 to 16 times as large, and limbs that swing faster than a walker's are not left
to a curve at all. Who runs, jumps, turns sharply or kicks is so read in every picture, and so is whoever came into view
just now, of whom nothing is known yet.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.errors import ShapeError
from vision.types import BoolArray, Float32Array, Float64Array, IndexArray, Keypoints, check_shape

_LEAST_READINGS = 9


@dataclass(frozen=True, slots=True)
class StrideParams:
    """When postures may be put between readings.

    Attributes:
        max_gap_s: readings further apart are not joined [s]: a leg swings through in 0.3 s.
        least_score: a keypoint below it is not seen, and nothing is put beside it.
        limit: error that may be added, root mean square over the joints, as a share of the box height: half of what a
            pose model's noise is (1.5 % per axis).
        joint_limit: likewise of any one joint: that noise.
        order_gain: how much smaller a cubic's error is at half the spacing: 2⁴ for smooth movement, measured 4 on
            bodies whose feet stop at the ground.
        read_hz: pictures read first [1/s] at least: twice the highest frequency in a walk (6 Hz, Winter 2009).
        around_s: a moment is judged by the readings so near to it [s]: a take-off or a cut is over in 0.2 s.
        margin_s: pictures so near to one that must be read are read as well [s]: what led to a quick movement, two
            readings long.
        limb_speed: of the quickest joint against the body [box heights a second]: a walker's foot has 1.3, a jogger's
            1.7.
        rise: acceleration of the body up or down the picture [box heights/s²]: 1.3 in a walk (1.9 with a model's
            noise), 5.5 in free fall. In the air a curve fits well, and yet jumps are timed by the pictures; a camera
            that tilts has speed, but hardly acceleration.
    """

    max_gap_s: float = 0.2
    least_score: float = 0.2
    limit: float = 0.01
    joint_limit: float = 0.02
    order_gain: float = 4.0
    read_hz: float = 12.0
    around_s: float = 0.25
    margin_s: float = 0.16
    limb_speed: float = 1.5
    rise: float = 2.5


def first_readings(t_s: Float64Array, params: StrideParams | None = None) -> BoolArray:
    """Which of `(N,)` rising times [s] are read first: every nth; the same ones wherever a film is cut into windows."""
    params = params or StrideParams()
    rate_hz = 1.0 / float(np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
    return np.asarray(np.arange(len(t_s)) % max(1, int(rate_hz / params.read_hz + 1e-6)) == 0)


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
    away = _predicted_error(t_s, keypoints, boxes, params)
    known = away[np.isfinite(away)]
    return float(np.sqrt(np.mean(known**2))) if len(known) else float("nan")


def too_quick(
    t_s: Float64Array,
    keypoints: Keypoints,
    boxes: Float32Array,
    at_s: Float64Array,
    params: StrideParams | None = None,
) -> BoolArray:
    """Between which readings of one person a curve does not do, so that the pictures there must be read as well.

    Args:
        t_s: `(N,)` rising times of the readings [s].
        keypoints: `(N, K, 3)` [px, score].
        boxes: `(N, 4)` [px].
        at_s: `(Q,)` times of the pictures that were not read [s].
        params: what is allowed.

    Returns:
        `(Q,)`: true where limbs are fast, the curve's error is not known on both sides or too large, or no reading is
        near on both sides.
    """
    params = params or StrideParams()
    if len(t_s) < _LEAST_READINGS:
        return np.ones(len(at_s), np.bool_)
    error = _predicted_error(t_s, keypoints, boxes, params)
    limbs, rise = _liveliness(t_s, keypoints, boxes, params)
    between = (t_s[1:] + t_s[:-1]) / 2

    def within(times: Float64Array, values: Float64Array, limit: float) -> BoolArray:
        around = _rms_around(times, values, at_s, params.around_s)
        return np.asarray(np.where(np.isfinite(around), around, 0.0).max(axis=1) <= limit)

    calm = within(t_s, _mean_over_joints(error), params.limit) & within(t_s, error, params.joint_limit)
    calm &= within(between, limbs, params.limb_speed) & within(t_s[1:-1], rise, params.rise)
    known = t_s[np.isfinite(error).any(axis=1)]
    for start, end in ((at_s - params.around_s, at_s), (at_s, at_s + params.around_s)):
        calm &= np.searchsorted(known, end, side="right") > np.searchsorted(known, start)
    left = np.clip(np.searchsorted(t_s, at_s, side="right") - 1, 0, len(t_s) - 2)
    calm &= (at_s >= t_s[left]) & (at_s <= t_s[left + 1]) & (t_s[left + 1] - t_s[left] <= params.max_gap_s)
    lively = _rms_around(at_s, (~calm)[:, None].astype(np.float64), at_s, params.margin_s)[:, 0] > 0
    return np.asarray(lively)


def _predicted_error(
    t_s: Float64Array, keypoints: Keypoints, boxes: Float32Array, params: StrideParams
) -> Float64Array:
    """`(N, K)` what a curve through these readings adds at each, as a share of the box height; NaN: not known."""
    check_shape("boxes", boxes, (len(t_s), 4))
    away = np.full(keypoints.shape[:2], np.nan)
    if len(t_s) < _LEAST_READINGS:
        return away
    values = _seen(keypoints, params)
    middle = np.arange(3, len(t_s) - 3)
    around = [middle + step for step in (-3, -1, 1, 3)]
    together = (t_s[around[3]] - t_s[around[0]]) <= 6 * params.max_gap_s
    predicted = _lagrange(np.stack([t_s[rows] for rows in around]), [values[rows] for rows in around], t_s[middle])
    height = _height(boxes)[middle, None]
    off = np.linalg.norm(predicted - values[middle], axis=-1) / height / params.order_gain
    away[middle] = np.where(together[:, None], off, np.nan)
    return away


def _mean_over_joints(values: Float64Array) -> Float64Array:
    """`(N, 1)` root mean square of `(N, K)` over the joints that are known; NaN where none is."""
    known = np.isfinite(values)
    count = known.sum(axis=1, keepdims=True)
    total = (np.where(known, values, 0.0) ** 2).sum(axis=1, keepdims=True)
    return np.where(count > 0, np.sqrt(total / np.maximum(count, 1)), np.nan)


def _liveliness(
    t_s: Float64Array, keypoints: Keypoints, boxes: Float32Array, params: StrideParams
) -> tuple[Float64Array, Float64Array]:
    """`(N - 1, K)` speed of the joints against the body [box heights/s], from reading to reading; `(N - 2, 1)`
    acceleration of the body up or down the picture at the inner readings [box heights/s²].
    """
    step = np.diff(_seen(keypoints, params), axis=0)
    known = np.isfinite(step[..., 0])
    body = np.where(known[..., None], step, 0.0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)[:, None]
    height_s = (np.diff(t_s) * (_height(boxes)[1:] + _height(boxes)[:-1]) / 2)[:, None]
    rise = np.diff(body[:, 1:] / height_s, axis=0) / (t_s[2:] - t_s[:-2])[:, None] * 2
    return np.linalg.norm(step - body[:, None], axis=2) / height_s, np.abs(rise)


def _rms_around(t_s: Float64Array, values: Float64Array, at_s: Float64Array, reach_s: float) -> Float64Array:
    """`(Q, K)` root mean square of `(N, K)` values at `(N,)` times over those within `reach_s`; NaN where none is."""
    known = np.isfinite(values)
    zero = np.zeros((1, values.shape[1]))
    total = np.concatenate([zero, np.cumsum(np.where(known, values, 0.0) ** 2, axis=0)])
    count = np.concatenate([zero, np.cumsum(known, axis=0)])
    first, last = np.searchsorted(t_s, at_s - reach_s), np.searchsorted(t_s, at_s + reach_s, "right")
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(np.sqrt(np.maximum(total[last] - total[first], 0.0) / (count[last] - count[first])))


def _height(boxes: Float32Array) -> Float64Array:
    return np.maximum((boxes[:, 3] - boxes[:, 1]).astype(np.float64), 1.0)


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
