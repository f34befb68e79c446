"""A second, slow opinion on safety: every rule of the table spelled out over minutes, days and pairs of events.

Written from the table of rules and the README of the app, not from the engine: it knows none of its modules but the
plain data that both are asked about. Every local day comes from looking up each minute of an event in a table of all
minutes of three years, so nothing here reasons about changes of clocks.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from apps.safety.inputs import Entry, Profile

FIRST_MINUTE = datetime(2025, 1, 1, tzinfo=UTC)
DAYS = 3 * 366
STEP = 15  # all time zones change their clocks on a quarter of an hour
UNKNOWN_GROUP = 7
UNKNOWN_AGE = 4
ADULT = 19
REACH_DAYS = 45

# Rows of the table: up to this age group, the limits. The FA: half; minutes a day in the league, in tournaments.
HALVES = [(8, 20), (10, 25), (12, 30), (14, 35), (16, 40), (999, 45)]
DAILY = [(8, (40, 60)), (10, (60, 90)), (12, (80, 120)), (16, (100, 150)), (18, (120, 180))]
# Minutes of a session and of a week.
TRAINING = {
    "default": [(14, (60, 180)), (16, (75, 210)), (18, (90, 240)), (999, (120, 300))],
    "academy": [
        (11, (75, 240)),
        (14, (90, 360)),
        (16, (90, 420)),
        (18, (105, 480)),
        (999, (120, 600)),
    ],
    "grassroots": [
        (9, (60, 120)),
        (14, (60, 150)),
        (16, (75, 180)),
        (18, (90, 210)),
        (999, (105, 240)),
    ],
}
# The FA, Scottish FA and Irish FA: headers; sessions with heading a week, a month.
HEADING = [(11, (0, None, None)), (12, (5, None, 1)), (13, (5, 1, None)), (16, (10, 1, None)), (18, (10, 1, None))]


@dataclass(frozen=True)
class Seen:
    """An event in whole minutes and in the local days that its minutes fall on."""

    entry: Entry
    start: int
    end: int
    days: tuple[int, ...]

    @property
    def minutes(self) -> int:
        return self.end - self.start


@dataclass(frozen=True)
class Person:
    """What the limits depend on, for one day."""

    group: int
    age: int
    pack: str


@functools.cache
def local_days(zone: str) -> NDArray[np.int32]:
    """The local day (a running number) of every minute since `FIRST_MINUTE`."""
    clock = ZoneInfo(zone)
    moments = (FIRST_MINUTE + timedelta(minutes=STEP * number) for number in range(DAYS * 24 * 60 // STEP))
    days = np.fromiter((moment.astimezone(clock).toordinal() for moment in moments), dtype=np.int32)
    return np.repeat(days, STEP)


def minute_of(moment: datetime) -> int:
    """Minutes since `FIRST_MINUTE`; the random events begin and end on whole ones."""
    minutes, rest = divmod((moment.astimezone(UTC) - FIRST_MINUTE).total_seconds(), 60)
    assert rest == 0
    return int(minutes)


def seen(entry: Entry, zone: str) -> Seen:
    start, end = minute_of(entry.start), minute_of(entry.end)
    return Seen(entry, start, end, tuple(int(day) for day in np.unique(local_days(zone)[start:end])))


def broken_rules(
    calendar: Sequence[Entry],
    asked: Sequence[Entry],
    profile: Profile,
    pack: str,
    rules: Sequence[str] | None = None,
) -> set[tuple[str, str]]:
    """(rule, event id) of every limit (of some rules) that refuses one of the asked events beside everything else."""
    checks = RULES if rules is None else {rule: RULES[rule] for rule in rules}
    new = {entry.id for entry in asked}
    everything = [entry for entry in calendar if entry.id not in new] + list(asked)
    found: set[tuple[str, str]] = set()
    for entry in asked:
        reach = timedelta(days=REACH_DAYS)
        near = [other for other in everything if abs(other.start - entry.start) < reach and other is not entry]
        me = seen(entry, entry.time_zone)
        others = [seen(other, entry.time_zone) for other in near]
        person = person_on(profile, me.days[0], pack)
        found |= {(rule, entry.id) for rule, check in checks.items() if check(me, others, person, profile)}
    return found


def person_on(profile: Profile, day: int, pack: str) -> Person:
    """Group and age of the youngest that anything says; nobody knows: the strictest pack, four years old."""
    today = date.fromordinal(day)
    groups, ages = [], []
    if profile.age_group is not None:
        groups.append(profile.age_group)
    if profile.date_of_birth is not None:
        cut_off = date(today.year if (today.month, today.day) >= (8, 31) else today.year - 1, 8, 31)
        groups.append(birthdays(profile.date_of_birth, min(cut_off, today)) + 1)
        ages.append(birthdays(profile.date_of_birth, today))
    elif profile.age_years is not None:
        groups.append(profile.age_years)
        ages.append(profile.age_years)
    if not groups:
        return Person(UNKNOWN_GROUP, UNKNOWN_AGE, "grassroots")
    if not ages or (profile.date_of_birth is None and profile.age_group is not None):
        ages.append((profile.age_group or 0) - 1)
    return Person(max(min(groups), UNKNOWN_GROUP), min(ages), pack)


def birthdays(born: date, day: date) -> int:
    """How often the birthday has come by a day."""
    return sum((year, born.month, born.day) <= (day.year, day.month, day.day) for year in range(born.year + 1, 2100))


def row(table: list[tuple[int, object]], group: int) -> object:
    return next((limits for top, limits in table if group <= top), None)


def is_match(event: Seen) -> bool:
    return event.entry.kind == "match"


def is_football_match(event: Seen) -> bool:
    return is_match(event) and event.entry.sport == "football"


def windows(me: Seen, days: int) -> list[range]:
    """All runs of so many days that have a day of the event in them."""
    return [range(first, first + days) for first in range(me.days[0] - days + 1, me.days[-1] + 1)]


def touching(events: Sequence[Seen], window: range) -> list[Seen]:
    return [event for event in events if any(day in window for day in event.days)]


def fullest(me: Seen, others: Sequence[Seen], counts: Callable[[Seen], bool]) -> float:
    """Most minutes of a week with the event in it; an event that reaches into the week counts whole."""
    counted = [event for event in (me, *others) if counts(event)]
    return max(sum(event.minutes for event in touching(counted, window)) for window in windows(me, 7))


def most_days(me: Seen, others: Sequence[Seen], sport: str | None) -> int:
    """Most days with sport of a week with the event in it."""
    counted = [event for event in (me, *others) if sport in (None, event.entry.sport)]
    return max(sum(any(day in event.days for event in counted) for day in window) for window in windows(me, 7))


def pairs(me: Seen, others: Sequence[Seen]) -> list[tuple[Seen, Seen, int]]:
    """(earlier, later, minutes between) of the event with every other."""
    found = []
    for other in others:
        first, second = sorted((me, other), key=lambda event: (event.start, event.end))
        found.append((first, second, max(second.start - first.end, 0)))
        if second.start < first.end:  # at the same time: neither leaves time to recover for the other
            found.append((second, first, 0))
    return found


def pain(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    reports = [report for report in reports_of(profile) if report.pain is not None]
    last = max((report.reported_on for report in reports), default=None)
    return any(report.pain >= 4 for report in reports if report.reported_on == last)


def fever(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    reports = [report for report in reports_of(profile) if report.fever is not None]
    last = max((report.reported_on for report in reports), default=None)
    return any(report.fever for report in reports if report.reported_on == last)


def reports_of(profile: Profile) -> list:
    if profile.wellness is None:
        return []
    return list(profile.wellness) if isinstance(profile.wellness, tuple) else [profile.wellness]


def injuries(me: Seen, profile: Profile) -> list:
    return [injury for injury in profile.concussions or () if minute_of(injury.injured_at) < me.end]


def concussion_rest(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return any(me.start - minute_of(injury.injured_at) < 24 * 60 for injury in injuries(me, profile))


def concussion_contact(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    if not is_match(me) and me.entry.head_contact is False:
        return False
    return any(
        injury.symptom_free_since is None or me.days[0] < injury.symptom_free_since.toordinal() + 14
        for injury in injuries(me, profile)
    )


def concussion_competition(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    days = local_days(me.entry.time_zone)
    hurt = [int(days[minute_of(injury.injured_at)]) for injury in injuries(me, profile)]
    return is_match(me) and any(me.days[0] < day + 21 for day in hurt)


def heat_cancel(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return me.entry.wbgt_c is not None and me.entry.wbgt_c > 33.3


def heat_duration(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    heat = me.entry.wbgt_c
    if heat is None or heat < 30.5:
        return False
    return me.minutes > (120 if heat < 32.2 else 60)


def heat_conditioning(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return me.entry.wbgt_c is not None and me.entry.wbgt_c >= 32.2 and me.entry.conditioning is True


def half_length(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    half = me.entry.half_minutes
    return is_football_match(me) and half is not None and half > row(HALVES, person.group)


def match_minutes_day(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    limits = row(DAILY, person.group)
    if limits is None or not is_football_match(me):
        return False
    for day in me.days:
        today = [event.entry for event in (me, *others) if is_football_match(event) and day in event.days]
        league = sum(entry.match_minutes or 0 for entry in today if not entry.tournament)
        total = sum(entry.match_minutes or 0 for entry in today)
        if league > limits[0] or (any(entry.tournament for entry in today) and total > limits[1]):
            return True
    return False


def heading(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    limits = row(HEADING, person.group)
    if limits is None or not heads(me):
        return False
    most, a_week, a_month = limits
    if me.entry.headers > most:
        return True
    sessions = [event for event in others if heads(event)]
    if a_week is not None and any(1 + len(touching(sessions, window)) > a_week for window in windows(me, 7)):
        return True
    if a_month is None:
        return False
    months = {month_of(day) for day in me.days}
    return any(1 + sum(month in map(month_of, event.days) for event in sessions) > a_month for month in months)


def heads(event: Seen) -> bool:
    """Football training with a known number of headers above none."""
    return not is_match(event) and event.entry.sport == "football" and bool(event.entry.headers)


def month_of(day: int) -> tuple[int, int]:
    return date.fromordinal(day).year, date.fromordinal(day).month


def session_minutes(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return not is_match(me) and me.minutes > row(TRAINING[person.pack], person.group)[0]


def week_minutes(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    limit = row(TRAINING[person.pack], person.group)[1]
    return not is_match(me) and fullest(me, others, lambda event: not is_match(event)) > limit


def weekly_hours(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return person.group < ADULT and fullest(me, others, lambda event: True) > 60 * person.age


def sessions_per_day(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    if person.group > 12:
        return False
    for day in me.days:
        today = [event for event in (me, *others) if day in event.days]
        cup = [event for event in today if is_football_match(event) and event.entry.tournament]
        if len(today) - len(cup) + bool(cup) > 1:
            return True
    return False


def recovery_next_match(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    for first, second, gap in pairs(me, others):
        one_cup = first.entry.tournament and second.entry.tournament and first.days[0] == second.days[0]
        if is_match(first) and is_match(second) and not one_cup and gap < 72 * 60:
            return True
    return False


def is_hard(event: Seen) -> bool:
    return event.entry.kind in ("training", "assessment") and event.entry.intensity == "high"


def recovery_high_intensity(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return any(is_match(first) and is_hard(second) and gap < 48 * 60 for first, second, gap in pairs(me, others))


def recovery_between(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    hours = 48 if person.group <= 14 else 24
    return any(
        is_hard(first) and second.entry.kind != "recovery" and gap < hours * 60
        for first, second, gap in pairs(me, others)
    )


def overnight(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    hours = 10 if person.group < ADULT else 8
    return any(first.days[0] < second.days[0] and gap < hours * 60 for first, second, gap in pairs(me, others))


def rest_day_minimum(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return person.group < ADULT and 7 - most_days(me, others, None) < 1


def rest_days(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return person.group < ADULT and 7 - most_days(me, others, None) < 2


def football_days(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    return person.group < ADULT and most_days(me, others, me.entry.sport) > 5


def growth_volume(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    growth = profile.growth
    if growth is None or person.group >= ADULT or is_match(me) or me.entry.intensity != "high":
        return False
    signs = [
        growth.adult_height_percent is not None and 88 <= growth.adult_height_percent <= 95,
        growth.height_cm_per_year is not None and growth.height_cm_per_year >= 7.2,
        growth.leg_cm_per_year is not None and growth.leg_cm_per_year >= 3.6,
    ]
    return any(signs)


def week_change(me: Seen, others: Sequence[Seen], person: Person, profile: Profile) -> bool:
    """More than a fifth above the week before, where each of the four weeks before has something in it."""
    monday = me.days[0] - date.fromordinal(me.days[0]).weekday()
    weeks = [
        [event for event in (me, *others) if monday - 7 * back <= event.days[0] < monday - 7 * back + 7]
        for back in range(5)
    ]
    played = [
        [event.entry.match_minutes if is_football_match(event) else event.minutes for event in week]
        for week in weeks[:2]
    ]
    if is_match(me) or not all(weeks) or None in played[0] or None in played[1]:
        return False
    this, before = (sum(week) for week in played)
    return before > 0 and round(100 * (this - before) / before, 1) > 20


Check = Callable[[Seen, Sequence[Seen], Person, Profile], bool]
RULES: dict[str, Check] = {
    rule.__name__: rule
    for rule in (
        *(pain, fever, concussion_rest, concussion_contact, concussion_competition),
        *(heat_cancel, heat_duration, heat_conditioning, half_length, match_minutes_day, heading),
        *(session_minutes, week_minutes, weekly_hours, sessions_per_day),
        *(recovery_next_match, recovery_high_intensity, recovery_between, overnight),
        *(rest_day_minimum, rest_days, football_days, growth_volume, week_change),
    )
}
HARD = (
    *("concussion_rest", "concussion_contact", "concussion_competition"),
    *("heat_cancel", "heat_duration", "heat_conditioning"),
    *("half_length", "match_minutes_day", "heading", "weekly_hours"),
)
"""Limits without override (heading up to U16)."""
SHARED = ("match_minutes_day", "heading", "weekly_hours")
"""Those of them that several events reach together."""
