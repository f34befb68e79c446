"""Slopes against SciPy, and their intervals against made-up worlds with a known slope."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from apps.dashboard.statistics.lines import deciding_point, fit_line, moving_mean


@pytest.mark.parametrize("n", [3, 5, 40])
def test_slope_and_interval(n: int) -> None:
    rng = np.random.default_rng(n)
    x, y = np.sort(rng.uniform(0, 90, n)), rng.normal(7, 0.3, n)
    line, truth = fit_line(x, y), stats.linregress(x, y)
    margin = stats.t.ppf(0.975, n - 2) * truth.stderr
    assert line.slope == pytest.approx(truth.slope)
    assert (line.low, line.high) == pytest.approx((truth.slope - margin, truth.slope + margin))
    assert line.middle == pytest.approx(truth.intercept + truth.slope * x.mean())
    assert line.is_clear == (truth.pvalue < 0.05)


def test_the_interval_holds_the_truth_in_95_of_100_worlds() -> None:
    rng, x = np.random.default_rng(1), np.arange(12.0)
    lines = [fit_line(x, 0.2 * x + rng.normal(0, 1, 12)) for _ in range(2000)]
    assert 0.935 < np.mean([line.low <= 0.2 <= line.high for line in lines]) < 0.965


def test_a_line_without_noise_has_no_width() -> None:
    line = fit_line(np.arange(5.0), 3 - 2 * np.arange(5.0))
    assert (line.slope, line.low, line.high) == pytest.approx((-2, -2, -2))


@pytest.mark.parametrize("x", [[1.0, 2.0], [3.0, 3.0, 3.0], []])
def test_no_line_through_too_little(x: list[float]) -> None:
    with pytest.raises(ValueError, match="three points"):
        fit_line(np.array(x), np.array(x))


def test_one_point_that_decides_is_named() -> None:
    x = np.arange(12.0)
    y = 6.3 + 0.05 * x + 0.02 * np.cos(5 * x)
    assert deciding_point(x, y) is None
    y[9] = 4.1  # a day without a sprint
    assert not fit_line(x, y).is_clear
    found = deciding_point(x, y)
    assert found is not None
    assert found[0] == 9
    assert found[1].slope == pytest.approx(0.05, abs=0.01)


def test_a_slope_made_by_one_point_is_named() -> None:
    y = np.array([7.0, 7.1, 7.0, 7.1, 7.0, 7.1, 9.0])
    x = np.array([0.0, 1, 2, 3, 4, 5, 20])
    found = deciding_point(x, y)
    assert fit_line(x, y).is_clear
    assert found is not None
    assert found[0] == 6


def test_points_without_which_no_line_is_left() -> None:
    assert deciding_point(np.array([0.0, 1.0, 2.0]), np.array([1.0, 2.0, 3.0])) is None


def test_moving_means_are_those_of_pandas() -> None:
    values = np.array([1.0, np.nan, 3.0, 5.0, np.nan, np.nan, np.nan, np.nan, 2.0, 4.0])
    truth = pd.Series(values).rolling(4, min_periods=2)
    truth = truth.mean()
    truth.iloc[0] = np.nan
    np.testing.assert_allclose(moving_mean(values, 4), truth.to_numpy())


@pytest.mark.parametrize("values", [[], [np.nan, np.nan]])
def test_moving_means_of_nothing(values: list[float]) -> None:
    assert np.isnan(moving_mean(np.array(values), 4)).all()
