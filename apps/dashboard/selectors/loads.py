"""Training load as entered (effort 0-10 × minutes), described and never judged.

Nothing here predicts an injury (Impellizzeri 2020). A session whose effort nobody entered makes the days around it
"not assessed": counted as rest it would make the load look lighter than it was.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

from apps.accounts.models import Player
from apps.dashboard.periods import Period, local_day, midnight
from apps.dashboard.selectors.figures import Figure, absent, figure
from apps.sessions.selectors import PlayerLoad, player_loads, unattributed_loads
from vision.kpi.load import DAYS_PER_WEEK, LoadParams, LoadSummary, daily_loads, ewma, session_load, summarise

Floats = NDArray[np.float64]
AU = "AU"
SHARE = "share"
RUN_IN_DAYS = 84
"""Days before the period that the smoothed lines start from: what came earlier weighs below 0.3 % in them."""
YOUNG = 14
"""Below this age effort is judged poorly (Teixeira)."""
NOBODY = "Nobody has entered how hard the sessions felt (effort 0-10)."
DESCRIPTION = (
    "Effort (0-10) times minutes, summed by day. Smoothed lines are exponential means over 7 and 28 days, the ratio "
    "compares the last week with the three before it (uncoupled). This describes training; it does not predict injury."
)
SOURCES = (
    "Foster 1998 (session load, monotony > 2.0, strain > 6000 AU)",
    "Williams 2017 (exponential means)",
    "Impellizzeri 2020 (why ratios do not predict injury)",
)


class LoadPerson(TypedDict):
    """Whose load."""

    id: str
    display_name: str


class LoadLinePoint(TypedDict):
    """One day: mean over the `n` players of whom it is known."""

    date: date
    load: float | None
    acute: float | None
    chronic: float | None
    n: int


class PlayerLoadText(TypedDict):
    """One player's load on the last day."""

    player: LoadPerson
    days: int
    low_trust: bool
    week: Figure
    previous_week: Figure
    change: Figure
    monotony: Figure
    strain: Figure
    ratio: Figure
    flags: list[str]


@dataclass(frozen=True, slots=True)
class DailyLoad:
    """One player's days up to `until`.

    Attributes:
        first: day of the first known load; `None` where none is known.
        loads: `(D,)` sum of each day from `first` to `until` [AU].
        unknown: `(D,)` sessions of each day whose effort or minutes nobody entered.
        sessions: `(D,)` sessions of each day.
    """

    first: date | None
    until: date
    loads: Floats
    unknown: Floats
    sessions: Floats

    def gap_within(self, days: int, *, back: int = 0) -> int:
        """Sessions without effort in the `days` days that end `back` days before the last."""
        end = len(self.unknown) - back
        return int(self.unknown[max(end - days, 0) : max(end, 0)].sum())

    def coverage(self, days: int, *, back: int = 0) -> float | None:
        """Share of those days' sessions whose load is known."""
        end = len(self.sessions) - back
        all_of_them = float(self.sessions[max(end - days, 0) : max(end, 0)].sum())
        return 1.0 - self.gap_within(days, back=back) / all_of_them if all_of_them else None


def read_loads(player_ids: Iterable[uuid.UUID], period: Period) -> dict[uuid.UUID, list[PlayerLoad]]:
    """Return who took part in what, from before the period (the lines' run-in) to its end.

    A session of the team of which nobody said who was there is an unknown load of each player, not a day of rest.
    """
    since = midnight(period.start - timedelta(days=RUN_IN_DAYS), period.zone)
    wanted = set(player_ids)
    found: dict[uuid.UUID, list[PlayerLoad]] = {}
    rows = [*player_loads(wanted, since, period.until), *unattributed_loads(wanted, since, period.until)]
    for row in rows:
        found.setdefault(row.player_id, []).append(row)
    return found


def last_day(rows: Mapping[uuid.UUID, Sequence[PlayerLoad]], period: Period, today: date) -> date:
    """Return the last day that is told: today only where something was entered for it already."""
    if period.end < today:
        return period.end
    entered = any(
        local_day(row.start, period.zone) == today and row.rpe is not None for of in rows.values() for row in of
    )
    return today if entered else today - timedelta(days=1)


def by_day(rows: Sequence[PlayerLoad], until: date, zone: str) -> DailyLoad:
    """Add one player's sessions up by the days of the team's time zone."""
    known = [
        (local_day(row.start, zone), session_load(row.rpe, row.minutes))
        for row in rows
        if row.rpe is not None and row.minutes is not None
    ]
    days = [day for day, _ in known if day <= until]
    if not days:
        return DailyLoad(None, until, np.zeros(0), np.zeros(0), np.zeros(0))
    first = min(days)
    unknown = [(local_day(row.start, zone), 1.0) for row in rows if row.rpe is None or row.minutes is None]
    everything = [(day, 1.0) for day, _ in known] + unknown
    return DailyLoad(first, until, *(daily_loads(entries, first, until) for entries in (known, unknown, everything)))


def player_text(player: Player, daily: DailyLoad, params: LoadParams) -> PlayerLoadText:
    """Say what one player's load is, each part only where the days behind it are complete."""
    summary = summarise(daily.loads, params)
    age = player.age_years_on(daily.until)
    whole = _missing(daily, DAYS_PER_WEEK, 0) is None
    both = whole and _missing(daily, DAYS_PER_WEEK, DAYS_PER_WEEK) is None
    flags = [flag for flag in summary["flags"] if (both if flag == "week_change" else whole)]
    return PlayerLoadText(
        player=LoadPerson(id=str(player.pk), display_name=player.display_name),
        days=summary["days"],
        low_trust=age is not None and age < YOUNG,
        week=_week(daily, summary["week_load"], 0),
        previous_week=_week(daily, summary["previous_week_load"], DAYS_PER_WEEK),
        change=_change(daily, summary),
        monotony=_monotony(daily, summary),
        strain=_strain(daily, summary),
        ratio=_ratio(daily, summary, params),
        flags=flags,
    )


def _missing(daily: DailyLoad, days: int, back: int) -> str | None:
    """Why these days cannot be told, or `None`."""
    if daily.first is None:
        return NOBODY
    if len(daily.loads) < days + back:
        return f"Needs {days + back} days since the first entered session; there are {len(daily.loads)}."
    gap = daily.gap_within(days, back=back)
    if gap:
        what = "1 session has" if gap == 1 else f"{gap} sessions have"
        return f"{what} no effort or minutes entered in these {days} days; the load would read too low."
    return None


def _week(daily: DailyLoad, load: float | None, back: int) -> Figure:
    reason = _missing(daily, DAYS_PER_WEEK, back)
    coverage = daily.coverage(DAYS_PER_WEEK, back=back)
    if reason is not None or load is None:
        return absent(reason or NOBODY, AU, coverage=coverage)
    end = len(daily.sessions) - back
    n = int(daily.sessions[end - DAYS_PER_WEEK : end].sum())
    return figure(load, AU, n, coverage=1.0 if coverage is None else coverage)


def _change(daily: DailyLoad, summary: LoadSummary) -> Figure:
    reason = _missing(daily, DAYS_PER_WEEK, 0) or _missing(daily, DAYS_PER_WEEK, DAYS_PER_WEEK)
    if reason is None and summary["week_change"] is None:
        reason = "The week before had no load to compare with."
    if reason is not None or summary["week_change"] is None:
        return absent(reason or NOBODY, SHARE)
    return figure(summary["week_change"], SHARE, 2 * DAYS_PER_WEEK)


def _monotony(daily: DailyLoad, summary: LoadSummary) -> Figure:
    reason = _missing(daily, DAYS_PER_WEEK, 0)
    if reason is None and summary["monotony"] is None:
        reason = (
            "Every day had the same load: undefined (highest monotony)." if summary["week_load"] else "A week of rest."
        )
    if reason is not None or summary["monotony"] is None:
        return absent(reason or NOBODY, "")
    return figure(summary["monotony"], "", DAYS_PER_WEEK)


def _strain(daily: DailyLoad, summary: LoadSummary) -> Figure:
    if summary["strain"] is None or _missing(daily, DAYS_PER_WEEK, 0):
        return absent(_monotony(daily, summary)["absent"] or NOBODY, AU)
    return figure(summary["strain"], AU, DAYS_PER_WEEK)


def _ratio(daily: DailyLoad, summary: LoadSummary, params: LoadParams) -> Figure:
    reason = _missing(daily, params.chronic_days, 0)
    if reason is None and summary["uncoupled_ratio"] is None:
        reason = "The three weeks before had no load to compare with."
    if reason is not None or summary["uncoupled_ratio"] is None:
        return absent(reason or NOBODY, "")
    return figure(summary["uncoupled_ratio"], "", params.chronic_days)


def line_points(dailies: Sequence[DailyLoad], start: date, params: LoadParams) -> list[LoadLinePoint]:
    """Return the lines day by day: each the mean over the players of whom it is known."""
    lines = [_lines(daily, params) for daily in dailies if daily.first is not None]
    if not lines:
        return []
    until = dailies[0].until
    days = [start + timedelta(days=back) for back in range((until - start).days + 1)]
    stacked = np.full((len(lines), 3, len(days)), np.nan)
    for place, (first, columns) in enumerate(lines):
        offset = (first - start).days
        kept = columns[:, max(-offset, 0) :]
        stacked[place, :, len(days) - kept.shape[1] :] = kept
    n = np.isfinite(stacked).sum(axis=0)
    means = np.nansum(stacked, axis=0) / np.where(n, n, 1)
    return [
        LoadLinePoint(
            date=day,
            load=float(means[0, at]) if n[0, at] else None,
            acute=float(means[1, at]) if n[1, at] else None,
            chronic=float(means[2, at]) if n[2, at] else None,
            n=int(n[0, at]),
        )
        for at, day in enumerate(days)
    ]


def _lines(daily: DailyLoad, params: LoadParams) -> tuple[date, Floats]:
    """First day, and `(3, D)` daily load and its two means; NaN where a session within their span is unknown."""
    assert daily.first is not None  # noqa: S101 - the caller has looked
    gaps = np.concatenate([[0.0], np.cumsum(daily.unknown)])
    day = np.arange(len(daily.loads)) + 1

    def known(span: int) -> NDArray[np.bool_]:
        return np.asarray(gaps[day] - gaps[np.maximum(day - span, 0)] == 0)

    load = np.where(known(1), daily.loads, np.nan)
    acute = np.where(
        known(params.acute_days) & (day >= params.acute_days), ewma(daily.loads, params.acute_days), np.nan
    )
    chronic = ewma(daily.loads, params.chronic_days)
    chronic = np.where(known(params.chronic_days) & (day >= params.chronic_days), chronic, np.nan)
    return daily.first, np.stack([load, acute, chronic])
