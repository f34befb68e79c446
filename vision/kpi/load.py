"""Training load over days: pure NumPy, imported by the web process.

Load is session RPE × minutes (Foster). Everything here describes; nothing predicts injury (Impellizzeri 2020).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

DAYS_PER_WEEK = 7


@dataclass(frozen=True, slots=True)
class LoadParams:
    """Numbers of the load.

    Attributes:
        acute_days, chronic_days: spans of the exponential means (Williams 2017).
        monotony_flag: above it training is monotonous (Foster).
        strain_flag_au: above it strain is high (Foster).
        change_flag: a week this much above the last is named …
        change_min_weeks: … only with at least this many weeks of data.
    """

    acute_days: int = 7
    chronic_days: int = 28
    monotony_flag: float = 2.0
    strain_flag_au: float = 6000.0
    change_flag: float = 0.2
    change_min_weeks: int = 4


class LoadSummary(TypedDict):
    """Load on the last day; `None` where it is undefined or the days are too few."""

    days: int
    acute: float
    chronic: float | None
    week_load: float
    previous_week_load: float | None
    week_change: float | None
    uncoupled_ratio: float | None
    monotony: float | None
    monotony_undefined: bool
    strain: float | None
    flags: list[str]


def session_load(rpe: float, minutes: float) -> float:
    """Session RPE load [AU]: effort 0-10 times minutes.

    Raises:
        ValueError: effort outside 0-10 or negative minutes.
    """
    if not 0 <= rpe <= 10:
        raise ValueError(f"effort {rpe:g}: a number from 0 to 10 is needed")
    if minutes < 0:
        raise ValueError(f"{minutes:g} minutes: 0 or more are needed")
    return rpe * minutes


def daily_loads(entries: Sequence[tuple[date, float]], start: date, end: date) -> NDArray[np.float64]:
    """Sum of loads per day from `start` to `end` inclusive; days without an entry are rest (0)."""
    days = (end - start).days + 1
    loads = np.zeros(max(days, 0))
    for day, load in entries:
        if start <= day <= end:
            loads[(day - start).days] += load
    return loads


def ewma(loads: NDArray[np.float64], days: int) -> NDArray[np.float64]:
    """Exponential mean `E_t = λ L_t + (1 − λ) E_{t−1}`, `λ = 2 / (days + 1)`, starting at the first load.

    Source: Williams et al. 2017.
    """
    share = 2.0 / (days + 1.0)
    means = np.empty_like(loads, dtype=np.float64)
    level = float(loads[0]) if len(loads) else 0.0
    for index, load in enumerate(loads):
        level = share * float(load) + (1.0 - share) * level
        means[index] = level
    return means


def monotony(week: NDArray[np.float64]) -> float | None:
    """Mean over population standard deviation of seven daily loads, rest days included; `None` where all are equal.

    Source: Foster 1998; the population form is this project's fixed choice.
    """
    if len(week) != DAYS_PER_WEEK:
        raise ValueError(f"{len(week)} days: seven are needed")
    spread = float(np.std(week))
    return None if spread < 1e-9 else float(np.mean(week)) / spread


def summarise(loads: NDArray[np.float64], params: LoadParams | None = None) -> LoadSummary:
    """Load figures on the last day of `(D,)` daily loads [AU]."""
    params = params or LoadParams()
    week, before = loads[-DAYS_PER_WEEK:], loads[-2 * DAYS_PER_WEEK : -DAYS_PER_WEEK]
    whole = len(week) == DAYS_PER_WEEK
    even = monotony(week) if whole else None
    total = float(week.sum())
    previous = float(before.sum()) if len(before) == DAYS_PER_WEEK else None
    change = (total - previous) / previous if previous else None
    chronic_weeks = loads[-params.chronic_days : -DAYS_PER_WEEK]
    ratio = None
    if len(loads) >= params.chronic_days and chronic_weeks.sum() > 0:
        ratio = float(week.mean() / chronic_weeks.mean())
    summary = LoadSummary(
        days=len(loads),
        acute=float(ewma(loads, params.acute_days)[-1]) if len(loads) else 0.0,
        chronic=float(ewma(loads, params.chronic_days)[-1]) if len(loads) >= params.chronic_days else None,
        week_load=total,
        previous_week_load=previous,
        week_change=change,
        uncoupled_ratio=ratio,
        monotony=even,
        monotony_undefined=whole and even is None and total > 0,
        strain=total * even if even is not None else None,
        flags=[],
    )
    summary["flags"] = _flags(summary, params)
    return summary


def _flags(summary: LoadSummary, params: LoadParams) -> list[str]:
    flags = []
    if summary["monotony_undefined"] or (summary["monotony"] or 0.0) > params.monotony_flag:
        flags.append("monotony")
    if (summary["strain"] or 0.0) > params.strain_flag_au:
        flags.append("strain")
    enough = summary["days"] >= params.change_min_weeks * DAYS_PER_WEEK
    if enough and (summary["week_change"] or 0.0) > params.change_flag:
        flags.append("week_change")
    return flags


def week_starts(start: date, end: date) -> list[date]:
    """Mondays of the weeks that touch the span."""
    monday = start - timedelta(days=start.weekday())
    return [monday + timedelta(weeks=index) for index in range(((end - monday).days // DAYS_PER_WEEK) + 1)]
