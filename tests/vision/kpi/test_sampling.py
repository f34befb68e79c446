"""Intervals of counts, shares, means and sums against drawn samples."""

from __future__ import annotations

import numpy as np
import pytest

from vision.kpi.sampling import CountParams, count_interval, mean_interval, share_interval, sum_interval

PARAMS = CountParams()


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5])
@pytest.mark.parametrize("total", [12, 40])
def test_share_interval_covers(share: float, total: int) -> None:
    """Jeffreys' interval holds the true share in 85-98 % of 4,000 draws (its coverage swings with whole numbers)."""
    hits = np.random.default_rng(0).binomial(total, share, 4000)
    bounds = {count: share_interval(int(count), total) for count in np.unique(hits)}
    inside = np.mean([bounds[count][0] <= share <= bounds[count][1] for count in hits])
    assert 0.85 <= inside <= 0.98


def test_share_interval_ends() -> None:
    assert share_interval(0, 10)[0] == 0.0 and share_interval(10, 10)[1] == 1.0
    low, high = share_interval(3, 10)
    assert 0.1 < low < 0.3 < high < 0.56


def test_mean_interval_covers() -> None:
    rng = np.random.default_rng(1)
    inside = [low <= 10.0 <= high for low, high in (mean_interval(rng.normal(10, 2, 6)) for _ in range(2000))]
    assert 0.88 <= np.mean(inside) <= 0.92
    alone = mean_interval([5.0], 0.5)
    assert alone == pytest.approx((5 - 1.645 * 0.5, 5 + 1.645 * 0.5), abs=1e-3)


def test_count_interval_widens_where_less_was_seen() -> None:
    seen = count_interval(20, "touch", rate_hz=25.0, ball_share=0.9, params=PARAMS)
    slow = count_interval(20, "touch", rate_hz=15.0, ball_share=0.9, params=PARAMS)
    hidden = count_interval(20, "touch", rate_hz=25.0, ball_share=0.6, params=PARAMS)
    assert seen[0] <= 20 <= seen[1] and slow[1] > seen[1] and hidden[1] > seen[1]
    assert all(bound == int(bound) for bound in (*seen, *slow, *hidden))
    nothing = count_interval(0, "pass", rate_hz=25.0, ball_share=0.9, params=PARAMS)
    assert nothing[0] == 0 and nothing[1] in (1, 2)


def test_sum_interval_holds_the_sum() -> None:
    assert sum_interval([], 0.1) == (0.0, 0.0)
    low, high = sum_interval([4.0, 6.0], 0.1)
    assert low < 10.0 < high and high - 10 == pytest.approx(10 - low)
    assert sum_interval([4.0, 6.0], 0.1, missed=1.5)[1] > high + 4
