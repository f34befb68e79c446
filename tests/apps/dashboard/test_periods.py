"""Days, ISO weeks and months of a team's own calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from apps.core.errors import InvalidRequest
from apps.dashboard.periods import MAX_BUCKETS, Bucket, Period, local_day, midnight

TODAY = date(2026, 3, 31)
BERLIN = "Europe/Berlin"


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("1d", date(2026, 3, 31), TODAY),
        ("28d", date(2026, 3, 4), TODAY),
        ("2w", date(2026, 3, 18), TODAY),
        ("1m", date(2026, 3, 1), TODAY),  # February has no 31st: from the day after its last
        ("12m", date(2025, 4, 1), TODAY),
        ("1y", date(2025, 4, 1), TODAY),
        ("10y", date(2016, 4, 1), TODAY),
        (" 2026-01-05..2026-01-05 ", date(2026, 1, 5), date(2026, 1, 5)),
    ],
)
def test_what_is_read(text: str, start: date, end: date) -> None:
    assert Period.parse(text, BERLIN, today=TODAY) == Period(start, end, BERLIN)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("2026-03-31..2026-01-01", "before it starts"),
        ("9999y", "longer than 10 years"),
        ("9999d", "longer than 10 years"),
        ("0001-01-01..0001-12-31", "outside 1990 to 2100"),
        ("9999-01-01..9999-12-31", "outside 1990 to 2100"),
        ("2015-01-01..2026-01-01", "longer than 10 years"),
        ("0d", "is no period"),
        ("-5d", "is no period"),
        ("yesterday", "is no period"),
        ("2026-13-01..2026-01-01", "is no period"),
        ("", "is no period"),
    ],
)
def test_nonsense_says_what_would_be_right(text: str, word: str) -> None:
    with pytest.raises(InvalidRequest, match=word) as error:
        Period.parse(text, BERLIN, today=TODAY)
    assert "28d" in error.value.message


def test_days_are_the_teams() -> None:
    period = Period(date(2026, 3, 29), date(2026, 3, 29), BERLIN)  # the day clocks go forward: 23 hours
    assert period.since == datetime(2026, 3, 28, 23, tzinfo=UTC)
    assert period.until == datetime(2026, 3, 29, 22, tzinfo=UTC)
    assert local_day(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), BERLIN) == date(2026, 3, 29)
    assert local_day(datetime(2026, 3, 28, 23, 30, tzinfo=UTC), "America/New_York") == date(2026, 3, 28)


def test_a_midnight_that_clocks_skip() -> None:
    cairo = midnight(date(2026, 4, 24), "Africa/Cairo")  # 00:00 becomes 01:00
    assert local_day(cairo, "Africa/Cairo") <= date(2026, 4, 24)
    assert midnight(date(2026, 4, 25), "Africa/Cairo").astimezone(UTC) - cairo.astimezone(UTC) <= timedelta(hours=24)


def test_buckets() -> None:
    period = Period(date(2025, 12, 31), date(2026, 1, 12), BERLIN)
    assert period.buckets(Bucket.WEEK) == [date(2025, 12, 29), date(2026, 1, 5), date(2026, 1, 12)]
    assert period.buckets(Bucket.MONTH) == [date(2025, 12, 1), date(2026, 1, 1)]
    assert period.buckets(Bucket.DAY) == [date(2025, 12, 31) + timedelta(days=n) for n in range(13)]


def test_a_chart_has_an_end() -> None:
    ten_years = Period.parse("10y", BERLIN, today=TODAY)
    with pytest.raises(
        InvalidRequest, match=r"3652 days are too many for bucket=day: at most 600 points\. Choose bucket=week"
    ):
        ten_years.buckets(Bucket.DAY)
    assert len(ten_years.buckets(Bucket.WEEK)) == 523
    assert len(ten_years.buckets(Bucket.MONTH)) == 120
    assert len(Period.parse(f"{MAX_BUCKETS}d", BERLIN, today=TODAY).buckets(Bucket.DAY)) == MAX_BUCKETS
