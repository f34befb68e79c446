"""How far apart two groups of figures are, and where one stands among many."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from apps.dashboard.statistics.student import noncentrality_limits, t_quantile

EFFECT_SOURCE = "Hedges 1981, J. Educ. Stat. 6, 107-128; interval by the noncentral t (Cumming & Finch 2001)"


@dataclass(frozen=True, slots=True)
class Sample:
    """Size, mean and sample standard deviation of some figures; the deviation is `None` of fewer than two."""

    n: int
    mean: float
    sd: float | None

    @classmethod
    def of_sums(cls, n: int, total: float, squares: float) -> Sample:
        """Make it of the sums that a database gives."""
        mean = total / n
        sd = math.sqrt(max(squares - total * mean, 0.0) / (n - 1)) if n > 1 else None
        return cls(n, mean, sd)

    @classmethod
    def of(cls, values: Sequence[float]) -> Sample:
        """Make it of the figures themselves."""
        mean = math.fsum(values) / len(values)
        squares = math.fsum((value - mean) ** 2 for value in values)
        return cls(len(values), mean, math.sqrt(squares / (len(values) - 1)) if len(values) > 1 else None)

    def interval(self, confidence: float = 0.95) -> tuple[float, float] | None:
        """Return the limits of the mean (Student's t)."""
        if self.sd is None:
            return None
        margin = t_quantile(0.5 + confidence / 2.0, self.n - 1) * self.sd / math.sqrt(self.n)
        return self.mean - margin, self.mean + margin


@dataclass(frozen=True, slots=True)
class Interval:
    """A figure with its 95 % limits."""

    value: float
    low: float
    high: float


def mean_difference(first: Sample, second: Sample, confidence: float = 0.95) -> Interval | None:
    """Second mean less first, with Welch's interval; `None` where a deviation is unknown."""
    if first.sd is None or second.sd is None:
        return None
    difference = second.mean - first.mean
    a, b = first.sd**2 / first.n, second.sd**2 / second.n
    if a + b == 0:
        return Interval(difference, difference, difference)
    df = (a + b) ** 2 / (a**2 / (first.n - 1) + b**2 / (second.n - 1))
    margin = t_quantile(0.5 + confidence / 2.0, df) * math.sqrt(a + b)
    return Interval(difference, difference - margin, difference + margin)


def hedges_g(first: Sample, second: Sample) -> Interval | None:
    """Difference of the means over the pooled deviation, freed from its bias; `None` where nothing spreads."""
    if first.sd is None or second.sd is None:
        return None
    df = first.n + second.n - 2
    pooled = math.sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / df)
    return _standardised(second.mean - first.mean, pooled, df, math.sqrt(1.0 / first.n + 1.0 / second.n))


def hedges_g_paired(differences: Sample) -> Interval | None:
    """Mean of differences over their deviation, freed from its bias; `None` where nothing spreads."""
    if differences.sd is None:
        return None
    return _standardised(differences.mean, differences.sd, differences.n - 1, 1.0 / math.sqrt(differences.n))


def _standardised(difference: float, sd: float, df: int, per_shift: float) -> Interval | None:
    if sd <= 1e-12 * abs(difference) or sd == 0:
        return None
    d = difference / sd
    low, high = noncentrality_limits(d / per_shift, df)
    return Interval(d * small_sample_factor(df), low * per_shift, high * per_shift)


def small_sample_factor(df: int) -> float:
    """J(df), which takes the bias out of a standardised difference (1 for `df` = 1, where it does not exist)."""
    if df < 2:
        return 1.0
    return math.exp(math.lgamma(df / 2.0) - math.lgamma((df - 1) / 2.0)) / math.sqrt(df / 2.0)


def z_score(value: float, among: Sample) -> float | None:
    """Standard deviations above the mean; `None` where nothing spreads."""
    if among.sd is None or among.sd <= 1e-12 * abs(among.mean) or among.sd == 0:
        return None
    return (value - among.mean) / among.sd


def percentile(value: float, among: Sequence[float]) -> float:
    """Share [%] of `among` below the value, equals counted half."""
    below = sum(other < value for other in among)
    equal = sum(other == value for other in among)
    return 100.0 * (below + 0.5 * equal) / len(among)
