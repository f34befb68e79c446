"""The calendar file, read back by independent readers, and the link to it."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team, User
from apps.calendar.ical import LINE_OCTETS, _escaped, _folded
from apps.calendar.models import CalendarFeed, TrainingEvent
from apps.calendar.selectors.feeds import feed_file
from tests.apps.calendar.conftest import EVENTS, match
from tests.factories.accounts import make_guardian
from tests.factories.calendar import make_event

FEED = "/api/calendar/feed"
MADRID = ZoneInfo("Europe/Madrid")
Plan = Callable[..., dict[str, Any]]


@pytest.fixture
def url(client: APIClient) -> str:
    return str(client.post(FEED).json()["data"]["url"])


def read(client: APIClient, url: str) -> icalendar.Calendar:
    answer = client.get(url)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    calendar = icalendar.Calendar.from_ical(answer.content)
    assert calendar.errors == []
    return calendar


def between(calendar: icalendar.Calendar, first: date, last: date) -> list[Any]:
    return sorted(recurring_ical_events.of(calendar).between(first, last), key=lambda event: str(event["DTSTART"].dt))


def test_a_reader_finds_the_same_events_as_the_api(client: APIClient, plan: Plan, team: Team, url: str) -> None:
    series = plan(
        title="Tuesdays, often; with a\nnew line", start="2027-03-02T18:00:00+01:00", end="2027-03-02T19:00:00+01:00",
        rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=6", location="Pitch 2",
    )  # fmt: skip
    plan(**match(team))
    path = f"{EVENTS}/{series['id']}"
    client.patch(path, {"version": 1, "scope": "one", "occurrence": "2027-03-09", "start": "2027-03-10T17:00:00+01:00"})
    client.delete(f"{path}?scope=one&occurrence=2027-03-30")
    found = between(read(client, url), date(2027, 3, 1), date(2027, 5, 1))
    ours = client.get(EVENTS, {"start": "2027-03-01T00:00:00Z", "end": "2027-05-01T00:00:00Z"}).json()["data"]
    assert [event["DTSTART"].dt.astimezone(UTC) for event in found] == [
        datetime.fromisoformat(event["start"]) for event in ours
    ]
    assert [event["DTEND"].dt.astimezone(UTC) for event in found] == [
        datetime.fromisoformat(event["end"]) for event in ours
    ]
    assert {str(event["UID"]) for event in found if "Tuesdays" in event["SUMMARY"]} == {f"{series['id']}@axolotl"}
    assert found[0]["SUMMARY"] == "Tuesdays, often; with a\nnew line"
    summer = [event["DTSTART"].dt for event in found if event["DTSTART"].dt.date() == date(2027, 4, 6)]
    assert [(moment.hour, moment.utcoffset()) for moment in summer] == [(18, timedelta(hours=2))]


def test_sequence_grows_and_the_uid_stays(client: APIClient, plan: Plan, url: str) -> None:
    event = plan()
    (before,) = read(client, url).walk("VEVENT")
    client.patch(f"{EVENTS}/{event['id']}", {"version": 1, "title": "Renamed"})
    (after,) = read(client, url).walk("VEVENT")
    assert before["UID"] == after["UID"]
    assert (before["SEQUENCE"], after["SEQUENCE"], after["SUMMARY"]) == (0, 1, "Renamed")


def test_cancelled_events_say_so(client: APIClient, plan: Plan, url: str) -> None:
    event = plan()
    client.patch(f"{EVENTS}/{event['id']}", {"version": 1, "status": "cancelled"})
    (told,) = read(client, url).walk("VEVENT")
    assert told["STATUS"] == "CANCELLED"


def test_all_day_events_are_dates(client: APIClient, plan: Plan, url: str) -> None:
    plan(start=..., end=..., all_day=True, start_date="2027-03-27", end_date="2027-03-28", active_minutes=30)
    (told,) = read(client, url).walk("VEVENT")
    assert (told["DTSTART"].dt, told["DTEND"].dt) == (date(2027, 3, 27), date(2027, 3, 29)), "the end is exclusive"


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/New_York", "Australia/Lord_Howe", "Asia/Kolkata", "UTC"])
def test_the_time_zone_is_told_so_that_no_reader_needs_its_own(
    client: APIClient, team: Team, url: str, zone: str
) -> None:
    place = ZoneInfo(zone)
    first = datetime(2027, 1, 5, 18, tzinfo=place)
    make_event(
        team, start=first, end=first + timedelta(hours=1), until=first + timedelta(days=360), time_zone=zone,
        rrule="FREQ=MONTHLY;COUNT=12",
    )  # fmt: skip
    text = client.get(url).content.decode().replace(zone, f"Nowhere/{zone}") if zone != "UTC" else None
    if text is None:
        assert "BEGIN:VTIMEZONE" not in client.get(url).content.decode()
        return
    calendar = icalendar.Calendar.from_ical(text)
    (told,) = calendar.walk("VTIMEZONE")
    clock = told.to_tz()
    for month in range(1, 13):
        local = datetime(2027, month, 5, 18, tzinfo=place).replace(tzinfo=None)
        assert clock.utcoffset(local) == local.replace(tzinfo=place).utcoffset(), (zone, month)


def test_lines_are_folded_and_end_as_they_should(client: APIClient, plan: Plan, url: str) -> None:
    plan(title="Äpfel und Öl — " * 12, description="x" * 500)
    raw = client.get(url).content
    assert raw.endswith(b"END:VCALENDAR\r\n")
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(len(line) for line in raw.split(b"\r\n")) <= LINE_OCTETS
    assert read(client, url).walk("VEVENT")[0]["SUMMARY"] == ("Äpfel und Öl — " * 12).strip()


def _unescaped(found: re.Match[str]) -> str:
    return "\n" if found[1] == "n" else found[1]


@given(st.text())
@example("\\;")
@example("\\\n\\n,;")
def test_any_text_survives(text: str) -> None:
    line = f"SUMMARY:{_escaped(text)}"
    file = "\r\n".join(["BEGIN:VEVENT", *_folded(line), "END:VEVENT", ""])
    kept = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(letter for letter in kept if letter in "\n\t" or (letter >= " " and letter != "\x7f"))
    assert re.sub(r"\\([\\;,n])", _unescaped, _escaped(text)) == kept
    if "\\" in text:
        return  # that reader takes `\\\;` for an escaped semicolon (RFC 5545, 3.3.11: a backslash and one)
    read_back = str(icalendar.Event.from_ical(file)["SUMMARY"])
    if not {"\x85", "\u2028", "\u2029", "\x1c", "\x1d", "\x1e", "\ufeff"} & set(text):  # that reader's own line breaks
        assert read_back == kept


# The link --------------------------------------------------------------------------------------------------------


def test_unchanged_is_304(client: APIClient, plan: Plan, url: str) -> None:
    plan()
    first = client.get(url)
    again = client.get(url, headers={"If-None-Match": first["ETag"]})
    assert (again.status_code, again.content, again["ETag"]) == (304, b"", first["ETag"])
    assert client.get(url, headers={"If-None-Match": f'"other", W/{first["ETag"]}'}).status_code == 304
    plan(start="2027-03-03T18:00:00+01:00", end="2027-03-03T19:00:00+01:00")
    assert client.get(url, headers={"If-None-Match": first["ETag"]}).status_code == 200


def test_only_the_hash_is_kept_and_the_link_ends(
    client: APIClient, coach: User, api_client: Callable[..., APIClient], url: str
) -> None:
    token = url.rsplit("/", 1)[1].removesuffix(".ics")
    feed = CalendarFeed.objects.get(user=coach)
    assert token not in (feed.token_hash, str(feed.pk))
    assert len(token) >= 43
    assert client.get(FEED).json()["data"]["exists"] is True
    nobody = api_client()
    assert nobody.get(url).status_code == 200, "a calendar program has no log-in"
    assert client.get(FEED).json()["data"]["last_read_at"] is not None
    new = client.post(FEED).json()["data"]["url"]
    assert nobody.get(url).status_code == 404, "a new link ends the old one"
    assert client.delete(FEED).status_code == 204
    assert nobody.get(new).status_code == 404
    assert nobody.get(f"{FEED}/none.ics").json()["error"]["code"] == "NOT_FOUND"


def test_a_closed_account_has_no_calendar(client: APIClient, coach: User, url: str, plan: Plan) -> None:
    plan()
    coach.is_active = False
    coach.save(update_fields=["is_active"])
    assert client.get(url).status_code == 404


def test_a_family_reads_its_own_and_first_names_only(
    api_client: Callable[..., APIClient], plan: Plan, roster: list[Player]
) -> None:
    plan(excused_player_ids=["player_2"])
    for n in (1, 2):
        plan(
            team_id=..., player_id=f"player_{n}", title="Own", start=f"2027-03-03T1{n}:00:00+01:00",
            end=f"2027-03-03T1{n}:30:00+01:00",
        )  # fmt: skip
    parent = api_client(make_guardian(roster[0]))
    calendar = parent.get(parent.post(FEED).json()["data"]["url"]).content.decode()
    assert calendar.count("BEGIN:VEVENT") == 2
    assert "SUMMARY:Own (Kim)" in calendar
    assert "Berg" not in calendar
    assert "Lou" not in calendar


def test_queries_are_constant(client: APIClient, team: Team, url: str, django_assert_max_num_queries: Any) -> None:
    token = url.rsplit("/", 1)[1].removesuffix(".ics")

    def fill(count: int) -> None:
        for n in range(count):
            start = timezone.now() + timedelta(days=n)
            series = make_event(
                team, start=start, rrule="FREQ=WEEKLY;COUNT=3", until=start + timedelta(days=15), time_zone="UTC"
            )
            day = start.date() + timedelta(days=7)
            TrainingEvent.objects.filter(pk=series.pk).update(exdates=[(day + timedelta(days=7)).isoformat()])
            make_event(team, start=start + timedelta(days=7), series=series, occurrence_date=day, time_zone="UTC")

    fill(1)
    with django_assert_max_num_queries(8) as few:
        feed_file(token)
    fill(10)
    with django_assert_max_num_queries(len(few.captured_queries)):
        assert feed_file(token).text.count("BEGIN:VEVENT") == 22
