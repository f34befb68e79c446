"""From raw positions to smooth ones: uniform time, short gaps filled, outliers out, zero-lag low-pass.

Order and numbers follow the project's KPI page (§4): fill gaps ≤ 0.5 s (PCHIP) → Hampel (7 frames, 3 MAD) →
Butterworth, forward and backward → differentiate. A longer gap is missing: never a speed across it. Of third order,
where the page has the second: at one cut-off it leaves 13 % less noise in a speed and 34 % less in an acceleration, and
flattens a turn less.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from vision.errors import ShapeError
from vision.types import BoolArray, Float64Array, IndexArray, check_shape

MAD_TO_SIGMA = 1.4826
"""Median absolute deviation → standard deviation of a normal distribution."""
DOUBLE_PASS = (2**0.5 - 1) ** (1 / 6)
"""A third-order Butterworth run twice has its −3 dB point at 0.863 of the single pass's: 1 / (1 + x⁶) = √½ there."""
SPEED_SHAPE = np.pi / 12 / DOUBLE_PASS**3
ACCELERATION_SHAPE = np.pi / 18 / DOUBLE_PASS**5
"""∫ x² |H|² = 0.407 and ∫ x⁴ |H|² = 0.364 over x = f / f_c for the filter of `lowpass`, H = 1 / (1 + (0.863 x)⁶). An
ideal low-pass has 1/3 and 1/5, a second-order one 0.539 and 0.837."""
NOISE_SAMPLES = 8000
"""Quadruples of frames that tell the noise: a median of 16,000 numbers is good to 1 %."""
MEDIAN_CHUNK = 8192
"""Rows per pass of the running median: seven lanes of 64 KiB stay in the cache (2.5 times as fast as one pass)."""
MEDIAN_OF_7 = ((0, 5), (0, 3), (1, 6), (2, 4), (0, 1), (3, 5), (2, 6), (2, 3), (3, 6), (4, 5), (1, 4), (1, 3), (3, 4))
"""Compare-and-swap pairs that leave the median of seven values at index 3 (Paeth 1990)."""


@dataclass(frozen=True, slots=True)
class SmoothingParams:
    """Numbers of the path.

    Attributes:
        max_gap_s: longer gaps stay missing [s].
        hampel_mad: an outlier is this many scaled MADs from the median of seven frames.
        hampel_floor_m: … and at least this far [m]: less moves no KPI, and a still player's MAD is 0.
        min_cutoff_hz: below it sprints are flattened [Hz].
        max_cutoff_hz: nothing that a player's position does is faster [Hz].
        max_speed_noise_mps: above it nothing is told in metres per second or metres [m/s]: a standing player would
            seem to walk.
        speed_cutoff_hz: cap for speed and zones [Hz].
        even_speed_noise_mps: below this cap their cut-off is the largest that leaves no more noise than this [m/s]: so
            much a filter of 0.8 to 1 Hz flattens the speed of players who walk, run and turn, and two errors together
            are least where they are alike (measured on scripted films, `tests/vision/kpi/test_film_truth.py`).
        peak_speed_noise_mps: maxima and counts are told up to this noise at `min_cutoff_hz` [m/s]: the error that the
            project's vision page allows a speed. Where there is more, and so nothing that a flattened sprint would
            spoil, the cut-off of speed falls on …
        least_cutoff_hz: … to this [Hz], or the dead band would swallow who walks.
        assumed_noise_m: position noise where too few frames could tell it [m]: a phone's, rather high than low.
        target_speed_noise_mps: the cut-off is the largest that keeps the speed's 1σ below this [m/s].
        acceleration_noise_targets_mps2: the same for counted accelerations, the first that can be met [m/s²].
        noise_per_edge: a band is counted only where the noise is at most this share of its edge: more breaks the
            dwell of most efforts just above the edge (measured on scripted players).
        target_steady_noise_mps2: sums of |acceleration| and energy are told only below this noise [m/s²]: they add
            noise up instead of averaging it out.
        dead_band_sigmas: the distance's dead band is at least this many sigmas of the speed noise: a standing
            player's noise exceeds it 1 % of the time, below 1 m a minute up to the noise target.
        nyquist_share: the cut-off stays below this share of the frame rate.
        min_segment_s: a stretch seen for less is too short to filter [s].
        time_tolerance: frame times closer to a uniform grid than this share of a frame count as uniform.
    """

    max_gap_s: float = 0.5
    hampel_mad: float = 3.0
    hampel_floor_m: float = 0.1
    min_cutoff_hz: float = 0.8
    max_cutoff_hz: float = 3.0
    max_speed_noise_mps: float = 0.5
    speed_cutoff_hz: float = 1.0
    even_speed_noise_mps: float = 0.09
    peak_speed_noise_mps: float = 0.2
    least_cutoff_hz: float = 0.5
    assumed_noise_m: float = 0.15
    target_speed_noise_mps: float = 0.15
    acceleration_noise_targets_mps2: tuple[float, ...] = (0.25, 0.5)
    noise_per_edge: float = 0.25
    target_steady_noise_mps2: float = 0.2
    dead_band_sigmas: float = 3.0
    nyquist_share: float = 0.2
    min_segment_s: float = 1.0
    time_tolerance: float = 0.1


@dataclass(frozen=True, slots=True)
class UniformTrack:
    """Positions on a uniform time grid.

    Attributes:
        t0_s: time of the first row [s].
        fs_hz: rows per second.
        xy_m: `(N, 2)` [m], NaN where missing.
        seen: `(N,)` true where the frame really showed the player (not filled, not missing).
    """

    t0_s: float
    fs_hz: float
    xy_m: Float64Array
    seen: BoolArray

    @property
    def t_s(self) -> Float64Array:
        """`(N,)` times [s]."""
        times: Float64Array = self.t0_s + np.arange(len(self.xy_m)) / self.fs_hz
        return times


def regularise(t_s: Float64Array, xy_m: Float64Array, params: SmoothingParams) -> UniformTrack:
    """Put positions on a uniform grid and fill gaps up to `params.max_gap_s`.

    Args:
        t_s: `(N,)` rising frame times [s].
        xy_m: `(N, 2)` [m], NaN where not seen.

    Raises:
        ShapeError: shapes differ, fewer than two frames, or times that do not rise.
    """
    check_shape("xy_m", xy_m, (len(t_s), 2))
    if len(t_s) < 2 or not (np.diff(t_s) > 0).all():
        raise ShapeError("t_s: at least two rising frame times are needed")
    step, slot, deviation = _frame_grid(t_s)
    seen_rows = np.isfinite(xy_m[:, 0] + xy_m[:, 1])
    rows = int(slot[-1]) + 1
    if deviation > params.time_tolerance * step:
        seen, grid, wanted = np.zeros(rows, bool), np.full((rows, 2), np.nan), np.arange(rows)
        seen[slot[seen_rows]] = True
    else:
        seen, grid = _on_slots(xy_m, seen_rows, slot, rows)
        wanted = np.flatnonzero(~seen)
    known_t, known_xy = t_s[seen_rows], xy_m[seen_rows]
    if len(known_t) > 1 and len(wanted):
        grid[wanted] = pchip(known_t, known_xy, t_s[0] + wanted * step, max_gap_s=params.max_gap_s + step)
    seen &= np.isfinite(grid[:, 0])
    return UniformTrack(float(t_s[0]), 1.0 / step, grid, seen)


def _frame_grid(t_s: Float64Array) -> tuple[float, IndexArray, float]:
    """Frame interval [s], each frame's slot on the grid, and the largest deviation from it [s]."""
    interval = np.diff(t_s)
    typical = float(np.median(interval))
    if float(interval.max()) < 1.5 * typical:
        step = float(t_s[-1] - t_s[0]) / len(interval)
        slot = np.arange(len(t_s))
    else:
        steps = np.maximum(np.rint(interval / typical), 1.0)
        step = float(t_s[-1] - t_s[0]) / float(steps.sum())
        slot = np.rint((t_s - t_s[0]) / step).astype(np.int64)
    deviation = float(np.abs(t_s - t_s[0] - slot * step).max())
    collision = len(slot) > 1 and not bool((np.diff(slot) > 0).all())
    return step, slot, float("inf") if collision else deviation


def _on_slots(xy_m: Float64Array, seen_rows: BoolArray, slot: IndexArray, rows: int) -> tuple[BoolArray, Float64Array]:
    """Rows put on their slots: `(rows,)` seen and `(rows, 2)` positions with NaN elsewhere."""
    if rows == len(xy_m):
        grid = xy_m.copy()
        grid[~seen_rows] = np.nan
        return seen_rows, grid
    seen, grid = np.zeros(rows, bool), np.full((rows, 2), np.nan)
    kept = slot[seen_rows]
    seen[kept], grid[kept] = True, xy_m[seen_rows]
    return seen, grid


def pchip(t: Float64Array, y: Float64Array, at: Float64Array, *, max_gap_s: float = np.inf) -> Float64Array:
    """Monotone piecewise cubic interpolation, only where asked; NaN outside and across gaps above `max_gap_s`.

    Args:
        t: `(N,)` rising, N ≥ 2.
        y: `(N, C)`.
        at: `(Q,)`.

    Returns:
        `(Q, C)`.

    Source: Fritsch & Butland 1984; equal to SciPy's `PchipInterpolator`, which computes every knot of a match.
    """
    left = np.clip(np.searchsorted(t, at, side="right") - 1, 0, len(t) - 2)
    width = t[left + 1] - t[left]
    share = ((at - t[left]) / width)[:, None]
    d0 = _pchip_slopes(t, y, left) * width[:, None]
    d1 = _pchip_slopes(t, y, left + 1) * width[:, None]
    y0, y1 = y[left], y[left + 1]
    value = y0 + share * (d0 + share * (3 * (y1 - y0) - 2 * d0 - d1 + share * (2 * (y0 - y1) + d0 + d1)))
    tiny = 1e-9 * max_gap_s if np.isfinite(max_gap_s) else 0.0
    outside = (at < t[0] - 1e-9) | (at > t[-1] + 1e-9) | (width > max_gap_s + tiny)
    return np.where(outside[:, None], np.nan, value)


def _pchip_slopes(t: Float64Array, y: Float64Array, knot: IndexArray) -> Float64Array:
    """`(Q, C)` slopes at knots by index; one-sided at the ends."""
    last = len(t) - 1
    at_start, at_end = knot == 0, knot == last
    before_i, after_i = np.maximum(knot - 1, 0), np.minimum(knot, last - 1)
    h0, h1 = (t[before_i + 1] - t[before_i])[:, None], (t[after_i + 1] - t[after_i])[:, None]
    s0, s1 = (y[before_i + 1] - y[before_i]) / h0, (y[after_i + 1] - y[after_i]) / h1
    w0, w1 = 2 * h1 + h0, h1 + 2 * h0
    with np.errstate(divide="ignore", invalid="ignore"):
        slope = np.where(s0 * s1 > 0, (w0 + w1) / (w0 / s0 + w1 / s1), 0.0)
    end = at_start | at_end
    if end.any():
        slope[end] = _pchip_end_slopes(t, y, at_start[end])
    return slope


def _pchip_end_slopes(t: Float64Array, y: Float64Array, at_start: BoolArray) -> Float64Array:
    """Three-point end slopes that keep the shape (as MATLAB and SciPy); the secant where there are only two knots."""
    if len(t) == 2:
        return np.broadcast_to((y[1] - y[0]) / (t[1] - t[0]), (len(at_start), y.shape[1]))
    both = []
    for a, b, c in ((0, 1, 2), (-1, -2, -3)):
        h0, h1 = t[b] - t[a], t[c] - t[b]
        s0, s1 = (y[b] - y[a]) / h0, (y[c] - y[b]) / h1
        slope = ((2 * h0 + h1) * s0 - h0 * s1) / (h0 + h1)
        slope = np.where(np.sign(slope) != np.sign(s0), 0.0, slope)
        steep = (np.sign(s0) != np.sign(s1)) & (np.abs(slope) > 3 * np.abs(s0))
        both.append(np.where(steep, 3 * s0, slope))
    return np.where(at_start[:, None], both[0], both[1])


def hampel(xy_m: Float64Array, params: SmoothingParams) -> Float64Array:
    """Replace outliers of `(N, 2)` by the median of seven frames; rows near a gap or an end stay as they are."""
    cleaned = xy_m.copy()
    if len(xy_m) < 7:
        return cleaned
    for axis in range(2):
        column = np.ascontiguousarray(xy_m[:, axis])
        middle = _median_of_7(column)
        far = np.flatnonzero(np.abs(column[3:-3] - middle) > params.hampel_floor_m)
        if not len(far):
            continue
        centre = middle[far]
        spread = _median_of_lanes([np.abs(column[far + shift] - centre) for shift in range(7)]) * MAD_TO_SIGMA
        out = np.abs(column[far + 3] - centre) > params.hampel_mad * spread
        cleaned[far[out] + 3, axis] = centre[out]
    return cleaned


def _median_of_7(column: Float64Array) -> Float64Array:
    """`(N − 6,)` running median of seven rows."""
    rows = len(column) - 6
    median = np.empty(rows)
    for start in range(0, rows, MEDIAN_CHUNK):
        end = min(start + MEDIAN_CHUNK, rows)
        median[start:end] = _median_of_lanes([column[start + shift : end + shift] for shift in range(7)])
    return median


def _median_of_lanes(lanes: list[Float64Array]) -> Float64Array:
    """Median of seven arrays, element by element, by a sorting network: no sorting of windows."""
    for low, high in MEDIAN_OF_7:
        lanes[low], lanes[high] = np.minimum(lanes[low], lanes[high]), np.maximum(lanes[low], lanes[high])
    return lanes[3]


def position_noise(xy_m: Float64Array, seen: BoolArray) -> float | None:
    """1σ per axis (root mean square of both) [m] of the frame-to-frame noise, measured on `(N, 2)` positions.

    Third differences cancel what a player can do within a few frames (below 1 cm at 25 fps) and leave √20 σ of white
    noise. Taken also over two and three frames, because detectors' errors stick for some frames; the largest counts.
    A long film is sampled evenly. `None` for fewer than 20 quadruples of frames.
    """
    estimates = []
    skip = max(1, len(xy_m) // NOISE_SAMPLES)
    for stride in (1, 2, 3):
        reach = 3 * stride
        if len(xy_m) <= reach:
            break
        lanes = [xy_m[k * stride : len(xy_m) - reach + k * stride : skip] for k in range(4)]
        both = [seen[k * stride : len(seen) - reach + k * stride : skip] for k in range(4)]
        usable = both[0] & both[1] & both[2] & both[3]
        third = (lanes[3] - 3 * lanes[2] + 3 * lanes[1] - lanes[0])[usable]
        if len(third) >= 20:
            # Axis by axis: a camera sees depth several times worse than width, and a median over both would miss it.
            per_axis = np.median(np.abs(third), axis=0) * MAD_TO_SIGMA / np.sqrt(20.0)
            estimates.append(float(np.sqrt(np.mean(per_axis**2))))
    return float(max(estimates)) if estimates else None


def speed_noise(sigma_m: float, cutoff_hz: float, fs_hz: float) -> float:
    """1σ per axis [m/s] of the speed behind `lowpass`: `2π σ √(2 · 0.407 f_c³ / f_s)`, 1.1 × an ideal low-pass's."""
    return float(2 * np.pi * sigma_m * np.sqrt(2 * SPEED_SHAPE * cutoff_hz**3 / fs_hz))


def acceleration_noise(sigma_m: float, cutoff_hz: float, fs_hz: float) -> float:
    """1σ per axis [m/s²] of the acceleration behind `lowpass`: `(2π)² σ √(2 · 0.364 f_c⁵ / f_s)`."""
    return float((2 * np.pi) ** 2 * sigma_m * np.sqrt(2 * ACCELERATION_SHAPE * cutoff_hz**5 / fs_hz))


def choose_cutoff(sigma_m: float, fs_hz: float, params: SmoothingParams) -> float | None:
    """Largest cut-off [Hz] that keeps the speed noise within the target; `None` if even the smallest misses it.

    The budget is an ideal low-pass's, `2π σ √(2 f_c³ / (3 f_s))`; `speed_noise` tells what the real one leaves.
    At 25 fps: σ 0.05 m → 2.0 Hz, 0.1 → 1.3, 0.2 → 0.8.
    """
    ceiling = min(params.max_cutoff_hz, params.nyquist_share * fs_hz)
    if sigma_m <= 0:
        return ceiling
    share = params.target_speed_noise_mps / (2 * np.pi * sigma_m)
    return _bounded(float((1.5 * fs_hz * share**2) ** (1 / 3)), ceiling, params)


def choose_speed_cutoff(sigma_m: float, fs_hz: float, params: SmoothingParams) -> float:
    """Cut-off of speed and zones [Hz]: lower, within narrow limits, the more noise there is.

    At 25 fps: σ 0.08 m → 1.0 Hz, 0.1 → 0.86, 0.11 to 0.25 → 0.8, 0.3 → 0.7.
    """
    ceiling = min(params.speed_cutoff_hz, params.nyquist_share * fs_hz)
    if sigma_m <= 0:
        return ceiling
    even, noisy = (
        float((fs_hz * (noise / (2 * np.pi * sigma_m)) ** 2 / (2 * SPEED_SHAPE)) ** (1 / 3))
        for noise in (params.even_speed_noise_mps, params.peak_speed_noise_mps)
    )
    floor = max(params.least_cutoff_hz, min(params.min_cutoff_hz, noisy))
    return min(ceiling, max(floor, even))


def choose_acceleration_cutoff(sigma_m: float, fs_hz: float, params: SmoothingParams) -> float | None:
    """Largest cut-off [Hz] that keeps speed and acceleration noise within their targets; `None` if none does."""
    speed = choose_cutoff(sigma_m, fs_hz, params)
    if speed is None or sigma_m <= 0:
        return speed
    for target in params.acceleration_noise_targets_mps2:
        share = target / ((2 * np.pi) ** 2 * sigma_m)
        cutoff = _bounded(float((fs_hz * share**2 / (2 * ACCELERATION_SHAPE)) ** (1 / 5)), speed, params)
        if cutoff is not None:
            return cutoff
    return None


def _bounded(cutoff_hz: float, ceiling_hz: float, params: SmoothingParams) -> float | None:
    # A hundredth of tolerance: σ 0.2 m at 25 fps is the page's own last row and lands on 0.81 Hz.
    if min(cutoff_hz, ceiling_hz) < params.min_cutoff_hz * 0.99:
        return None
    return min(cutoff_hz, ceiling_hz)


def lowpass(values: Float64Array, cutoff_hz: float, fs_hz: float) -> Float64Array:
    """Zero-lag Butterworth low-pass of `(N, C)` finite rows (3rd order, forward and backward)."""
    sections = butterworth(cutoff_hz / DOUBLE_PASS, fs_hz)
    reach = min(len(values) - 1, int(np.ceil(4 * fs_hz / cutoff_hz)))
    smooth: Float64Array = signal.sosfiltfilt(sections, values, axis=0, padlen=reach)
    return smooth


def butterworth(cutoff_hz: float, fs_hz: float) -> Float64Array:
    """`(2, 6)` sections of a third-order low-pass; SciPy's `butter` makes the same one 100 times slower.

    Source: bilinear transform of 1 / ((s + 1) (s² + s + 1)), pre-warped.
    """
    warped = np.tan(np.pi * cutoff_hz / fs_hz)
    first = warped / (1.0 + warped)
    norm = 1.0 / (1.0 + warped + warped**2)
    gain = warped**2 * norm
    back = 2.0 * (warped**2 - 1.0) * norm
    return np.array(
        [
            [first, first, 0.0, 1.0, (warped - 1.0) / (1.0 + warped), 0.0],
            [gain, 2.0 * gain, gain, 1.0, back, (1.0 - warped + warped**2) * norm],
        ]
    )
