"""Stretches of days in a team's own calendar, and the days, ISO weeks and months in them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Self
from zoneinfo import ZoneInfo

from django.utils import timezone

from apps.core.errors import InvalidRequest

MAX_YEARS = 10
FIRST_YEAR, LAST_YEAR = 1990, 2100
MAX_DAYS = 366 * MAX_YEARS
MAX_BUCKETS = 600
"""Points of one chart: a page shows no more, and ten years of weeks fit."""
FORM = "Write for example 28d, 12w, 6m, 1y, or 2026-01-01..2026-03-31."
_LAST = re.compile(r"([1-9]\d{0,3})([dwmy])")


class Bucket(StrEnum):
    """What is put together to one point."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `start` to `end`, both included, in a time zone."""

    start: date
    end: date
    zone: str

    @classmethod
    def parse(cls, text: str, zone: str, *, today: date | None = None) -> Self:
        """Read `28d`, `12w`, `6m`, `1y` (up to and with today) or `2026-01-01..2026-03-31`.

        Raises:
            InvalidRequest: no such form, an end before its start, or an unlikely span.
        """
        today = today or today_in(zone)
        start, end = _span(text.strip(), today)
        if end < start:
            raise InvalidRequest(f"The period ends ({end}) before it starts ({start}). {FORM}")
        if start.year < FIRST_YEAR or end.year > LAST_YEAR:
            raise InvalidRequest(f"The period lies outside {FIRST_YEAR} to {LAST_YEAR}. {FORM}")
        if (end - start).days > MAX_DAYS:
            raise InvalidRequest(f"The period is longer than {MAX_YEARS} years. {FORM}")
        return cls(start, end, zone)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.end - self.start).days + 1

    @property
    def since(self) -> datetime:
        """The first moment."""
        return midnight(self.start, self.zone)

    @property
    def until(self) -> datetime:
        """The first moment after."""
        return midnight(self.end + timedelta(days=1), self.zone)

    def buckets(self, bucket: Bucket) -> list[date]:
        """First days of the buckets that touch the period (Mondays, firsts of months).

        Raises:
            InvalidRequest: more than a chart may hold.
        """
        starts = [bucket_of(self.start, bucket)]
        while (following := after(starts[-1], bucket)) <= self.end:
            if len(starts) == MAX_BUCKETS:
                raise InvalidRequest(
                    f"{self.days} days are too many for bucket={bucket}: at most {MAX_BUCKETS} points. "
                    f"Choose bucket={'week' if bucket is Bucket.DAY else 'month'} or a shorter period."
                )
            starts.append(following)
        return starts


def today_in(zone: str) -> date:
    """Return the date it is now in a time zone."""
    return timezone.now().astimezone(ZoneInfo(zone)).date()


def midnight(day: date, zone: str) -> datetime:
    """Return a day's first moment; where clocks skip midnight, the moment they skip at."""
    return datetime.combine(day, time.min, tzinfo=ZoneInfo(zone))


def local_day(moment: datetime, zone: str) -> date:
    """Return the date of a moment in a time zone."""
    return moment.astimezone(ZoneInfo(zone)).date()


def bucket_of(day: date, bucket: Bucket) -> date:
    """Return the first day of the bucket that a day lies in."""
    if bucket is Bucket.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if bucket is Bucket.MONTH else day


def after(start: date, bucket: Bucket) -> date:
    """Return the first day of the next bucket."""
    if bucket is Bucket.MONTH:
        return _months_before(start, -1)
    return start + timedelta(days=7 if bucket is Bucket.WEEK else 1)


def _span(text: str, today: date) -> tuple[date, date]:
    found = _LAST.fullmatch(text)
    if found:
        return _days_back(int(found[1]), found[2], today), today
    first, dots, last = text.partition("..")
    try:
        if not dots:
            raise ValueError
        return date.fromisoformat(first), date.fromisoformat(last)
    except ValueError:
        raise InvalidRequest(f"'{text[:40]}' is no period. {FORM}") from None


def _days_back(number: int, unit: str, today: date) -> date:
    if unit in "my":
        months = min(number * (12 if unit == "y" else 1), 12 * MAX_YEARS + 1)
        return _months_before(today, months) + timedelta(days=1)
    return today - timedelta(days=min(number * (7 if unit == "w" else 1), MAX_DAYS + 2) - 1)


def _months_before(day: date, months: int) -> date:
    """The same day of an earlier month, or that month's last day."""
    index = day.year * 12 + day.month - 1 - months
    first = date(index // 12, index % 12 + 1, 1)
    following = date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    return first + timedelta(days=min(day.day, (following - first).days) - 1)
