"""Stretches of a series."""

from __future__ import annotations

import numpy as np

from vision.signals import run_bounds, segments


def test_run_bounds() -> None:
    starts, ends = run_bounds(np.array([True, True, False, True, False, False, True]))
    assert starts.tolist() == [0, 3, 6] and ends.tolist() == [2, 4, 7]
    assert len(run_bounds(np.zeros(4, bool))[0]) == 0


def test_segments_cover_exactly_what_is_true() -> None:
    mask = np.random.default_rng(1).random(500) < 0.6
    again = np.zeros(500, bool)
    for part in segments(mask):
        again[part] = True
    np.testing.assert_array_equal(again, mask)
