"""Weeks with 167 and 169 hours, in Madrid and New York: hours are elapsed, days are local."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from apps.safety.inputs import Calendar
from apps.safety.rules import RulesEngine
from tests.apps.safety.calendars import EASY, broken, event, match, player

# Nights of the change in 2026 (tz database): the day whose clock jumps.
SPRING = [("Europe/Madrid", datetime(2026, 3, 29)), ("America/New_York", datetime(2026, 3, 8))]  # noqa: DTZ001
AUTUMN = [("Europe/Madrid", datetime(2026, 10, 25)), ("America/New_York", datetime(2026, 11, 1))]  # noqa: DTZ001


def rules(proposed: object, calendar: list[object], group: int = 16) -> set[str]:
    return broken(RulesEngine().evaluate(Calendar(tuple(calendar)), [proposed], player(group, wellness=None)))


@pytest.mark.parametrize(("zone", "night"), SPRING)
def test_three_spring_days_have_71_hours(zone: str, night: datetime) -> None:
    first = match("a", night - timedelta(hours=13), zone=zone)
    assert "recovery_next_match" in rules(match("b", night + timedelta(days=2, hours=12), zone=zone), [first])
    assert "recovery_next_match" not in rules(match("b", night + timedelta(days=2, hours=13), zone=zone), [first])


@pytest.mark.parametrize(("zone", "night"), AUTUMN)
def test_three_autumn_days_have_73_hours(zone: str, night: datetime) -> None:
    first = match("a", night - timedelta(hours=13), zone=zone)
    assert "recovery_next_match" not in rules(match("b", night + timedelta(days=2, hours=11), zone=zone), [first])
    assert "recovery_next_match" in rules(
        match("b", night + timedelta(days=2, hours=10, minutes=59), zone=zone), [first]
    )


@pytest.mark.parametrize(("zone", "night"), SPRING)
def test_a_spring_night_is_an_hour_shorter(zone: str, night: datetime) -> None:
    evening = event("a", night - timedelta(hours=3), zone=zone)
    assert "overnight" in rules(event("b", night + timedelta(hours=8, minutes=59), zone=zone), [evening])
    assert "overnight" not in rules(event("b", night + timedelta(hours=9), zone=zone), [evening])


@pytest.mark.parametrize(("zone", "night"), AUTUMN)
def test_an_autumn_night_is_an_hour_longer(zone: str, night: datetime) -> None:
    evening = event("a", night - timedelta(hours=3), zone=zone)
    assert "overnight" not in rules(event("b", night + timedelta(hours=7), zone=zone), [evening])
    assert "overnight" in rules(event("b", night + timedelta(hours=6, minutes=59), zone=zone), [evening])


@pytest.mark.parametrize(("zone", "night"), SPRING)
def test_minutes_are_elapsed_minutes(zone: str, night: datetime) -> None:
    """From 01:30 to 03:45 on a spring night are 75 minutes: the limit of U16."""
    clock = ZoneInfo(zone)
    start, end = (night.replace(hour=hour, minute=minute, tzinfo=clock) for hour, minute in ((1, 30), (3, 45)))
    assert "session_minutes" not in rules(event("t", start.replace(tzinfo=None), 75, zone), [])
    assert end.astimezone(UTC) - start.astimezone(UTC) == timedelta(minutes=75)
    facts = {name: getattr(EASY, name) for name in EASY.__dataclass_fields__}
    local = type(EASY)(**{**facts, "start": start, "end": end, "time_zone": zone})
    assert "session_minutes" not in rules(local, [])
    longer = type(EASY)(**{**facts, "start": start, "end": end + timedelta(minutes=1), "time_zone": zone})
    assert "session_minutes" in rules(longer, [])


@pytest.mark.parametrize(("zone", "night"), SPRING + AUTUMN)
def test_a_week_is_seven_local_days_through_the_change(zone: str, night: datetime) -> None:
    sessions = [event(str(day), night + timedelta(days=day, hours=18), 70, zone) for day in (-3, -1)]
    assert "week_minutes" in rules(event("t", night + timedelta(days=3, hours=18), 71, zone), sessions)
    assert "week_minutes" not in rules(event("t", night + timedelta(days=3, hours=18), 70, zone), sessions)
    assert "week_minutes" not in rules(event("t", night + timedelta(days=4, hours=18), 75, zone), sessions)


def test_the_day_is_that_of_the_event_and_not_of_utc() -> None:
    """22:30 UTC on 9 June is 00:30 on 10 June in Madrid."""
    late = event("late", datetime(2026, 6, 10, 0, 30))  # noqa: DTZ001
    stored = type(EASY)(
        **{
            **{name: getattr(EASY, name) for name in EASY.__dataclass_fields__},
            "id": "late",
            "start": late.start.astimezone(UTC),
            "end": late.end.astimezone(UTC),
        }
    )
    noon = datetime(2026, 6, 10, 14, 0)  # noqa: DTZ001
    assert "sessions_per_day" in rules(event("t", noon), [stored], group=10)
    assert "sessions_per_day" not in rules(event("t", noon - timedelta(days=1)), [stored], group=10)


def test_an_alternative_keeps_the_local_hour_through_the_change() -> None:
    saturday = datetime(2026, 3, 28, 11, 0)  # noqa: DTZ001
    verdict = RulesEngine().evaluate(
        Calendar((match("m", saturday - timedelta(days=2)),)), [match("n", saturday)], player(16, wellness=None)
    )
    assert verdict.alternative is not None
    moved = verdict.alternative[0].start
    assert moved.isoformat() == "2026-03-30T11:00:00+02:00"


@pytest.mark.parametrize(("minutes", "both_days"), [(60, False), (61, True)])
def test_an_event_past_midnight_is_on_both_days(minutes: int, both_days: bool) -> None:
    late = event("late", datetime(2026, 6, 9, 23, 0), minutes)  # noqa: DTZ001
    noon = datetime(2026, 6, 10, 14, 0)  # noqa: DTZ001
    assert ("sessions_per_day" in rules(event("t", noon), [late], group=10)) is both_days


@pytest.mark.parametrize(("minutes", "counts"), [(60, False), (61, True)])
def test_an_event_that_reaches_into_the_week_counts_whole(minutes: int, counts: bool) -> None:
    """It starts at 23:00 seven days before: with 61 minutes its last one is in the window."""
    late = event("late", datetime(2026, 6, 3, 23, 0), minutes)  # noqa: DTZ001
    middle = event("middle", datetime(2026, 6, 7, 18, 0), 75)  # noqa: DTZ001
    proposed = event("t", datetime(2026, 6, 10, 18, 0), 75)  # noqa: DTZ001
    assert ("week_minutes" in rules(proposed, [late, middle])) is counts
