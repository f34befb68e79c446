"""The load of several players together: means over those whose days are complete, and who stands out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TypedDict

from apps.accounts.models import Player
from apps.dashboard.periods import Period, today_in
from apps.dashboard.selectors.figures import Figure, absent, figure
from apps.dashboard.selectors.loads import (
    AU,
    DESCRIPTION,
    NOBODY,
    SHARE,
    SOURCES,
    LoadLinePoint,
    PlayerLoadText,
    by_day,
    last_day,
    line_points,
    player_text,
    read_loads,
)
from vision.kpi.load import DAYS_PER_WEEK, LoadParams


class LoadFlag(TypedDict):
    """A mark from the load rules, in words: what was met, and by how many players."""

    kind: str
    threshold: float
    players: int
    text: str


class Load(TypedDict):
    """Load of a team or of one player."""

    until: date
    days: int
    week: Figure
    previous_week: Figure
    change: Figure
    monotony: Figure
    strain: Figure
    flags: list[LoadFlag]
    lines: list[LoadLinePoint]
    players: list[PlayerLoadText]
    description: str
    sources: list[str]


def load_of(players: Sequence[Player], period: Period) -> Load:
    """Return the load of players up to the last day of the period (three queries)."""
    params = LoadParams()
    rows = read_loads([player.pk for player in players], period)
    until = last_day(rows, period, today_in(period.zone))
    dailies = [by_day(rows.get(player.pk, []), until, period.zone) for player in players]
    there = [(player, daily) for player, daily in zip(players, dailies, strict=True) if daily.first is not None]
    texts = [player_text(player, daily, params) for player, daily in there]
    return Load(
        until=until,
        days=max((text["days"] for text in texts), default=0),
        week=_mean([text["week"] for text in texts], AU, len(players)),
        previous_week=_mean([text["previous_week"] for text in texts], AU, len(players)),
        change=_change(texts, len(players)),
        monotony=_mean([text["monotony"] for text in texts], "", len(players)),
        strain=_mean([text["strain"] for text in texts], AU, len(players)),
        flags=_flags(texts, params),
        lines=line_points([daily for _, daily in there], period.start, params),
        players=texts,
        description=DESCRIPTION,
        sources=list(SOURCES),
    )


def _mean(parts: Sequence[Figure], unit: str, players: int) -> Figure:
    """Mean over the players of whom it is known; `coverage` is their share of all players."""
    known = [part["value"] for part in parts if part["value"] is not None]
    if not known:
        return absent(next((part["absent"] for part in parts if part["absent"]), None) or NOBODY, unit)
    return figure(sum(known) / len(known), unit, len(known), coverage=len(known) / players)


def _change(texts: Sequence[PlayerLoadText], players: int) -> Figure:
    """Change of the summed load of those of whom both weeks are known."""
    both = [
        (text["week"]["value"], text["previous_week"]["value"])
        for text in texts
        if text["week"]["value"] is not None and text["previous_week"]["value"] is not None
    ]
    now, before = sum(week or 0.0 for week, _ in both), sum(previous or 0.0 for _, previous in both)
    if not both:
        reasons = [text["change"]["absent"] for text in texts if text["change"]["absent"]]
        return absent(reasons[0] if reasons else NOBODY, SHARE)
    if before == 0:
        return absent("The week before had no load to compare with.", SHARE, len(both))
    return figure((now - before) / before, SHARE, len(both), coverage=len(both) / players)


def _flags(texts: Sequence[PlayerLoadText], params: LoadParams) -> list[LoadFlag]:
    rules = (
        ("monotony", params.monotony_flag, f"monotony above {params.monotony_flag:g} or undefined (Foster)"),
        ("strain", params.strain_flag_au, f"strain above {params.strain_flag_au:g} AU (Foster)"),
        (
            "week_change",
            params.change_flag,
            f"a week more than {params.change_flag:.0%} above the one before, "
            f"with at least {params.change_min_weeks * DAYS_PER_WEEK} days of data",
        ),
    )
    flags = []
    for kind, threshold, text in rules:
        players = sum(kind in entry["flags"] for entry in texts)
        if players:
            flags.append(LoadFlag(kind=kind, threshold=threshold, players=players, text=text))
    return flags
