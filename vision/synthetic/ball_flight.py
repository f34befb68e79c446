"""How a kicked ball moves: it slides, rolls, flies and bounces by simple known laws."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vision.types import Float64Array

GRAVITY_MPS2 = 9.80665
RADIUS_M = 0.11
SLIDE_MPS2 = 4.0
"""A kicked ball slides until it rolls at 5/7 of its speed (solid or hollow sphere: 5/7 to 3/5); friction 0.4 g."""
ROLL_MPS2 = 0.8
"""Rolling on short grass, 0.08 g."""
ROLLS_AT = 5.0 / 7.0


def rolled_m(kick_mps: float, t_s: Float64Array) -> Float64Array:
    """Way of a ball kicked along the ground after each time [m]."""
    slides_s = (1 - ROLLS_AT) * kick_mps / SLIDE_MPS2
    rolls_mps = ROLLS_AT * kick_mps
    slid = np.minimum(t_s, slides_s)
    rolled = np.clip(t_s - slides_s, 0.0, rolls_mps / ROLL_MPS2)
    way: Float64Array = kick_mps * slid - SLIDE_MPS2 * slid**2 / 2 + rolls_mps * rolled - ROLL_MPS2 * rolled**2 / 2
    return way


def kick_for(way_m: float, time_s: float) -> float:
    """Speed of a kick after which a ball has gone `way_m` in `time_s` [m/s]."""
    low, high = 0.0, 2.0 * way_m / time_s + SLIDE_MPS2 * time_s + 1.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if float(rolled_m(middle, np.array([time_s]))[0]) < way_m else (low, middle)
    return high


def time_for(way_m: float, kick_mps: float) -> float:
    """Time after which a ball kicked at `kick_mps` has gone `way_m` [s]; infinite if it stops before."""
    times = np.arange(0.0, 12.0, 0.005)
    row = int(np.searchsorted(rolled_m(kick_mps, times), way_m))
    return float(times[row]) if row < len(times) else float("inf")


@dataclass(frozen=True, slots=True)
class Leg:
    """The ball's way from one contact to the next.

    Attributes:
        t0_s, t1_s: when [s].
        start_m, end_m: where, on the ground [m].
        peak_m: how high it flies; 0 along the ground.
        bounce_share: of a flight, after this share of the time it bounces once; 0 for none.
    """

    t0_s: float
    t1_s: float
    start_m: tuple[float, float]
    end_m: tuple[float, float]
    peak_m: float = 0.0
    bounce_share: float = 0.0

    @property
    def release_mps(self) -> float:
        """Horizontal speed after the kick [m/s]."""
        way = float(np.linalg.norm(np.subtract(self.end_m, self.start_m)))
        duration = self.t1_s - self.t0_s
        return way / duration if self.peak_m else kick_for(way, duration)

    def at(self, t_s: Float64Array) -> Float64Array:
        """`(N, 3)` centre of the ball [m, z up]."""
        start, end = np.asarray(self.start_m), np.asarray(self.end_m)
        way, duration = float(np.linalg.norm(end - start)), self.t1_s - self.t0_s
        since = np.clip(t_s - self.t0_s, 0.0, duration)
        if self.peak_m:
            share = since / duration
        elif way < 1e-9:
            share = np.zeros(len(t_s))
        else:
            share = rolled_m(kick_for(way, duration), since) / way
        place = start + np.clip(share, 0.0, 1.0)[:, None] * (end - start)
        return np.column_stack([place, RADIUS_M + self._height(since / max(duration, 1e-9), duration)])

    def _height(self, share: Float64Array, duration: float) -> Float64Array:
        if not self.peak_m:
            return np.zeros(len(share))
        edges = [0.0, self.bounce_share, 1.0] if self.bounce_share else [0.0, 1.0]
        height = np.zeros(len(share))
        for low, high in pairwise(edges):
            length = (high - low) * duration
            since = (share - low) * duration
            arc = GRAVITY_MPS2 / 2 * since * (length - since)
            height = np.where((share >= low) & (share <= high), np.maximum(arc, 0.0), height)
        return height


def flight_time(peak_m: float) -> float:
    """Time of a flight that rises so high [s]."""
    return float(2 * np.sqrt(2 * peak_m / GRAVITY_MPS2))
