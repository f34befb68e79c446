"""The nearest event that the rules allow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.safety.inputs import Entry, Intensity, Kind
from apps.safety.rules.case import Case
from apps.safety.rules.judge import first_refusal

INCURABLE = frozenset({"pain", "fever", "heat_cancel"})
"""What no other day, length or content of the event cures."""


@dataclass(frozen=True, slots=True)
class SearchParams:
    """Where an alternative is looked for.

    Attributes:
        days: so many days later at most, at the same time of day: three weeks reach past the longest pause of a rule.
        shares: of the length, when a week has no room for all of it.
        shortest_min: a session below it is not worth the way there [min].
        step_min: a shortened session lasts a multiple of it, as coaches plan [min].
    """

    days: int = 21
    shares: tuple[float, ...] = (0.75, 0.5)
    shortest_min: float = 30.0
    step_min: float = 5.0


def nearest_allowed(case_of: Callable[[Entry], Case], entry: Entry, params: SearchParams) -> Entry | None:
    """The first allowed of: the event made gentler, then shorter, then both on the days that follow."""
    for days in range(params.days + 1):
        moved = _moved(entry, days)
        if moved is None:
            continue
        candidates = list(dict.fromkeys(_variants(case_of(moved), params)))
        # Each is gentler than the one before in every way, so a day that refuses the last refuses all.
        refusal = first_refusal(case_of(candidates[-1]))
        if refusal in INCURABLE:
            return None
        if refusal is None:
            return next(found for found in candidates if first_refusal(case_of(found)) is None)
    return None


def _variants(case: Case, params: SearchParams) -> Iterator[Entry]:
    entry = case.entry
    yield entry
    gentle = _gentle(case)
    yield gentle
    if entry.kind is Kind.MATCH:
        return
    yield replace(gentle, headers=0)
    for share in params.shares:
        minutes = _minutes(gentle) * share // params.step_min * params.step_min
        if minutes >= params.shortest_min:
            yield replace(gentle, headers=0, end=_end_after(gentle, minutes))


def _gentle(case: Case) -> Entry:
    """The event within all limits that concern it alone."""
    entry = case.entry
    limits = {
        rule: None if band is None else band.edges
        for rule in ("half_length", "match_minutes_day", "heading", "session_minutes")
        for band in [case.policy.band_for_group(rule, case.group)]
    }
    if entry.kind is Kind.MATCH:
        daily = "tournament_minutes" if entry.tournament else "minutes"
        return replace(
            entry,
            half_minutes=_at_most(entry.half_minutes, (limits["half_length"] or {}).get("minutes")),
            match_minutes=_at_most(entry.match_minutes, (limits["match_minutes_day"] or {}).get(daily)),
            conditioning=False,
        )
    heading = (limits["heading"] or {}).get("headers")
    longest = [(limits["session_minutes"] or {}).get("minutes"), _heat_minutes(case)]
    minutes = min((limit for limit in longest if limit is not None), default=_minutes(entry))
    return replace(
        entry,
        end=_end_after(entry, minutes) if minutes < _minutes(entry) else entry.end,
        intensity=Intensity.MODERATE if entry.intensity is Intensity.HIGH else entry.intensity,
        headers=entry.headers if entry.headers is None or heading is None else min(entry.headers, int(heading)),
        head_contact=False,
        conditioning=False,
    )


def _heat_minutes(case: Case) -> float | None:
    if case.entry.wbgt_c is None:
        return None
    band = case.policy.band_for_heat("heat_duration", case.entry.wbgt_c)
    return None if band is None else band["minutes"]


def _at_most(value: float | None, limit: float | None) -> float | None:
    return value if value is None or limit is None else min(value, limit)


def _minutes(entry: Entry) -> float:
    return (entry.end.astimezone(UTC) - entry.start.astimezone(UTC)).total_seconds() / 60


def _end_after(entry: Entry, minutes: float) -> datetime:
    zone = ZoneInfo(entry.time_zone)
    return (entry.start.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(zone)


def _moved(entry: Entry, days: int) -> Entry | None:
    """The event so many days later at the same local time; None where that time is skipped by a change of clocks."""
    if days == 0:
        return entry
    zone = ZoneInfo(entry.time_zone)
    local = entry.start.astimezone(zone)
    try:
        day = local.date() + timedelta(days=days)
    except OverflowError:
        return None
    wall = datetime.combine(day, time(local.hour, local.minute, local.second, local.microsecond), zone)
    start = wall.astimezone(UTC).astimezone(zone)
    if start.replace(tzinfo=None) != wall.replace(tzinfo=None):
        return None
    length = entry.end.astimezone(UTC) - entry.start.astimezone(UTC)
    return replace(entry, start=start, end=(start.astimezone(UTC) + length).astimezone(zone))
