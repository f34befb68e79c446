"""When an event is: checked times of one event or series, and the single events that they come to."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

from apps.calendar.models import TrainingEvent
from apps.calendar.recurrence import Rule, at_wall_time, day_bounds, parse_rule
from apps.core.errors import InvalidRequest
from apps.safety.errors import SafetyInputError
from apps.safety.inputs import LONGEST_EVENT, zone_named

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
"""Outside them a date is a typing error."""
LONGEST_ALL_DAY_DAYS = 14
"""A camp or a tournament; longer ones are two events."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The times of an event or series, checked. `rule` None: it does not repeat.

    Attributes:
        start: of the first event; of an all-day one the midnight before it.
        end: of the first event; of an all-day one the midnight after it.
        first, last: days of an all-day event, else None.
        until: end of the last event of the series.
    """

    start: datetime
    end: datetime
    zone: ZoneInfo
    first: date | None
    last: date | None
    rule: Rule | None
    until: datetime

    @property
    def all_day(self) -> bool:
        """Whether days count, not times."""
        return self.first is not None

    @property
    def first_day(self) -> date:
        """Local day of the first event."""
        return self.first or self.start.astimezone(self.zone).date()

    def columns(self) -> dict[str, object]:
        """The fields of `TrainingEvent` that hold it."""
        return {
            "start": self.start,
            "end": self.end,
            "all_day": self.all_day,
            "start_date": self.first,
            "end_date": self.last,
            "time_zone": self.zone.key,
            "rrule": "" if self.rule is None else self.rule.text(None if self.all_day else self.zone),
            "until": self.until,
        }

    def days(self) -> list[date]:
        """Local days on which its events start."""
        return [self.first_day] if self.rule is None else self.rule.days(self.first_day)

    def span_on(self, day: date) -> tuple[datetime, datetime]:
        """Start and end of its event on a day. Lengths are elapsed ones (RFC 5545, 3.8.5.3)."""
        if self.first is not None and self.last is not None:
            return day_bounds(day, day + (self.last - self.first), self.zone)
        start = at_wall_time(day, self.start.astimezone(self.zone).time(), self.zone)
        return start, start + (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One event in time. `event` holds its fields: the event itself, its series, or the changed date of one.

    `day` names it within its series; None where there is no series.
    """

    master: TrainingEvent
    event: TrainingEvent
    start: datetime
    end: datetime
    day: date | None = None

    @property
    def key(self) -> str:
        """What names it among all events."""
        return str(self.master.pk) if self.day is None else f"{self.master.pk}:{self.day.isoformat()}"

    @property
    def changed(self) -> bool:
        """Whether it differs from its series."""
        return self.event is not self.master

    @property
    def first_last(self) -> tuple[date, date] | None:
        """Days of an all-day event."""
        first, last = self.event.start_date, self.event.end_date
        if first is None or last is None:
            return None
        day = self.day if self.day is not None and not self.changed else first
        return day, day + (last - first)


def timed(start: datetime, end: datetime, zone: str, rrule: str = "") -> Schedule:
    """The schedule of an event with times.

    Raises:
        InvalidRequest: the times, the zone or the rule cannot be used.
    """
    place = _zone(zone)
    for name, moment in (("start", start), ("end", end)):
        if not EARLIEST <= moment.date() <= LATEST:
            raise InvalidRequest(f"{name} is in the year {moment.year}; give a date from 2000 to 2099.")
    start, end = start.astimezone(UTC), end.astimezone(UTC)
    if end <= start:
        raise InvalidRequest("The event ends before it starts; end must be after start.")
    if end - start > LONGEST_EVENT:
        raise InvalidRequest("An event with times lasts at most 24 hours; for longer ones set all_day and give dates.")
    local = start.astimezone(place)
    rule = _rule(rrule, place, local.time(), local.date())
    last = local.date() if rule is None else rule.days(local.date())[-1]
    until = at_wall_time(last, local.time(), place) + (end - start) if rule else end
    return Schedule(start=start, end=end, zone=place, first=None, last=None, rule=rule, until=until)


def all_day(first: date, last: date, zone: str, rrule: str = "") -> Schedule:
    """The schedule of an event that lasts whole days.

    Raises:
        InvalidRequest: the dates, the zone or the rule cannot be used.
    """
    place = _zone(zone)
    if not EARLIEST <= first <= LATEST or not EARLIEST <= last <= LATEST:
        raise InvalidRequest("start_date and end_date must be dates from 2000 to 2099.")
    if last < first:
        raise InvalidRequest("The event ends before it starts; end_date must be start_date or later.")
    if (last - first).days >= LONGEST_ALL_DAY_DAYS:
        raise InvalidRequest(f"An all-day event lasts at most {LONGEST_ALL_DAY_DAYS} days; make two of it.")
    rule = _rule(rrule, place, time(), first)
    days = [first] if rule is None else rule.days(first)
    if any((later - earlier).days <= (last - first).days for earlier, later in itertools.pairwise(days)):
        raise InvalidRequest("The events of this series would overlap; make them shorter or repeat them less often.")
    start, end = day_bounds(first, last, place)
    until = day_bounds(days[-1], days[-1] + (last - first), place)[1]
    return Schedule(start=start, end=end, zone=place, first=first, last=last, rule=rule, until=until)


def schedule_of(event: TrainingEvent) -> Schedule:
    """The schedule that a row holds."""
    zone = ZoneInfo(event.time_zone)
    clock = time() if event.all_day else event.start.astimezone(zone).time()
    return Schedule(
        start=event.start,
        end=event.end,
        zone=zone,
        first=event.start_date if event.all_day else None,
        last=event.end_date if event.all_day else None,
        rule=parse_rule(event.rrule, zone, clock) if event.rrule else None,
        until=event.until,
    )


def occurrences(masters: Iterable[TrainingEvent], since: datetime, until: datetime) -> list[Occurrence]:
    """The events that touch the time from `since` to before `until`, in order; `overrides` must be prefetched."""
    found = [
        occurrence
        for master in masters
        for occurrence in occurrences_of(master)
        if occurrence.start < until and occurrence.end > since
    ]
    return sorted(found, key=lambda occurrence: (occurrence.start, occurrence.key))


def occurrences_of(master: TrainingEvent) -> Iterator[Occurrence]:
    """All events of an event or series."""
    if not master.is_series:
        yield Occurrence(master, master, master.start, master.end)
        return
    schedule = schedule_of(master)
    left_out = set(master.exdates)
    changed = {override.occurrence_date: override for override in master.overrides.all()}
    for day in schedule.days():
        if day in changed:
            yield Occurrence(master, changed[day], changed[day].start, changed[day].end, day)
        elif day.isoformat() not in left_out:
            yield Occurrence(master, master, *schedule.span_on(day), day)


def utc_text(moment: datetime) -> str:
    """An instant as the API writes it: ISO 8601, UTC, `Z`."""
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _zone(name: str) -> ZoneInfo:
    try:
        return zone_named(name)
    except SafetyInputError:
        raise InvalidRequest(f"There is no time zone {name!r}; give a name such as Europe/Madrid.") from None


def _rule(text: str, zone: ZoneInfo, clock: time, first: date) -> Rule | None:
    if not text:
        return None
    try:
        rule = parse_rule(text, zone, clock)
        rule.days(first)
    except ValueError as error:
        raise InvalidRequest(str(error)) from None
    return rule
