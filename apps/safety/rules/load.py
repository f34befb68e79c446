"""How much: minutes and hours of training and of all organised sport, months and teams."""

from __future__ import annotations

from collections.abc import Iterator

from apps.safety.inputs import FOOTBALL, Kind
from apps.safety.pack import Band
from apps.safety.rules.case import Case, Outcome, amount, in_window, on_day
from apps.safety.rules.timeline import Slot
from apps.safety.verdict import Gap

DAYS_OF_A_MONTH = 31
"""Longest month: a look back over n months needs at most n times so many days."""
MONTHS_OF_A_YEAR = 12
MINUTES_OF_AN_HOUR = 60


def session_minutes(case: Case, band: Band) -> Iterator[Outcome]:
    """Length of one training session. Matches are judged by their own row."""
    if case.entry.kind is Kind.MATCH or case.slot.minutes <= band["minutes"]:
        return
    text = f"The session lasts {amount(case.slot.minutes)} minutes; for {case.who} at most {amount(band['minutes'])}."
    yield case.finding(band, text, case.slot.minutes, (band["minutes"], "min"))


def week_minutes(case: Case, band: Band) -> Iterator[Outcome]:
    """Training minutes in any window of a week. Matches are judged by their own row."""
    if case.entry.kind is Kind.MATCH:
        return
    days = int(band["window_days"])
    minutes, first = case.fullest_window(days, _training_minutes)
    if minutes > band["minutes"]:
        text = (
            f"Training would come to {amount(minutes)} minutes {in_window(first, days)}; "
            f"for {case.who} at most {amount(band['minutes'])}."
        )
        yield case.finding(band, text, minutes, (band["minutes"], "min"))
    elif missing := case.unknown_before(days):
        yield case.missing(band.rule_id, Gap.CALENDAR, missing)


def weekly_hours(case: Case, band: Band) -> Iterator[Outcome]:
    """Hours of all organised sport in any window of a week, against the age in years."""
    days = int(band["window_days"])
    limit = band["hours_per_year_of_age"] * case.age
    minutes, first = case.fullest_window(days, lambda slots: sum(slot.minutes for slot in slots))
    if minutes > limit * MINUTES_OF_AN_HOUR:
        hours = minutes / MINUTES_OF_AN_HOUR
        text = (
            f"Organised sport would come to {amount(hours)} hours {in_window(first, days)}; "
            f"at the age of {case.age} at most {amount(limit)}."
        )
        yield case.finding(band, text, hours, (limit, "h"))
    elif missing := case.unknown_before(days):
        yield case.missing(band.rule_id, Gap.CALENDAR, missing)


def one_sport_months(case: Case, band: Band) -> Iterator[Outcome]:
    """Calendar months with the sport of the event, of the twelve that end with its month."""
    window = int(band["window_months"])
    newest = _month(case.slot)
    months = {newest} | {
        _month(slot)
        for _, slots in case.others.busy_days()
        for slot in slots
        if slot.entry.sport == case.entry.sport and newest - window < _month(slot) <= newest
    }
    if len(months) > band["months"]:
        text = (
            f"This is month {len(months)} of {case.entry.sport} within a year; "
            f"after {amount(band['months'])} months another sport or a break is better for {case.who}."
        )
        yield case.finding(band, text, len(months), (band["months"], "months"))
    elif case.complete_from is None:
        yield case.missing(band.rule_id, Gap.CALENDAR_START, "since when the calendar is complete")
    elif missing := case.unknown_before(window * DAYS_OF_A_MONTH):
        yield case.missing(band.rule_id, Gap.CALENDAR, missing)


def one_team_per_season(case: Case, band: Band) -> Iterator[Outcome]:
    """Football teams a player trains and plays with in the season of the event, up to a year from its start."""
    if case.entry.sport != FOOTBALL:
        return
    start = case.policy.season_start(case.slot.first_day)
    season = [slot for _, slots in case.others.busy_days() for slot in slots if slot.entry.sport == FOOTBALL]
    season = [slot for slot in season if case.policy.season_start(slot.first_day) == start]
    named = {slot.entry.team for slot in (*season, case.slot)}
    teams = named - {None}
    if len(teams) > band["teams"]:
        text = f"The player would be with {len(teams)} teams in the season from {on_day(start)}; one is enough."
        yield case.finding(band, text, len(teams), (band["teams"], "teams"))
    elif None in named:
        yield case.missing(band.rule_id, Gap.TEAMS, "the team of every event of the season")


def _training_minutes(slots: tuple[Slot, ...]) -> float:
    return sum(slot.minutes for slot in slots if slot.entry.kind is not Kind.MATCH)


def _month(slot: Slot) -> int:
    return slot.first_day.year * MONTHS_OF_A_YEAR + slot.first_day.month
