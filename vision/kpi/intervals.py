"""90 % intervals by simulation: redraw the noise, compute the KPIs again, see how far they move.

The noise is redrawn by a moving-block bootstrap of what the low-pass took out (raw minus smooth positions, rescaled to
the measured noise), sent through the same low-pass and differentiation. The uncertain scale of the metres multiplies
each redraw. A redraw is noisier than the measurement by as much as the measurement is noisier than the truth, so its
mean shift is subtracted (basic bootstrap): noise makes a maximum too high, and the interval says so.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from vision.kpi.motion import Motion, differentiate
from vision.kpi.smoothing import lowpass
from vision.types import Float64Array

Z90 = 1.645
"""Normal quantile of a two-sided 90 % interval."""


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
    rate_hz: float = 10.0
    min_pool: int = 4096


Statistics = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Redraw:
    """One redraw at the reduced rate: `speed_mps` and `acceleration_mps2` `(n,)`, NaN where missing; `fs_hz`."""

    speed_mps: Float64Array
    acceleration_mps2: Float64Array
    fs_hz: float


def block_noise(motion: Motion, rows: int, rng: np.random.Generator, params: IntervalParams) -> Float64Array:
    """`(rows, 2)` position noise [m] put together from random blocks of the residuals; normal where there are few."""
    block = max(1, round(params.block_s * motion.fs_hz))
    pool = motion.residual_m
    spread = float(pool.std()) if len(pool) else 0.0
    if len(pool) < 4 * block or spread == 0.0:
        return rng.normal(0.0, motion.noise_m, (rows, 2))
    starts = rng.integers(0, len(pool) - block, size=rows // block + 1)
    drawn = pool[(starts[:, None] + np.arange(block)).ravel()[:rows]]
    noise: Float64Array = (drawn - drawn.mean(axis=0)) * (motion.noise_m / spread)
    return noise


def bootstrap(
    motion: Motion,
    statistics: Callable[[Redraw], Statistics],
    scale_sigma: float,
    rng: np.random.Generator,
    params: IntervalParams,
) -> dict[str, tuple[float, float]]:
    """Shift and 1σ of each statistic under redrawn noise and scale.

    Args:
        motion: the measurement.
        statistics: KPIs of one redraw, by name.
        scale_sigma: 1σ of the scale of the metres, as a share.
        rng: source of randomness.
        params: of the bootstrap.

    Returns:
        name → (mean of the redraws minus the undisturbed value, standard deviation), both from the reduced rate.
    """
    stride = max(1, int(motion.fs_hz // params.rate_hz))
    velocity = _velocity(motion)[::stride]
    acceleration = motion.acceleration_mps2[::stride]
    fs = motion.fs_hz / stride
    pools = _noise_pools(motion, stride, len(velocity), rng, params)
    plain = statistics(Redraw(np.hypot(velocity[:, 0], velocity[:, 1]), acceleration, fs))
    rows: dict[str, list[float]] = {name: [] for name in plain}
    for _ in range(params.replicates):
        scale = 1.0 + scale_sigma * rng.standard_normal()
        noise = _slice(pools[0], len(velocity), rng)
        jerk = _slice(pools[1], len(velocity), rng)[:, 0]
        disturbed = velocity + noise
        speed = np.sqrt(disturbed[:, 0] ** 2 + disturbed[:, 1] ** 2) * scale
        for name, value in statistics(Redraw(speed, (acceleration + jerk) * scale, fs)).items():
            rows[name].append(value)
    return {name: (float(np.mean(drawn)) - plain[name], float(np.std(drawn, ddof=1))) for name, drawn in rows.items()}


def _velocity(motion: Motion) -> Float64Array:
    velocity: Float64Array = np.full_like(motion.xy_m, np.nan)
    velocity[1:-1] = (motion.xy_m[2:] - motion.xy_m[:-2]) * (motion.fs_hz / 2)
    edge = motion.valid & ~np.isfinite(velocity[:, 0])
    # The two rows at the ends of a stretch keep their speed; its direction does not matter to a speed.
    velocity[edge, 0], velocity[edge, 1] = motion.speed_mps[edge], 0.0
    return velocity


def _noise_pools(
    motion: Motion, stride: int, rows: int, rng: np.random.Generator, params: IntervalParams
) -> tuple[Float64Array, Float64Array]:
    """Velocity and acceleration noise at the reduced rate, long enough to cut many different pieces from."""
    length = max(2 * rows, params.min_pool) * stride
    noise = block_noise(motion, length, rng, params)
    velocity = differentiate(lowpass(noise, motion.speed_cutoff_hz, motion.fs_hz), motion.fs_hz)
    if motion.acceleration_cutoff_hz is None:
        return velocity[::stride], np.zeros_like(velocity[::stride])
    fast = lowpass(noise, motion.acceleration_cutoff_hz, motion.fs_hz)
    acceleration = differentiate(differentiate(fast, motion.fs_hz), motion.fs_hz)
    return velocity[::stride], acceleration[::stride]


def _slice(pool: Float64Array, rows: int, rng: np.random.Generator) -> Float64Array:
    start = int(rng.integers(0, len(pool) - rows + 1))
    return pool[start : start + rows]


def interval(
    value: float, shift: float, sigma: float, *, whole: bool = False, floor: float = 0.0
) -> tuple[float, float]:
    """90 % interval around a value with a known shift and spread; always holds the value; whole numbers for counts."""
    low, high = value - shift - Z90 * sigma, value - shift + Z90 * sigma
    low, high = max(floor, min(low, value)), max(high, value)
    if whole:
        return float(np.floor(low + 0.5)), float(max(np.ceil(high - 0.5), value))
    return float(low), float(high)
