"""Events by the API: windows, series, what one, following and all change, versions, worst inputs."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team, User
from apps.calendar.models import TrainingEvent
from apps.core.models import AuditEvent, IdempotencyKey
from tests.apps.calendar.conftest import EVENTS, match, training
from tests.factories.accounts import make_guardian, make_player, make_player_user, make_team
from tests.factories.calendar import MONDAY, make_event
from tests.factories.sessions import make_session

MARCH = {"start": "2027-03-01T00:00:00Z", "end": "2027-04-15T00:00:00Z"}
Plan = Callable[..., dict[str, Any]]


@pytest.fixture
def series(plan: Plan) -> dict[str, Any]:
    """Tuesdays at 18:00 in Madrid from 2 March, six times; the clocks change on 28 March."""
    return plan(
        title="Tuesdays",
        start="2027-03-02T18:00:00+01:00",
        end="2027-03-02T19:00:00+01:00",
        rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=6",
    )


def listed(client: APIClient, **query: Any) -> list[dict[str, Any]]:
    answer = client.get(EVENTS, {**MARCH, "per_page": 100, **query})
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def starts(client: APIClient) -> list[str]:
    return [event["start"] for event in listed(client)]


def change(client: APIClient, event: dict[str, Any], **fields: Any) -> Any:
    return client.patch(f"{EVENTS}/{event['id']}", {"version": event["version"], **fields})


TUESDAYS = [
    "2027-03-02T17:00:00Z", "2027-03-09T17:00:00Z", "2027-03-16T17:00:00Z", "2027-03-23T17:00:00Z",
    "2027-03-30T16:00:00Z", "2027-04-06T16:00:00Z",
]  # fmt: skip
"""18:00 in Madrid, an hour earlier in UTC once the clocks went forward."""


def test_a_series_is_listed_by_its_dates(client: APIClient, series: dict[str, Any]) -> None:
    assert starts(client) == TUESDAYS
    first = listed(client)[0]
    assert (first["key"], first["occurrence"]) == (f"{series['id']}:2027-03-02", "2027-03-02")
    assert (first["id"], first["is_series"], first["rrule"]) == (series["id"], True, "FREQ=WEEKLY;BYDAY=TU;COUNT=6")


def test_a_window_cuts_through_a_series(client: APIClient, series: dict[str, Any]) -> None:
    window = {"start": "2027-03-09T17:59:59Z", "end": "2027-03-23T17:00:00Z"}
    assert [event["start"] for event in listed(client, **window)] == TUESDAYS[1:3], "touching is inside, end is not"


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"event_type": "match"}, 1),
        ({"event_type": "training"}, 6),
        ({"status": "cancelled"}, 0),
        ({"status": "planned"}, 7),
        ({"player_id": "player_1"}, 7),
        ({"player_id": "nobody"}, 0),
        ({"team_id": str(uuid.uuid4())}, 0),
    ],
)
def test_filters(client: APIClient, plan: Plan, series: dict[str, Any], team: Team, query: Any, count: int) -> None:
    plan(**match(team))
    assert len(listed(client, **query)) == count


def test_a_players_list_has_own_and_team_events(client: APIClient, plan: Plan, series: dict[str, Any]) -> None:
    plan(team_id=..., player_id="player_2", start="2027-03-05T18:00:00+01:00", end="2027-03-05T18:30:00+01:00")
    assert len(listed(client, player_id="player_2")) == 7
    assert len(listed(client, player_id="player_1")) == 6, "another player's own event is not theirs"


def test_pages_and_the_usual_window(client: APIClient, team: Team, db: None) -> None:
    soon = timezone.now() + timedelta(days=2)
    for n in range(3):
        make_event(team, start=soon + timedelta(days=n))
    answer = client.get(EVENTS, {"per_page": 2}).json()
    assert len(answer["data"]) == 2
    assert answer["pagination"] == {
        "page": 1,
        "per_page": 2,
        "total": 3,
        "pages": 2,
        "has_next": True,
        "has_prev": False,
    }


@pytest.mark.parametrize(
    ("query", "what"),
    [
        ({"start": "2027-03-01T00:00:00Z", "end": "2027-02-01T00:00:00Z"}, "end must be after start."),
        ({"start": "2020-01-01T00:00:00Z", "end": "2030-01-01T00:00:00Z"}, "Ask for at most 400 days at once"),
        ({"start": "2027-03-01T00:00:00"}, "A time needs its offset"),
        ({"start": "yesterday"}, "Datetime has wrong format"),
        ({"start": "9999-12-31T00:00:00Z"}, "start and end must be dates from 2000 to 2099"),
        ({"team_id": "7"}, "Must be a valid UUID"),
    ],
)
def test_windows_that_cannot_be(client: APIClient, query: dict[str, str], what: str) -> None:
    answer = client.get(EVENTS, query)
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert what in " ".join([error["message"], *error["details"]])


def test_queries_are_constant(
    client: APIClient, team: Team, coach: User, roster: list[Player], django_assert_max_num_queries: Any
) -> None:
    def fill(first: int, count: int) -> None:
        for n in range(first, first + count):
            event = make_event(team, start=MONDAY + timedelta(hours=n), player=roster[n % 3] if n % 2 else None)
            event.excused.set(roster[:1])

    fill(0, 2)
    with django_assert_max_num_queries(11) as small:
        assert len(listed(client)) == 2
    fill(2, 30)
    with django_assert_max_num_queries(len(small.captured_queries)):
        assert len(listed(client)) == 32


# One date, the following, all ------------------------------------------------------------------------------------


def test_one_date_moves_and_the_series_stays(client: APIClient, series: dict[str, Any]) -> None:
    answer = change(
        client, series, scope="one", occurrence="2027-03-09", start="2027-03-10T18:00:00+01:00", title="On Wednesday"
    )
    assert answer.status_code == 200, answer.json()
    moved = answer.json()["data"]
    assert (moved["start"], moved["end"]) == ("2027-03-10T17:00:00Z", "2027-03-10T18:00:00Z"), "the length stays"
    assert (moved["id"], moved["occurrence"], moved["changed"], moved["version"]) == (
        series["id"],
        "2027-03-09",
        True,
        2,
    )
    assert starts(client) == [TUESDAYS[0], "2027-03-10T17:00:00Z", *TUESDAYS[2:]]
    again = client.get(f"{EVENTS}/{series['id']}", {"occurrence": "2027-03-09"}).json()["data"]
    assert again["title"] == "On Wednesday"
    assert client.get(f"{EVENTS}/{series['id']}", {"occurrence": "2027-03-10"}).status_code == 404


def test_a_changed_date_outside_the_series_is_found(client: APIClient, series: dict[str, Any]) -> None:
    change(client, series, scope="one", occurrence="2027-04-06", start="2027-04-20T18:00:00+02:00")
    late = listed(client, start="2027-04-19T00:00:00Z", end="2027-04-25T00:00:00Z")
    assert [event["occurrence"] for event in late] == ["2027-04-06"]


def test_this_and_following(client: APIClient, series: dict[str, Any]) -> None:
    change(client, series, scope="one", occurrence="2027-03-30", title="Changed before")
    answer = change(
        client, {**series, "version": 2}, scope="following", occurrence="2027-03-23",
        start="2027-03-23T17:00:00+01:00", end="2027-03-23T17:45:00+01:00",
    )  # fmt: skip
    assert answer.status_code == 200, answer.json()
    rest = answer.json()["data"]
    assert rest["id"] != series["id"]
    assert rest["rrule"] == "FREQ=WEEKLY;BYDAY=TU;COUNT=3"
    old = client.get(f"{EVENTS}/{series['id']}").json()["data"]
    assert old["rrule"] == "FREQ=WEEKLY;BYDAY=TU;UNTIL=20270316T225959Z"
    found = listed(client)
    assert [event["start"] for event in found] == [
        *TUESDAYS[:3], "2027-03-23T16:00:00Z", "2027-03-30T16:00:00Z", "2027-04-06T15:00:00Z",
    ]  # fmt: skip
    assert [event["id"] == series["id"] for event in found] == [True] * 3 + [False] * 3
    assert found[4]["title"] == "Changed before", "a date that was changed by hand stays as it is"


def test_following_from_the_first_date_is_all(client: APIClient, series: dict[str, Any]) -> None:
    answer = change(client, series, scope="following", occurrence="2027-03-02", title="Renamed")
    assert answer.json()["data"]["id"] == series["id"]
    assert {event["title"] for event in listed(client)} == {"Renamed"}


def test_all_move_to_another_weekday(client: APIClient, series: dict[str, Any]) -> None:
    change(client, series, scope="one", occurrence="2027-03-09", title="By hand")
    answer = change(client, {**series, "version": 2}, start="2027-03-03T18:00:00+01:00")
    assert answer.json()["data"]["rrule"] == "FREQ=WEEKLY;BYDAY=WE;COUNT=6"
    assert starts(client)[0] == "2027-03-03T17:00:00Z"
    assert all(not event["changed"] for event in listed(client)), "a date that is no more is gone with its change"


def test_all_change_their_time_and_keep_their_exceptions(client: APIClient, series: dict[str, Any]) -> None:
    client.delete(f"{EVENTS}/{series['id']}?scope=one&occurrence=2027-03-16")
    answer = change(
        client, {**series, "version": 2}, start="2027-03-02T17:00:00+01:00", end="2027-03-02T18:00:00+01:00"
    )
    assert answer.status_code == 200
    assert starts(client) == [
        "2027-03-02T16:00:00Z", "2027-03-09T16:00:00Z", "2027-03-23T16:00:00Z", "2027-03-30T15:00:00Z",
        "2027-04-06T15:00:00Z",
    ]  # fmt: skip


def test_deleting_one_the_following_and_all(client: APIClient, series: dict[str, Any]) -> None:
    url = f"{EVENTS}/{series['id']}"
    assert client.delete(f"{url}?scope=one&occurrence=2027-03-09").status_code == 204
    assert starts(client) == [TUESDAYS[0], *TUESDAYS[2:]]
    assert client.delete(f"{url}?scope=one&occurrence=2027-03-09").status_code == 404
    assert client.delete(f"{url}?scope=following&occurrence=2027-03-30").status_code == 204
    assert starts(client) == [TUESDAYS[0], *TUESDAYS[2:4]]
    assert client.delete(url).status_code == 204
    assert starts(client) == []
    assert TrainingEvent.objects.count() == 0
    assert AuditEvent.objects.filter(action="calendar.deleted").count() == 3


def test_a_series_whose_last_date_goes_is_gone(client: APIClient, plan: Plan) -> None:
    pair = plan(start="2027-03-02T18:00:00+01:00", end="2027-03-02T19:00:00+01:00", rrule="FREQ=WEEKLY;COUNT=2")
    client.delete(f"{EVENTS}/{pair['id']}?scope=one&occurrence=2027-03-09")
    client.delete(f"{EVENTS}/{pair['id']}?scope=one&occurrence=2027-03-02")
    assert TrainingEvent.objects.count() == 0


def test_no_longer_a_series(client: APIClient, series: dict[str, Any]) -> None:
    answer = change(client, series, rrule=None)
    assert (answer.json()["data"]["rrule"], answer.json()["data"]["is_series"]) == (None, False)
    assert starts(client) == TUESDAYS[:1]


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"scope": "one"}, "send its occurrence"),
        ({"scope": "one", "occurrence": "2027-03-02", "rrule": "FREQ=DAILY;COUNT=2"}, "belongs to the whole series"),
        ({"exdates": [str(date(2027, 3, 2) + timedelta(days=7 * n)) for n in range(6)]}, "leave nothing of the series"),
        ({"status": "completed"}, "completed date by date"),
    ],
)
def test_changes_of_a_series_that_cannot_be(client: APIClient, series: dict[str, Any], fields: Any, what: str) -> None:
    answer = change(client, series, **fields)
    assert answer.status_code == 400
    assert what in answer.json()["error"]["message"]


def test_a_date_is_completed_by_a_session(client: APIClient, series: dict[str, Any], team: Team) -> None:
    session = make_session(team)
    answer = change(
        client, series, scope="one", occurrence="2027-03-02", status="completed", completed_session_id=str(session.pk)
    )
    assert answer.json()["data"]["completed_session_id"] == str(session.pk)
    assert [event["status"] for event in listed(client)] == ["completed"] + ["planned"] * 5
    foreign = make_session(make_team())
    refused = change(
        client, {**series, "version": 2}, scope="one", occurrence="2027-03-09", completed_session_id=str(foreign.pk)
    )
    assert refused.status_code == 404


def test_all_day(client: APIClient, plan: Plan, team: Team) -> None:
    cup = plan(
        start=..., end=..., all_day=True, start_date="2027-03-27", end_date="2027-03-28", active_minutes=60,
        event_type="match", tournament=True, half_minutes=20, match_minutes=60, override_reason="A cup of two days",
    )  # fmt: skip
    assert (cup["start_date"], cup["end_date"]) == ("2027-03-27", "2027-03-28")
    assert (cup["start"], cup["end"]) == ("2027-03-26T23:00:00Z", "2027-03-28T22:00:00Z"), "47 hours"
    gaps = {gap["rule_id"] for gap in cup["verdict"]["not_assessed"]}
    assert {"overnight", "recovery_next_match"} <= gaps, "nobody knows at what hours"
    refused = client.post(EVENTS, training(team, start=..., end=..., all_day=True, start_date="2027-03-20"))
    assert refused.status_code == 400
    assert "active_minutes" in refused.json()["error"]["message"]


# Versions and repeats --------------------------------------------------------------------------------------------


def test_somebody_else_was_faster(
    client: APIClient, api_client: Callable[..., APIClient], plan: Plan, second_coach: User
) -> None:
    event = plan()
    assert change(api_client(second_coach), event, title="Theirs").status_code == 200
    answer = change(client, event, title="Ours")
    assert answer.status_code == 409
    error = answer.json()["error"]
    assert second_coach.name in error["message"]
    assert (error["version"], error["changed_by"]) == (2, second_coach.name)
    assert client.get(f"{EVENTS}/{event['id']}").json()["data"]["title"] == "Theirs"
    assert client.delete(f"{EVENTS}/{event['id']}?version=1").status_code == 409
    assert client.patch(f"{EVENTS}/{event['id']}", {"title": "x"}).json()["error"]["details"] == [
        "Field 'version' is required"
    ]


def test_the_same_post_twice_is_one_event(client: APIClient, team: Team) -> None:
    body = training(team)
    first = client.post(EVENTS, body, headers={"Idempotency-Key": "a"})
    second = client.post(EVENTS, body, headers={"Idempotency-Key": "a"})
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json()["data"] == second.json()["data"]
    assert TrainingEvent.objects.count() == 1
    assert client.post(EVENTS, {**body, "title": "y"}, headers={"Idempotency-Key": "a"}).status_code == 409
    refused = client.post(EVENTS, {**body, "end": "2027-03-01T20:00:00+01:00"}, headers={"Idempotency-Key": "b"})
    assert refused.status_code == 422
    assert IdempotencyKey.objects.filter(key="b").count() == 0, "a refusal uses no key up"


# Who sees what ---------------------------------------------------------------------------------------------------


def test_families_see_their_own_and_nothing_of_others(
    client: APIClient, api_client: Callable[..., APIClient], plan: Plan, roster: list[Player], team: Team
) -> None:
    plan(excused_player_ids=["player_1", "player_2"])
    plan(
        team_id=..., player_id="player_1", start="2027-03-03T18:00:00+01:00", end="2027-03-03T19:30:00+01:00",
        override_reason="The parents asked for it",
    )  # fmt: skip
    child, other = api_client(make_guardian(roster[0])), api_client(make_guardian(roster[2]))
    own = listed(child)
    assert len(own) == 2
    assert [[player["display_name"] for player in event["excused"]] for event in own] == [["Kim Berg"], []]
    assert {(event["override_reason"], event["changed_by"]) for event in own} == {(None, None)}
    assert len(listed(other)) == 1
    assert len(listed(client)) == 2
    assert listed(client)[1]["override_reason"] == "The parents asked for it"
    assert [event["excused"] for event in listed(api_client(make_player_user(team)))] == [[]]


def test_a_players_team_need_not_be_named_and_does_not_change(client: APIClient, plan: Plan, team: Team) -> None:
    own = plan(team_id=None, player_id="player_1")
    assert own["team_id"] == str(team.pk)
    elsewhere = {"event_id": own["id"], "team_id": str(make_team().pk), "intensity": "low"}
    assert client.post("/api/calendar/validate", elsewhere).json()["data"]["decision"] == "allow"
    assert str(TrainingEvent.objects.get().team_id) == str(team.pk)


def test_another_teams_player_cannot_be_named(client: APIClient, team: Team, plan: Plan) -> None:
    stranger = make_player(make_team())
    for body in (training(team, player_id=str(stranger.pk)), training(team, excused_player_ids=[str(stranger.pk)])):
        assert client.post(EVENTS, body).status_code in (400, 404)
    assert TrainingEvent.objects.count() == 0


# Worst inputs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"end": "2027-03-01T17:00:00+01:00"}, "end must be after start"),
        ({"start": ..., "end": ...}, "start and end are needed"),
        ({"start": "2027-03-01T18:00:00"}, "A time needs its offset"),
        ({"start": "2027-02-30T18:00:00Z"}, "Datetime has wrong format"),
        ({"time_zone": "Mars/Olympus"}, "There is no time zone 'Mars/Olympus'"),
        ({"rrule": "FREQ=SECONDLY;COUNT=9"}, "FREQ must be one of"),
        ({"rrule": "FREQ=DAILY;COUNT=1000000"}, "COUNT must be a whole number from 1 to 366"),
        ({"rrule": "FREQ=WEEKLY;UNTIL=20370301"}, "at most 400 days"),
        ({"rrule": "FREQ=WEEKLY"}, "needs an end"),
        ({"rrule": "x" * 600}, "no more than 500 characters"),
        ({"team_id": ...}, "team_id or player_id is needed"),
        ({"title": ""}, "may not be blank"),
        ({"title": "x" * 201}, "no more than 200 characters"),
        ({"headers": -1}, "greater than or equal to 0"),
        ({"wbgt_c": 1e400}, "A valid number is required"),
        ({"wbgt_c": True}, "valid number"),
        ({"drills": [{"title": "x", "minutes": 5}] * 31}, "no more than 30 elements"),
        ({"drills": [{"title": "x", "minutes": 5, "notes": "x" * 1001}]}, "no more than 1000 characters"),
        ({"drills": {"a": 1}}, "Expected a list"),
        ({"drills": [7]}, "Expected a dictionary"),
        ({"target_kpis": ["goals"]}, "There is no KPI of this key"),
        ({"excused_player_ids": ["nobody"]}, "not in the team: 'nobody'"),
        ({"event_type": "party"}, "not a valid choice"),
        ({"title": "a\u0000b"}, "Null characters"),
    ],
)
def test_worst_inputs(client: APIClient, team: Team, fields: dict[str, Any], what: str) -> None:
    text = json.dumps(training(team, **fields)).replace("Infinity", "1e400")
    answer = client.post(EVENTS, text, content_type="application/json")
    assert answer.status_code == 400, answer.json()
    error = answer.json()["error"]
    assert re.search(what, " ".join([error["message"], *error["details"]])), error
    assert TrainingEvent.objects.count() == 0


def test_a_huge_plan_of_drills_is_refused_before_it_is_kept(client: APIClient, team: Team) -> None:
    body = training(team, drills=[{"title": "x" * 190, "minutes": 5, "notes": "y" * 100_000}] * 20)
    assert client.post(EVENTS, body).status_code in (400, 413)
    assert TrainingEvent.objects.count() == 0
