"""How often: days off, hours between events, sessions a day."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from apps.safety.inputs import Intensity, Kind
from apps.safety.pack import Band
from apps.safety.rules.case import Case, Outcome, amount, in_window, on_day
from apps.safety.rules.timeline import ONE_DAY, Slot
from apps.safety.verdict import Gap

HARD_KINDS = frozenset({Kind.TRAINING, Kind.ASSESSMENT})
"""What can be a session of high intensity; a match has its own rows."""


def rest_days(case: Case, band: Band) -> Iterator[Outcome]:
    """Days off all organised sport in any window of a week."""
    days = int(band["window_days"])
    busy, first = _busiest(case, days, sport=None)
    free = days - busy
    if free < band["days"]:
        text = f"Only {free} days off would be left {in_window(first, days)}; {case.who} needs {amount(band['days'])}."
        yield case.finding(band, text, free, (band["days"], "days"))
    elif missing := case.unknown_before(days):
        yield case.missing(band.rule_id, Gap.CALENDAR, missing)


def football_days(case: Case, band: Band) -> Iterator[Outcome]:
    """Days with the sport of the event in any window of a week."""
    days = int(band["window_days"])
    sport = case.entry.sport
    busy, first = _busiest(case, days, sport=sport)
    if busy > band["days"]:
        text = (
            f"There would be {sport} on {busy} days {in_window(first, days)}; for {case.who} at most "
            f"{amount(band['days'])}."
        )
        yield case.finding(band, text, busy, (band["days"], "days"))
    elif missing := case.unknown_before(days):
        yield case.missing(band.rule_id, Gap.CALENDAR, missing)


def sessions_per_day(case: Case, band: Band) -> Iterator[Outcome]:
    """Organised sessions on a day; the matches of a tournament are one."""
    for day in case.slot.days():
        entries = [slot.entry for slot in case.on(day)]
        cup = any(entry.is_match and entry.tournament for entry in entries)
        count = sum(not (entry.is_match and entry.tournament) for entry in entries) + cup
        if count > band["sessions"]:
            text = f"There would be {count} organised sessions on {on_day(day)}; for {case.who} one a day is enough."
            yield case.finding(band, text, count, (band["sessions"], "sessions"))


def overnight(case: Case, band: Band) -> Iterator[Outcome]:
    """Hours from the last event of a day to the first of the next."""
    for earlier, later, gap in case.near(band["hours"]):
        if earlier.first_day < later.first_day:
            text = (
                f"Between the end on {on_day(earlier.first_day)} and the start on {on_day(later.first_day)} are "
                f"{amount(gap)} hours; overnight {case.who} needs {amount(band['hours'])}."
            )
            yield case.finding(band, text, gap, (band["hours"], "h"))


def recovery_next_match(case: Case, band: Band) -> Iterator[Outcome]:
    """Hours from the end of a match to the next; matches of one tournament day are judged by the minutes of the day."""
    for earlier, later, gap in case.near(band["hours"]):
        if earlier.entry.kind is not Kind.MATCH or later.entry.kind is not Kind.MATCH or _same_cup(earlier, later):
            continue
        text = (
            f"The matches on {on_day(earlier.first_day)} and {on_day(later.first_day)} are {amount(gap)} hours apart; "
            f"recovery takes {amount(band['hours'])}."
        )
        yield case.finding(band, text, gap, (band["hours"], "h"))


def recovery_high_intensity(case: Case, band: Band) -> Iterator[Outcome]:
    """Hours from the end of a match to a session of high intensity."""
    for earlier, later, gap in case.near(band["hours"]):
        if earlier.entry.kind is not Kind.MATCH or later.entry.kind not in HARD_KINDS:
            continue
        if later.entry.intensity is None:
            yield case.missing(
                band.rule_id, Gap.INTENSITY, f"the intensity of the session on {on_day(later.first_day)}"
            )
        elif later.entry.intensity is Intensity.HIGH:
            text = (
                f"The hard session on {on_day(later.first_day)} starts {amount(gap)} hours after a match; "
                f"high intensity waits {amount(band['hours'])}."
            )
            yield case.finding(band, text, gap, (band["hours"], "h"))


def recovery_between(case: Case, band: Band) -> Iterator[Outcome]:
    """Hours from the end of a session of high intensity to the next event; a recovery session may come earlier."""
    for earlier, later, gap in case.near(band["hours"]):
        if earlier.entry.kind not in HARD_KINDS or later.entry.kind is Kind.RECOVERY:
            continue
        if earlier.entry.intensity is None:
            yield case.missing(
                band.rule_id, Gap.INTENSITY, f"the intensity of the session on {on_day(earlier.first_day)}"
            )
        elif earlier.entry.intensity is Intensity.HIGH:
            text = (
                f"The event on {on_day(later.first_day)} starts {amount(gap)} hours after a hard session; "
                f"{case.who} needs {amount(band['hours'])}."
            )
            yield case.finding(band, text, gap, (band["hours"], "h"))


def _busiest(case: Case, days: int, *, sport: str | None) -> tuple[int, date]:
    """Most days with an event in a window of so many days, and the first of the window."""
    before = (days - 1) * ONE_DAY
    first, last = case.slot.first_day - before, case.slot.last_day + before
    length = (last - first).days + 1
    busy = [_touched(case, first + offset * ONE_DAY, sport) for offset in range(length)]
    counts = [sum(busy[start : start + days]) for start in range(length - days + 1)]
    most = max(counts)
    return most, first + counts.index(most) * ONE_DAY


def _touched(case: Case, day: date, sport: str | None) -> bool:
    return any(sport is None or slot.entry.sport == sport for slot in case.on(day))


def _same_cup(first: Slot, second: Slot) -> bool:
    return first.entry.tournament and second.entry.tournament and first.first_day == second.first_day
