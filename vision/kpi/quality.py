"""The grade A-D of a player's figures, its rule in words, and the quality record."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.kpi.catalogue import CATALOGUE_VERSION, SMOOTH
from vision.kpi.motion import Motion
from vision.kpi.policy import ZonePolicy
from vision.kpi.track import IMPORTED, NO_SCALE, Measurement, PlayerTrack
from vision.kpi.values import Grade, Implausible, Quality

MARKED_SCALES = ("pitch_homography", "multi_view", IMPORTED)
"""Scales from known marks, cameras or a measuring system; any other is grade C at best."""


@dataclass(frozen=True, slots=True)
class GradeParams:
    """Rule of the grade: the worst of its columns counts [proposal].

    Attributes:
        calibration_m: position error where the player was, at most for A, B, C [m].
        scale_share: error of lengths at most for A, B, C, as a share.
        camera_drift_m: error by the way of a camera that moves, at most for A, B, C [m]; never A, because where the
            camera looked is itself a measurement.
        coverage: share of the film's frames with a position, at least for A, B, C.
        identity_doubt: chance that the track mixes two players, at most for A, B, C. Of tracks with more than a quarter
            about every second does, on scripted games; distances and maxima are then nobody's.
        speed_noise_mps: at most for A, B, C [m/s]: what the filter leaves at σ 0.05, 0.15, 0.25 m and 25 fps.
        rate_hz: frames per second at least for A, B, C; 10 is the least for speed on a pitch.
        implausible_share: share of the time with speeds no human reaches, at most for A, B, C. Impossible
            accelerations (short jumps, in the best optical data too) mark the acceleration figures only.
    """

    calibration_m: tuple[float, float, float] = (0.3, 0.75, 2.0)
    scale_share: tuple[float, float, float] = (0.02, 0.05, 0.15)
    camera_drift_m: tuple[float, float, float] = (0.0, 0.3, 0.75)
    coverage: tuple[float, float, float] = (0.9, 0.7, 0.4)
    identity_doubt: tuple[float, float, float] = (0.1, 0.25, 0.7)
    speed_noise_mps: tuple[float, float, float] = (0.07, 0.2, 0.24)
    rate_hz: tuple[float, float, float] = (20.0, 12.0, 10.0)
    implausible_share: tuple[float, float, float] = (0.0, 0.001, 0.01)


def grade(
    quality: Quality,
    implausible_share: float,
    params: GradeParams,
) -> tuple[Grade, str]:
    """Grade and the sentence that says which measure decided it."""
    columns = (
        ("position error", quality["calibration_error_m"] or 0.0, params.calibration_m, "m", False),
        ("error of lengths", quality["scale_error_share"] or 0.0, params.scale_share, "%", False),
        ("moving camera, drift", quality["camera_drift_m"] or 0.0, params.camera_drift_m, "m", False),
        ("film with the player in view", quality["coverage"], params.coverage, "%", True),
        ("chance that two players were mixed up", quality["identity_doubt"], params.identity_doubt, "%", False),
        ("speed noise", quality["speed_noise_mps"] or 0.0, params.speed_noise_mps, "m/s", False),
        ("frames a second", quality["fps"], params.rate_hz, "", True),
        ("time with impossible speeds", implausible_share, params.implausible_share, "%", False),
    )
    worst, reason = 0, "every measure is in the best class"
    for name, value, limits, unit, more_is_better in columns:
        place = sum(value < limit - 1e-9 if more_is_better else value > limit + 1e-9 for limit in limits)
        if place > worst:
            worst, reason = place, f"{name}: {_shown(value, unit)}" if unit else f"only {value:.3g} {name}"
    if quality["scale_source"] not in MARKED_SCALES and worst < 2:
        worst, reason = 2, "metres come from the players' heights, not from a marked pitch"
    names: tuple[Grade, ...] = ("A", "B", "C", "D")
    return names[worst], reason


def _shown(value: float, unit: str) -> str:
    return f"{value:.1%}" if unit == "%" else f"{value:.2f} {unit}"


def _poses(track: PlayerTrack) -> tuple[int, int]:
    """How many postures were read in pictures, and how many put between them."""
    every = len(track.keypoint_t_s) if track.keypoint_t_s is not None else 0
    read = every if track.keypoint_measured is None else int(track.keypoint_measured.sum())
    return read, every - read


def make_quality(
    track: PlayerTrack,
    motion: Motion | None,
    measurement: Measurement,
    policy: ZonePolicy,
    implausible: list[Implausible],
) -> Quality:
    """The quality record of one player; `motion` is `None` where no speed could be computed."""
    frames = len(track.t_s)
    seen = int(track.seen.sum())
    span = float(track.t_s[-1] - track.t_s[0]) if frames > 1 else 0.0
    known = track.sigma_m[track.seen & np.isfinite(track.sigma_m)]
    has_scale = track.xy_m is not None and measurement.scale_source != NO_SCALE
    valid = int(motion.valid.sum()) if motion is not None else seen
    rows = len(motion.xy_m) if motion is not None else frames
    filled = int((motion.valid & ~motion.seen).sum()) if motion is not None else 0
    read, put_between = _poses(track)
    quality = Quality(
        grade="",
        grade_reason=measurement.reason,
        scale_source=measurement.scale_source if has_scale else NO_SCALE,
        calibration_error_m=float(np.median(known)) if len(known) and has_scale else None,
        scale_error_share=measurement.scale_sigma if has_scale else None,
        camera_drift_m=measurement.camera_drift_m if has_scale else None,
        frames_seen=seen,
        frames_interpolated=filled,
        frames_missing=rows - valid,
        poses_measured=read,
        poses_interpolated=put_between,
        coverage=valid / rows if rows else 0.0,
        identity_doubt=track.identity_doubt,
        doubtful_s=list(track.doubtful_s),
        fps=motion.fs_hz if motion is not None else ((frames - 1) / span if span else 0.0),
        position_noise_m=motion.plan.noise_m if motion is not None else None,
        speed_noise_mps=motion.plan.speed_noise_mps if motion is not None else None,
        speed_cutoff_hz=motion.plan.speed_hz if motion is not None else None,
        acceleration_cutoff_hz=motion.plan.acceleration_hz if motion is not None else None,
        filter=SMOOTH,
        zones=f"{policy.name} {policy.version}",
        implausible=implausible,
        catalogue_version=CATALOGUE_VERSION,
        models=dict(measurement.models),
    )
    if has_scale and motion is not None:
        over = sum(item["t1_s"] - item["t0_s"] for item in implausible if item["kind"] == "speed")
        share = over * motion.fs_hz / max(valid, 1)
        quality["grade"], quality["grade_reason"] = grade(quality, share, GradeParams())
    elif has_scale:
        quality["grade"], quality["grade_reason"] = "D", "the player was never in view for a second at a time"
    return quality
