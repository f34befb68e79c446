"""90 % intervals by simulation: redraw the noise, compute the KPIs again, see how far they move.

The noise is redrawn by a moving-block bootstrap of what the low-pass took out (raw minus smooth positions, rescaled to
the measured noise), sent through the same low-pass and differentiation. The uncertain scale of the metres multiplies
each redraw. A redraw is noisier than the measurement by as much as the measurement is noisier than the truth, so where
redraws come out higher on the whole, the truth is probably lower: noise makes a maximum too high, and the interval
reaches down by as much.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import ndtri

from vision.kpi.motion import COARSER, Motion, Series, differentiate
from vision.kpi.smoothing import lowpass
from vision.types import Float64Array

Z90 = 1.645
"""Normal quantile of a two-sided 90 % interval."""
FILTER_SHARE = 0.38
"""Of what a coarser filter (`COARSER`) moves a KPI, the share that the filter itself moves it: 1 / (1.5² - 1) = 0.8
where speed has corners, 1 / (1.5⁶ - 1) = 0.1 where it has none. Of 50 scripted players (no test's or benchmark's)
high-speed distance, which it moves most, was 0.41 of it short; with this share 94 of 100 intervals held the truth, with
0.8 97, with 0.2 91."""
NOISY_FILTER_SHARE = 0.8
"""The same where the noise is above what maxima are told at: there the filter is set into the changes of speed
themselves. With the smaller share 83 of 100 intervals held the truth at position noise of 0.26 m."""
DEAD_BAND_SHARE = 0.25
"""Of what the dead band takes away, this share counts as 1σ: most of it is noise, some of it slow steps."""


@dataclass(frozen=True, slots=True)
class IntervalParams:
    """Numbers of the bootstrap.

    Attributes:
        replicates: redraws; 48 know a standard deviation to 10 %, which moves a bound by a fifth of its own sigma.
        block_s: length of a block [s]: longer than detectors' errors stick, shorter than the low-pass.
        rate_hz: speeds are band-limited to 1 Hz, so redraws at this rate lose nothing and cost less [Hz].
        min_pool: length of the redrawn noise at least [rows], so that redraws of a short film differ.
    """

    replicates: int = 48
    block_s: float = 0.2
    rate_hz: float = 8.0
    min_pool: int = 4096


Statistics = Mapping[str, float]


def block_noise(motion: Motion, rows: int, rng: np.random.Generator, params: IntervalParams) -> Float64Array:
    """`(rows, 2)` position noise [m] put together from random blocks of the residuals; normal where there are few."""
    block = max(1, round(params.block_s * motion.fs_hz))
    pool = motion.residual_m
    spread = float(pool.std()) if len(pool) else 0.0
    if len(pool) < 4 * block or spread == 0.0:
        return rng.normal(0.0, motion.plan.noise_m, (rows, 2))
    starts = rng.integers(0, len(pool) - block, size=rows // block + 1)
    drawn = pool[(starts[:, None] + np.arange(block)).ravel()[:rows]]
    noise: Float64Array = (drawn - drawn.mean(axis=0)) * (motion.plan.noise_m / spread)
    return noise


def bootstrap(
    motion: Motion,
    measured: Series,
    statistics: Callable[[Series], Statistics],
    scale_sigma: float,
    rng: np.random.Generator,
    params: IntervalParams,
) -> dict[str, tuple[float, float]]:
    """Shift and 1σ of each statistic under redrawn noise, redrawn scale and a second filter.

    Args:
        motion: the measurement.
        measured: its series at full rate.
        statistics: KPIs of one series, by name.
        scale_sigma: 1σ of the scale of the metres, as a share.
        rng: source of randomness.
        params: of the bootstrap.

    Returns:
        name → (mean of the redraws minus the undisturbed value, standard deviation), both from the reduced rate.
    """
    stride = max(1, int(motion.fs_hz // params.rate_hz))
    base = _thin(measured, stride)
    plain = statistics(base)
    rows: dict[str, list[float]] = {name: [] for name in plain}
    for redraw in _redraws(motion, base, stride, scale_sigma, rng, params):
        for name, value in statistics(redraw).items():
            rows[name].append(value)
    method = _method_sigma(motion, base, plain, statistics, stride)
    return {
        name: (float(np.mean(drawn)) - plain[name], float(np.hypot(np.std(drawn, ddof=1), method[name])))
        for name, drawn in rows.items()
    }


def _redraws(
    motion: Motion, base: Series, stride: int, scale_sigma: float, rng: np.random.Generator, params: IntervalParams
) -> Iterator[Series]:
    """The measurement with other noise and another scale, again and again."""
    velocity = _velocity(motion)[::stride]
    pools = _noise_pools(motion, stride, len(velocity), rng, params)
    for share in rng.permutation(_even_normal(params.replicates)):
        scale = 1.0 + scale_sigma * float(share)
        start = int(rng.integers(0, len(pools[0]) - len(velocity) + 1))
        noise, counted, steady = (pool[start : start + len(velocity)] for pool in pools)
        disturbed = velocity + noise
        yield replace(
            base,
            speed_mps=np.sqrt(disturbed[:, 0] ** 2 + disturbed[:, 1] ** 2) * scale,
            acceleration_mps2=(base.acceleration_mps2 + counted) * scale,
            steady_mps2=(base.steady_mps2 + steady) * scale,
        )


def _even_normal(count: int) -> Float64Array:
    """Normal quantiles with unit spread: the scale's share of an interval does not depend on luck."""
    quantiles = ndtri((np.arange(count) + 0.5) / count)
    even: Float64Array = quantiles / quantiles.std(ddof=1)
    return even


def _method_sigma(
    motion: Motion, base: Series, plain: Statistics, statistics: Callable[[Series], Statistics], stride: int
) -> dict[str, float]:
    """1σ of what the method itself does: the low-pass (a coarser one tells) and the dead band (slow steps are lost)."""
    coarse_mps = motion.coarse_mps if motion.coarse_mps is not None else motion.speed_mps
    coarse = statistics(replace(base, speed_mps=coarse_mps[::stride]))
    without_band = statistics(replace(base, dead_band_mps=0.0))
    share = FILTER_SHARE if motion.plan.peaks else NOISY_FILTER_SHARE
    return {
        name: float(np.hypot(share * (coarse[name] - value), DEAD_BAND_SHARE * (without_band[name] - value)))
        for name, value in plain.items()
    }


def _thin(series: Series, stride: int) -> Series:
    return replace(
        series,
        speed_mps=series.speed_mps[::stride],
        acceleration_mps2=series.acceleration_mps2[::stride],
        steady_mps2=series.steady_mps2[::stride],
        fs_hz=series.fs_hz / stride,
    )


def _velocity(motion: Motion) -> Float64Array:
    velocity: Float64Array = np.full_like(motion.xy_m, np.nan)
    velocity[1:-1] = (motion.xy_m[2:] - motion.xy_m[:-2]) * (motion.fs_hz / 2)
    edge = motion.valid & ~np.isfinite(velocity[:, 0])
    # The two rows at the ends of a stretch keep their speed; its direction does not matter to a speed.
    velocity[edge, 0], velocity[edge, 1] = motion.speed_mps[edge], 0.0
    return velocity


def _noise_pools(
    motion: Motion, stride: int, rows: int, rng: np.random.Generator, params: IntervalParams
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """Noise of velocity `(L, 2)`, counted and steady acceleration `(L,)` at the reduced rate, long enough to cut many
    different pieces from.
    """
    length = max(2 * rows, params.min_pool) * stride
    noise = block_noise(motion, length, rng, params)
    velocity = differentiate(lowpass(noise, motion.plan.speed_hz, motion.fs_hz), motion.fs_hz)
    slow = differentiate(lowpass(noise[:, :1], motion.plan.speed_hz / COARSER, motion.fs_hz), motion.fs_hz)
    steady = differentiate(slow[:, 0], motion.fs_hz)
    counted = steady
    if motion.plan.acceleration_hz is not None:
        fast = differentiate(lowpass(noise[:, :1], motion.plan.acceleration_hz, motion.fs_hz), motion.fs_hz)
        counted = differentiate(fast[:, 0], motion.fs_hz)
    return velocity[::stride], counted[::stride], steady[::stride]


def interval(
    value: float, shift: float, sigma: float, *, whole: bool = False, floor: float = 0.0
) -> tuple[float, float]:
    """90 % interval around a value: its spread, and on the side where noise moved it from, the shift. The shift itself
    is known too badly to move the whole interval by it. Whole numbers for counts.
    """
    low, high = max(floor, value - max(shift, 0.0) - Z90 * sigma), value - min(shift, 0.0) + Z90 * sigma
    if whole:
        return float(np.floor(low + 0.5)), float(max(np.ceil(high - 0.5), value)) + 0.0  # never the minus zero
    return float(low), float(high)
