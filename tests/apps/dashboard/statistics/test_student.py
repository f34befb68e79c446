"""Student's t against SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from apps.dashboard.statistics.student import noncentral_t_cdf, noncentrality_limits, t_cdf, t_quantile


@pytest.mark.parametrize("df", [1, 2, 3, 7.3, 30, 500])
@pytest.mark.parametrize("p", [0.001, 0.025, 0.4, 0.6, 0.975, 0.9999])
def test_quantiles(p: float, df: float) -> None:
    assert t_quantile(p, df) == pytest.approx(stats.t.ppf(p, df), rel=1e-9)
    assert t_cdf(t_quantile(p, df), df) == pytest.approx(p, rel=1e-12)


@pytest.mark.parametrize(("p", "df"), [(0.0, 3), (1.0, 3), (0.5, 0)])
def test_quantiles_that_do_not_exist(p: float, df: float) -> None:
    with pytest.raises(ValueError, match="degree of freedom"):
        t_quantile(p, df)


@pytest.mark.parametrize("df", [2, 4, 18, 200])
@pytest.mark.parametrize("shift", [-4.0, 0.0, 1.0, 6.0])
@pytest.mark.parametrize("t", [-3.0, 0.0, 0.5, 8.0])
def test_the_noncentral_law(t: float, df: float, shift: float) -> None:
    truth = float(np.nan_to_num(stats.nct.cdf(t, df, shift)))  # SciPy has no number for shares below 1e-18
    assert noncentral_t_cdf(t, df, shift) == pytest.approx(truth, abs=1e-11)


@pytest.mark.parametrize("t", [-6.0, 0.0, 2.2, 15.0])
def test_limits_of_noncentrality_hit_their_tails(t: float) -> None:
    low, high = noncentrality_limits(t, 12)
    assert stats.nct.cdf(t, 12, low) == pytest.approx(0.975, abs=1e-9)
    assert stats.nct.cdf(t, 12, high) == pytest.approx(0.025, abs=1e-9)
