"""One player over time: figures session by session, records, load, left and right, where they were."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypedDict

from django.db.models import F
from django.db.models.fields.json import KeyTextTransform, KeyTransform

from apps.accounts.models import Player
from apps.dashboard.metrics import BEST_KEYS, Metric, MetricText
from apps.dashboard.periods import Period
from apps.dashboard.selectors.comparable import Comparable, choose_basis, comparable, of_basis, why_not
from apps.dashboard.selectors.facts import Basis, Cell, kpi_rows, value_of, without_split_players
from apps.dashboard.selectors.figures import Figure, absent, figure, mean_figure
from apps.dashboard.selectors.team_load import Load, load_of
from apps.dashboard.statistics.effects import Sample
from vision.kpi.catalogue import CATALOGUE_VERSION

MOST_ROWS = 3000
"""Sessions of a player that a page looks back on: ten years of almost daily training."""
NEVER = "No session with this figure yet."


class PlayerPoint(TypedDict):
    """A figure of one session; `reason` where it is not comparable with the others."""

    session_id: str
    start: datetime
    title: str
    value: float
    low: float | None
    high: float | None
    grade: str | None
    synthetic: bool
    comparable: bool
    reason: str | None


class Best(TypedDict):
    """A personal best over all time; `clear` where its interval lies above that of the next best."""

    value: float
    unit: str
    low: float | None
    high: float | None
    grade: str | None
    session_id: str
    start: datetime
    clear: bool | None


class PlayerMetric(TypedDict):
    """One metric of a player."""

    metric: MetricText
    comparable: Comparable
    points: list[PlayerPoint]
    latest: Figure
    mean: Figure
    best: Best | None
    best_absent: str | None


class Doubt(TypedDict):
    """A session in which the player's track may show somebody else in turn."""

    session_id: str
    start: datetime
    title: str
    identity_doubt: float
    doubtful_s: list[float]


class HeatMapRef(TypedDict):
    """Where the newest heat map is."""

    session_id: str
    start: datetime
    url: str


class PlayerPage(TypedDict):
    """Everything that is the same for whoever may read it."""

    metrics: list[PlayerMetric]
    doubts: list[Doubt]
    asymmetries: list[PlayerMetric]
    asymmetries_absent: str | None
    heat_map: HeatMapRef | None
    heat_map_absent: str | None
    load: Load


@dataclass(frozen=True, slots=True)
class Fact:
    """A figure of one session of the player, in the unit that was asked for."""

    session_id: uuid.UUID
    start: datetime
    title: str
    basis: Basis
    value: float
    low: float | None
    high: float | None

    def cell(self) -> Cell:
        """As a cell of its own."""
        return Cell(
            keys=(self.session_id,),
            basis=self.basis,
            n=1,
            total=self.value,
            squares=self.value**2,
            low=self.low,
            high=self.high,
            least=self.value,
            most=self.value,
            latest=self.start,
        )


def player_page(player: Player, period: Period, metrics: Sequence[Metric], left_right: Sequence[Metric]) -> PlayerPage:
    """Return a player's page (six queries, however many sessions)."""
    found, split = _rows(player, [*metrics, *left_right])
    facts = [
        [_fact(row, place, metric) for row in found if row[f"value{place}"] is not None]
        for place, metric in enumerate([*metrics, *left_right])
    ]
    told = [_metric(metric, of, period, split=split) for metric, of in zip([*metrics, *left_right], facts, strict=True)]
    sides = [entry for entry in told[len(metrics) :] if entry["points"]]
    heat_map = _heat_map(player, period)
    return PlayerPage(
        metrics=told[: len(metrics)],
        doubts=[_doubt(row) for row in found if row["doubtful"] and period.since <= row["start"] < period.until],
        asymmetries=sides,
        asymmetries_absent=None if sides else "No session of this period measured left against right.",
        heat_map=heat_map,
        heat_map_absent=None if heat_map else "No session of this period has positions on a pitch.",
        load=load_of([player], period),
    )


def _rows(player: Player, metrics: Sequence[Metric]) -> tuple[list[dict[str, Any]], int]:
    """Every current row of the player, newest first, and how many are split over two tracks (two queries)."""
    rows, split = without_split_players(kpi_rows(player.team_id, player_ids=[player.pk]))
    named = {
        f"{name}{place}": expression
        for place, metric in enumerate(metrics)
        for name, expression in value_of(metric).items()
    }
    columns = ("session_id", "catalogue_version", "grade", "synthetic")
    found = list(
        rows.annotate(
            start=F("session__start"),
            title=F("session__title"),
            zones=KeyTextTransform("zones", "quality"),
            doubt=KeyTransform("identity_doubt", "quality"),
            doubtful=KeyTransform("doubtful_s", "quality"),
            **named,
        )
        .order_by("-start", "pk")
        .values(*columns, "start", "title", "zones", "doubt", "doubtful", *named)[:MOST_ROWS]
    )
    return found, split


def _doubt(row: dict[str, Any]) -> Doubt:
    return Doubt(
        session_id=str(row["session_id"]),
        start=row["start"],
        title=row["title"],
        identity_doubt=row["doubt"],
        doubtful_s=row["doubtful"],
    )


def _fact(row: dict[str, Any], place: int, metric: Metric) -> Fact:
    factor = metric.scale.factor
    low, high = row[f"low{place}"], row[f"high{place}"]
    return Fact(
        session_id=row["session_id"],
        start=row["start"],
        title=row["title"],
        basis=Basis(
            row["catalogue_version"], row["grade"], (row["zones"] or "") if metric.by_zones else "", row["synthetic"]
        ),
        value=row[f"value{place}"] * factor,
        low=None if low is None else low * factor,
        high=None if high is None else high * factor,
    )


def _metric(metric: Metric, facts: Sequence[Fact], period: Period, *, split: int) -> PlayerMetric:
    within = [fact for fact in facts if period.since <= fact.start < period.until]
    cells = [fact.cell() for fact in within]
    basis = choose_basis(cells)
    used = of_basis(cells, basis)
    best = _best(metric, facts)
    return PlayerMetric(
        metric=metric.text(),
        comparable=comparable(cells, basis, split=split),
        points=[_point(fact, basis) for fact in reversed(within)],
        latest=_latest(metric, within),
        mean=_mean(metric, used),
        best=best,
        best_absent=None if best else (NEVER if metric.key in BEST_KEYS else "Higher is not better here."),
    )


def _point(fact: Fact, basis: Basis | None) -> PlayerPoint:
    same = fact.basis == basis
    return PlayerPoint(
        session_id=str(fact.session_id),
        start=fact.start,
        title=fact.title,
        value=fact.value,
        low=fact.low,
        high=fact.high,
        grade=fact.basis.grade or None,
        synthetic=fact.basis.synthetic,
        comparable=same,
        reason=None if same or basis is None else why_not(fact.basis, basis),
    )


def _latest(metric: Metric, within: Sequence[Fact]) -> Figure:
    if not within:
        return absent("No session with this figure in the period.", metric.scale.unit)
    newest = within[0]
    limits = None if newest.low is None or newest.high is None else (newest.low, newest.high)
    return figure(newest.value, metric.scale.unit, 1, limits=limits)


def _mean(metric: Metric, used: Sequence[Cell]) -> Figure:
    if not used:
        return absent("No comparable figures in the period.", metric.scale.unit)
    return mean_figure(Sample.of([cell.mean for cell in used]), metric)


def _best(metric: Metric, facts: Sequence[Fact]) -> Best | None:
    """The highest figure of all time under the newest definitions; made-up movement counts only where all is."""
    if metric.key not in BEST_KEYS or not facts:
        return None
    versions = [fact.basis.catalogue_version for fact in facts]
    version = CATALOGUE_VERSION if CATALOGUE_VERSION in versions else versions[0]
    same = [fact for fact in facts if fact.basis.catalogue_version == version]
    films = [fact for fact in same if not fact.basis.synthetic] or same
    zones = next(fact.basis.zones for fact in films)
    ranked = sorted((fact for fact in films if fact.basis.zones == zones), key=lambda fact: -fact.value)
    best = ranked[0]
    clear = None
    if len(ranked) > 1 and best.low is not None and ranked[1].high is not None:
        clear = best.low > ranked[1].high
    return Best(
        value=best.value,
        unit=metric.scale.unit,
        low=best.low,
        high=best.high,
        grade=best.basis.grade or None,
        session_id=str(best.session_id),
        start=best.start,
        clear=clear,
    )


def _heat_map(player: Player, period: Period) -> HeatMapRef | None:
    rows = kpi_rows(player.team_id, period=period, player_ids=[player.pk])
    newest = (
        rows.filter(details__heat_map__x_edges_m__isnull=False)
        .order_by("-session__start", "pk")
        .values_list("session_id", "session__start")
        .first()
    )
    if newest is None:
        return None
    session_id, start = newest
    url = f"/api/dashboard/player/{player.pk}/heat-map?session_id={session_id}"
    return HeatMapRef(session_id=str(session_id), start=start, url=url)
