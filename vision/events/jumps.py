"""Jumps: both feet in the air while the hip follows a parabola. Needs no calibration: the fall tells the height."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from vision.events.ball_motion import GRAVITY_MPS2, BallMotionParams, body_px_per_m
from vision.events.scene import Event, Person
from vision.signals import run_bounds
from vision.types import Float64Array

ANKLES, HIPS = (15, 16), (11, 12)


@dataclass(frozen=True, slots=True)
class JumpParams:
    """What counts (kpis §8).

    Attributes:
        min_rate_hz: postures a second at least: at 20 one frame is 6 cm of a half-second jump.
        min_body_px: height in the picture at least [px]: below, 4 cm of foot are less than a keypoint's noise.
        raised_m: ankles above where they stand: 0.05 of a leg of 0.9 m [m].
        air_s: time in the air (low, high) [s]; hops of 0.15 s (kpis §8) do not stand out of running and noise.
        fall_share: hip and ankles must fall with this share of gravity (low, high): who runs up the picture does not.
        rise_mps: vertical speed of the ankles at take-off or landing at least [m/s].
        hip_share: the hip's rise against what the time in the air demands (low, high): less is a hop on bent knees or
            a step, more a stumble of the tracker.
        stand_s: the place where feet stand is their median over this [s].
        min_score: keypoint score that counts as seen.
        edge_frames, foot_m: 1σ of a take-off's or landing's time [frames], and of the ankles' height then [m]: together
            they cover the errors on scripted jumps at 25 to 60 frames a second.
    """

    min_rate_hz: float = 20.0
    min_body_px: float = 100.0
    raised_m: float = 0.045
    air_s: tuple[float, float] = (0.25, 0.9)
    fall_share: tuple[float, float] = (0.6, 1.5)
    rise_mps: float = 1.0
    hip_share: tuple[float, float] = (0.5, 1.6)
    stand_s: float = 2.5
    min_score: float = 0.4
    edge_frames: float = 0.3
    foot_m: float = 0.018


def jump_height_m(air_s: float) -> float:
    """Height of a jump with this time in the air [m] (Bosco: g t² / 8)."""
    return GRAVITY_MPS2 * air_s**2 / 8


def why_no_jumps(person: Person, params: JumpParams | None = None) -> str:
    """Why jumps of this person cannot be told; empty where they can."""
    params = params or JumpParams()
    if len(person.pose_t_s) < 2 or not len(person.t_s):
        return "No poses of this player were found."
    if person.keypoints.shape[1] <= max(ANKLES):
        return "The pose model does not find ankles."
    rate = 1.0 / float(np.median(np.diff(person.pose_t_s)))
    if rate < params.min_rate_hz:
        return (
            f"Poses at {rate:.0f} a second are too few to time a jump; {params.min_rate_hz:.0f} are needed "
            "(choose the full preset)."
        )
    tall = float(np.median(person.xyxy[:, 3] - person.xyxy[:, 1]))
    if tall < params.min_body_px:
        return (
            f"The player is {tall:.0f} pixels tall in the picture: too small to see feet leave the ground; "
            f"{params.min_body_px:.0f} are needed."
        )
    return ""


def find_jumps(person: Person, params: JumpParams | None = None) -> list[Event]:
    """Jumps of one person in order of time; none where `why_no_jumps` has a reason."""
    params = params or JumpParams()
    if why_no_jumps(person, params):
        return []
    found = []
    step = float(np.median(np.diff(person.pose_t_s)))
    for start, end in zip(*run_bounds(_seen(person, params)), strict=True):
        breaks = np.flatnonzero(np.diff(person.pose_t_s[start:end]) > 1.5 * step) + 1 + start
        for part in np.split(np.arange(start, end), breaks - start):
            found += _in_stretch(person, part, step, params)
    return found


def _seen(person: Person, params: JumpParams) -> np.typing.NDArray[np.bool_]:
    return np.asarray(person.keypoints[:, [*ANKLES, *HIPS], 2].min(axis=1) >= params.min_score)


def _in_stretch(person: Person, rows: np.typing.NDArray[np.intp], step: float, params: JumpParams) -> list[Event]:
    if len(rows) * step < params.air_s[0] + 4 * step:
        return []
    t_s = person.pose_t_s[rows]
    own, _ = person.rows_at(t_s, np.inf)
    scale = body_px_per_m(person, BallMotionParams())[own]
    ankles = person.keypoints[rows][:, ANKLES, 1].astype(np.float64)
    hip = person.keypoints[rows][:, HIPS, 1].astype(np.float64).mean(axis=1)
    size = min(2 * (round(params.stand_s / step) // 2) + 1, 2 * len(rows) - 1)
    stand = median_filter(ankles, size=(size, 1), mode="nearest")
    both = (stand - ankles) / scale[:, None]  # image y points down
    height, lowest = both.mean(axis=1), both.min(axis=1)
    events = []
    for start, end in zip(*run_bounds(height > params.raised_m), strict=True):
        inside = lowest[start + 1 : end - 1]
        # Whoever rises is read in every picture (`vision.pose.stride`); what a curve says of the air is no jump.
        if not person.measured[rows[max(start - 1, 0) : end + 1]].all():
            continue
        if start > 0 and end < len(rows) and len(inside) and inside.min() > params.raised_m / 2:
            event = _jump(person, t_s, height, -hip / scale, (int(start), int(end)), params)
            events += [event] if event is not None else []
    return events


def _jump(
    person: Person,
    t_s: Float64Array,
    height: Float64Array,
    hip_m: Float64Array,
    run: tuple[int, int],
    params: JumpParams,
) -> Event | None:
    start, end = run
    up, down = _crossing(t_s, height, start - 1, params), _crossing(t_s, height, end - 1, params)
    # Above the threshold for so long; a body in free fall was in the air for a little longer.
    above = down - up
    peak = jump_height_m(above) + params.raised_m
    air = float(np.sqrt(8 * peak / GRAVITY_MPS2))
    if not params.air_s[0] <= air <= params.air_s[1]:
        return None
    speeds = np.diff(height[start - 1 : end + 1]) / np.diff(t_s[start - 1 : end + 1])
    if max(float(speeds[:2].max()), float(-speeds[-2:].min())) < params.rise_mps:
        return None
    falls = [_fall_mps2(t_s[start:end], series[start:end]) for series in (hip_m, height)]
    low, high = (share * GRAVITY_MPS2 for share in params.fall_share)
    if not all(low <= fall <= high for fall in falls):
        return None
    inside = hip_m[start:end]
    edges = (hip_m[start - 1] + hip_m[min(end, len(hip_m) - 1)]) / 2
    rise = float(inside.max() - edges)
    if not params.hip_share[0] * jump_height_m(above) <= rise <= params.hip_share[1] * peak:
        return None
    step = float(np.median(np.diff(t_s)))
    edge_s = np.hypot(params.edge_frames * step, params.foot_m / (GRAVITY_MPS2 * air / 2))
    error = 1.645 * GRAVITY_MPS2 * air / 4 * edge_s * np.sqrt(2.0)
    middle = (up + down) / 2
    return Event(
        "jump",
        middle - air / 2,
        middle + air / 2,
        person.track_id,
        round(1.0 - min(0.5, abs(rise / peak - 0.9)), 3),
        {
            "air_ms": round(1000 * air),
            "height_m": round(peak, 3),
            "height_error_m": round(float(error), 3),
            "hip_rise_m": round(rise, 2),
        },
        (f"Both feet off the ground for {air:.2f} s; the hip rose by {rise:.2f} m.",),
    )


def _fall_mps2(t_s: Float64Array, height_m: Float64Array) -> float:
    """Downward acceleration of a parabola through the rows [m/s²]."""
    return float(-2 * np.polyfit(t_s - t_s.mean(), height_m, 2)[0]) if len(t_s) >= 4 else 0.0


def _crossing(t_s: Float64Array, height: Float64Array, row: int, params: JumpParams) -> float:
    """When the line between two rows passes the threshold [s]."""
    low, high = height[row], height[row + 1]
    share = (params.raised_m - low) / (high - low) if high != low else 0.5
    return float(t_s[row] + np.clip(share, 0.0, 1.0) * (t_s[row + 1] - t_s[row]))
