"""The player's body: pain, fever, concussion, growth."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date
from zoneinfo import ZoneInfo

from apps.safety.inputs import Concussion, Growth, Intensity, Kind
from apps.safety.pack import Band
from apps.safety.rules.case import HOUR, Case, Outcome, amount, on_day
from apps.safety.verdict import Gap

NEVER = 0.0


def pain(case: Case, band: Band) -> Iterator[Outcome]:
    """Pain that was reported counts until a newer report; the absence of pain only for some days."""
    report = case.profile.newest_report("pain")
    if report is not None and report.pain is not None and report.pain >= band["score"]:
        text = f"Pain of {report.pain} out of 10 was reported on {on_day(report.reported_on)}; an adult has to decide."
        yield case.finding(band, text, report.pain, (band["score"], "of 10"))
    elif report is None or report.pain is None or _stale(case, band, report.reported_on):
        yield case.missing(band.rule_id, Gap.PAIN_REPORT, "a report of pain near the day of the event")


def fever(case: Case, band: Band) -> Iterator[Outcome]:
    """Fever that was reported counts until a newer report; its absence only for some days."""
    report = case.profile.newest_report("fever")
    if report is not None and report.fever:
        text = f"Fever was reported on {on_day(report.reported_on)}; no sport until an adult has decided."
        yield case.finding(band, text, 1.0, (NEVER, "fever"))
    elif report is None or report.fever is None or _stale(case, band, report.reported_on):
        yield case.missing(band.rule_id, Gap.FEVER_REPORT, "a report of fever near the day of the event")


def concussion_rest(case: Case, band: Band) -> Iterator[Outcome]:
    """No sport at all right after the injury."""
    if case.profile.concussions is None:
        yield case.missing(band.rule_id, Gap.HEAD_INJURY, "whether there was a head injury")
    for injury in _injuries(case):
        hours = max((case.slot.start - injury.injured_at.astimezone(UTC)) / HOUR, 0.0)
        if hours < band["hours"]:
            text = f"A head injury was {amount(hours)} hours before; no sport for {amount(band['hours'])} hours."
            yield case.finding(band, text, hours, (band["hours"], "h"))


def concussion_contact(case: Case, band: Band) -> Iterator[Outcome]:
    """No head contact before so many days without symptoms; a session has contact unless it is said not to."""
    if case.profile.concussions is None:
        yield case.missing(band.rule_id, Gap.HEAD_INJURY, "whether there was a head injury")
    contact = case.entry.kind is Kind.MATCH or case.entry.head_contact is not False
    for injury in _injuries(case):
        since = injury.symptom_free_since
        days = 0 if since is None else max((case.slot.first_day - since).days, 0)
        if contact and days < band["symptom_free_days"]:
            text = (
                f"After a concussion head contact waits for {amount(band['symptom_free_days'])} days without symptoms; "
                f"on that day it would be {days}. A session planned without head contact may take place."
            )
            yield case.finding(band, text, days, (band["symptom_free_days"], "days"))


def concussion_competition(case: Case, band: Band) -> Iterator[Outcome]:
    """No match before the day of return, the injury being day 0."""
    if case.profile.concussions is None:
        yield case.missing(band.rule_id, Gap.HEAD_INJURY, "whether there was a head injury")
    if case.entry.kind is not Kind.MATCH:
        return
    zone = ZoneInfo(case.entry.time_zone)
    for injury in _injuries(case):
        day = (case.slot.first_day - injury.injured_at.astimezone(zone).date()).days
        if day < band["day"]:
            text = f"The match is on day {day} after a concussion; competition waits for day {amount(band['day'])}."
            yield case.finding(band, text, day, (band["day"], "days"))


def growth_volume(case: Case, band: Band) -> Iterator[Outcome]:
    """Less jumping, sprinting and kicking in a growth spurt: no training of high intensity."""
    if case.entry.kind is Kind.MATCH or case.entry.intensity in {Intensity.LOW, Intensity.MODERATE}:
        return
    if spurt := _spurt(case.profile.growth, band):
        what, value, edge, unit, part = spurt
        if case.entry.intensity is None:
            yield case.missing(band.rule_id, Gap.INTENSITY, "the intensity of the session")
            return
        text = f"{what}: plan fewer jumps, sprints and kicks; a session of moderate intensity is better."
        yield case.finding(band, text, value, (edge, unit), part)
    elif missing := _growth_missing(case.profile.growth):
        yield case.missing(band.rule_id, Gap.GROWTH, missing)


def growth_advice(case: Case, band: Band) -> Iterator[Outcome]:
    """Tells that a player is in a growth spurt."""
    if spurt := _spurt(case.profile.growth, band):
        what, value, edge, unit, part = spurt
        yield case.finding(band, f"{what}: watch for pain and ask a clinician.", value, (edge, unit), part)
    elif missing := _growth_missing(case.profile.growth):
        yield case.missing(band.rule_id, Gap.GROWTH, missing)


def _injuries(case: Case) -> Iterator[Concussion]:
    """Head injuries before the end of the event."""
    for injury in case.profile.concussions or ():
        if injury.injured_at.astimezone(UTC) < case.slot.end:
            yield injury


def _stale(case: Case, band: Band, reported_on: date) -> bool:
    return abs((case.slot.first_day - reported_on).days) > band["valid_days"]


def _spurt(growth: Growth | None, band: Band) -> tuple[str, float, float, str, str] | None:
    """The first sign of a growth spurt: sentence, value, edge, unit, which sign."""
    if growth is None:
        return None
    percent, height, leg = growth.adult_height_percent, growth.height_cm_per_year, growth.leg_cm_per_year
    if percent is not None and band["adult_height_from"] <= percent <= band["adult_height_to"]:
        text = f"The player is at {amount(percent)} % of the adult height"
        return text, percent, band["adult_height_from"], "%", "adult_height"
    if height is not None and height >= band["height_cm_per_year"]:
        return f"The player grows {amount(height)} cm a year", height, band["height_cm_per_year"], "cm/year", "height"
    if leg is not None and leg >= band["leg_cm_per_year"]:
        text = f"The player's legs grow {amount(leg)} cm a year"
        return text, leg, band["leg_cm_per_year"], "cm/year", "legs"
    return None


def _growth_missing(growth: Growth | None) -> str | None:
    facts = {
        "percent of adult height": growth and growth.adult_height_percent,
        "height growth": growth and growth.height_cm_per_year,
        "leg growth": growth and growth.leg_cm_per_year,
    }
    absent = [name for name, fact in facts.items() if fact is None]
    return ", ".join(absent) or None
