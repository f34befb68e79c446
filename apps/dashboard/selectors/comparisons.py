"""Players beside players, sessions beside sessions: values, places in the team, differences, effect sizes."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TypedDict

from django.db.models import F

from apps.dashboard.metrics import Metric, MetricText
from apps.dashboard.periods import Period
from apps.dashboard.selectors.comparable import Comparable, choose_basis, comparable, of_basis
from apps.dashboard.selectors.facts import Cell, cells, kpi_rows, pooled, without_split_players
from apps.dashboard.selectors.figures import Figure, absent, figure, mean_figure
from apps.dashboard.statistics.effects import (
    EFFECT_SOURCE,
    Interval,
    Sample,
    hedges_g,
    hedges_g_paired,
    mean_difference,
    percentile,
    z_score,
)

LEAST_IN_TEAM = 5
"""Players (or sessions) that a place among them needs."""
LEAST_OF_EACH = 5
"""Sessions of each player (or players in both sessions) that an effect size needs."""
NO_SPREAD = "Not assessed: all figures are the same."


class ComparedValue(TypedDict):
    """One player's or session's figure; `own_interval` is half of the figures' own 90 % interval."""

    id: str
    value: Figure
    own_interval: float | None
    z_score: Figure
    percentile: Figure


class ComparedPair(TypedDict):
    """Second less first."""

    first: str
    second: str
    difference: Figure
    effect: Figure
    effect_kind: str
    distinguishable: bool | None
    text: str


class Comparison(TypedDict):
    """One metric of several players or sessions."""

    metric: MetricText
    comparable: Comparable
    values: list[ComparedValue]
    pairs: list[ComparedPair]
    team: Figure
    effect_source: str


@dataclass(frozen=True, slots=True)
class ComparisonQuery:
    """What is asked: of one team, in a period, by which metrics."""

    team_id: uuid.UUID
    metrics: Sequence[Metric]
    period: Period


def compare_players(query: ComparisonQuery, player_ids: Sequence[uuid.UUID], *, among_team: bool) -> list[Comparison]:
    """Compare players over the period (two queries).

    Args:
        among_team: tell their places among all players too; not to somebody who reads only their own figures.
    """
    rows = kpi_rows(query.team_id, period=query.period, player_ids=None if among_team else player_ids)
    rows, split = without_split_players(rows)
    found = cells(rows, query.metrics, {"player": F("player_id")})
    return [_of_players(metric, of, player_ids, split=split) for metric, of in zip(query.metrics, found, strict=True)]


def _of_players(metric: Metric, found: Sequence[Cell], player_ids: Sequence[uuid.UUID], *, split: int) -> Comparison:
    basis = choose_basis([cell for cell in found if cell.keys[0] in player_ids])
    used = {cell.keys[0]: cell for cell in of_basis(found, basis)}
    asked = [cell for cell in found if cell.keys[0] in player_ids]
    among = [cell.mean for cell in used.values()]
    return Comparison(
        metric=metric.text(),
        comparable=comparable(asked, basis, split=split),
        values=[_value(str(key), used.get(key), among, metric, "players") for key in player_ids],
        pairs=[_pair_of_players(a, b, used, metric) for a, b in combinations(player_ids, 2)],
        team=_team(among, metric),
        effect_source=EFFECT_SOURCE,
    )


def compare_sessions(
    query: ComparisonQuery, session_ids: Sequence[uuid.UUID], player_ids: Sequence[uuid.UUID] | None
) -> list[Comparison]:
    """Compare sessions by the players in them, each among the team's sessions of the period (four queries).

    Args:
        player_ids: whose figures; `None` for everybody's.
    """
    asked = kpi_rows(query.team_id, player_ids=player_ids).filter(session_id__in=list(session_ids))
    asked, split = without_split_players(asked)
    by_player = cells(asked, query.metrics, {"session": F("session_id"), "player": F("player_id")})
    team, _ = without_split_players(kpi_rows(query.team_id, period=query.period, player_ids=player_ids))
    by_session = cells(team, query.metrics, {"session": F("session_id")})
    return [
        _of_sessions(metric, mine, others, session_ids, split=split)
        for metric, mine, others in zip(query.metrics, by_player, by_session, strict=True)
    ]


def _of_sessions(
    metric: Metric, mine: Sequence[Cell], others: Sequence[Cell], session_ids: Sequence[uuid.UUID], *, split: int
) -> Comparison:
    basis = choose_basis(mine)
    used: dict[uuid.UUID, dict[uuid.UUID, Cell]] = {key: {} for key in session_ids}
    for cell in of_basis(mine, basis):
        used[cell.keys[0]][cell.keys[1]] = cell
    means = {cell.keys[0]: cell.mean for cell in of_basis(others, basis)}
    means |= {key: Sample.of([cell.mean for cell in of.values()]).mean for key, of in used.items() if of}
    among = list(means.values())
    return Comparison(
        metric=metric.text(),
        comparable=comparable(mine, basis, split=split),
        values=[_value(str(key), _of_session(used[key]), among, metric, "sessions") for key in session_ids],
        pairs=[_pair_of_sessions((a, used[a]), (b, used[b]), metric) for a, b in combinations(session_ids, 2)],
        team=_team(among, metric),
        effect_source=EFFECT_SOURCE,
    )


def _of_session(players: Mapping[uuid.UUID, Cell]) -> Cell | None:
    return pooled(list(players.values())) if players else None


def _value(key: str, cell: Cell | None, among: Sequence[float], metric: Metric, kind: str) -> ComparedValue:
    unit = metric.scale.unit
    if cell is None:
        reason = "No comparable figure here."
        nothing = absent(reason, "")
        return ComparedValue(
            id=key, value=absent(reason, unit), own_interval=None, z_score=nothing, percentile=absent(reason, "%")
        )
    return ComparedValue(
        id=key,
        value=mean_figure(cell.sample, metric),
        own_interval=cell.half_width,
        z_score=_place(cell.mean, among, "", kind),
        percentile=_place(cell.mean, among, "%", kind),
    )


def _place(value: float, among: Sequence[float], unit: str, kind: str) -> Figure:
    if len(among) < LEAST_IN_TEAM:
        reason = f"Not assessed: a place in the team needs {LEAST_IN_TEAM} {kind} with comparable figures; "
        return absent(f"{reason}there are {len(among)}.", unit, len(among))
    if unit:
        return figure(percentile(value, among), unit, len(among))
    score = z_score(value, Sample.of(among))
    return absent(NO_SPREAD, unit, len(among)) if score is None else figure(score, unit, len(among))


def _team(among: Sequence[float], metric: Metric) -> Figure:
    if not among:
        return absent("Nobody has comparable figures in this period.", metric.scale.unit)
    return mean_figure(Sample.of(among), metric)


def _pair_of_players(a: uuid.UUID, b: uuid.UUID, used: Mapping[uuid.UUID, Cell], metric: Metric) -> ComparedPair:
    first, second = used.get(a), used.get(b)
    n = min(first.n if first else 0, second.n if second else 0)
    if first is None or second is None or n < LEAST_OF_EACH:
        what = f"{LEAST_OF_EACH} comparable sessions of each are needed"
        return _unassessed((a, b), n, what, metric, "hedges_g")
    difference = mean_difference(first.sample, second.sample)
    effect = hedges_g(first.sample, second.sample)
    return _assessed((a, b), (difference, effect), _own(first, second), n, metric, "hedges_g")


def _pair_of_sessions(
    a: tuple[uuid.UUID, Mapping[uuid.UUID, Cell]], b: tuple[uuid.UUID, Mapping[uuid.UUID, Cell]], metric: Metric
) -> ComparedPair:
    """Compare by the players who were in both: each with themselves."""
    both = [(a[1][key], b[1][key]) for key in a[1] if key in b[1]]
    ids = (a[0], b[0])
    if len(both) < LEAST_OF_EACH:
        what = f"{LEAST_OF_EACH} players with comparable figures in both are needed"
        return _unassessed(ids, len(both), what, metric, "hedges_g_paired")
    changes = Sample.of([second.mean - first.mean for first, second in both])
    limits = changes.interval() or (changes.mean, changes.mean)
    difference = Interval(changes.mean, *limits)
    own = [width for width in (_own(first, second) for first, second in both) if width is not None]
    width = sum(own) / len(own) if own else None
    return _assessed(ids, (difference, hedges_g_paired(changes)), width, len(both), metric, "hedges_g_paired")


def _own(first: Cell, second: Cell) -> float | None:
    """Half width of the 90 % interval of a difference, from the figures' own."""
    if first.half_width is None or second.half_width is None:
        return None
    return math.hypot(first.half_width, second.half_width)


def _unassessed(ids: tuple[uuid.UUID, uuid.UUID], n: int, needed: str, metric: Metric, kind: str) -> ComparedPair:
    reason = f"Not assessed: {needed}; there are {n}."
    return ComparedPair(
        first=str(ids[0]),
        second=str(ids[1]),
        difference=absent(reason, metric.scale.unit, n),
        effect=absent(reason, "", n),
        effect_kind=kind,
        distinguishable=None,
        text=reason,
    )


def _assessed(
    ids: tuple[uuid.UUID, uuid.UUID],
    found: tuple[Interval | None, Interval | None],
    own: float | None,
    n: int,
    metric: Metric,
    kind: str,
) -> ComparedPair:
    difference, effect = found
    unit = metric.scale.unit
    if difference is None:
        return _unassessed(ids, n, "figures that spread are needed", metric, kind)
    clear = difference.low > 0 or difference.high < 0
    distinguishable = None if own is None else clear and abs(difference.value) > own
    return ComparedPair(
        first=str(ids[0]),
        second=str(ids[1]),
        difference=figure(difference.value, unit, n, limits=(difference.low, difference.high)),
        effect=absent(NO_SPREAD, "", n)
        if effect is None
        else figure(effect.value, "", n, limits=(effect.low, effect.high)),
        effect_kind=kind,
        distinguishable=distinguishable,
        text=_words(difference, own, unit, distinguishable=distinguishable, clear=clear),
    )


def _words(difference: Interval, own: float | None, unit: str, *, distinguishable: bool | None, clear: bool) -> str:
    told = f"second {difference.value:+.3g} {unit}".strip() + " against the first"
    if not clear:
        return f"No clear difference: {told}, and its 95 % interval holds zero."
    if own is None:
        return f"Not assessed: {told}, but the figures' own interval is unknown."
    width = f"{own:.3g} {unit}".strip()
    if not distinguishable:
        return f"No difference to speak of: {told}, within the figures' own interval of ±{width}."
    return f"Beyond the figures' own interval of ±{width}: {told}."
