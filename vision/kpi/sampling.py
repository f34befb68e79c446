"""90 % intervals of figures that are made of few events: counts, shares, means and sums.

Counts: how many events there truly were, given how many were found. The share that is found and the scatter around it
were measured on scripted games (`tests/vision/events/games.py`, seeds of no other test) at the noise stated there;
where the ball was seen less, proportionally more was missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

import numpy as np
from scipy.special import betaincinv, stdtrit

from vision.kpi.intervals import Z90
from vision.types import Float64Array

Interval: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class CountModel:
    """How a found count relates to the true one: true ≈ `ratio` · found, 1σ = `scatter` · √(found + ½)."""

    ratio: float
    scatter: float


@dataclass(frozen=True, slots=True)
class CountParams:
    """Measured on scripted games; `slow` below `slow_hz` analysed frames a second.

    Attributes:
        ball_share: share of frames with the ball in those games.
        widen: factor on the scatter: real games are not the script's.
    """

    fast: dict[str, CountModel] = field(
        default_factory=lambda: {
            "touch": CountModel(1.19, 0.65),
            "possession": CountModel(0.96, 0.45),
            "pass": CountModel(1.16, 0.62),
            "turnover": CountModel(1.27, 0.7),
        }
    )
    slow: dict[str, CountModel] = field(
        default_factory=lambda: {
            "touch": CountModel(1.5, 1.06),
            "possession": CountModel(1.02, 0.5),
            "pass": CountModel(1.27, 0.86),
            "turnover": CountModel(1.4, 0.85),
        }
    )
    slow_hz: float = 20.0
    ball_share: float = 0.87
    widen: float = 1.0


def count_interval(found: int, kind: str, *, rate_hz: float, ball_share: float, params: CountParams) -> Interval:
    """Interval of the true number of events of a kind, whole numbers."""
    model = (params.fast if rate_hz >= params.slow_hz else params.slow)[kind]
    more = max(1.0, params.ball_share / max(ball_share, 1e-6))
    middle = found * model.ratio * more
    half = Z90 * model.scatter * params.widen * more * float(np.sqrt(found + 0.5))
    return (
        float(max(0.0, min(found, np.floor(middle - half + 0.5)))),
        float(max(found, np.ceil(middle + half - 0.5))),
    )


def share_interval(hits: int, total: int) -> Interval:
    """Interval of a share (Jeffreys: Beta(½, ½) prior), which holds the share itself."""
    share = hits / total
    low = float(betaincinv(hits + 0.5, total - hits + 0.5, 0.05)) if hits else 0.0
    high = float(betaincinv(hits + 0.5, total - hits + 0.5, 0.95)) if hits < total else 1.0
    return min(low, share), max(high, share)


def mean_interval(values: Sequence[float] | Float64Array, sigma: float = 0.0) -> Interval:
    """Interval of a mean by Student's t; `sigma`: 1σ of what all values have in common (such as the scale)."""
    sample = np.asarray(values, np.float64)
    mean = float(sample.mean())
    spread = float(sample.std(ddof=1)) / np.sqrt(len(sample)) if len(sample) > 1 else 0.0
    wide = float(stdtrit(len(sample) - 1, 0.95)) if len(sample) > 1 else Z90
    half = float(np.hypot(wide * spread, Z90 * sigma))
    return max(0.0, mean - half), mean + half


def sum_interval(values: Sequence[float] | Float64Array, share_sigma: float, missed: float = 1.0) -> Interval:
    """Interval of a sum over found events: each off by `share_sigma` of the mean size, the whole by as much again.

    Args:
        values: of the found events.
        share_sigma: 1σ as a share.
        missed: true events for each found one; only widens upwards.
    """
    sample = np.asarray(values, np.float64)
    total = float(sample.sum())
    half = Z90 * float(np.hypot(share_sigma * total, share_sigma * np.sqrt(np.square(sample).sum())))
    return max(0.0, total - half), total * max(1.0, missed) + half
