"""One figure as every answer tells it: value, unit, limits, how much stands behind it, or why it is absent."""

from __future__ import annotations

from typing import TypedDict


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


def absent(reason: str, unit: str, n: int = 0, *, coverage: float | None = None) -> Figure:
    """Make a figure that could not be told, with the reason in a sentence."""
    return Figure(value=None, unit=unit, low=None, high=None, n=n, coverage=coverage, absent=reason)
