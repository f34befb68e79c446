"""Physical KPIs from postures: what 2D can honestly tell, the rest with the reason."""

from __future__ import annotations

import numpy as np

from vision.kpi.catalogue import CATALOGUE, keys_of
from vision.kpi.gait import Gait, GaitParams, find_gait
from vision.kpi.intervals import Z90
from vision.kpi.motion import Motion
from vision.kpi.track import NO_METRES, PlayerEvents, PlayerTrack
from vision.kpi.values import KPIEntry, KPIValue
from vision.types import Float64Array

NO_POSES = "No poses of this player were found."
NO_CONTACT_TIMES = (
    "Not measured: ankles do not show when a foot leaves the ground, however many cameras see them. Heels and toes in "
    "several cameras at 100 pictures a second could; contacts are not timed from these yet."
)
NO_JUMP = "No jump was seen."
NOT_FROM_THE_SIDE = "The player was not filmed from the side while running."
ANGLE_SIGMA_DEG = 3.2
"""What angles from one camera are off by at best, against marking by hand (VideoRun2D: 3.2-5.5°)."""
SHARED_MOMENT = float(np.sqrt(2.0))
"""A moment that is timed too late makes the step before it longer and that after it shorter."""
_SIDE = ("knee_flexion_range_deg", "hip_flexion_range_deg", "trunk_lean_deg")
_GAIT = ("cadence_spm", "stride_length_m", *_SIDE, "asymmetry_share")


def body_entries(track: PlayerTrack, motion: Motion | None, coverage: float, params: GaitParams) -> dict[str, KPIEntry]:
    """Pose KPIs by key; `coverage`: share of the film with the player in view."""
    pose_keys = [key for key in keys_of("physical") if "pose" in CATALOGUE[key].needs]
    entries: dict[str, KPIEntry] = {key: {"absent": NO_CONTACT_TIMES} for key in pose_keys}
    entries["jump_height_m"] = _best_jump(track.events, coverage)
    if track.keypoints is None or track.keypoint_t_s is None or not len(track.keypoints):
        return entries | {key: {"absent": NO_POSES} for key in _GAIT}
    gait = find_gait(track.keypoint_t_s, track.keypoints, params, track.keypoint_measured)
    if isinstance(gait, str):
        return entries | {key: {"absent": gait} for key in _GAIT}
    reasons = dict.fromkeys(_SIDE, NOT_FROM_THE_SIDE) | {
        "stride_length_m": NO_METRES if motion is None else "No speed during the steady running."
    }
    for key, found in _samples(gait, track.keypoint_t_s, motion).items():
        finite = found[np.isfinite(found)]
        if len(finite) < params.min_windows:
            entries[key] = {"absent": reasons.get(key, "Too few strides.")}
            continue
        entries[key] = _looks(key, finite, coverage)
    entries["asymmetry_share"] = _asymmetry(gait, coverage, params)
    return entries


def _looks(key: str, found: Float64Array, coverage: float) -> KPIValue:
    """The median of several looks with the interval of its mean."""
    spread = float(found.std(ddof=1)) / np.sqrt(len(found))
    middle, half = float(np.median(found)), Z90 * float(np.hypot(spread, ANGLE_SIGMA_DEG if key in _SIDE else 0.0))
    low = middle - half if key == "trunk_lean_deg" else max(0.0, middle - half)
    return KPIValue(
        value=middle, unit=CATALOGUE[key].unit, low=low, high=middle + half, n=len(found), coverage=coverage
    )


def _samples(gait: Gait, pose_t_s: Float64Array, motion: Motion | None) -> dict[str, Float64Array]:
    length = np.full(len(gait.rows), np.nan)
    if motion is not None:
        for index, rows in enumerate(gait.rows):
            inside = (motion.t_s >= pose_t_s[rows.start]) & (motion.t_s <= pose_t_s[rows.stop - 1])
            speed = motion.speed_mps[inside]
            if np.isfinite(speed).any():
                length[index] = float(np.nanmean(speed)) / gait.stride_hz[index]
    return {
        "cadence_spm": 120.0 * gait.stride_hz,
        "knee_flexion_range_deg": gait.knee_range_deg,
        "hip_flexion_range_deg": gait.hip_range_deg,
        "trunk_lean_deg": gait.lean_deg,
        "stride_length_m": length,
    }


def _asymmetry(gait: Gait, coverage: float, params: GaitParams) -> KPIEntry:
    """Difference of the step times, remarkable only above the threshold and the variation within a leg (kpis §8)."""
    left, right = gait.left_s, gait.right_s
    count = min(len(left), len(right))
    if count < params.least_steps:
        return {
            "absent": f"Steps of left and right were timed {len(left)} and {len(right)} times; {params.least_steps} of "
            f"each are needed, at {params.step_rate_hz:.0f} poses a second or more."
        }
    longer = max(float(left.mean()), float(right.mean()))
    value = abs(float(left.mean() - right.mean())) / longer
    spread = float(np.hypot(left.std(ddof=1) / np.sqrt(len(left)), right.std(ddof=1) / np.sqrt(len(right)))) / longer
    spread *= SHARED_MOMENT
    variation = max(float(left.std(ddof=1) / left.mean()), float(right.std(ddof=1) / right.mean()))
    entry = KPIValue(
        value=value,
        unit=CATALOGUE["asymmetry_share"].unit,
        low=max(0.0, value - Z90 * spread),
        high=value + Z90 * spread,
        n=count,
        coverage=coverage,
    )
    if value > max(params.remarkable, variation):
        entry["flagged"] = True
    return entry


def _best_jump(found: PlayerEvents | None, coverage: float) -> KPIEntry:
    if found is None or found.coverage is None:
        return {"absent": "Not measured: jumps were not looked for."}
    if "jumps" in found.coverage.absent:
        return {"absent": found.coverage.absent["jumps"]}
    jumps = found.of("jump")
    if not jumps:
        return {"absent": NO_JUMP}
    best = max(jumps, key=lambda jump: float(jump.data["height_m"] or 0.0))
    height, error = float(best.data["height_m"] or 0.0), float(best.data["height_error_m"] or 0.0)
    return KPIValue(
        value=height,
        unit=CATALOGUE["jump_height_m"].unit,
        low=max(0.0, height - error),
        high=height + error,
        n=len(jumps),
        coverage=coverage,
    )
