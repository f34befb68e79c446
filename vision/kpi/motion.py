"""A player's smoothed movement: position, speed and acceleration over time, with the noise that is left in them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.kpi.smoothing import (
    SmoothingParams,
    acceleration_noise,
    choose_acceleration_cutoff,
    choose_cutoff,
    hampel,
    lowpass,
    position_noise,
    regularise,
    segments,
    speed_noise,
)
from vision.types import BoolArray, Float64Array

COARSER = 1.5
"""How much lower the second cut-off is that shows what the filter does to a KPI. A low-pass errs with 1/f², so the
difference is about the filter's own error (1.25 times), and counts as its 1σ."""


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
        steady_noise_mps2: 1σ of its noise [m/s²].
        coarse_mps: `(N,)` speed at a lower cut-off [m/s]: what the filter itself does to a KPI shows against it; `None`
            where nobody asked.
        dead_band_mps: slower adds nothing to the distance [m/s] (at least the policy's).
        seen: `(N,)` the frame showed the player (neither filled nor missing).
        noise_m: 1σ per axis of the raw positions [m]; 0 where too few frames to tell.
        speed_cutoff_hz, acceleration_cutoff_hz: low-pass used [Hz].
        speed_noise_mps, acceleration_noise_mps2: 1σ per axis left after it.
        residual_m: `(K, 2)` raw minus smoothed positions of seen frames [m]: what the bootstrap draws from.
        fit_for_peaks: maxima and counts may be told (noise and frame rate allow it).
        fit_for_speed: anything in metres may be told.
    """

    t0_s: float
    fs_hz: float
    xy_m: Float64Array
    speed_mps: Float64Array
    acceleration_mps2: Float64Array
    steady_mps2: Float64Array
    coarse_mps: Float64Array | None
    steady_noise_mps2: float
    dead_band_mps: float
    seen: BoolArray
    noise_m: float
    speed_cutoff_hz: float
    acceleration_cutoff_hz: float | None
    speed_noise_mps: float
    acceleration_noise_mps2: float | None
    residual_m: Float64Array
    fit_for_peaks: bool
    fit_for_speed: bool

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
    noise = position_noise(track.xy_m, track.seen)
    cleaned = hampel(track.xy_m, params)
    chosen = choose_cutoff(noise or 0.0, fs, params)
    speed_cutoff = min(chosen or params.min_cutoff_hz, params.speed_cutoff_hz, params.nyquist_share * fs)
    acceleration_cutoff = choose_acceleration_cutoff(noise or 0.0, fs, params)
    xy, speed = _smooth(cleaned, fs, speed_cutoff, params)
    fast_xy, acceleration = xy, np.full(len(xy), np.nan)
    if acceleration_cutoff is not None:
        fast_xy, fast_speed = _smooth(cleaned, fs, acceleration_cutoff, params)
        acceleration = _differentiate_runs(fast_speed, fs)
    sigma_v = speed_noise(noise or 0.0, speed_cutoff, fs)
    steady = np.full(len(xy), np.nan)
    steady_noise = acceleration_noise(noise or 0.0, speed_cutoff / COARSER, fs)
    told = steady_noise <= params.target_steady_noise_mps2
    coarse = _smooth(cleaned, fs, speed_cutoff / COARSER, params)[1] if told or for_intervals else None
    if told and coarse is not None:
        steady = _differentiate_runs(coarse, fs)
    residual = (track.xy_m - fast_xy)[track.seen] if for_intervals else np.zeros((0, 2))
    return Motion(
        t0_s=track.t0_s,
        fs_hz=fs,
        xy_m=xy,
        speed_mps=speed,
        acceleration_mps2=acceleration,
        steady_mps2=steady,
        coarse_mps=coarse,
        steady_noise_mps2=steady_noise,
        dead_band_mps=params.dead_band_sigmas * sigma_v,
        seen=track.seen,
        noise_m=noise or 0.0,
        speed_cutoff_hz=speed_cutoff,
        acceleration_cutoff_hz=acceleration_cutoff,
        speed_noise_mps=sigma_v,
        acceleration_noise_mps2=(
            None if acceleration_cutoff is None else acceleration_noise(noise or 0.0, acceleration_cutoff, fs)
        ),
        residual_m=residual[np.isfinite(residual[:, 0])],
        fit_for_peaks=chosen is not None and fs >= min_rate_hz,
        fit_for_speed=sigma_v <= params.max_speed_noise_mps,
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
            speed[run] = np.sqrt(velocity[:, 0] ** 2 + velocity[:, 1] ** 2)
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
