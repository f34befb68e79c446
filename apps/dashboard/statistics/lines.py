"""Straight lines and moving means through figures over time."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from apps.dashboard.statistics.student import t_quantile

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Line:
    """A least-squares line with the 95 % interval of its slope (Student's t, n - 2 degrees of freedom).

    Attributes:
        slope, low, high: change of y for one of x.
        middle: value of the line at the mean of x.
        n: points behind it.
    """

    slope: float
    low: float
    high: float
    middle: float
    n: int

    @property
    def is_clear(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low > 0 or self.high < 0


def fit_line(x: Floats, y: Floats, confidence: float = 0.95) -> Line:
    """Fit y over x.

    Raises:
        ValueError: fewer than three points, or all at the same x: no interval exists.
    """
    n = len(x)
    if n < 3 or np.ptp(x) == 0:
        raise ValueError("at least three points at different times are needed")
    dx, dy = x - x.mean(), y - y.mean()
    spread = float(dx @ dx)
    slope = float(dx @ dy) / spread
    residual = dy - slope * dx
    error = math.sqrt(max(float(residual @ residual), 0.0) / (n - 2) / spread)
    margin = t_quantile(0.5 + confidence / 2.0, n - 2) * error
    return Line(slope, slope - margin, slope + margin, float(y.mean()), n)


def deciding_point(x: Floats, y: Floats) -> tuple[int, Line] | None:
    """Return the point without which the line would tell the opposite (clear or not), and the line without it.

    Of several the one that moves the slope most; `None` where no single point decides.
    """
    whole = fit_line(x, y)
    others = [np.delete(np.arange(len(x)), at) for at in range(len(x))]
    lines = [fit_line(x[kept], y[kept]) if np.ptp(x[kept]) > 0 and len(kept) > 2 else whole for kept in others]
    flips = [at for at, line in enumerate(lines) if line.is_clear != whole.is_clear]
    if not flips:
        return None
    at = max(flips, key=lambda place: abs(lines[place].slope - whole.slope))
    return at, lines[at]


def moving_mean(values: Floats, span: int, at_least: int = 2) -> Floats:
    """Mean of the last `span` values up to each, gaps (NaN) left out; NaN where fewer than `at_least` are there."""
    known = np.isfinite(values)
    total = np.concatenate([[0.0], np.cumsum(np.where(known, values, 0.0))])
    count = np.concatenate([[0], np.cumsum(known)])
    first = np.maximum(np.arange(len(values)) + 1 - span, 0)
    last = np.arange(len(values)) + 1
    n = count[last] - count[first]
    enough = n >= at_least
    return np.where(enough, (total[last] - total[first]) / np.where(enough, n, 1), np.nan)
