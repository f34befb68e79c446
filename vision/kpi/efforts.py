"""Efforts: sprints, high-intensity runs, accelerations. Dwell and hysteresis as arrays, no loop over frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.kpi.policy import ZonePolicy
from vision.signals import run_bounds
from vision.types import BoolArray, Float64Array, IndexArray, Int32Array


@dataclass(frozen=True, slots=True)
class EffortRule:
    """When an effort begins and ends.

    Attributes:
        edge: reached and held for …
        dwell_s: … at least this long [s].
        exit_share: the effort ends below `exit_share · edge` …
        exit_s: … for at least this long [s].
    """

    edge: float
    dwell_s: float
    exit_share: float
    exit_s: float

    @classmethod
    def speed(cls, edge: float, policy: ZonePolicy) -> EffortRule:
        """Rule of a speed edge [m/s]."""
        return cls(edge, policy.speed_dwell_s, policy.exit_share, policy.exit_s)

    @classmethod
    def acceleration(cls, edge: float, policy: ZonePolicy) -> EffortRule:
        """Rule of an acceleration edge [m/s²]."""
        return cls(edge, policy.acceleration_dwell_s, policy.exit_share, policy.exit_s)


@dataclass(frozen=True, slots=True)
class Efforts:
    """`(E,)` first rows and (exclusive) end rows."""

    start: Int32Array
    end: Int32Array

    def __len__(self) -> int:
        return len(self.start)


def find_efforts(values: Float64Array, fs_hz: float, rule: EffortRule) -> Efforts:
    """Find the stretches in which `(N,)` values hold an edge.

    An effort contains a stretch at or above the edge of at least the dwell; it begins where the edge is first reached
    and ends with the last row at or above the exit edge before the values stay below it for `exit_s`. A missing row
    (NaN) ends an effort.
    """
    over_edge = values >= rule.edge
    held_start, held_end = run_bounds(over_edge)
    # Counted in frames of 1/fs; the small tolerance keeps 25 frames at 25 Hz a full second.
    long_enough = held_end - held_start >= rule.dwell_s * fs_hz - 1e-6
    if not long_enough.any():
        return Efforts(np.zeros(0, np.int32), np.zeros(0, np.int32))
    start, end = _merge(values >= rule.exit_share * rule.edge, values, rule.exit_s * fs_hz)
    owner = np.searchsorted(start, held_start[long_enough], side="right") - 1
    owner = owner[np.concatenate([[True], owner[1:] != owner[:-1]])]
    first = held_start[np.searchsorted(held_start, start[owner])]
    return Efforts(first.astype(np.int32), end[owner].astype(np.int32))


def _merge(over_exit: BoolArray, values: Float64Array, exit_rows: float) -> tuple[IndexArray, IndexArray]:
    """Runs above the exit edge, joined over dips shorter than `exit_rows` that hold no missing row."""
    start, end = run_bounds(over_exit)
    if len(start) < 2:
        return start, end
    joined = start[1:] - end[:-1] < exit_rows - 1e-6
    if joined.any() and np.isnan(values.sum()):
        missing = np.concatenate([[0], np.cumsum(~np.isfinite(values))])
        joined &= missing[start[1:]] == missing[end[:-1]]
    return start[np.concatenate([[True], ~joined])], end[np.concatenate([~joined, [True]])]


def count_by_band(values: Float64Array, fs_hz: float, policy: ZonePolicy) -> tuple[int, int, int]:
    """How many accelerations of `(N,)` [m/s²] hold the low, moderate and high edge as their highest (dwell each).

    For decelerations pass the negated values.
    """
    low, moderate, high = (
        find_efforts(values, fs_hz, EffortRule.acceleration(edge, policy)) for edge in policy.acceleration_edges_mps2
    )
    in_moderate = _holding(low, moderate)
    in_high = _holding(low, high)
    return (
        int(len(low) - (in_moderate | in_high).sum()),
        int((in_moderate & ~in_high).sum()),
        int(in_high.sum()),
    )


def _holding(outer: Efforts, inner: Efforts) -> BoolArray:
    """Which outer efforts hold an inner one (whose edge is higher, so it lies within one of them)."""
    held = np.zeros(len(outer), bool)
    if len(inner):
        held[np.clip(np.searchsorted(outer.start, inner.start, side="right") - 1, 0, None)] = True
    return held


def repeated_bouts(sprints: Efforts, fs_hz: float, policy: ZonePolicy) -> int:
    """Bouts of at least `policy.repeated_sprints` sprints with at most `policy.repeated_recovery_s` between them."""
    if len(sprints) < policy.repeated_sprints:
        return 0
    close = (sprints.start[1:] - sprints.end[:-1]) <= policy.repeated_recovery_s * fs_hz
    first, last = run_bounds(close)
    return int((last - first + 1 >= policy.repeated_sprints).sum())
