"""One figure as every answer tells it: value, unit, limits, how much stands behind it, or why it is absent."""

from __future__ import annotations

from typing import TypedDict

from apps.dashboard.metrics import Metric
from apps.dashboard.statistics.effects import Sample

SIGNED = frozenset({"mean_position_x_m", "mean_position_y_m", "trunk_lean_deg"})
"""Figures that may be below zero; no mean of the others can."""


class Figure(TypedDict):
    """A figure, or the reason why there is none: exactly one of `value` and `absent` is set."""

    value: float | None
    unit: str
    low: float | None
    high: float | None
    n: int
    coverage: float | None
    absent: str | None


def figure(
    value: float,
    unit: str,
    n: int,
    *,
    limits: tuple[float, float] | None = None,
    coverage: float | None = None,
) -> Figure:
    """Make a figure that is there."""
    low, high = limits or (None, None)
    return Figure(value=value, unit=unit, low=low, high=high, n=n, coverage=coverage, absent=None)


def mean_figure(sample: Sample, metric: Metric) -> Figure:
    """Make the mean of a sample with its 95 % limits, which begin at zero where no figure can be below.

    Cutting takes away only values that the true mean cannot have, so the limits hold it as often as before.
    """
    limits = sample.interval()
    if limits and metric.key not in SIGNED:
        limits = (max(limits[0], 0.0), limits[1])
    return figure(sample.mean, metric.scale.unit, sample.n, limits=limits)


def absent(reason: str, unit: str, n: int = 0, *, coverage: float | None = None) -> Figure:
    """Make a figure that could not be told, with the reason in a sentence."""
    return Figure(value=None, unit=unit, low=None, high=None, n=n, coverage=coverage, absent=reason)
