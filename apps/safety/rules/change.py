"""How much a week differs from the one before: told for every event, a warning for training, never a block.

Ratios of acute to chronic load (ACWR) are not here on purpose: they describe, and no plan is judged by them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from apps.safety.inputs import Kind
from apps.safety.pack import Band
from apps.safety.rules.case import Case, Outcome, amount, on_day
from apps.safety.rules.timeline import ONE_DAY, Slot
from apps.safety.verdict import Described, Gap, Measure

WEEK_DAYS = 7


def week_change(case: Case, band: Band) -> Iterator[Outcome]:
    """Minutes of organised sport in the event's week (Monday to Sunday) against the week before."""
    if case.entry.kind is Kind.MATCH:
        return
    weeks = int(band["weeks"])
    monday = _monday(case.slot)
    if missing := case.unknown_before((case.slot.first_day - monday).days + weeks * WEEK_DAYS + 1):
        yield case.missing(band.rule_id, Gap.CALENDAR, missing)
    elif not all(_week(case, monday - number * WEEK_DAYS * ONE_DAY) for number in range(1, weeks + 1)):
        yield case.missing(band.rule_id, Gap.WEEKS, f"{weeks} weeks in a row with events before this one")
    elif (change := _change(case, monday)) is None:
        yield case.missing(band.rule_id, Gap.MATCH_MINUTES, "the minutes the player plays in the two weeks")
    elif change[0] > band["percent"]:
        percent, minutes, before = change
        text = (
            f"The week from {on_day(monday)} would have {amount(minutes)} minutes of organised sport, "
            f"{amount(percent)} % more than the week before ({amount(before)}); more than {amount(band['percent'])} % "
            f"is a steep step."
        )
        yield case.finding(band, text, percent, (band["percent"], "%"))


def describe_week(case: Case) -> Iterator[Described]:
    """The load of the event's week and its change, where both can be told."""
    monday = _monday(case.slot)
    minutes = _minutes(_week(case, monday))
    if minutes is None:
        return
    text = f"The week from {on_day(monday)} has {amount(minutes)} minutes of organised sport with this event."
    yield Described(Measure.WEEK_LOAD, case.entry.id, text, minutes, "min")
    days_back = (case.slot.first_day - monday).days + WEEK_DAYS + 1
    if case.unknown_before(days_back) is None and (change := _change(case, monday)):
        percent, _, before = change
        direction = "more" if percent >= 0 else "less"
        text = f"That is {amount(abs(percent))} % {direction} than in the week before ({amount(before)} minutes)."
        yield Described(Measure.WEEK_CHANGE, case.entry.id, text, percent, "%")


def _change(case: Case, monday: date) -> tuple[float, float, float] | None:
    """Percent of change, minutes of the week and of the week before; None where one is unknown or the other 0."""
    minutes = _minutes(_week(case, monday))
    before = _minutes(_week(case, monday - WEEK_DAYS * ONE_DAY))
    if minutes is None or not before:
        return None
    return round(100 * (minutes - before) / before, 1), minutes, before


def _monday(slot: Slot) -> date:
    return slot.first_day - slot.first_day.weekday() * ONE_DAY


def _week(case: Case, monday: date) -> list[Slot]:
    """What starts in a week, the event with it."""
    sunday = monday + (WEEK_DAYS - 1) * ONE_DAY
    return [slot for slot in (*case.others.between(monday, sunday), case.slot) if monday <= slot.first_day <= sunday]


def _minutes(slots: list[Slot]) -> float | None:
    """Minutes of sport: of a match those that are played; None where nobody said how many."""
    total = 0.0
    for slot in slots:
        minutes = slot.entry.match_minutes if slot.entry.is_match else slot.minutes
        if minutes is None:
            return None
        total += minutes
    return round(total, 6)
