"""When the clocks of cameras differ: their offsets from how people move, up and down, in each picture.

Everybody's joints rise and fall at the same instants in all views, whatever the angle. The vertical speeds are
correlated (Pearson, over the overlap only) at every lag; the peak is found between samples by a parabola, and the lags
of all pairs of cameras are made consistent by least squares, so that one bad pair shows instead of counting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from vision.errors import VisionError
from vision.types import Float32Array, Float64Array, check_shape


class SyncError(VisionError):
    """The offsets cannot be told from the movement; the message says which cameras and why."""


@dataclass(frozen=True, slots=True)
class SyncParams:
    """How offsets are searched.

    Attributes:
        rate_hz: of the common time grid [1/s]; the peak is found to about a tenth of a step.
        max_offset_s: largest offset searched [s].
        min_overlap_s: least time that both cameras must show at a lag [s].
        smooth_s: width of the moving mean over the speeds [s]: keypoints jitter from frame to frame.
        min_score: keypoints below do not count.
        min_correlation: a lower peak is no agreement.
        min_lead: how much the peak must exceed the best other one, as a correlation: steps repeat, a jump does not.
        exclusion_s: lags this near to the peak belong to it [s].
        max_residual_s: a pair that disagrees with the others by more is no agreement [s].
    """

    rate_hz: float = 100.0
    max_offset_s: float = 10.0
    min_overlap_s: float = 3.0
    smooth_s: float = 0.1
    min_score: float = 0.3
    min_correlation: float = 0.5
    min_lead: float = 0.05
    exclusion_s: float = 0.4
    max_residual_s: float = 0.04


@dataclass(frozen=True, slots=True)
class Lag:
    """How far a second camera's clock is ahead of a first's: `t_second = t_first + seconds` [s]."""

    seconds: float
    correlation: float
    lead: float


def vertical_speed(t_s: Float64Array, keypoints: Float32Array, params: SyncParams | None = None) -> Float64Array:
    """How fast a person's joints rise and fall, in body heights a second, upwards positive.

    Args:
        t_s: `(N,)` rising times by the camera's own clock [s].
        keypoints: `(N, K, 3)` x, y [px], score, of one person.

    Returns:
        `(N,)`, NaN where fewer than three joints were seen in two frames in a row.
    """
    params = params or SyncParams()
    check_shape("t_s", t_s, (None,))
    check_shape("keypoints", keypoints, (len(t_s), None, 3))
    height = keypoints[:, :, 1].astype(np.float64)
    height[keypoints[:, :, 2] < params.min_score] = np.nan
    spans = _span(height)
    size = float(np.median(spans)) if len(spans) else 0.0
    if not size > 0:
        return np.full(len(t_s), np.nan)
    speed = -np.diff(height, axis=0) / np.diff(t_s)[:, None] / size
    known = np.isfinite(speed).sum(axis=1)
    mean = np.where(known >= 3, np.nansum(speed, axis=1) / np.maximum(known, 1), np.nan)
    return np.concatenate([mean[:1], (mean[:-1] + mean[1:]) / 2, mean[-1:]]) if len(mean) else np.full(1, np.nan)


def crowd_speed(
    people: Sequence[tuple[Float64Array, Float32Array]], params: SyncParams | None = None
) -> tuple[Float64Array, Float64Array]:
    """The vertical speed of everybody together: all views show the same people, whoever is who.

    Args:
        people: of each person the times `(N,)` [s] and keypoints `(N, K, 3)`.

    Returns:
        Rising times `(T,)` [s] and the mean speed `(T,)` over those in view, in body heights a second.
    """
    speeds = [(t_s, vertical_speed(t_s, keypoints, params)) for t_s, keypoints in people if len(t_s) > 1]
    if not speeds:
        return np.zeros(0), np.zeros(0)
    every_t = np.concatenate([t_s for t_s, _ in speeds])
    every = np.concatenate([speed for _, speed in speeds])
    known = np.isfinite(every)
    times, place = np.unique(every_t[known], return_inverse=True)
    return times, np.bincount(place, weights=every[known]) / np.maximum(np.bincount(place), 1)


def find_lag(
    first: tuple[Float64Array, Float64Array],
    second: tuple[Float64Array, Float64Array],
    params: SyncParams | None = None,
) -> Lag:
    """How far the second camera's clock is ahead, from both cameras' (times `(N,)` [s], vertical speeds `(N,)`).

    Raises:
        SyncError: too little movement in common, no clear peak, or several.
    """
    params = params or SyncParams()
    left, left_start = _on_grid(*first, params)
    right, right_start = _on_grid(*second, params)
    lags, correlation = _correlations(left, right, left_start, right_start, params)
    if not len(lags) or not np.isfinite(correlation).any():
        raise SyncError(f"the cameras show the same people for less than {params.min_overlap_s:g} s")
    best = int(np.nanargmax(correlation))
    away = np.abs(lags - lags[best]) > params.exclusion_s
    other = float(np.nanmax(np.where(away, correlation, -1.0)))
    lead = float(correlation[best]) - other
    if correlation[best] < params.min_correlation:
        raise SyncError(f"the movement in the two pictures does not agree (correlation {correlation[best]:.2f})")
    if lead < params.min_lead:
        raise SyncError(
            "the movement repeats, so that several offsets would fit; film a jump or a clap that all cameras see"
        )
    return Lag(float(lags[best]) + _between(correlation, best) / params.rate_hz, float(correlation[best]), lead)


def correlation_at(
    first: tuple[Float64Array, Float64Array],
    second: tuple[Float64Array, Float64Array],
    seconds: float,
    params: SyncParams | None = None,
) -> float:
    """How well two cameras' movements agree if the second's clock is `seconds` ahead; NaN where that cannot be told.

    Takes what `find_lag` takes; the best within one step of the grid and its neighbours counts.
    """
    params = params or SyncParams()
    left, left_start = _on_grid(*first, params)
    right, right_start = _on_grid(*second, params)
    lags, correlation = _correlations(left, right, left_start, right_start, params)
    near = np.abs(lags - seconds) <= 1.5 / params.rate_hz
    known = correlation[near][np.isfinite(correlation[near])]
    return float(known.max()) if len(known) else float("nan")


def synchronise(
    speeds: Mapping[str, tuple[Float64Array, Float64Array]], params: SyncParams | None = None
) -> dict[str, float]:
    """Offset of every camera's clock against the first camera's: `t_first = t_camera - offset` [s].

    Raises:
        SyncError: a camera agrees with no other, or the pairs contradict each other; names the cameras.
    """
    params = params or SyncParams()
    names = list(speeds)
    rows: list[Float64Array] = []
    lags: list[float] = []
    reasons: dict[str, str] = {}
    for i, j in combinations(range(len(names)), 2):
        try:
            lag = find_lag(speeds[names[i]], speeds[names[j]], params)
        except SyncError as error:
            reasons[f"{names[i]} and {names[j]}"] = str(error)
            continue
        row = np.zeros(len(names))
        row[i], row[j] = -1.0, 1.0
        rows.append(row * lag.correlation)
        lags.append(lag.seconds * lag.correlation)
    return _consistent(names, np.array(rows).reshape(-1, len(names)), np.array(lags), reasons, params)


def _consistent(
    names: list[str], rows: Float64Array, lags: Float64Array, reasons: dict[str, str], params: SyncParams
) -> dict[str, float]:
    if np.linalg.matrix_rank(rows[:, 1:]) < len(names) - 1:
        told = "; ".join(
            f"{', '.join(pair for pair, why in reasons.items() if why == reason)}: {reason}"
            for reason in dict.fromkeys(reasons.values())
        )
        raise SyncError(f"the cameras cannot be synchronised ({told})")
    offsets = np.concatenate([[0.0], np.linalg.lstsq(rows[:, 1:], lags, rcond=None)[0]])
    residual = np.abs(rows @ offsets - lags) / np.maximum(np.abs(rows).max(axis=1), 1e-9)
    worst = int(np.argmax(residual))
    if residual[worst] > params.max_residual_s:
        pair = [names[place] for place in np.flatnonzero(rows[worst])]
        raise SyncError(
            f"the offset between {pair[0]} and {pair[1]} contradicts the other cameras' by {residual[worst]:.2f} s"
        )
    return {name: float(offset) for name, offset in zip(names, offsets, strict=True)}


def _span(height: Float64Array) -> Float64Array:
    seen = np.isfinite(height).any(axis=1)
    return np.asarray(np.nanmax(height[seen], axis=1) - np.nanmin(height[seen], axis=1), np.float64)


def _on_grid(t_s: Float64Array, speed: Float64Array, params: SyncParams) -> tuple[Float64Array, float]:
    """Speeds on the common grid (NaN where unknown, gaps above five frames stay), and the grid's start [s]."""
    known = np.isfinite(speed)
    if known.sum() < 3:
        return np.zeros(0), 0.0
    start = float(np.ceil(t_s[known][0] * params.rate_hz) / params.rate_hz)
    grid = np.arange(start, t_s[known][-1], 1.0 / params.rate_hz)
    value = np.interp(grid, t_s[known], speed[known])
    nearest = np.searchsorted(t_s[known], grid)
    gap = np.diff(t_s[known])[np.clip(nearest - 1, 0, len(t_s[known]) - 2)]
    width = max(1, round(params.smooth_s * params.rate_hz))
    smooth = np.convolve(value, np.full(width, 1.0 / width), mode="same")
    smooth[gap > 5 * np.median(np.diff(t_s))] = np.nan
    return smooth, start


def _correlations(
    left: Float64Array, right: Float64Array, left_start: float, right_start: float, params: SyncParams
) -> tuple[Float64Array, Float64Array]:
    """Lags [s] and Pearson's correlation over the overlap at each (by FFT); NaN where that is too short."""
    if not len(left) or not len(right):
        return np.zeros(0), np.zeros(0)
    size = 1 << int(np.ceil(np.log2(len(left) + len(right))))
    seen_left, seen_right = np.isfinite(left), np.isfinite(right)
    a, b = np.where(seen_left, left, 0.0), np.where(seen_right, right, 0.0)

    def product(one: Float64Array, two: Float64Array) -> Float64Array:
        spectrum = np.conj(np.fft.rfft(one, size)) * np.fft.rfft(two, size)
        return np.asarray(np.fft.irfft(spectrum, size), np.float64)

    ones_left, ones_right = seen_left.astype(np.float64), seen_right.astype(np.float64)
    number = np.round(product(ones_left, ones_right))
    with np.errstate(divide="ignore", invalid="ignore"):
        mean_left, mean_right = product(a, ones_right) / number, product(ones_left, b) / number
        covariance = product(a, b) / number - mean_left * mean_right
        var_left = product(a * a, ones_right) / number - mean_left**2
        var_right = product(ones_left, b * b) / number - mean_right**2
        correlation = covariance / np.sqrt(np.maximum(var_left, 1e-12) * np.maximum(var_right, 1e-12))
    shift = np.arange(size)
    shift[shift >= size // 2] -= size
    lags = shift / params.rate_hz + (right_start - left_start)
    enough = (number >= params.min_overlap_s * params.rate_hz) & (np.abs(lags) <= params.max_offset_s)
    order = np.argsort(lags)
    return lags[order], np.where(enough, correlation, np.nan)[order]


def _between(values: Float64Array, peak: int) -> float:
    """Where the parabola through the peak and its neighbours is highest, in steps from the peak."""
    if not 0 < peak < len(values) - 1:
        return 0.0
    before, top, after = values[peak - 1 : peak + 2]
    bend = before - 2 * top + after
    return float(np.clip((before - after) / (2 * bend), -0.5, 0.5)) if np.isfinite(bend) and bend < 0 else 0.0
