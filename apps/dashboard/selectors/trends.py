"""A figure over time: points, moving mean, slope with its interval, change points; or why not."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

import numpy as np
from django.db.models import F
from numpy.typing import NDArray

from apps.dashboard.metrics import Metric, MetricText
from apps.dashboard.periods import Bucket, Period, after
from apps.dashboard.selectors.comparable import Comparable, choose_basis, comparable, of_basis
from apps.dashboard.selectors.facts import Cell, by_bucket, cells, kpi_rows, without_split_players
from apps.dashboard.selectors.figures import Figure, absent, figure
from apps.dashboard.statistics.lines import Line, deciding_point, fit_line, moving_mean
from apps.dashboard.statistics.panels import time_effects
from apps.dashboard.statistics.steps import METHOD, SOURCE, StepParams, change_points

Floats = NDArray[np.float64]
MOVING_SPANS = {Bucket.DAY: 28, Bucket.WEEK: 4, Bucket.MONTH: 3}
"""Buckets of the moving mean: four weeks, or three months."""
LEAST_POINTS = 5
"""Points of a slope: with fewer its interval is wider than anything a coach could use."""
DAYS_PER_WEEK = 7
LINE_METHOD = "least squares through the points, 95 % interval by Student's t with n - 2 degrees of freedom"
LINE_SOURCE = "Draper & Smith, Applied Regression Analysis, ch. 1"


class TrendPoint(TypedDict):
    """One day, week or month."""

    start: date
    end: date
    value: float | None
    adjusted: float | None
    low: float | None
    high: float | None
    least: float | None
    most: float | None
    n: int
    players: int
    moving_average: float | None


class TrendChange(TypedDict):
    """What the slope amounts to over the points, and whether it may be spoken of."""

    direction: str
    change: float | None
    own_interval: float | None
    text: str


class TrendStep(TypedDict):
    """A change point."""

    start: date
    before: float
    after: float
    difference: float
    p_value: float
    beyond_own_interval: bool | None


class TrendSteps(TypedDict):
    """Change points, how they were looked for, or why not."""

    points: list[TrendStep]
    absent: str | None
    method: str
    reference: str
    n: int


class Trend(TypedDict):
    """A figure over time."""

    metric: MetricText
    bucket: str
    comparable: Comparable
    points: list[TrendPoint]
    moving_average_span: int
    slope_per_week: Figure
    slope_method: str
    slope_source: str
    change: TrendChange
    change_points: TrendSteps
    remarks: list[str]


@dataclass(frozen=True, slots=True)
class Series:
    """The points that figures stand behind.

    Attributes:
        starts: first days of the buckets that have figures.
        values: their means; for a team as if everybody had been there.
        own: typical half width of the figures' own 90 % interval, `None` where they have none.
    """

    starts: list[date]
    values: Floats
    own: float | None
    unit: str


@dataclass(frozen=True, slots=True)
class TrendQuery:
    """What is asked: whose figure, in which stretch, by which bucket, of which grade (else the most frequent)."""

    team_id: uuid.UUID
    metric: Metric
    period: Period
    bucket: Bucket
    players: Sequence[uuid.UUID] | None = None
    grade: str | None = None


def trend(query: TrendQuery) -> Trend:
    """Return the trend of a figure of films (two queries)."""
    starts = query.period.buckets(query.bucket)
    rows = kpi_rows(query.team_id, period=query.period, player_ids=query.players)
    rows, split = without_split_players(rows)
    by = {"bucket": by_bucket(query.bucket, query.period.zone), "player": F("player_id")}
    [found] = cells(rows, [query.metric], by)
    basis = choose_basis(found, query.grade)
    used = of_basis(found, basis)
    return told(query, starts, used, comparable(found, basis, split=split))


def told(query: TrendQuery, starts: Sequence[date], used: Sequence[Cell], shared: Comparable) -> Trend:
    """Say what comparable cells, each one player's bucket, amount to over time."""
    remarks = [] if query.metric.text()["remark"] is None else [str(query.metric.text()["remark"])]
    adjusted = _adjusted(used)
    if adjusted is None and used:
        remarks.append("Different players were there at different times, so that no change of the team can be told.")
    points = _points(starts, query.bucket, used, adjusted or {})
    own = [cell.half_width for cell in used if cell.half_width is not None]
    kept = [point for point in points if point["adjusted"] is not None]
    series = Series(
        [point["start"] for point in kept],
        np.array([point["adjusted"] for point in kept], np.float64),
        float(np.median(own)) if own else None,
        query.metric.scale.unit,
    )
    line = _line(series, query.bucket)
    decided = _decided_by_one(series, query.bucket)
    remarks += [decided] if decided else []
    return Trend(
        metric=query.metric.text(),
        bucket=query.bucket.value,
        comparable=shared,
        points=points,
        moving_average_span=MOVING_SPANS[query.bucket],
        slope_per_week=_slope(series, line),
        slope_method=LINE_METHOD,
        slope_source=LINE_SOURCE,
        change=_change(series, line),
        change_points=_steps(series),
        remarks=remarks,
    )


def _adjusted(used: Sequence[Cell]) -> dict[date, float] | None:
    """Level of each bucket as if everybody had been there in each."""
    if not used:
        return {}
    buckets = sorted({cell.keys[0] for cell in used})
    players = sorted({cell.keys[1] for cell in used})
    place = {key: at for keys in (buckets, players) for at, key in enumerate(keys)}
    time = np.array([place[cell.keys[0]] for cell in used])
    player = np.array([place[cell.keys[1]] for cell in used])
    levels = time_effects(time, player, np.array([cell.mean for cell in used]))
    return None if levels is None else dict(zip(buckets, levels.tolist(), strict=True))


def _points(
    starts: Sequence[date], bucket: Bucket, used: Sequence[Cell], adjusted: dict[date, float]
) -> list[TrendPoint]:
    there: dict[date, list[Cell]] = {start: [] for start in starts}
    for cell in used:
        there[cell.keys[0]].append(cell)
    levels = np.array([adjusted.get(start, np.nan) for start in starts])
    moving = moving_mean(levels, MOVING_SPANS[bucket])
    return [_point(start, bucket, there[start], levels[at], moving[at]) for at, start in enumerate(starts)]


def _point(start: date, bucket: Bucket, there: Sequence[Cell], level: float, moving: float) -> TrendPoint:
    lows = [cell.low for cell in there if cell.low is not None]
    highs = [cell.high for cell in there if cell.high is not None]
    whole = bool(there) and len(lows) == len(highs) == len(there)
    return TrendPoint(
        start=start,
        end=after(start, bucket) - timedelta(days=1),
        value=sum(cell.mean for cell in there) / len(there) if there else None,
        adjusted=float(level) if np.isfinite(level) else None,
        low=sum(lows) / len(lows) if whole else None,
        high=sum(highs) / len(highs) if whole else None,
        least=min((cell.least for cell in there), default=None),
        most=max((cell.most for cell in there), default=None),
        n=sum(cell.n for cell in there),
        players=len(there),
        moving_average=float(moving) if np.isfinite(moving) else None,
    )


def _line(series: Series, bucket: Bucket) -> Line | None:
    return fit_line(_weeks(series, bucket), series.values) if len(series.starts) >= LEAST_POINTS else None


def _weeks(series: Series, bucket: Bucket) -> Floats:
    """Middles of the points' buckets [weeks]."""
    middles = [start.toordinal() + (after(start, bucket) - start).days / 2.0 for start in series.starts]
    return np.array(middles) / DAYS_PER_WEEK


def _decided_by_one(series: Series, bucket: Bucket) -> str | None:
    """A sentence, where one point alone makes the slope clear or unclear: a day without a sprint, a faulty film."""
    if len(series.starts) <= LEAST_POINTS:
        return None
    found = deciding_point(_weeks(series, bucket), series.values)
    if found is None:
        return None
    at, line = found
    change = "no clear change" if not line.is_clear else "a clear rise" if line.slope > 0 else "a clear fall"
    return f"One point decides this: without that of {series.starts[at]} there would be {change}."


def _slope(series: Series, line: Line | None) -> Figure:
    unit = f"{series.unit} per week".strip()
    if line is None:
        return absent(_too_few(LEAST_POINTS, len(series.starts)), unit, len(series.starts))
    return figure(line.slope, unit, line.n, limits=(line.low, line.high))


def _too_few(least: int, n: int) -> str:
    return f"Not assessed: at least {least} points with comparable figures are needed; there are {n}."


def _change(series: Series, line: Line | None) -> TrendChange:
    """Speak of a change only where the slope is clear and the change is larger than the figures' own interval."""
    if line is None:
        reason = _too_few(LEAST_POINTS, len(series.starts))
        return TrendChange(direction="not_assessed", change=None, own_interval=series.own, text=reason)
    weeks = (series.starts[-1] - series.starts[0]).days / DAYS_PER_WEEK
    change = line.slope * weeks
    told = f"{change:+.3g} {series.unit}".strip() + f" over {weeks:.0f} weeks"
    if not line.is_clear:
        text, direction = f"No clear change: {told}, and the slope's 95 % interval holds zero.", "no_clear_change"
    elif series.own is None:
        text, direction = f"{told}, but the figure's own interval is unknown.", "not_assessed"
    elif abs(change) <= series.own:
        inside = f"within the figure's own interval of ±{series.own:.3g} {series.unit}".strip()
        text, direction = f"No change to speak of: {told}, {inside}.", "no_clear_change"
    else:
        text, direction = f"{told}, more than the figure's own interval.", "up" if change > 0 else "down"
    return TrendChange(direction=direction, change=change, own_interval=series.own, text=text)


def _steps(series: Series) -> TrendSteps:
    params = StepParams()
    n = len(series.starts)
    if n < params.least:
        return TrendSteps(points=[], absent=_too_few(params.least, n), method=METHOD, reference=SOURCE, n=n)
    steps = [
        TrendStep(
            start=series.starts[point.index],
            before=point.before,
            after=point.after,
            difference=point.after - point.before,
            p_value=point.p_value,
            beyond_own_interval=None if series.own is None else abs(point.after - point.before) > series.own,
        )
        for point in change_points(series.values, params)
    ]
    return TrendSteps(points=steps, absent=None, method=METHOD, reference=SOURCE, n=n)
