"""Student's t and its noncentral form: distribution functions, quantiles, limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

TINY = 1e-300
STEPS = 300
"""Terms of the continued fraction; it converges within some twenty."""
HALVINGS = 60
NODES = 128
REACH_SD = 10.0
"""The spread of the estimated deviation is followed this far to both sides."""


def t_cdf(t: float, df: float) -> float:
    """Return P(T ≤ t) of Student's t with `df` degrees of freedom.

    Source: DLMF 8.17, the regularised incomplete beta function.
    """
    tail = 0.5 * _incomplete_beta(df / 2.0, 0.5, df / (df + t * t))
    return 1.0 - tail if t > 0 else tail


@lru_cache(maxsize=1024)
def t_quantile(p: float, df: float) -> float:
    """Return the t below which a share `p` of Student's distribution lies.

    Raises:
        ValueError: `p` outside (0, 1) or no degree of freedom.
    """
    if not 0.0 < p < 1.0 or df <= 0:
        raise ValueError(f"a share in (0, 1) and at least one degree of freedom are needed, got {p}, {df}")
    if p < 0.5:
        return -t_quantile(1.0 - p, df)
    high = 1.0
    while t_cdf(high, df) < p:
        high *= 2.0
    return _root(lambda t: t_cdf(t, df) - p, 0.0, high)


def noncentral_t_cdf(t: float, df: float, shift: float) -> float:
    """Return P(T ≤ t) of the noncentral t: the normal law averaged over the estimated deviation.

    Source: Johnson, Kotz & Balakrishnan, Continuous Univariate Distributions 2, ch. 31.
    """
    scale, weight = _deviation_nodes(df)
    return float(np.dot(weight, _normal_cdf(t * scale - shift)))


def noncentrality_limits(t: float, df: float, confidence: float = 0.95) -> tuple[float, float]:
    """Return the limits of the noncentrality of which `t` was observed.

    Source: Cumming & Finch 2001, Educational and Psychological Measurement 61, 532-574.
    """
    tail = (1.0 - confidence) / 2.0
    reach = 8.0 + 2.0 * abs(t)

    def limit(p: float) -> float:
        return _root(lambda shift: p - noncentral_t_cdf(t, df, shift), t - reach, t + reach)

    return limit(1.0 - tail), limit(tail)


def _root(rising: Callable[[float], float], low: float, high: float) -> float:
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        if rising(middle) < 0:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


@lru_cache(maxsize=256)
def _deviation_nodes(df: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Nodes and weights of √(χ²/df), by Gauss and Legendre."""
    spread = REACH_SD / math.sqrt(2.0 * df)
    low, high = max(0.0, 1.0 - spread), 1.0 + spread
    node, weight = np.polynomial.legendre.leggauss(NODES)
    scale = low + (high - low) * (node + 1.0) / 2.0
    log_density = (df - 1.0) * np.log(scale) - df * scale**2 / 2.0 + (df / 2.0) * math.log(df / 2.0)
    density = 2.0 * np.exp(log_density - math.lgamma(df / 2.0))
    return scale, weight * density * (high - low) / 2.0


def _normal_cdf(x: NDArray[np.float64]) -> NDArray[np.float64]:
    return np.fromiter((0.5 * math.erfc(-value / math.sqrt(2.0)) for value in x.tolist()), np.float64, len(x))


def _incomplete_beta(a: float, b: float, x: float) -> float:
    """I_x(a, b) by the continued fraction DLMF 8.17.22 (Lentz's evaluation)."""
    if x <= 0.0 or x >= 1.0:
        return 0.0 if x <= 0.0 else 1.0
    if x > (a + 1.0) / (a + b + 2.0):
        return 1.0 - _incomplete_beta(b, a, 1.0 - x)
    log_front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x)
    return math.exp(log_front) / (a * _continued_fraction(a, b, x))


def _continued_fraction(a: float, b: float, x: float) -> float:
    value, c, d = 1.0, 1.0, 0.0
    for step in range(1, STEPS):
        m = step // 2
        if step % 2:
            term = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        else:
            term = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        d = 1.0 / _not_zero(1.0 + term * d)
        c = _not_zero(1.0 + term / c)
        value *= c * d
        if abs(c * d - 1.0) < 1e-15:
            break
    return value


def _not_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY
