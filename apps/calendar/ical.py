"""Events as an iCalendar file (RFC 5545) that Google, Apple and Outlook read.

Pure text: the same events give the same bytes, so that a reader that asks again can be told that nothing changed.
Series stay series: one VEVENT with RRULE and EXDATE, one more with RECURRENCE-ID for each changed date.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from apps.calendar.models import EventStatus, TrainingEvent
from apps.calendar.recurrence import at_wall_time
from apps.calendar.schedule import schedule_of

LINE_OCTETS = 75
DOMAIN = "axolotl"
PRODUCT = "-//Axolotl//Calendar//EN"
REFRESH = "PT1H"
"""How often readers are asked to look again."""
STATUS = {
    EventStatus.PLANNED.value: "CONFIRMED",
    EventStatus.COMPLETED.value: "CONFIRMED",
    EventStatus.CANCELLED.value: "CANCELLED",
}
UTC_NAMES = frozenset({"UTC", "Etc/UTC", "Etc/GMT", "GMT"})
PROBE = timedelta(days=1)
SECOND = timedelta(seconds=1)


def calendar_text(name: str, events: Sequence[TrainingEvent]) -> str:
    """The file: `overrides` of the events must be prefetched."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:{PRODUCT}",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_escaped(name)}",
        f"NAME:{_escaped(name)}",
        f"REFRESH-INTERVAL;VALUE=DURATION:{REFRESH}",
        f"X-PUBLISHED-TTL:{REFRESH}",
    ]
    for zone, since, until in _zones(events):
        lines += _timezone(zone, since, until)
    for event in events:
        lines += _series(event)
    lines.append("END:VCALENDAR")
    return "".join(f"{folded}\r\n" for line in lines for folded in _folded(line))


def _series(event: TrainingEvent) -> Iterator[str]:
    overrides = list(event.overrides.all()) if event.is_series else []
    yield from _event(event, event, overrides)
    for override in overrides:
        yield from _event(event, override, [])


def _event(master: TrainingEvent, event: TrainingEvent, overrides: Iterable[TrainingEvent]) -> Iterator[str]:
    schedule = schedule_of(event)
    moved = max(master.updated_at, event.updated_at)
    yield "BEGIN:VEVENT"
    yield f"UID:{master.pk}@{DOMAIN}"
    yield f"DTSTAMP:{_utc(moved)}"
    yield f"LAST-MODIFIED:{_utc(moved)}"
    yield f"CREATED:{_utc(master.created_at)}"
    yield f"SEQUENCE:{master.version - 1}"
    if event is not master and event.occurrence_date is not None:
        yield _at("RECURRENCE-ID", master, event.occurrence_date)
    if schedule.first is not None and schedule.last is not None:
        yield f"DTSTART;VALUE=DATE:{schedule.first:%Y%m%d}"
        yield f"DTEND;VALUE=DATE:{schedule.last + timedelta(days=1):%Y%m%d}"
    else:
        yield _moment("DTSTART", schedule.start, schedule.zone)
        yield _moment("DTEND", schedule.end, schedule.zone)
    if event is master and event.rrule:
        yield f"RRULE:{event.rrule}"
        for day in event.exdates:
            yield _at("EXDATE", master, date.fromisoformat(day))
    yield f"SUMMARY:{_escaped(_summary(event))}"
    if event.description:
        yield f"DESCRIPTION:{_escaped(event.description)}"
    if event.location:
        yield f"LOCATION:{_escaped(event.location)}"
    yield f"CATEGORIES:{_escaped(event.get_event_type_display())}"
    yield f"STATUS:{STATUS[event.status]}"
    yield "TRANSP:OPAQUE"
    yield "END:VEVENT"


def _summary(event: TrainingEvent) -> str:
    """The title; of one player's event with the first name only: calendars are synchronised to many places."""
    return event.title if event.player is None else f"{event.title} ({event.player.first_name})"


def _at(name: str, master: TrainingEvent, day: date) -> str:
    """A date of a series, in the form of its start."""
    schedule = schedule_of(master)
    if schedule.all_day:
        return f"{name};VALUE=DATE:{day:%Y%m%d}"
    clock = schedule.start.astimezone(schedule.zone).time()
    if schedule.zone.key in UTC_NAMES:
        return f"{name}:{datetime.combine(day, clock):%Y%m%dT%H%M%SZ}"
    return f"{name};TZID={schedule.zone.key}:{datetime.combine(day, clock):%Y%m%dT%H%M%S}"


def _moment(name: str, moment: datetime, zone: ZoneInfo) -> str:
    local = moment.astimezone(zone)
    if zone.key in UTC_NAMES or local.fold:  # an hour that comes twice is the first one, where only the clock is told
        return f"{name}:{_utc(moment)}"
    return f"{name};TZID={zone.key}:{local:%Y%m%dT%H%M%S}"


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _zones(events: Iterable[TrainingEvent]) -> list[tuple[ZoneInfo, datetime, datetime]]:
    """The zones in use, each with the time that its description must cover."""
    spans: dict[str, tuple[datetime, datetime]] = {}
    for master in events:
        for event in [master, *(master.overrides.all() if master.is_series else [])]:
            if event.all_day or event.time_zone in UTC_NAMES:
                continue
            since, until = spans.get(event.time_zone, (event.start, event.until))
            spans[event.time_zone] = min(since, event.start), max(until, event.until)
    return [(ZoneInfo(name), *spans[name]) for name in sorted(spans)]


def _timezone(zone: ZoneInfo, since: datetime, until: datetime) -> Iterator[str]:
    """Every change of clocks in the years that the events lie in, each as an observance of its own."""
    begin = at_wall_time(date(since.year, 1, 1), time(), zone)
    end = datetime(until.year + 1, 12, 31, tzinfo=UTC)
    yield "BEGIN:VTIMEZONE"
    yield f"TZID:{zone.key}"
    first = begin.astimezone(zone)
    yield from _observance(first.replace(tzinfo=None), first, first)
    for change in _changes(zone, begin, end):
        before, after = (change - SECOND).astimezone(zone), change.astimezone(zone)
        # The onset is told on the clock that was in force before it (RFC 5545, 3.6.5).
        onset = (change + (before.utcoffset() or timedelta(0))).replace(tzinfo=None)
        yield from _observance(onset, before, after)
    yield "END:VTIMEZONE"


def _observance(onset: datetime, before: datetime, after: datetime) -> Iterator[str]:
    kind = "DAYLIGHT" if after.dst() else "STANDARD"
    yield f"BEGIN:{kind}"
    yield f"DTSTART:{onset:%Y%m%dT%H%M%S}"
    yield f"TZOFFSETFROM:{_offset(before)}"
    yield f"TZOFFSETTO:{_offset(after)}"
    yield f"TZNAME:{_escaped(after.tzname() or _offset(after))}"
    yield f"END:{kind}"


def _changes(zone: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    """Instants at which the offset or name changes, to the second, found by halving days that differ."""
    moment = begin
    while moment < end:
        later = moment + PROBE
        if _clock(zone, moment) != _clock(zone, later):
            low, high = moment, later
            while high - low > SECOND:
                middle = low + timedelta(seconds=(high - low) // SECOND // 2)
                low, high = (middle, high) if _clock(zone, middle) == _clock(zone, low) else (low, middle)
            yield high
        moment = later


def _clock(zone: ZoneInfo, moment: datetime) -> tuple[timedelta | None, str | None]:
    local = moment.astimezone(zone)
    return local.utcoffset(), local.tzname()


def _offset(local: datetime) -> str:
    seconds = int((local.utcoffset() or timedelta(0)).total_seconds())
    sign, seconds = "-" if seconds < 0 else "+", abs(seconds)
    rest = f"{seconds % 60:02d}" if seconds % 60 else ""
    return f"{sign}{seconds // 3600:02d}{seconds % 3600 // 60:02d}{rest}"


def _escaped(text: str) -> str:
    """Text in its one form: RFC 5545, 3.3.11; other control characters may not stand in a file at all."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    escaped = escaped.replace("\r\n", "\n").replace("\r", "\n").replace("\n", "\\n")
    return "".join(letter for letter in escaped if letter == "\t" or (letter >= " " and letter != "\x7f"))


def _folded(line: str) -> Iterator[str]:
    """Lines of at most 75 octets, never cut inside a letter (RFC 5545, 3.1)."""
    part, size = "", 0
    for letter in line:
        octets = len(letter.encode())
        if size + octets > LINE_OCTETS:
            yield part
            part, size = " ", 1
        part += letter
        size += octets
    yield part
