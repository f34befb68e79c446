"""When series fall: known dates, changes of clocks, bounds, and dateutil's own reader of the same text."""

from __future__ import annotations

import itertools
import time as clock
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule as dateutil_rrule
from hypothesis import given, settings
from hypothesis import strategies as st

from apps.calendar.recurrence import (
    LONGEST_SERIES,
    RecurrenceError,
    at_wall_time,
    continued_from,
    day_bounds,
    ended_before,
    parse_rule,
)
from apps.calendar.schedule import all_day, timed
from apps.core.errors import InvalidRequest

MADRID = ZoneInfo("Europe/Madrid")
TUESDAY = date(2027, 3, 2)


def days(text: str, first: date = TUESDAY) -> list[date]:
    return parse_rule(text, MADRID).days(first)


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;COUNT=3", ["2027-03-02", "2027-03-09", "2027-03-16"]),
        ("RRULE:FREQ=WEEKLY;COUNT=2", ["2027-03-02", "2027-03-09"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=4", ["2027-03-02", "2027-03-04", "2027-03-09", "2027-03-11"]),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20270331", ["2027-03-02", "2027-03-16", "2027-03-30"]),
        ("FREQ=MONTHLY;BYDAY=1TU;COUNT=3", ["2027-03-02", "2027-04-06", "2027-05-04"]),
        ("FREQ=MONTHLY;BYDAY=-1TU,1TU;COUNT=3", ["2027-03-02", "2027-03-30", "2027-04-06"]),
        ("FREQ=DAILY;BYDAY=TU,WE,TH;COUNT=4", ["2027-03-02", "2027-03-03", "2027-03-04", "2027-03-09"]),
    ],
)  # fmt: skip
def test_the_days_of_a_rule(rule: str, expected: list[str]) -> None:
    assert [day.isoformat() for day in days(rule)] == expected


def test_short_months_and_the_29th_of_february_are_left_out() -> None:
    assert [day.isoformat() for day in days("FREQ=MONTHLY;BYMONTHDAY=31;COUNT=3", date(2027, 1, 31))] == [
        "2027-01-31", "2027-03-31", "2027-05-31",
    ]  # fmt: skip
    with pytest.raises(RecurrenceError, match="at most 400 days"):
        days("FREQ=YEARLY;COUNT=2", date(2028, 2, 29))


@pytest.mark.parametrize(
    ("rule", "what"),
    [
        ("FREQ=SECONDLY;COUNT=5", "FREQ must be one of DAILY, WEEKLY, MONTHLY, YEARLY, got 'SECONDLY'"),
        ("FREQ=HOURLY;COUNT=5", "FREQ must be one of"),
        ("FREQ=WEEKLY", "needs an end, COUNT or UNTIL"),
        ("FREQ=WEEKLY;COUNT=3;UNTIL=20270401", "needs an end, COUNT or UNTIL, and not both"),
        ("FREQ=DAILY;COUNT=1000000", "COUNT must be a whole number from 1 to 366"),
        ("FREQ=DAILY;COUNT=0", "COUNT must be"),
        ("FREQ=DAILY;UNTIL=20280320", "at most 366 events"),
        ("FREQ=WEEKLY;UNTIL=20370301", "at most 400 days"),
        ("FREQ=YEARLY;COUNT=10", "at most 400 days"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30;COUNT=1", "does not fall on its start"),
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "does not fall on its start, 2027-03-02"),
        ("FREQ=WEEKLY;UNTIL=20270101", "does not fall on its start"),
        ("FREQ=WEEKLY;BYDAY=XX;COUNT=3", "BYDAY must be days such as MO,TU"),
        ("FREQ=WEEKLY;BYDAY=2TU;COUNT=3", "counts days of a month or year"),
        ("FREQ=DAILY;BYHOUR=1,2,3;COUNT=3", "BYHOUR is not supported"),
        ("FREQ=DAILY;COUNT=3;COUNT=4", "COUNT stands twice"),
        ("FREQ=MONTHLY;BYMONTHDAY=0;COUNT=3", "BYMONTHDAY must be"),
        ("FREQ=WEEKLY;INTERVAL=-1;COUNT=3", "INTERVAL must be"),
        ("FREQ=WEEKLY;WKST=8;COUNT=3", "WKST must be one of"),
        ("FREQ=WEEKLY;UNTIL=tomorrow", "UNTIL must be a day such as"),
        ("FREQ=WEEKLY;UNTIL=20271399", "UNTIL must be a day such as"),
        ("every tuesday", "is not NAME=value"),
        ("", "is not NAME=value"),
    ],
)
def test_what_cannot_be_used_says_what_would_be_right(rule: str, what: str) -> None:
    with pytest.raises(RecurrenceError, match=what):
        days(rule)


def test_hopeless_rules_are_refused_at_once() -> None:
    began = clock.perf_counter()
    for rule in ("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30;COUNT=3", "FREQ=YEARLY;BYSETPOS=300;BYDAY=MO;COUNT=3"):
        with pytest.raises(RecurrenceError):
            days(rule)
    assert clock.perf_counter() - began < 0.1, "they would be searched for up to the year 9999"


def test_an_event_stays_at_its_hour_across_a_change_of_clocks() -> None:
    start = datetime(2027, 3, 23, 18, tzinfo=MADRID)
    schedule = timed(start, start + timedelta(hours=1), "Europe/Madrid", "FREQ=WEEKLY;COUNT=2")
    before, after = (schedule.span_on(day)[0] for day in schedule.days())
    assert [moment.astimezone(MADRID).hour for moment in (before, after)] == [18, 18]
    assert after - before == timedelta(hours=167), "the week in which the clocks go forward"
    autumn = timed(
        datetime(2027, 10, 26, 18, tzinfo=MADRID), datetime(2027, 10, 26, 19, tzinfo=MADRID), "Europe/Madrid",
        "FREQ=WEEKLY;COUNT=2",
    )  # fmt: skip
    first, second = (autumn.span_on(day)[0] for day in autumn.days())
    assert second - first == timedelta(hours=169)


def test_an_hour_that_the_clocks_skip_or_repeat() -> None:
    assert at_wall_time(date(2027, 3, 28), time(2, 30), MADRID) == datetime(2027, 3, 28, 1, 30, tzinfo=UTC), "03:30"
    assert at_wall_time(date(2027, 10, 31), time(2, 30), MADRID) == datetime(2027, 10, 31, 0, 30, tzinfo=UTC), "first"
    night = timed(
        datetime(2027, 10, 31, 1, 0, tzinfo=MADRID), datetime(2027, 10, 31, 3, 0, tzinfo=MADRID), "Europe/Madrid"
    )
    assert night.end - night.start == timedelta(hours=3), "elapsed time"


def test_days_of_a_change_of_clocks_have_23_and_25_hours() -> None:
    for day, hours in ((date(2027, 3, 28), 23), (date(2027, 10, 31), 25), (date(2027, 5, 1), 24)):
        start, end = day_bounds(day, day, MADRID)
        assert end - start == timedelta(hours=hours)


def test_until_with_a_time_counts_on_the_local_clock() -> None:
    rule = "FREQ=DAILY;UNTIL=20270303T170000Z"
    assert len(parse_rule(rule, MADRID, time(18)).days(TUESDAY)) == 2, "17:00 UTC is 18:00 in Madrid"
    assert len(parse_rule(rule, MADRID, time(18, 30)).days(TUESDAY)) == 1


def test_the_text_of_a_rule_is_read_back() -> None:
    for text in ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;COUNT=7", "FREQ=MONTHLY;BYDAY=1TU;UNTIL=20271001"):
        rule = parse_rule(text, MADRID)
        for zone in (MADRID, None):
            assert parse_rule(rule.text(zone), MADRID, time(18)) == rule


WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@st.composite
def rules(draw: st.DrawFn) -> tuple[str, date]:
    """A rule and a day on which it falls, so that `dateutil` does not search for one up to the year 9999."""
    first = draw(st.dates(date(2026, 1, 1), date(2028, 12, 31)))
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]))
    parts = [f"FREQ={freq}", f"INTERVAL={draw(st.integers(1, 4))}"]
    by_month = draw(st.booleans())
    if by_month:
        months = {first.month, *draw(st.sets(st.integers(1, 12), max_size=4))}
        parts.append(f"BYMONTH={','.join(map(str, sorted(months)))}")
    if draw(st.booleans()):
        days = {first.day, *draw(st.sets(st.integers(-31, 31).filter(bool), max_size=4))}
        parts.append(f"BYMONTHDAY={','.join(map(str, sorted(days)))}")
    weekday = WEEKDAYS[first.weekday()]
    kind = draw(st.sampled_from(["none", "plain", "numbered"]))
    if kind == "plain":
        parts.append(f"BYDAY={','.join(sorted({weekday, *draw(st.sets(st.sampled_from(WEEKDAYS), max_size=3))}))}")
    elif kind == "numbered" and freq in ("MONTHLY", "YEARLY"):
        place = first.day if freq == "MONTHLY" or by_month else first.timetuple().tm_yday
        parts.append(f"BYDAY={(place - 1) // 7 + 1}{weekday},-1FR")
    if draw(st.booleans()):
        parts.append(f"WKST={draw(st.sampled_from(['MO', 'SU', 'WE']))}")
    return ";".join(parts), first


@settings(max_examples=150, deadline=None)
@given(rules(), st.integers(1, 40))
def test_as_dateutil_reads_it(rule: tuple[str, date], count: int) -> None:
    text, first = rule
    start, horizon = datetime.combine(first, time(18)), datetime.combine(first + LONGEST_SERIES, time(23))
    theirs = dateutil_rrule.rrulestr(f"{text};UNTIL={horizon:%Y%m%dT%H%M%S}", dtstart=start)
    expected = [moment.date() for moment in itertools.islice(theirs, count)]
    assert expected[0] == first
    if len(expected) < count:
        with pytest.raises(RecurrenceError, match="at most 400 days"):
            days(f"{text};COUNT={count}", first)
        return
    assert days(f"{text};COUNT={count}", first) == expected


def test_positions_within_a_month() -> None:
    found = days("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=3", date(2027, 3, 31))
    assert [day.isoformat() for day in found] == ["2027-03-31", "2027-04-30", "2027-05-31"], "the last working day"


@given(st.integers(2, 30), st.data())
def test_a_series_that_is_cut_falls_on_the_same_days(count: int, data: st.DataObject) -> None:
    rule = parse_rule(f"FREQ=WEEKLY;BYDAY=TU,TH;COUNT={count}", MADRID)
    whole = rule.days(TUESDAY)
    cut = data.draw(st.sampled_from(whole[1:]))
    before = ended_before(rule, TUESDAY, cut).days(TUESDAY)
    after = continued_from(rule, TUESDAY, cut).days(cut)
    assert before + after == whole


@pytest.mark.parametrize(
    ("start", "end", "zone", "what"),
    [
        (datetime(2027, 3, 1, 19, tzinfo=UTC), datetime(2027, 3, 1, 18, tzinfo=UTC), "UTC", "ends before it starts"),
        (datetime(2027, 3, 1, 18, tzinfo=UTC), datetime(2027, 3, 1, 18, tzinfo=UTC), "UTC", "ends before it starts"),
        (datetime(2027, 3, 1, tzinfo=UTC), datetime(2027, 3, 3, tzinfo=UTC), "UTC", "at most 24 hours"),
        (datetime(1, 1, 1, tzinfo=UTC), datetime(1, 1, 1, 1, tzinfo=UTC), "UTC", "year 1;"),
        (datetime(9999, 12, 31, tzinfo=UTC), datetime(9999, 12, 31, 1, tzinfo=UTC), "UTC", "year 9999"),
        (datetime(2027, 3, 1, 18, tzinfo=UTC), datetime(2027, 3, 1, 19, tzinfo=UTC), "Mars/Olympus", "no time zone"),
        (datetime(2027, 3, 1, 18, tzinfo=UTC), datetime(2027, 3, 1, 19, tzinfo=UTC), "../etc/passwd", "no time zone"),
    ],
)
def test_times_that_cannot_be(start: datetime, end: datetime, zone: str, what: str) -> None:
    with pytest.raises(InvalidRequest, match=what):
        timed(start, end, zone)


def test_all_day_events() -> None:
    camp = all_day(date(2027, 3, 27), date(2027, 3, 29), "Europe/Madrid")
    assert camp.end - camp.start == timedelta(hours=71), "three days, one with 23 hours"
    with pytest.raises(InvalidRequest, match="at most 14 days"):
        all_day(date(2027, 3, 1), date(2027, 3, 15), "Europe/Madrid")
    with pytest.raises(InvalidRequest, match="would overlap"):
        all_day(date(2027, 3, 1), date(2027, 3, 2), "Europe/Madrid", "FREQ=DAILY;COUNT=3")
    with pytest.raises(InvalidRequest, match="end_date must be start_date or later"):
        all_day(date(2027, 3, 2), date(2027, 3, 1), "Europe/Madrid")
