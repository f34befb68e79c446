"""Differences, effect sizes, z-scores and percentiles against SciPy and against simulated worlds."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import special, stats

from apps.dashboard.statistics.effects import (
    Sample,
    hedges_g,
    hedges_g_paired,
    mean_difference,
    percentile,
    small_sample_factor,
    z_score,
)

RNG = np.random.default_rng(5)
A, B = RNG.normal(7.0, 0.3, 9), RNG.normal(7.4, 0.5, 14)


def test_a_sample_by_either_way() -> None:
    for sample in (Sample.of(A.tolist()), Sample.of_sums(len(A), A.sum(), (A**2).sum())):
        assert (sample.n, sample.mean, sample.sd) == pytest.approx((9, A.mean(), A.std(ddof=1)))
        truth = stats.t.interval(0.95, 8, A.mean(), stats.sem(A))
        assert sample.interval() == pytest.approx(truth)


@pytest.mark.parametrize("sample", [Sample.of([4.0]), Sample.of_sums(1, 4.0, 16.0)])
def test_one_figure_has_no_spread(sample: Sample) -> None:
    assert (sample.n, sample.mean, sample.sd, sample.interval()) == (1, 4.0, None, None)
    assert mean_difference(sample, Sample.of(A.tolist())) is None
    assert hedges_g(sample, sample) is None


def test_the_difference_is_welchs() -> None:
    found = mean_difference(Sample.of(A.tolist()), Sample.of(B.tolist()))
    truth = stats.ttest_ind(B, A, equal_var=False).confidence_interval(0.95)
    assert found is not None
    assert (found.value, found.low, found.high) == pytest.approx((B.mean() - A.mean(), truth.low, truth.high))


def test_the_factor_is_the_exact_one() -> None:
    for df in (2, 5, 40):
        truth = special.gamma(df / 2) / (np.sqrt(df / 2) * special.gamma((df - 1) / 2))
        assert small_sample_factor(df) == pytest.approx(truth)
    assert small_sample_factor(1000) == pytest.approx(1 - 3 / (4 * 1000 - 1), abs=1e-6)


def test_hedges_g() -> None:
    found = hedges_g(Sample.of(A.tolist()), Sample.of(B.tolist()))
    t = stats.ttest_ind(B, A).statistic
    d = t * np.sqrt(1 / 9 + 1 / 14)
    assert found is not None
    assert found.value == pytest.approx(d * small_sample_factor(21))
    assert stats.nct.cdf(t, 21, found.low / np.sqrt(1 / 9 + 1 / 14)) == pytest.approx(0.975)
    assert stats.nct.cdf(t, 21, found.high / np.sqrt(1 / 9 + 1 / 14)) == pytest.approx(0.025)


@pytest.mark.parametrize("truth", [0.0, 0.8])
def test_the_interval_holds_the_truth_and_g_has_no_bias(truth: float) -> None:
    rng = np.random.default_rng(6)
    found = [
        hedges_g(Sample.of(rng.normal(0, 1, 6).tolist()), Sample.of(rng.normal(truth, 1, 6).tolist()))
        for _ in range(400)
    ]
    kept = [g for g in found if g is not None]
    assert 0.92 < np.mean([g.low <= truth <= g.high for g in kept]) < 0.98
    assert np.mean([g.value for g in kept]) == pytest.approx(truth, abs=0.09)


def test_the_paired_form() -> None:
    change = RNG.normal(0.4, 0.3, 8)
    found = hedges_g_paired(Sample.of(change.tolist()))
    t = stats.ttest_1samp(change, 0).statistic
    assert found is not None
    assert found.value == pytest.approx(t / np.sqrt(8) * small_sample_factor(7))
    assert stats.nct.cdf(t, 7, found.low * np.sqrt(8)) == pytest.approx(0.975)


def test_where_nothing_spreads_there_is_no_effect_size() -> None:
    same = Sample.of([5.0, 5.0, 5.0])
    assert hedges_g(same, Sample.of([6.0, 6.0, 6.0])) is None
    assert hedges_g_paired(same) is None
    assert z_score(5.0, same) is None


def test_place_in_the_team() -> None:
    team = [*A.tolist(), 7.0, 7.0]
    assert z_score(7.0, Sample.of(team)) == pytest.approx(stats.zscore(team, ddof=1)[-1])
    for value in (7.0, 6.0, 9.0):
        assert percentile(value, team) == pytest.approx(stats.percentileofscore(team, value, kind="mean"))
