"""Running in the 2D pose: rhythm, joint ranges, lean and step times, where one camera can honestly tell them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.kpi.smoothing import lowpass
from vision.signals import run_bounds
from vision.types import BoolArray, Float32Array, Float64Array

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
        step_rate_hz: pose samples per second at least for the times of steps: below, a difference of 10 % is less than
            a frame.
        step_cutoff_hz: low-pass of the ankle's way to the hip before it is timed [Hz]: four times the stride.
        step_apart: share of a usual step by which a step may differ at most.
        least_steps: of each leg.
        remarkable: difference above which it is remarkable (kpis §8: 10-15 %).
    """

    min_score: float = 0.5
    min_rate_hz: float = 10.0
    window_s: float = 2.0
    running_hz: tuple[float, float] = (1.1, 2.2)
    min_periodicity: float = 0.5
    min_windows: int = 2
    side_view: float = 0.35
    step_rate_hz: float = 20.0
    step_cutoff_hz: float = 6.0
    step_apart: float = 0.6
    least_steps: int = 6
    remarkable: float = 0.15


@dataclass(frozen=True, slots=True)
class Gait:
    """What was seen of running.

    Attributes:
        stride_hz: per look, stride frequency.
        knee_range_deg, hip_range_deg, lean_deg: per look; NaN where not seen from the side.
        left_s, right_s: times from the middle of a left stance to that of the next right one, and back; empty at low
            rates and where not seen from the side [s].
        rows: per look, the postures it covers.
    """

    stride_hz: Float64Array
    knee_range_deg: Float64Array
    hip_range_deg: Float64Array
    lean_deg: Float64Array
    left_s: Float64Array
    right_s: Float64Array
    rows: list[slice]


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


def hip_flexion_deg(keypoints: Float32Array) -> Float64Array:
    """`(N, 2)` left and right hip flexion [°, 0 = thigh in line with the trunk, forward positive when the person moves
    to the right in the picture, negative when to the left] of `(N, K, 3)` keypoints [px].
    """
    sides = []
    for shoulder, hip, knee in ((LEFT_SHOULDER, LEFT_HIP, LEFT_KNEE), (RIGHT_SHOULDER, RIGHT_HIP, RIGHT_KNEE)):
        trunk = (keypoints[:, hip, :2] - keypoints[:, shoulder, :2]).astype(np.float64)
        thigh = (keypoints[:, knee, :2] - keypoints[:, hip, :2]).astype(np.float64)
        cross = thigh[:, 0] * trunk[:, 1] - thigh[:, 1] * trunk[:, 0]
        sides.append(np.degrees(np.arctan2(cross, np.sum(thigh * trunk, axis=1))))
    return np.stack(sides, axis=1)


def trunk_lean_deg(keypoints: Float32Array) -> Float64Array:
    """`(N,)` angle of the trunk from the picture's vertical [°], to the right positive."""
    trunk = _middle(keypoints, LEFT_SHOULDER, RIGHT_SHOULDER) - _middle(keypoints, LEFT_HIP, RIGHT_HIP)
    return np.asarray(np.degrees(np.arctan2(trunk[:, 0], -trunk[:, 1])))


def facing(keypoints: Float32Array) -> float:
    """+1 where a person runs to the right in the picture, -1 to the left: knees bend forward."""
    ahead = [
        keypoints[:, knee, 0] - (keypoints[:, hip, 0] + keypoints[:, ankle, 0]) / 2
        for hip, knee, ankle in ((LEFT_HIP, LEFT_KNEE, LEFT_ANKLE), (RIGHT_HIP, RIGHT_KNEE, RIGHT_ANKLE))
    ]
    return 1.0 if float(np.mean(ahead)) >= 0 else -1.0


def find_gait(
    t_s: Float64Array, keypoints: Float32Array, params: GaitParams, measured: BoolArray | None = None
) -> Gait | str:
    """Look for running in windows of `(N, K, 3)` keypoints [px] at `(N,)` times [s].

    Args:
        measured: `(N,)` which postures were read, not put between others (all of them by default). The rhythm needs
            even intervals and counts all; angles come from those read, and steps are timed where every one was.

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
    found = [(window, _rhythm(apart[window], rate, params)) for window in rows]
    kept = [(window, stride) for window, stride in found if stride is not None]
    if len(kept) < params.min_windows:
        return "No stretch of steady running with both ankles in view was long enough."
    read = np.ones(len(t_s), np.bool_) if measured is None else measured
    sides = np.array([_side_values(keypoints[window][read[window]], params) for window, _ in kept])
    seen_sideways = np.isfinite(sides[:, 0])
    steps = [(np.zeros(0), np.zeros(0))] + [
        _step_times(keypoints[window], stride, rate, params)
        for (window, stride), sideways in zip(kept, seen_sideways, strict=True)
        if sideways and read[window].all()
    ]
    return Gait(
        stride_hz=np.array([stride for _, stride in kept]),
        knee_range_deg=sides[:, 0],
        hip_range_deg=sides[:, 1],
        lean_deg=sides[:, 2],
        left_s=np.concatenate([left for left, _ in steps]),
        right_s=np.concatenate([right for _, right in steps]),
        rows=[window for window, _ in kept],
    )


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


def _side_values(keypoints: Float32Array, params: GaitParams) -> tuple[float, float, float]:
    """Ranges of knee and hip and the lean [°] of one look; NaN where it is not from the side."""
    joints = [LEFT_HIP, RIGHT_HIP, LEFT_KNEE, RIGHT_KNEE, LEFT_SHOULDER, RIGHT_SHOULDER]
    nothing = (float("nan"), float("nan"), float("nan"))
    if not (keypoints[:, joints, 2] >= params.min_score).all():
        return nothing
    trunk = np.linalg.norm(
        _middle(keypoints, LEFT_SHOULDER, RIGHT_SHOULDER) - _middle(keypoints, LEFT_HIP, RIGHT_HIP), axis=1
    )
    shoulders = np.abs(keypoints[:, LEFT_SHOULDER, 0] - keypoints[:, RIGHT_SHOULDER, 0])
    if float(np.median(shoulders / np.maximum(trunk, 1.0))) > params.side_view:
        return nothing
    knee, hip = (np.percentile(angle(keypoints), [5, 95]) for angle in (knee_flexion_deg, hip_flexion_deg))
    lean = float(np.mean(trunk_lean_deg(keypoints))) * facing(keypoints)
    return float(knee[1] - knee[0]), float(hip[1] - hip[0]), lean


def _step_times(
    keypoints: Float32Array, stride_hz: float, rate_hz: float, params: GaitParams
) -> tuple[Float64Array, Float64Array]:
    """Times [s] from each middle of a left stance to that of the next right one, and from right to left.

    In the middle of a stance the hip passes over the ankle of its own leg; in the swing the ankle overtakes the hip.
    """
    if rate_hz < params.step_rate_hz:
        return np.zeros(0), np.zeros(0)
    forward = facing(keypoints)
    passed: list[tuple[float, bool]] = []
    for hip, ankle in ((LEFT_HIP, LEFT_ANKLE), (RIGHT_HIP, RIGHT_ANKLE)):
        ahead = (keypoints[:, hip, 0] - keypoints[:, ankle, 0]).astype(np.float64) * forward
        ahead = lowpass(ahead[:, None], params.step_cutoff_hz, rate_hz)[:, 0]
        rows = np.flatnonzero((ahead[:-1] < 0) & (ahead[1:] >= 0))
        times = (rows + ahead[rows] / (ahead[rows] - ahead[rows + 1])) / rate_hz
        passed += [(float(time), hip == LEFT_HIP) for time in times]
    passed.sort()
    times = np.array([time for time, _ in passed])
    left = np.array([is_left for _, is_left in passed], bool)
    step, usual = np.diff(times), 1.0 / (2 * stride_hz)
    good = (left[1:] != left[:-1]) & (np.abs(step - usual) < params.step_apart * usual)
    return step[good & left[:-1]], step[good & ~left[:-1]]
