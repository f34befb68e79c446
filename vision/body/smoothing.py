"""Smoothing over time without lag: each turn is a path whose acceleration is bounded, seen with a known error.

A penalised least squares (Whittaker 1923) per parameter: frames where a turn is poorly seen lean on their neighbours,
gaps are bridged, and the smoothing follows the noise. It is symmetric in time, so that it shifts nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.linalg import solveh_banded

from vision.types import BoolArray, Float64Array, IndexArray

GAP_PRECISION = 1e-9
"""In the place of 0 for frames that were not seen: keeps the system definite."""


@dataclass(frozen=True, slots=True)
class SmoothConfig:
    """How quickly things move.

    Attributes:
        turn_density: of the angular acceleration of joints [rad²/s³]: 85 rad/s² root mean square in a band of 6 Hz, as
            of a sprint.
        place_density: of the acceleration of the pelvis [m²/s³]: 7 m/s² in the same band.
        bridge_s: longest gap that is bridged.
        max_step_s: frames farther apart are not neighbours in time.
    """

    turn_density: float = 600.0
    place_density: float = 4.0
    bridge_s: float = 0.3
    max_step_s: float = 0.2


def smooth(t_s: Float64Array, values: Float64Array, precision: Float64Array, density: float) -> Float64Array:
    """Smooth paths.

    Args:
        t_s: `(N,)` increasing, three or more.
        values: `(N, D)`; any finite number where the precision is 0.
        precision: `(N, D)` 1/σ².
        density: spectral density of the acceleration [unit²/s³].

    Returns:
        `(N, D)`.
    """
    bands = roughness(t_s) / density
    made = np.empty_like(values, dtype=np.float64)
    for column in range(values.shape[1]):
        weight = np.maximum(precision[:, column], GAP_PRECISION)
        matrix = bands.copy()
        matrix[2] += weight
        made[:, column] = solveh_banded(matrix, weight * values[:, column], check_finite=False)
    return made


def roughness(t_s: Float64Array) -> Float64Array:
    """`(3, N)` upper bands of the matrix whose form is the integral of the squared second derivative."""
    step = np.diff(t_s)
    before, after = 1.0 / step[:-1], 1.0 / step[1:]
    middle = (step[:-1] + step[1:]) / 2
    rows = np.stack([before, -(before + after), after]) / np.sqrt(middle)
    bands = np.zeros((3, len(t_s)))
    bands[2, :-2] += rows[0] ** 2
    bands[2, 1:-1] += rows[1] ** 2
    bands[2, 2:] += rows[2] ** 2
    bands[1, 1:-1] += rows[0] * rows[1]
    bands[1, 2:] += rows[1] * rows[2]
    bands[0, 2:] += rows[0] * rows[2]
    return bands


def continuous(quaternion: Float64Array) -> Float64Array:
    """`(N, 4)` with signs such that neighbours are near."""
    flips = np.sum(quaternion[1:] * quaternion[:-1], axis=1) < 0
    sign = np.where(np.concatenate([[False], np.cumsum(flips) % 2 == 1]), -1.0, 1.0)
    made: Float64Array = quaternion * sign[:, None]
    return made


def stretches(t_s: Float64Array, seen: BoolArray, config: SmoothConfig) -> list[IndexArray]:
    """Frames that are smoothed together: `(n,)` indices each, gaps within the bridge included.

    A stretch starts and ends with a frame that was seen; fewer than three frames have no acceleration.
    """
    index = np.flatnonzero(seen)
    if not len(index):
        return []
    gap = np.diff(t_s[index])
    usual = float(np.median(np.diff(t_s))) if len(t_s) > 1 else 0.0
    limit = np.where(np.diff(index) == 1, config.max_step_s, config.bridge_s + usual)
    parts = np.split(index, np.flatnonzero(gap > limit + 1e-9) + 1)
    return [np.arange(part[0], part[-1] + 1) for part in parts if part[-1] - part[0] >= 2]
