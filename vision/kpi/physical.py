"""Physical KPIs: load from movement, cadence and knee range from the 2D pose where that is honest."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.kpi.motion import Series
from vision.signals import run_bounds
from vision.types import BoolArray, Float32Array, Float64Array

GRAVITY_MPS2 = 9.80665
FLAT_RUNNING_COST = 3.6
"""Energy cost of running on the flat [J/kg/m] (Minetti & Pavei 2018, as used by floodlight)."""

LEFT_ANKLE, RIGHT_ANKLE = 15, 16
LEFT_KNEE, RIGHT_KNEE = 13, 14
LEFT_HIP, RIGHT_HIP = 11, 12
LEFT_SHOULDER, RIGHT_SHOULDER = 5, 6
"""COCO-17 places; Halpe-26 begins with the same seventeen."""


@dataclass(frozen=True, slots=True)
class GaitParams:
    """When the 2D pose may speak about gait [proposal unless said].

    Attributes:
        min_score: keypoint score that counts as seen.
        min_rate_hz: pose samples per second at least: four per stride of 2.5 Hz.
        window_s: length of one look at the gait [s]: at least four strides of a run.
        running_hz: stride frequencies of running; a walk is slower [Hz].
        min_periodicity: share of the spectrum in the peak and its neighbours; a turn or a tackle has no peak.
        min_windows: looks needed before a figure is told.
        side_view: shoulder width over trunk length in the picture at most: about 20° off the side, where the
            sagittal angle is within 6 % (kpis §8: beyond 20° an out-of-plane warning).
    """

    min_score: float = 0.5
    min_rate_hz: float = 10.0
    window_s: float = 2.0
    running_hz: tuple[float, float] = (1.1, 2.2)
    min_periodicity: float = 0.5
    min_windows: int = 2
    side_view: float = 0.35


@dataclass(frozen=True, slots=True)
class Gait:
    """One value per look at the gait: stride frequency [Hz], knee range [°] (NaN where not seen from the side) and
    the rows it covers.
    """

    stride_hz: Float64Array
    knee_range_deg: Float64Array
    rows: list[slice]


def energy_cost(acceleration_mps2: Float64Array) -> Float64Array:
    """Cost of running while speeding up or slowing down [J/kg/m].

    Source: Minetti & Pavei 2018: equivalent slope ES = a/g, equivalent mass √(ES² + 1).
    """
    slope = acceleration_mps2 / GRAVITY_MPS2
    mass = np.sqrt(slope**2 + 1.0)
    bent = np.exp(np.where(slope < 0, 13.0, -4.0) * slope)
    cost: Float64Array = (np.where(slope < 0, -8.34, 39.5) * slope + FLAT_RUNNING_COST * bent) * mass
    return cost


def load_values(series: Series) -> dict[str, float]:
    """Acceleration density, movement load, metabolic power and equivalent distance by catalogue key; empty where the
    noise forbids them.
    """
    present = np.isfinite(series.speed_mps) & np.isfinite(series.steady_mps2)
    if not present.any():
        return {}
    acceleration, speed = series.steady_mps2[present], series.speed_mps[present]
    power = energy_cost(acceleration) * np.where(speed >= series.dead_band_mps, speed, 0.0)
    # Noise adds to |a| in quadrature; taken out the same way, half of a standing player's reading goes.
    change = np.sqrt(np.maximum(acceleration**2 - series.steady_noise_mps2**2, 0.0))
    return {
        "acceleration_density_mps2": float(change.mean()),
        "movement_load": float(change.sum()) / series.fs_hz,
        "metabolic_power_wkg": float(power.mean()),
        "equivalent_distance_m": float(power.sum()) / series.fs_hz / FLAT_RUNNING_COST,
    }


def knee_flexion_deg(keypoints: Float32Array) -> Float64Array:
    """`(N, 2)` left and right knee flexion [°, 0 = straight, bending positive] of `(N, K, 3)` keypoints [px].

    NaN where a joint was not seen. Convention isb-flexion: 180° − ∠(hip, knee, ankle).
    """
    sides = []
    for hip, knee, ankle in ((LEFT_HIP, LEFT_KNEE, LEFT_ANKLE), (RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE)):
        thigh = (keypoints[:, hip, :2] - keypoints[:, knee, :2]).astype(np.float64)
        shank = (keypoints[:, ankle, :2] - keypoints[:, knee, :2]).astype(np.float64)
        cross = thigh[:, 0] * shank[:, 1] - thigh[:, 1] * shank[:, 0]
        angle = np.degrees(np.arctan2(np.abs(cross), np.sum(thigh * shank, axis=1)))
        sides.append(180.0 - angle)
    return np.stack(sides, axis=1)


def find_gait(t_s: Float64Array, keypoints: Float32Array, params: GaitParams) -> Gait | str:
    """Look for running in windows of `(N, K, 3)` keypoints [px] at `(N,)` times [s].

    Returns:
        The looks that showed a clear rhythm, or a sentence why there are none.
    """
    if keypoints.shape[1] <= RIGHT_ANKLE:
        return "The pose model does not find ankles."
    rate = 1.0 / float(np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
    if rate < params.min_rate_hz:
        return f"Poses at {rate:.0f} a second are too few for running; {params.min_rate_hz:.0f} are needed."
    seen = keypoints[:, [LEFT_ANKLE, RIGHT_ANKLE], 2].min(axis=1) >= params.min_score
    even = np.concatenate([[True], np.diff(t_s) < 1.5 / rate])
    rows = _windows(seen, even, round(params.window_s * rate))
    size = _body_size(keypoints)
    apart = (keypoints[:, LEFT_ANKLE, :2] - keypoints[:, RIGHT_ANKLE, :2]).astype(np.float64) / size[:, None]
    stride, knee, kept = [], [], []
    for window in rows:
        frequency = _rhythm(apart[window], rate, params)
        if frequency is not None:
            stride.append(frequency)
            knee.append(_knee_range(keypoints[window], params))
            kept.append(window)
    if len(kept) < params.min_windows:
        return "No stretch of steady running with both ankles in view was long enough."
    return Gait(np.array(stride), np.array(knee), kept)


def _windows(seen: BoolArray, even: BoolArray, length: int) -> list[slice]:
    found = []
    for start, end in zip(*run_bounds(seen & even), strict=True):
        found += [slice(int(at), int(at) + length) for at in range(int(start), int(end) - length + 1, length)]
    return found


def _body_size(keypoints: Float32Array) -> Float64Array:
    """Median trunk length [px], so that the rhythm is measured in bodies, whatever the distance."""
    trunk = _middle(keypoints, LEFT_SHOULDER, RIGHT_SHOULDER) - _middle(keypoints, LEFT_HIP, RIGHT_HIP)
    length = np.linalg.norm(trunk, axis=1)
    return np.full(len(keypoints), max(float(np.nanmedian(length)) if np.isfinite(length).any() else 1.0, 1.0))


def _middle(keypoints: Float32Array, left: int, right: int) -> Float64Array:
    middle: Float64Array = (keypoints[:, left, :2] + keypoints[:, right, :2]).astype(np.float64) / 2
    return middle


def _rhythm(apart: Float64Array, rate_hz: float, params: GaitParams) -> float | None:
    """Stride frequency [Hz] of `(W, 2)` ankle separation along its main direction; `None` without a clear one."""
    centred = apart - apart.mean(axis=0)
    _, _, axes = np.linalg.svd(centred, full_matrices=False)
    wave = (centred @ axes[0]) * np.hanning(len(centred))
    padded = 8 * len(wave)
    power = np.abs(np.fft.rfft(wave, padded)) ** 2
    frequency = np.fft.rfftfreq(padded, 1 / rate_hz)
    peak = int(np.argmax(power))
    low, high = params.running_hz
    # Hann's main lobe is ±2/T wide.
    lobe = np.abs(frequency - frequency[peak]) <= 2.0 / params.window_s
    clear = power[lobe].sum() >= params.min_periodicity * power.sum() > 0
    return float(frequency[peak]) if clear and low <= frequency[peak] <= high else None


def _knee_range(keypoints: Float32Array, params: GaitParams) -> float:
    joints = [LEFT_HIP, RIGHT_HIP, LEFT_KNEE, RIGHT_KNEE, LEFT_SHOULDER, RIGHT_SHOULDER]
    if not (keypoints[:, joints, 2] >= params.min_score).all():
        return float("nan")
    trunk = np.linalg.norm(
        _middle(keypoints, LEFT_SHOULDER, RIGHT_SHOULDER) - _middle(keypoints, LEFT_HIP, RIGHT_HIP), axis=1
    )
    shoulders = np.abs(keypoints[:, LEFT_SHOULDER, 0] - keypoints[:, RIGHT_SHOULDER, 0])
    if float(np.median(shoulders / np.maximum(trunk, 1.0))) > params.side_view:
        return float("nan")
    low, high = np.percentile(knee_flexion_deg(keypoints), [5, 95])
    return float(high - low)
