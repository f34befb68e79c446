"""Stretches of a series: where a condition holds, from which row to which."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vision.types import BoolArray, IndexArray


def segments(valid: BoolArray) -> Iterator[slice]:
    """Runs of true."""
    for start, end in zip(*run_bounds(valid), strict=True):
        yield slice(int(start), int(end))


def run_bounds(mask: BoolArray) -> tuple[IndexArray, IndexArray]:
    """Starts and (exclusive) ends of the runs of true in `(N,)`."""
    if not len(mask):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    change = np.flatnonzero(mask[1:] != mask[:-1]) + 1
    start, end = change[int(mask[0]) :: 2], change[1 - int(mask[0]) :: 2]
    start = np.concatenate([[0], start]) if mask[0] else start
    return start, np.concatenate([end, [len(mask)]]) if mask[-1] else end
