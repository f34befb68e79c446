"""What a scan would see of a known movement: positions with noise, misses and gaps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.synthetic.movement import Trajectory
from vision.types import Float64Array


@dataclass(frozen=True, slots=True)
class ObservationParams:
    """Faults of a scan.

    Attributes:
        sigma_m: 1σ per axis of the position noise [m].
        miss_rate: share of frames without a detection.
        gap_rate_per_min: longer losses per minute …
        gap_s: … and their length (low, high) [s].
        scale_sigma: 1σ of the error of all lengths, as a share (a wrong calibration).
    """

    sigma_m: float = 0.08
    miss_rate: float = 0.05
    gap_rate_per_min: float = 0.0
    gap_s: tuple[float, float] = (0.6, 3.0)
    scale_sigma: float = 0.0


@dataclass(frozen=True, slots=True)
class Observed:
    """A scan's positions and the truth behind them.

    Attributes:
        t_s: `(N,)` frame times [s].
        xy_m: `(N, 2)` [m], NaN where missed.
        sigma_m: `(N,)` 1σ per axis [m].
        truth: the exact movement.
    """

    t_s: Float64Array
    xy_m: Float64Array
    sigma_m: Float64Array
    truth: Trajectory


def observe(
    truth: Trajectory, t_s: Float64Array, rng: np.random.Generator, params: ObservationParams | None = None
) -> Observed:
    """See a movement at `(N,)` frame times [s] with a scan's faults."""
    params = params or ObservationParams()
    scale = 1.0 + params.scale_sigma * rng.standard_normal()
    xy = truth.position(t_s) * scale + rng.normal(0.0, params.sigma_m, (len(t_s), 2))
    missed = rng.random(len(t_s)) < params.miss_rate
    span = float(t_s[-1] - t_s[0])
    for start in rng.uniform(t_s[0], t_s[-1], rng.poisson(params.gap_rate_per_min * span / 60.0)):
        missed |= (t_s >= start) & (t_s < start + rng.uniform(*params.gap_s))
    xy[missed] = np.nan
    return Observed(t_s, xy, np.full(len(t_s), params.sigma_m), truth)


def frame_times(duration_s: float, rate_hz: float, *, jitter_s: float = 0.0, seed: int = 0) -> Float64Array:
    """Frame times of a film [s]: constant rate, or with jitter like a phone's variable rate."""
    times: Float64Array = np.arange(int(duration_s * rate_hz)) / rate_hz
    if jitter_s > 0:
        limit = 0.4 / rate_hz
        times = times + np.clip(np.random.default_rng(seed).normal(0.0, jitter_s, len(times)), -limit, limit)
    return times
