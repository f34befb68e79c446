"""What the database adds up: counts, sums and sums of squares of figures, alike on SQLite and PostgreSQL.

Only finite figures that a human can reach count; all others are left out before anything is added.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Avg, Case, Count, DateField, F, FloatField, Max, Min, Q, QuerySet, Sum, Value, When
from django.db.models.expressions import Combinable
from django.db.models.fields.json import KeyTextTransform, KeyTransform
from django.db.models.functions import Cast, TruncDay, TruncMonth, TruncWeek

from apps.dashboard.metrics import Metric
from apps.dashboard.periods import Bucket, Period
from apps.dashboard.statistics.effects import Sample
from apps.scan.models import SessionKPI

FINITE = (-1e12, 1e12)
"""Neither infinite nor NaN (which PostgreSQL stores, and sorts above all numbers), and small enough to be squared."""
MAX_PAIRS = 50
"""Pairs that are named one by one in a query; with more, their whole sessions are left out."""
_TRUNC = {Bucket.DAY: TruncDay, Bucket.WEEK: TruncWeek, Bucket.MONTH: TruncMonth}


@dataclass(frozen=True, slots=True)
class Basis:
    """What figures must share to be compared: definitions, grade, speed zones, and whether they were made up."""

    catalogue_version: str
    grade: str
    zones: str
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """Figures of one metric that fall together: one player's, one session's or one week's.

    Attributes:
        keys: what they were grouped by, in the order that was asked for.
        n, total, squares: count, sum and sum of squares.
        low, high: mean limits of the figures' own 90 % intervals; `None` where they have none.
        least, most: the extremes.
        latest: start of the newest session behind them.
    """

    keys: tuple[Any, ...]
    basis: Basis
    n: int
    total: float
    squares: float
    low: float | None
    high: float | None
    least: float
    most: float
    latest: datetime

    @property
    def mean(self) -> float:
        """Mean of the figures."""
        return self.total / self.n

    @property
    def sample(self) -> Sample:
        """Size, mean and deviation."""
        return Sample.of_sums(self.n, self.total, self.squares)

    @property
    def half_width(self) -> float | None:
        """Half of the figures' own 90 % interval: within it, two of them are alike."""
        return None if self.low is None or self.high is None else (self.high - self.low) / 2.0


def kpi_rows(
    team_id: uuid.UUID, *, period: Period | None = None, player_ids: Iterable[uuid.UUID] | None = None
) -> QuerySet[SessionKPI]:
    """Return the current figures of named players; whoever calls has checked that they may be asked for."""
    rows = SessionKPI.objects.filter(session__team_id=team_id, is_current=True, player__isnull=False)
    if period is not None:
        rows = rows.filter(session__start__gte=period.since, session__start__lt=period.until)
    if player_ids is not None:
        rows = rows.filter(player_id__in=list(player_ids))
    return rows.order_by()


def without_split_players(rows: QuerySet[SessionKPI]) -> tuple[QuerySet[SessionKPI], int]:
    """Leave out who has two rows in one session: two tracks that nobody has merged, each with a part of the truth.

    Returns:
        The other rows, and how many sessions of players were left out (one query).
    """
    split = list(rows.values_list("session_id", "player_id").annotate(tracks=Count("pk")).filter(tracks__gt=1))
    if len(split) > MAX_PAIRS:
        return rows.exclude(session_id__in={session_id for session_id, *_ in split}), len(split)
    for session_id, player_id, _ in split:
        rows = rows.exclude(session_id=session_id, player_id=player_id)
    return rows, len(split)


def by_bucket(bucket: Bucket, zone: str) -> Combinable:
    """Return the first day of the bucket that a session starts in, in the team's time zone."""
    return _TRUNC[bucket]("session__start", output_field=DateField(), tzinfo=ZoneInfo(zone))


def cells(rows: QuerySet[SessionKPI], metrics: Sequence[Metric], by: dict[str, Combinable]) -> list[list[Cell]]:
    """Add up the metrics in one query, grouped by `by` and by what makes figures comparable.

    Returns:
        The cells of each metric, in the metrics' order and units.
    """
    zones: Combinable = Value("")
    if any(metric.by_zones for metric in metrics):
        zones = KeyTextTransform("zones", "quality")
    named = {f"by{place}": expression for place, expression in enumerate(by.values())}
    grouped = rows.annotate(**named, zones=zones).values(*named, "catalogue_version", "grade", "synthetic", "zones")
    sums: dict[str, Any] = {"latest": Max("session__start")}
    for place, metric in enumerate(metrics):
        sums.update(_sums(place, metric))
    found = list(grouped.annotate(**sums))
    return [_folded(found, place, metric, len(named)) for place, metric in enumerate(metrics)]


def value_of(metric: Metric) -> dict[str, Combinable]:
    """Return the expressions of a metric's value and limits, `NULL` where it is not to be used."""
    if metric.column:
        value, low, high = (F(f"{metric.key}{end}") for end in ("", "_low", "_high"))
        return {
            "value": Case(When(Q(**{f"{metric.key}__range": FINITE}), then=value), output_field=FloatField()),
            "low": Case(When(Q(**{f"{metric.key}_low__range": FINITE}), then=low), output_field=FloatField()),
            "high": Case(When(Q(**{f"{metric.key}_high__range": FINITE}), then=high), output_field=FloatField()),
        }
    return {name: _in_groups(metric, name) for name in ("value", "low", "high")}


def _in_groups(metric: Metric, name: str) -> Combinable:
    """A number in `groups`; JSON's null, which SQLite would read as 0, is none."""
    place = f"groups__{metric.group}__{metric.key}"
    unusable = Q(**{f"{place}__implausible": True}) | Q(**{f"{place}__{name}": None})
    text = KeyTextTransform(name, KeyTransform(metric.key, KeyTransform(metric.group, "groups")))
    return Case(When(unusable, then=None), default=Cast(text, FloatField()), output_field=FloatField())


def _sums(place: int, metric: Metric) -> dict[str, Any]:
    parts = value_of(metric)
    value = parts["value"]
    return {
        f"n{place}": Count(value),
        f"total{place}": Sum(value),
        f"squares{place}": Sum(value * value, output_field=FloatField()),
        f"low{place}": Avg(parts["low"]),
        f"high{place}": Avg(parts["high"]),
        f"least{place}": Min(value),
        f"most{place}": Max(value),
    }


def _folded(found: list[dict[str, Any]], place: int, metric: Metric, keys: int) -> list[Cell]:
    """The cells of one metric; what the zones of another one had split is put together again."""
    parts: dict[tuple[Any, ...], list[Cell]] = {}
    for row in found:
        if row[f"n{place}"]:
            cell = _cell(row, place, metric, keys)
            parts.setdefault((cell.keys, cell.basis), []).append(cell)
    return [same[0] if len(same) == 1 else pooled(same) for same in parts.values()]


def _cell(row: dict[str, Any], place: int, metric: Metric, keys: int) -> Cell:
    factor = metric.scale.factor
    zones = (row["zones"] or "") if metric.by_zones else ""
    return Cell(
        keys=tuple(row[f"by{key}"] for key in range(keys)),
        basis=Basis(row["catalogue_version"], row["grade"], zones, row["synthetic"]),
        n=row[f"n{place}"],
        total=row[f"total{place}"] * factor,
        squares=row[f"squares{place}"] * factor**2,
        low=_times(row[f"low{place}"], factor),
        high=_times(row[f"high{place}"], factor),
        least=row[f"least{place}"] * factor,
        most=row[f"most{place}"] * factor,
        latest=row["latest"],
    )


def pooled(same: Sequence[Cell]) -> Cell:
    """Put cells of one basis together under the keys of the first."""
    n = sum(cell.n for cell in same)
    return Cell(
        keys=same[0].keys,
        basis=same[0].basis,
        n=n,
        total=sum(cell.total for cell in same),
        squares=sum(cell.squares for cell in same),
        low=_weighted([(cell.low, cell.n) for cell in same]),
        high=_weighted([(cell.high, cell.n) for cell in same]),
        least=min(cell.least for cell in same),
        most=max(cell.most for cell in same),
        latest=max(cell.latest for cell in same),
    )


def _weighted(parts: Sequence[tuple[float | None, int]]) -> float | None:
    known = [(value, n) for value, n in parts if value is not None]
    return sum(value * n for value, n in known) / sum(n for _, n in known) if known else None


def _times(value: float | None, factor: float) -> float | None:
    return None if value is None else value * factor
