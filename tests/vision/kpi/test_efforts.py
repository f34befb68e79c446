"""Sprints and accelerations: dwell, hysteresis, gaps; equality with a plain loop."""

from __future__ import annotations

import numpy as np
import pytest

from vision.kpi.efforts import EffortRule, Efforts, count_by_band, find_efforts, repeated_bouts
from vision.kpi.policy import ZonePolicy

FS = 25.0
POLICY = ZonePolicy()
RULE = EffortRule.speed(7.0, POLICY)


def at(*pieces: tuple[float, float]) -> np.ndarray:
    """Speed held for some seconds each: (speed, seconds)."""
    return np.concatenate([np.full(round(seconds * FS), speed) for speed, seconds in pieces])


def found(speed: np.ndarray, rule: EffortRule = RULE) -> list[tuple[float, float]]:
    efforts = find_efforts(speed, FS, rule)
    return [(s / FS, e / FS) for s, e in zip(efforts.start, efforts.end, strict=True)]


def test_exact_dwell_counts_and_less_does_not() -> None:
    assert found(at((3, 2), (7.0, 1.0), (3, 2))) == [(2.0, 3.0)]
    assert found(at((3, 2), (7.0, 0.96), (3, 2))) == []


def test_a_dip_above_the_exit_edge_does_not_split() -> None:
    assert found(at((3, 1), (7.5, 1), (6.4, 2), (7.5, 1), (3, 1))) == [(1.0, 5.0)]


def test_a_short_dip_below_does_not_split_but_half_a_second_does() -> None:
    assert found(at((7.5, 1), (5, 0.48), (7.5, 1))) == [(0.0, 2.48)]
    assert found(at((7.5, 1), (5, 0.52), (7.5, 1))) == [(0.0, 1.0), (1.52, 2.52)]


def test_two_short_bursts_are_no_sprint() -> None:
    """Each holds the edge for 0.6 s; joined they last 1.6 s, but the edge was never held for a second."""
    assert found(at((7.5, 0.6), (6.5, 0.4), (7.5, 0.6))) == []


def test_a_missing_frame_ends_an_effort() -> None:
    speed = at((7.5, 3))
    speed[30] = np.nan
    assert found(speed) == [(0.0, 1.2), (1.24, 3.0)]


def test_start_is_where_the_edge_is_reached() -> None:
    """The run-up above the exit edge does not belong to the sprint; the run-out does."""
    assert found(at((6.5, 2), (7.5, 2), (6.5, 1), (2, 1))) == [(2.0, 5.0)]


def plain(speed: np.ndarray, rule: EffortRule) -> list[tuple[int, int]]:
    """The definition as a loop over frames."""
    efforts: list[tuple[int, int]] = []
    start: int | None = None
    last = below = held = best = 0

    def close() -> None:
        if start is not None and best >= rule.dwell_s * FS - 1e-6:
            efforts.append((start, last + 1))

    for row, value in enumerate(speed):
        if np.isnan(value):
            close()
            start, below, held, best = None, 0, 0, 0
            continue
        held = held + 1 if value >= rule.edge else 0
        if start is None and value >= rule.edge:
            start, last, below, best = row, row, 0, 0
        if start is not None:
            best = max(best, held)
            if value >= rule.exit_share * rule.edge:
                last, below = row, 0
            else:
                below += 1
                if below >= rule.exit_s * FS - 1e-6:
                    close()
                    start, best = None, 0
    close()
    return efforts


@pytest.mark.parametrize("seed", range(30))
def test_equals_the_plain_loop(seed: int) -> None:
    rng = np.random.default_rng(seed)
    noise = rng.normal(0, 1, 3000)
    speed = 5.5 + 6 * np.convolve(noise, np.hanning(30) / np.hanning(30).sum(), mode="same") * 2.5
    speed[rng.random(3000) < 0.003] = np.nan
    efforts = find_efforts(speed, FS, RULE)
    ours = list(zip(efforts.start.tolist(), efforts.end.tolist(), strict=True))
    assert ours == plain(speed, RULE)
    assert len(ours) > 3


def test_bands_count_the_highest_edge_held() -> None:
    pieces = [(0, 1), (1.5, 1), (0, 1), (2.5, 1), (0, 1), (3.5, 1), (0, 1), (3.5, 0.5), (2.2, 0.5), (0, 1)]
    assert count_by_band(at(*pieces), FS, POLICY) == (1, 2, 1), "3.5 for half a second holds only the moderate edge"
    assert count_by_band(-at(*pieces), FS, POLICY) == (0, 0, 0)
    assert count_by_band(np.full(100, np.nan), FS, POLICY) == (0, 0, 0)


@pytest.mark.parametrize(("gaps_s", "bouts"), [([20, 20], 1), ([22, 20], 0), ([20, 20, 60, 20, 20], 2), ([20], 0)])
def test_repeated_sprints(gaps_s: list[float], bouts: int) -> None:
    starts = np.concatenate([[0.0], np.cumsum([gap + 2 for gap in gaps_s])]) * FS
    efforts = Efforts(starts.astype(np.int32), (starts + 2 * FS).astype(np.int32))
    assert repeated_bouts(efforts, FS, POLICY) == bouts
