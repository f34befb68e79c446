"""Distance KPIs: totals, zones, area, average position, heat map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypedDict

import numpy as np
from numpy.typing import ArrayLike

from vision.errors import ShapeError
from vision.geometry import convex_hull, polygon_area
from vision.kpi.motion import Motion, Series
from vision.kpi.policy import ZonePolicy
from vision.kpi.values import DistanceInterval, HeatMap
from vision.types import Float64Array, check_shape

PLACE_RATE_HZ = 2.5
"""Positions are smoothed to 1 Hz; this many a second tell where a player was."""
HULL_DIRECTIONS = 90
"""The outermost positions in every fourth degree span the hull to a few thousandths of its area."""


@dataclass(frozen=True, slots=True)
class HeatMapParams:
    """Heat map.

    Attributes:
        cell_m: side of a cell [m].
        blur_m: 1σ of the Gaussian that smooths it [m]: a player's reach.
    """

    cell_m: float = 1.0
    blur_m: float = 1.5


def distance_values(series: Series, policy: ZonePolicy) -> dict[str, float]:
    """Distances by catalogue key."""
    fs_hz = series.fs_hz
    present = series.speed_mps[np.isfinite(series.speed_mps)]
    moving = present[present >= series.dead_band_mps]
    total = float(moving.sum()) / fs_hz
    at_least = [total, *(distance_at_least(moving, edge, fs_hz) for edge in policy.zone_edges_mps), 0.0]
    values = {f"distance_zone_{zone + 1}_m": at_least[zone] - at_least[zone + 1] for zone in range(len(at_least) - 1)}
    return values | {
        "total_distance_m": total,
        "distance_per_min_m": 60.0 * total * fs_hz / len(present),
        "high_speed_distance_m": distance_at_least(moving, policy.high_speed_mps, fs_hz),
        "sprint_distance_m": distance_at_least(moving, policy.sprint_mps, fs_hz),
    }


def distance_at_least(present: Float64Array, edge: float, fs_hz: float) -> float:
    """Ground covered at or above a speed [m]."""
    return float(present[present >= edge].sum()) / fs_hz


def place_values(motion: Motion) -> dict[str, float]:
    """Area and average position by catalogue key."""
    seen = _thinned(motion)
    centre = seen.mean(axis=0)
    angle = np.arange(HULL_DIRECTIONS) * (2 * np.pi / HULL_DIRECTIONS)
    outermost = (np.stack([np.cos(angle), np.sin(angle)], axis=1) @ seen.T).argmax(axis=1)
    return {
        "movement_area_m2": polygon_area(convex_hull(seen[outermost])),
        "mean_position_x_m": float(centre[0]),
        "mean_position_y_m": float(centre[1]),
    }


def _thinned(motion: Motion) -> Float64Array:
    """`(n, 2)` positions at `PLACE_RATE_HZ`; all of a stretch too short for that."""
    stride = max(1, int(motion.fs_hz // PLACE_RATE_HZ))
    thin = motion.xy_m[::stride][motion.valid[::stride]]
    return thin if len(thin) else motion.xy_m[motion.valid]


def heat_map(motion: Motion, params: HeatMapParams) -> HeatMap:
    """Seconds per cell, smoothed; the sum stays the time seen."""
    seen = _thinned(motion)
    reach = int(np.ceil(3 * params.blur_m / params.cell_m))
    low = (np.floor(seen.min(axis=0) / params.cell_m) - reach) * params.cell_m
    cells = np.floor((seen.max(axis=0) - low) / params.cell_m).astype(int) + 1 + reach
    column, row = ((seen - low) / params.cell_m).astype(int).T
    counts = np.bincount(row * cells[0] + column, minlength=int(cells.prod())).reshape(cells[1], cells[0])
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * params.cell_m / params.blur_m) ** 2)
    kernel /= kernel.sum()
    blurred = counts * (motion.valid.sum() / motion.fs_hz / len(seen))
    for axis in (0, 1):
        shifted = [share * np.roll(blurred, at - reach, axis) for at, share in enumerate(kernel)]
        blurred = np.sum(shifted, axis=0)
    return HeatMap(
        x_edges_m=(low[0] + params.cell_m * np.arange(cells[0] + 1)).tolist(),
        y_edges_m=(low[1] + params.cell_m * np.arange(cells[1] + 1)).tolist(),
        seconds=np.round(blurred, 3).tolist(),
    )


def distance_by_interval(motion: Motion, policy: ZonePolicy, length_s: float) -> list[DistanceInterval]:
    """Ground covered in stretches of `length_s` seconds."""
    rows = max(1, round(length_s * motion.fs_hz))
    found = []
    for start in range(0, len(motion.speed_mps), rows):
        part = motion.speed_mps[start : start + rows]
        present = part[np.isfinite(part)]
        found.append(
            DistanceInterval(
                t0_s=motion.t0_s + start / motion.fs_hz,
                t1_s=motion.t0_s + (start + len(part)) / motion.fs_hz,
                distance_m=distance_at_least(
                    present, max(motion.plan.dead_band_mps, policy.dead_band_mps), motion.fs_hz
                ),
                coverage=len(present) / len(part),
            )
        )
    return found


class DistanceMetrics(TypedDict):
    """Plain distances of one trajectory: [m] and [m/min], with the share of steps that were seen."""

    total_distance: float
    distance_per_minute: float
    coverage: float


def calculate_distance_metrics(trajectories: ArrayLike, fps: float) -> DistanceMetrics:
    """Length of one trajectory, unfiltered: the sum of its steps (noise makes it longer).

    Args:
        trajectories: `(T, 2)` positions [m], one row a frame; NaN rows are missing.
        fps: frames per second.

    Raises:
        ShapeError: not `(T, 2)` with at least two rows of positions, or fps not above 0.
    """
    path = np.asarray(trajectories, np.float64)
    check_shape("trajectories", path, (None, 2))
    if not fps > 0:
        raise ShapeError(f"fps: a rate above 0 is needed, got {fps}")
    step = np.linalg.norm(np.diff(path, axis=0), axis=1)
    seen = np.isfinite(step)
    if not seen.any():
        raise ShapeError(f"trajectories: at least two neighbouring positions are needed, got {len(path)} rows")
    total = float(step[seen].sum())
    return DistanceMetrics(
        total_distance=total,
        distance_per_minute=total * 60.0 * fps / int(seen.sum()),
        coverage=float(seen.mean()),
    )
