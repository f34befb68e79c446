"""When a series falls: RRULE (RFC 5545) on the wall clock of a time zone, one event a local day at most.

Pure: knows no models. A date names an event of a series, so a series keeps its exceptions when its time of day changes,
and an event at 18:00 stays at 18:00 across a change of clocks. Series are bounded: each of their dates is judged. Days
are looked at one by one within the bounds; `dateutil`, which the tests compare with, searches a rule that never falls
(30 February) up to the year 9999.
"""

from __future__ import annotations

import calendar
import itertools
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONGEST_SERIES = timedelta(days=400)
"""A season and its pre-season; nobody plans further, and every date is judged for every player."""
MOST_OCCURRENCES = 366
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
PARTS = ("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST")
LIMITS: Mapping[str, tuple[int, int]] = {"BYMONTHDAY": (-31, 31), "BYMONTH": (1, 12), "BYSETPOS": (-366, 366)}
LAST_MOMENT = time(23, 59, 59)
EXAMPLE = "for example FREQ=WEEKLY;BYDAY=TU,TH;COUNT=20"
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_UNTIL = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")


class RecurrenceError(ValueError):
    """A rule cannot be used; the message says what would be right."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked RRULE. `until` is the last local day; exactly one of `count` and `until` is set."""

    freq: str
    interval: int = 1
    count: int | None = None
    until: date | None = None
    by_day: tuple[str, ...] = ()
    numbers: Mapping[str, tuple[int, ...]] = field(default_factory=dict, hash=False)
    week_start: str = ""

    def text(self, zone: ZoneInfo | None) -> str:
        """The RRULE in one form; `zone` None: of an all-day series, whose UNTIL is a date."""
        parts = [f"FREQ={self.freq}"]
        if self.interval != 1:
            parts.append(f"INTERVAL={self.interval}")
        parts += [f"{name}={','.join(map(str, values))}" for name, values in sorted(self.numbers.items())]
        if self.by_day:
            parts.append(f"BYDAY={','.join(self.by_day)}")
        if self.week_start:
            parts.append(f"WKST={self.week_start}")
        if self.count is not None:
            parts.append(f"COUNT={self.count}")
        if self.until is not None:
            parts.append(f"UNTIL={_until_text(self.until, zone)}")
        return ";".join(parts)

    def days(self, first: date) -> list[date]:
        """The local days of the series, ascending, the first one `first`.

        Raises:
            RecurrenceError: it does not fall on `first`, lasts too long or falls too often.
        """
        horizon = first + LONGEST_SERIES
        last = horizon if self.until is None else min(self.until, horizon)
        rule = self._complete(first)
        found = list(itertools.islice(rule._falls(first, last), MOST_OCCURRENCES + 1))
        if self.count is not None:
            found = found[: self.count]
        self._check(first, found)
        return found

    def _complete(self, first: date) -> Rule:
        """The rule with what its first day implies (RFC 5545, 3.3.10)."""
        if self.by_day or "BYMONTHDAY" in self.numbers or self.freq == "DAILY":
            return self
        if self.freq == "WEEKLY":
            return replace(self, by_day=(WEEKDAYS[first.weekday()],))
        numbers = {"BYMONTHDAY": (first.day,), **self.numbers}
        if self.freq == "YEARLY":
            numbers.setdefault("BYMONTH", (first.month,))
        return replace(self, numbers=numbers)

    def _falls(self, first: date, last: date) -> Iterator[date]:
        positions = self.numbers.get("BYSETPOS")
        for begin, end in self._periods(first, last):
            span = [begin + timedelta(days=n) for n in range((end - begin).days)]
            days = [day for day in span if self._fits(day)]
            if positions is not None:
                days = [day for n, day in enumerate(days) if n + 1 in positions or n - len(days) in positions]
            yield from (day for day in days if first <= day <= last)

    def _periods(self, first: date, last: date) -> Iterator[tuple[date, date]]:
        """Every `interval`-th day, week, month or year from that of `first` on: first day, day after the last."""
        start = WEEKDAYS.index(self.week_start or "MO")
        begin = first - timedelta(days=(first.weekday() - start) % 7) if self.freq == "WEEKLY" else first
        months = {"MONTHLY": 1, "YEARLY": 12}.get(self.freq)
        if months is None:
            days = timedelta(days=7 if self.freq == "WEEKLY" else 1)
            while begin <= last:
                yield begin, begin + days
                begin += self.interval * days
            return
        begin = date(first.year, first.month if months == 1 else 1, 1)
        while begin <= last:
            yield begin, _months_on(begin, months)
            begin = _months_on(begin, months * self.interval)

    def _fits(self, day: date) -> bool:
        months, month_days = self.numbers.get("BYMONTH"), self.numbers.get("BYMONTHDAY")
        if months is not None and day.month not in months:
            return False
        length = calendar.monthrange(day.year, day.month)[1]
        if month_days is not None and not {day.day, day.day - length - 1} & set(month_days):
            return False
        return not self.by_day or any(self._is_named(day, name) for name in self.by_day)

    def _is_named(self, day: date, name: str) -> bool:
        """Whether a day is "TU", or the second one ("2TU") or last one ("-1TU") of its month or year."""
        number, weekday = name[:-2], name[-2:]
        if WEEKDAYS[day.weekday()] != weekday:
            return False
        if not number:
            return True
        by_month = self.freq == "MONTHLY" or "BYMONTH" in self.numbers
        length = calendar.monthrange(day.year, day.month)[1] if by_month else 365 + calendar.isleap(day.year)
        place = day.day if by_month else day.timetuple().tm_yday
        return int(number) in {(place - 1) // 7 + 1, -((length - place) // 7 + 1)}

    def _check(self, first: date, found: list[date]) -> None:
        if not found or found[0] != first:
            raise RecurrenceError(f"rrule: the series does not fall on its start, {first}; start it on its first day")
        if len(found) > MOST_OCCURRENCES or (self.count or 0) > MOST_OCCURRENCES:
            raise RecurrenceError(f"rrule: at most {MOST_OCCURRENCES} events in a series; each is checked for safety")
        beyond = self.until is not None and self.until > first + LONGEST_SERIES
        if beyond or (self.count is not None and len(found) < self.count):
            raise RecurrenceError(
                f"rrule: a series lasts at most {LONGEST_SERIES.days} days, each of which is checked for safety; "
                "end it earlier and plan the next one later"
            )


def parse_rule(text: str, zone: ZoneInfo, clock: time = time()) -> Rule:
    """Read an RRULE.

    Args:
        zone: on whose clock an UNTIL with a time is read.
        clock: when on its days the series starts; an UNTIL before it leaves its day out.

    Raises:
        RecurrenceError: not an RRULE that names days, or one without an end.
    """
    parts = _parts(text)
    freq = parts.pop("FREQ", "")
    if freq not in FREQUENCIES:
        raise RecurrenceError(f"rrule: FREQ must be one of {', '.join(FREQUENCIES)}, got {freq!r}; {EXAMPLE}")
    count, until = parts.pop("COUNT", None), parts.pop("UNTIL", None)
    if (count is None) == (until is None):
        raise RecurrenceError(f"rrule: a series needs an end, COUNT or UNTIL, and not both; {EXAMPLE}")
    return Rule(
        freq=freq,
        interval=_number("INTERVAL", parts.pop("INTERVAL", "1"), 1, LONGEST_SERIES.days),
        count=None if count is None else _number("COUNT", count, 1, MOST_OCCURRENCES),
        until=None if until is None else _until_day(until, zone, clock),
        by_day=_by_day(parts.pop("BYDAY", ""), freq),
        week_start=_week_start(parts.pop("WKST", "")),
        numbers={
            name: tuple(_number(name, value, *LIMITS[name], zero=False) for value in values.split(","))
            for name, values in parts.items()
        },
    )


def ended_before(rule: Rule, first: date, cut: date) -> Rule:
    """The rule with its last day before `cut`."""
    last = max(day for day in rule.days(first) if day < cut)
    return replace(rule, count=None, until=last)


def continued_from(rule: Rule, first: date, cut: date) -> Rule:
    """The rule of what is left of a series from `cut` on, a day of the series."""
    if rule.count is None:
        return rule
    return replace(rule, count=sum(day >= cut for day in rule.days(first)))


def at_wall_time(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """A local time as an instant (UTC): one that a change of clocks skips is taken by the clock before the change,
    one that comes twice is the first (RFC 5545, 3.3.5)."""
    return datetime.combine(day, clock.replace(fold=0), zone).astimezone(UTC)


def day_bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Where the days from `first` to `last` begin and end, as instants."""
    return at_wall_time(first, time(), zone), at_wall_time(last + timedelta(days=1), time(), zone)


def _parts(text: str) -> dict[str, str]:
    parts: dict[str, str] = {}
    for piece in text.strip().removeprefix("RRULE:").upper().split(";"):
        name, equals, value = piece.partition("=")
        if not equals or not value:
            raise RecurrenceError(f"rrule: {piece!r} is not NAME=value; {EXAMPLE}")
        if name not in PARTS:
            raise RecurrenceError(f"rrule: {name} is not supported; a series falls on days: {', '.join(PARTS)}")
        if name in parts:
            raise RecurrenceError(f"rrule: {name} stands twice")
        parts[name] = value
    return parts


def _number(name: str, text: str, low: int, high: int, *, zero: bool = True) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", text) or not low <= int(text) <= high or (int(text) == 0 and not zero):
        raise RecurrenceError(f"rrule: {name} must be a whole number from {low} to {high}, got {text!r}")
    return int(text)


def _by_day(text: str, freq: str) -> tuple[str, ...]:
    days = tuple(text.split(",")) if text else ()
    for day in days:
        match = _BYDAY.fullmatch(day)
        if match is None:
            raise RecurrenceError(f"rrule: BYDAY must be days such as {','.join(WEEKDAYS)}, got {day!r}")
        if match[1] and (freq not in ("MONTHLY", "YEARLY") or int(match[1]) == 0):
            raise RecurrenceError(f"rrule: {day} counts days of a month or year; use FREQ=MONTHLY or drop the number")
    return days


def _week_start(text: str) -> str:
    if text and text not in WEEKDAYS:
        raise RecurrenceError(f"rrule: WKST must be one of {', '.join(WEEKDAYS)}, got {text!r}")
    return text


def _months_on(day: date, months: int) -> date:
    """The first of the month so many months later."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, 1)


def _until_day(text: str, zone: ZoneInfo, clock: time) -> date:
    match = _UNTIL.fullmatch(text)
    try:
        if match is None:
            raise ValueError(text)
        day = datetime.strptime(match[1], "%Y%m%d")  # noqa: DTZ007 - a date
        if match[2] is None:
            return day.date()
        moment = datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S")  # noqa: DTZ007 - zone below
        local = moment.replace(tzinfo=UTC).astimezone(zone) if match[3] else moment
        return local.date() if local.time() >= clock else local.date() - timedelta(days=1)
    except (ValueError, OverflowError):
        raise RecurrenceError(f"rrule: UNTIL must be a day such as 20270630, got {text!r}") from None


def _until_text(day: date, zone: ZoneInfo | None) -> str:
    if zone is None:
        return f"{day:%Y%m%d}"
    return f"{at_wall_time(day, LAST_MOMENT, zone):%Y%m%dT%H%M%SZ}"
