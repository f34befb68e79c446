"""Speed KPIs: maxima, means, zones, runs, sprints, accelerations."""

from __future__ import annotations

from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from vision.errors import ShapeError
from vision.kpi.efforts import EffortRule, Efforts, count_by_band, find_efforts, repeated_bouts
from vision.kpi.motion import Motion, Series
from vision.kpi.policy import ZonePolicy
from vision.kpi.values import Effort, Implausible, SpeedSeries
from vision.signals import run_bounds
from vision.types import BoolArray, Float64Array, check_shape

MAX_WINDOW_S = 1.0
"""Top speed is a mean over one second, never one frame (Buchheit 2012)."""
HUMAN_MAX_MPS = 12.5
"""Faster than the fastest human sprint (12.3 m/s): the marker for callers without a policy."""
SERIES_RATE_HZ = 5.0
"""The timeline's speed is band-limited to 1 Hz; five points a second draw it fully."""


def speed_values(series: Series, policy: ZonePolicy) -> dict[str, float]:
    """All speed KPIs by catalogue key."""
    speed_mps, fs_hz = series.speed_mps, series.fs_hz
    present = speed_mps[np.isfinite(speed_mps)]
    moving = present[present >= policy.moving_mps]
    runs = find_efforts(speed_mps, fs_hz, EffortRule.speed(policy.high_speed_mps, policy))
    sprints = find_efforts(speed_mps, fs_hz, EffortRule.speed(policy.sprint_mps, policy))
    values = {
        "max_speed_mps": moving_mean_max(speed_mps, fs_hz),
        "mean_speed_mps": float(present[present >= series.dead_band_mps].sum() / len(present)),
        "mean_moving_speed_mps": float(moving.mean()) if len(moving) else 0.0,
        "p95_speed_mps": float(np.percentile(present, 95)),
        "high_intensity_runs": float(len(runs)),
        "sprint_count": float(len(sprints)),
        "repeated_sprint_bouts": float(repeated_bouts(sprints, fs_hz, policy)),
    }
    rows = _rows_per_zone(present, policy)
    values |= {f"time_zone_{zone + 1}_s": count / fs_hz for zone, count in enumerate(rows)}
    if np.isfinite(series.acceleration_mps2).any():
        for kind, signed in (("acceleration", series.acceleration_mps2), ("deceleration", -series.acceleration_mps2)):
            counts = count_by_band(signed, fs_hz, policy)
            values |= {f"{kind}s_{band}": float(n) for band, n in zip(("low", "moderate", "high"), counts, strict=True)}
    return values


def _rows_per_zone(present: Float64Array, policy: ZonePolicy) -> list[int]:
    at_least = [len(present), *(int(np.count_nonzero(present >= edge)) for edge in policy.zone_edges_mps), 0]
    return [at_least[zone] - at_least[zone + 1] for zone in range(len(at_least) - 1)]


def moving_mean_max(speed_mps: Float64Array, fs_hz: float, window_s: float = MAX_WINDOW_S) -> float:
    """Largest mean over `window_s` of `(N,)` speeds without a missing row; over what there is if shorter."""
    rows = max(1, round(window_s * fs_hz))
    finite = np.isfinite(speed_mps)
    if len(speed_mps) < rows or not finite.any():
        return float(np.nanmean(speed_mps)) if finite.any() else float("nan")
    total = np.concatenate([[0.0], np.cumsum(np.where(finite, speed_mps, 0.0))])
    whole = np.concatenate([[0], np.cumsum(finite)])
    means = (total[rows:] - total[:-rows]) / rows
    full = whole[rows:] - whole[:-rows] == rows
    return float(means[full].max()) if full.any() else float(np.nanmean(speed_mps))


def list_efforts(motion: Motion, policy: ZonePolicy) -> list[Effort]:
    """High-intensity runs and sprints with times, distance and top speed, in order of time."""
    found: list[Effort] = []
    covered = np.concatenate([[0.0], np.cumsum(np.nan_to_num(motion.speed_mps)) / motion.fs_hz])
    rules = (("high_intensity_run", policy.high_speed_mps), ("sprint", policy.sprint_mps))
    for kind, edge in rules:
        efforts = find_efforts(motion.speed_mps, motion.fs_hz, EffortRule.speed(edge, policy))
        for start, end in _pairs(efforts):
            found.append(
                Effort(
                    kind="sprint" if kind == "sprint" else "high_intensity_run",
                    t0_s=motion.t0_s + start / motion.fs_hz,
                    t1_s=motion.t0_s + end / motion.fs_hz,
                    distance_m=float(covered[end] - covered[start]),
                    max_speed_mps=float(np.nanmax(motion.speed_mps[start:end])),
                )
            )
    return sorted(found, key=lambda effort: effort["t0_s"])


def _pairs(efforts: Efforts) -> list[tuple[int, int]]:
    return [(int(start), int(end)) for start, end in zip(efforts.start, efforts.end, strict=True)]


def find_implausible(motion: Motion, policy: ZonePolicy) -> list[Implausible]:
    """Stretches no human can run: marked for the coach, never cut off."""
    found: list[Implausible] = []
    checks: tuple[tuple[Implausible, Float64Array, float], ...] = (
        (Implausible(kind="speed", t0_s=0, t1_s=0, peak=0), motion.speed_mps, policy.implausible_mps),
        (
            Implausible(kind="acceleration", t0_s=0, t1_s=0, peak=0),
            np.abs(motion.acceleration_mps2),
            policy.implausible_mps2,
        ),
    )
    for form, values, edge in checks:
        with np.errstate(invalid="ignore"):
            over: BoolArray = values > edge
        for start, end in zip(*run_bounds(over), strict=True):
            t0, t1 = motion.t0_s + start / motion.fs_hz, motion.t0_s + end / motion.fs_hz
            found.append({**form, "t0_s": float(t0), "t1_s": float(t1), "peak": float(values[start:end].max())})
    return sorted(found, key=lambda item: item["t0_s"])


def speed_series(motion: Motion, rate_hz: float = SERIES_RATE_HZ) -> SpeedSeries:
    """Speed over time for the session's timeline, rounded to the centimetre per second."""
    stride = max(1, int(motion.fs_hz // rate_hz))
    speed = motion.speed_mps[::stride]
    told: list[float | None] = np.round(speed, 2).tolist()
    for row in np.flatnonzero(~np.isfinite(speed)):
        told[row] = None
    return SpeedSeries(t_s=np.round(motion.t_s[::stride], 3).tolist(), speed_mps=told)


class SpeedMetricsQuality(TypedDict):
    """How far `SpeedMetrics` can be trusted."""

    frames: int
    duration_s: float
    filtered: bool
    plausible: bool
    notes: list[str]


class SpeedMetrics(TypedDict):
    """Plain speeds [m/s] of one trajectory."""

    max_speed: float
    avg_speed: float
    quality: SpeedMetricsQuality


def calculate_speed_metrics(trajectories: ArrayLike, fps: float) -> SpeedMetrics:
    """Top and average speed of one trajectory, unfiltered.

    Args:
        trajectories: `(T, 2)` positions [m], one row a frame; NaN rows are missing.
        fps: frames per second.

    Returns:
        `max_speed` (largest mean over one second; over what there is when shorter) and `avg_speed` [m/s], with a
        `quality` that says how long the film was and whether a human can run like that.

    Raises:
        ShapeError: not `(T, 2)` with at least two rows of positions, or fps not above 0.
    """
    path = np.asarray(trajectories, np.float64)
    check_shape("trajectories", path, (None, 2))
    if not fps > 0:
        raise ShapeError(f"fps: a rate above 0 is needed, got {fps}")
    step = np.linalg.norm(np.diff(path, axis=0), axis=1) * fps
    if not np.isfinite(step).any():
        raise ShapeError(f"trajectories: at least two neighbouring positions are needed, got {len(path)} rows")
    fastest = moving_mean_max(step, fps)
    duration = len(path) / fps
    notes = []
    if duration < MAX_WINDOW_S:
        notes.append(f"{duration:.2f} s of film: the mean over what there is, unfiltered; a second is needed.")
    plausible = fastest <= HUMAN_MAX_MPS
    if not plausible:
        notes.append(f"{fastest:.1f} m/s is implausible: nobody runs faster than {HUMAN_MAX_MPS} m/s.")
    quality = SpeedMetricsQuality(
        frames=len(path), duration_s=duration, filtered=False, plausible=plausible, notes=notes
    )
    return SpeedMetrics(max_speed=fastest, avg_speed=float(np.nanmean(step)), quality=quality)
