"""Football itself: minutes played a day, length of a half, heading in training."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from apps.safety.inputs import FOOTBALL, Entry, Kind
from apps.safety.pack import Band
from apps.safety.rules.case import Case, Outcome, amount, on_day
from apps.safety.rules.timeline import ONE_DAY, Slot
from apps.safety.verdict import Gap

WEEK_DAYS = 7
DAYS_INTO_NEXT_MONTH = 31
"""So many days after the first of a month it is another month."""


def half_length(case: Case, band: Band) -> Iterator[Outcome]:
    """Length of a half of a match."""
    if not case.entry.is_match:
        return
    half = case.entry.half_minutes
    if half is None:
        yield case.missing(band.rule_id, Gap.HALF_MINUTES, "the length of a half")
    elif half > band["minutes"]:
        text = f"A half lasts {amount(half)} minutes; for {case.who} at most {amount(band['minutes'])}."
        yield case.finding(band, text, half, (band["minutes"], "min"))


def match_minutes_day(case: Case, band: Band) -> Iterator[Outcome]:
    """Minutes a player plays on a day. League matches keep their limit even on a tournament's day.

    A match whose minutes nobody gave counts as 0 to its whole length: only what is sure breaks or keeps the limit.
    """
    if not case.entry.is_match:
        return
    for day in case.slot.days():
        matches = [slot for slot in case.on(day) if slot.entry.is_match]
        league = [slot for slot in matches if not slot.entry.tournament]
        limits = [("league", league, band["minutes"])]
        if len(league) < len(matches):
            limits.append(("tournament", matches, band["tournament_minutes"]))
        yield from _judge_minutes(case, band, day, limits)


def _judge_minutes(case: Case, band: Band, day: date, limits: list[tuple[str, list[Slot], float]]) -> Iterator[Outcome]:
    for part, matches, limit in limits:
        least = sum(slot.entry.match_minutes or 0.0 for slot in matches)
        if least > limit:
            text = (
                f"The player would play {amount(least)} minutes of matches on {on_day(day)}; "
                f"for {case.who} at most {amount(limit)}."
            )
            yield case.finding(band, text, least, (limit, "min"), part)
        elif sum(_most_minutes(slot) for slot in matches) > limit:
            yield case.missing(band.rule_id, Gap.MATCH_MINUTES, f"the minutes the player plays on {on_day(day)}")


def _most_minutes(slot: Slot) -> float:
    return slot.minutes if slot.entry.match_minutes is None else slot.entry.match_minutes


def heading(case: Case, band: Band) -> Iterator[Outcome]:
    """Headers in training, and how often there is heading at all."""
    if not _is_training(case.entry) or case.entry.headers == 0:
        return
    headers = case.entry.headers
    if headers is None:
        yield case.missing(band.rule_id, Gap.HEADERS, "the number of headers planned")
        return
    if headers > band["headers"]:
        limit = amount(band["headers"]) if band["headers"] else "no"
        text = f"The session plans {headers} headers; {case.who} trains with {limit} headers."
        yield case.finding(band, text, headers, (band["headers"], "headers"), "headers")
    if "sessions_per_week" in band.edges:
        yield from _judge_often(case, band, _weeks(case.slot), "sessions_per_week")
    if "sessions_per_month" in band.edges:
        months = [_month(day) for day in sorted({case.slot.first_day, case.slot.last_day})]
        yield from _judge_often(case, band, months, "sessions_per_month")


def _weeks(slot: Slot) -> list[tuple[date, date]]:
    """First and last day of every seven days with a day of the event in them."""
    span = range(1 - WEEK_DAYS, (slot.last_day - slot.first_day).days + 1)
    firsts = [slot.first_day + offset * ONE_DAY for offset in span]
    return [(first, first + (WEEK_DAYS - 1) * ONE_DAY) for first in firsts]


def _month(day: date) -> tuple[date, date]:
    first = day.replace(day=1)
    return first, (first + DAYS_INTO_NEXT_MONTH * ONE_DAY).replace(day=1) - ONE_DAY


def _judge_often(case: Case, band: Band, windows: list[tuple[date, date]], edge: str) -> Iterator[Outcome]:
    sure, possible = 0, 0
    for first, last in windows:
        headers = [slot.entry.headers for slot in case.others.between(first, last) if _is_training(slot.entry)]
        certain = 1 + sum(bool(count) for count in headers)
        sure, possible = max(sure, certain), max(possible, certain + headers.count(None))
    period = edge.rpartition("_")[2]
    if sure > band[edge]:
        text = (
            f"This would be session {sure} with heading within a {period}; for {case.who} at most {amount(band[edge])}."
        )
        yield case.finding(band, text, sure, (band[edge], f"sessions a {period}"), edge)
    elif possible > band[edge]:
        yield case.missing(
            band.rule_id, Gap.OTHER_HEADERS, f"the number of headers in the other sessions of the {period}"
        )


def _is_training(entry: Entry) -> bool:
    return entry.kind is not Kind.MATCH and entry.sport == FOOTBALL
