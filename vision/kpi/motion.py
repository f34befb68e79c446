"""A player's smoothed movement: position, speed and acceleration over time, with the noise that is left in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.kpi.smoothing import (
    SmoothingParams,
    UniformTrack,
    acceleration_noise,
    choose_acceleration_cutoff,
    choose_speed_cutoff,
    hampel,
    lowpass,
    position_noise,
    regularise,
    speed_noise,
)
from vision.signals import segments
from vision.types import BoolArray, Float64Array

COARSER = 1.5
"""How much lower the second cut-off is that shows what the filter does to a KPI; a share of the difference counts as
the filter's own 1σ (`intervals.FILTER_SHARE`)."""


@dataclass(frozen=True, slots=True)
class FilterPlan:
    """What the noise allows.

    Attributes:
        noise_m: 1σ per axis of the raw positions [m]; assumed where too few frames could tell.
        speed_hz, acceleration_hz: cut-offs [Hz]; `None` where the noise forbids counting accelerations.
        speed_noise_mps, acceleration_noise_mps2, steady_noise_mps2: 1σ per axis left in each series; in the speed at
            no lower cut-off than sprints need.
        dead_band_mps: slower adds nothing to the distance [m/s] (at least the policy's).
        steady: sums of accelerations and energy may be told.
        peaks: maxima and counts may be told (noise and frame rate allow it).
        speeds: anything in metres may be told.
    """

    noise_m: float
    speed_hz: float
    acceleration_hz: float | None
    speed_noise_mps: float
    acceleration_noise_mps2: float | None
    steady_noise_mps2: float
    dead_band_mps: float
    steady: bool
    peaks: bool
    speeds: bool


@dataclass(frozen=True, slots=True)
class Motion:
    """Smoothed movement on a uniform time grid; NaN where the player was not seen (gaps above the limit).

    Attributes:
        t0_s: time of the first row [s].
        fs_hz: rows per second.
        xy_m: `(N, 2)` position [m].
        speed_mps: `(N,)` [m/s].
        acceleration_mps2: `(N,)` change of speed for counting [m/s²]; NaN throughout where the noise forbids it.
        steady_mps2: `(N,)` change of `coarse_mps`, for sums and energy [m/s²]; likewise NaN.
        coarse_mps: `(N,)` speed at a lower cut-off [m/s]: what the filter itself does to a KPI shows against it; `None`
            where nobody asked.
        residual_m: `(K, 2)` raw minus smoothed positions of seen frames [m]: what the bootstrap draws from.
        seen: `(N,)` the frame showed the player (neither filled nor missing).
        plan: cut-offs, noise and what may be told.
    """

    t0_s: float
    fs_hz: float
    xy_m: Float64Array
    speed_mps: Float64Array
    acceleration_mps2: Float64Array
    steady_mps2: Float64Array
    coarse_mps: Float64Array | None
    residual_m: Float64Array
    seen: BoolArray
    plan: FilterPlan

    @property
    def valid(self) -> BoolArray:
        """`(N,)` rows with a speed."""
        return np.isfinite(self.speed_mps)

    @property
    def t_s(self) -> Float64Array:
        """`(N,)` times [s]."""
        times: Float64Array = self.t0_s + np.arange(len(self.xy_m)) / self.fs_hz
        return times


@dataclass(frozen=True, slots=True)
class Series:
    """What KPIs are computed from: the measurement itself, or one redraw of it.

    Attributes:
        speed_mps, acceleration_mps2, steady_mps2: `(n,)` as in `Motion`, NaN where missing.
        fs_hz: rows per second.
        dead_band_mps: slower adds nothing to the distance [m/s].
        steady_noise_mps2: 1σ of the noise in `steady_mps2` [m/s²].
    """

    speed_mps: Float64Array
    acceleration_mps2: Float64Array
    steady_mps2: Float64Array
    fs_hz: float
    dead_band_mps: float
    steady_noise_mps2: float


def estimate_motion(
    t_s: Float64Array, xy_m: Float64Array, params: SmoothingParams, min_rate_hz: float, *, for_intervals: bool = True
) -> Motion:
    """Smooth raw positions and differentiate them.

    Args:
        t_s: `(N,)` rising times of all analysed frames [s].
        xy_m: `(N, 2)` [m], NaN where not seen.
        params: of the smoothing.
        min_rate_hz: below this frame rate maxima and counts are not told [Hz].
        for_intervals: also keep what only the intervals need (`coarse_mps`, `residual_m`).
    """
    track = regularise(t_s, xy_m, params)
    fs = track.fs_hz
    plan = _plan(track, params, min_rate_hz)
    cleaned = hampel(track.xy_m, params)
    xy, speed = _smooth(cleaned, fs, plan.speed_hz, params)
    fast_xy, acceleration = xy, np.full(len(xy), np.nan)
    if plan.acceleration_hz is not None:
        fast_xy, fast_speed = _smooth(cleaned, fs, plan.acceleration_hz, params)
        acceleration = _differentiate_runs(fast_speed, fs)
    coarse, steady = None, np.full(len(xy), np.nan)
    if plan.steady or for_intervals:
        coarse = _smooth(cleaned, fs, plan.speed_hz / COARSER, params)[1]
        steady = _differentiate_runs(coarse, fs) if plan.steady else steady
    residual = (track.xy_m - fast_xy)[track.seen] if for_intervals else np.zeros((0, 2))
    return Motion(
        t0_s=track.t0_s,
        fs_hz=fs,
        xy_m=xy,
        speed_mps=speed,
        acceleration_mps2=acceleration,
        steady_mps2=steady,
        coarse_mps=coarse,
        residual_m=residual[np.isfinite(residual[:, 0])],
        seen=track.seen,
        plan=plan,
    )


def _plan(track: UniformTrack, params: SmoothingParams, min_rate_hz: float) -> FilterPlan:
    """Cut-offs for the noise that is in the positions."""
    fs = track.fs_hz
    measured = position_noise(track.xy_m, track.seen)
    noise = params.assumed_noise_m if measured is None else measured
    speed_hz = choose_speed_cutoff(noise, fs, params)
    acceleration_hz = choose_acceleration_cutoff(noise, fs, params)
    # Where the noise forces the cut-off below what sprints need, what it would be there counts for grades and limits.
    speed_noise_mps = speed_noise(noise, max(speed_hz, min(params.min_cutoff_hz, params.nyquist_share * fs)), fs)
    steady_noise = acceleration_noise(noise, speed_hz / COARSER, fs)
    return FilterPlan(
        noise_m=noise,
        speed_hz=speed_hz,
        acceleration_hz=acceleration_hz,
        speed_noise_mps=speed_noise_mps,
        acceleration_noise_mps2=(None if acceleration_hz is None else acceleration_noise(noise, acceleration_hz, fs)),
        steady_noise_mps2=steady_noise,
        dead_band_mps=params.dead_band_sigmas * speed_noise(noise, speed_hz, fs),
        steady=steady_noise <= params.target_steady_noise_mps2,
        peaks=speed_noise_mps <= params.peak_speed_noise_mps and fs >= min_rate_hz,
        speeds=speed_noise_mps <= params.max_speed_noise_mps,
    )


def _smooth(
    xy_m: Float64Array, fs_hz: float, cutoff_hz: float, params: SmoothingParams
) -> tuple[Float64Array, Float64Array]:
    """Low-pass each seen stretch on its own: `(N, 2)` positions and `(N,)` speed, NaN where missing or too short."""
    smooth, speed = np.full_like(xy_m, np.nan), np.full(len(xy_m), np.nan)
    shortest = max(params.min_segment_s * fs_hz, 3)
    for run in segments(np.isfinite(xy_m[:, 0])):
        if run.stop - run.start >= shortest:
            smooth[run] = lowpass(xy_m[run], cutoff_hz, fs_hz)
            velocity = differentiate(smooth[run], fs_hz)
            speed[run] = np.sqrt(np.einsum("ij,ij->i", velocity, velocity))
    return smooth, speed


def _differentiate_runs(values: Float64Array, fs_hz: float) -> Float64Array:
    slope = np.full_like(values, np.nan)
    for run in segments(np.isfinite(values)):
        slope[run] = differentiate(values[run], fs_hz)
    return slope


def differentiate(values: Float64Array, fs_hz: float) -> Float64Array:
    """Central differences along the first axis, one-sided at the ends; at least two rows."""
    slope = np.empty_like(values)
    slope[1:-1] = (values[2:] - values[:-2]) * (fs_hz / 2)
    slope[0], slope[-1] = (values[1] - values[0]) * fs_hz, (values[-1] - values[-2]) * fs_hz
    return slope
