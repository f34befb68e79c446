"""The planner proposes only what is allowed and says why nothing fits; accepting judges its proposals again."""

from __future__ import annotations

import re
import uuid
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from apps.accounts.models import Concussion, Player, Team, User, WellnessReport
from apps.calendar.models import Recommendation, RecommendationStatus, TrainingEvent
from apps.calendar.services import CalendarService
from apps.calendar.services.drills import load_drills
from apps.scan.models import SessionKPI
from tests.apps.calendar.conftest import EVENTS, match, training
from tests.factories.calendar import MONDAY, make_proposal
from tests.factories.sessions import make_session

RECOMMEND, COMMIT = "/api/calendar/recommend", "/api/calendar/commit"
MARCH = {"player_id": "player_1", "start_date": "2027-03-01", "end_date": "2027-03-21"}
Plan = Callable[..., dict[str, Any]]


@pytest.fixture(autouse=True)
def _library(db: None) -> None:
    load_drills()


def asked(client: APIClient, **fields: Any) -> dict[str, Any]:
    answer = client.post(RECOMMEND, {**MARCH, **fields})
    assert answer.status_code == 200, answer.json()
    data: dict[str, Any] = answer.json()["data"]
    return data


def days(data: dict[str, Any]) -> list[str]:
    return [proposal["event"]["start"][:10] for proposal in data["proposals"]]


def test_a_session_a_week_where_there_is_room(client: APIClient, plan: Plan, team: Team) -> None:
    plan(start="2027-03-02T18:00:00+01:00", end="2027-03-02T19:00:00+01:00", rrule="FREQ=WEEKLY;BYDAY=TU;COUNT=3")
    plan(**match(team))
    data = asked(client)
    assert [date.fromisoformat(day).isocalendar().week for day in days(data)] == [9, 10, 11]
    for proposal in data["proposals"]:
        assert proposal["verdict"]["decision"] == "allow"
        event = proposal["event"]
        assert (event["headers"], event["head_contact"], event["conditioning"]) == (0, False, False)
        length = datetime.fromisoformat(event["end"]) - datetime.fromisoformat(event["start"])
        assert length == timedelta(minutes=45)
        assert sum(drill["minutes"] for drill in event["drills"]) == pytest.approx(45)
        assert proposal["evidence"][-1]["kind"] == "calendar"
    assert data["proposals"][0]["event"]["start"].endswith("17:00:00Z"), "at the usual hour"
    assert TrainingEvent.objects.count() == 2, "nothing is planned by asking"


def test_wishes_are_kept(client: APIClient) -> None:
    limits = {
        "weekdays": ["WE", "FR"], "not_before": "15:00", "not_after": "16:00", "max_minutes": 30,
        "exclude_dates": ["2027-03-03"],
    }  # fmt: skip
    data = asked(client, sessions_per_week=2, focus_areas=["finishing", "passing"], constraints=limits)
    assert days(data) == ["2027-03-05", "2027-03-10", "2027-03-12", "2027-03-17", "2027-03-19"]
    for proposal in data["proposals"]:
        start, end = (datetime.fromisoformat(proposal["event"][name]) for name in ("start", "end"))
        assert end - start == timedelta(minutes=30)
        assert 14 <= start.hour < 15, "15:00 in Madrid is 14:00 UTC"
    assert {proposal["event"]["focus"] for proposal in data["proposals"]} == {"finishing", "passing"}
    assert "You asked for finishing." in data["proposals"][0]["rationale"]


@pytest.mark.parametrize(("report", "rule"), [({"pain": 5}, "pain"), ({"fever": True}, "fever")])
def test_pain_and_fever_stop_it_and_it_says_so(
    client: APIClient, roster: list[Player], report: dict[str, Any], rule: str
) -> None:
    WellnessReport.objects.create(player=roster[0], date=date(2027, 2, 28), **report)
    data = asked(client)
    assert data["proposals"] == []
    assert re.search(rule, data["reasons"][0], re.IGNORECASE), "in words, without the key of a rule"
    assert re.match("[A-Z]", data["reasons"][0])
    assert data["days_considered"] == 21
    assert Recommendation.objects.count() == 0
    assert asked(client, player_id="player_2")["proposals"], "the others may train"


def test_a_full_calendar_leaves_nothing(client: APIClient, plan: Plan, team: Team) -> None:
    for day in (2, 3, 4):
        plan(
            start=f"2027-03-0{day}T18:00:00+01:00", end=f"2027-03-0{day}T19:10:00+01:00",
            rrule="FREQ=WEEKLY;COUNT=4",
        )  # fmt: skip
    data = asked(client, start_date="2027-03-08", end_date="2027-03-14")
    assert data["proposals"] == []
    assert any(reason.startswith("Training would come to ") for reason in data["reasons"])
    week = {**MARCH, "start_date": "2027-03-08", "end_date": "2027-03-14"}
    spanish = client.post(RECOMMEND, week, HTTP_ACCEPT_LANGUAGE="es").json()["data"]["reasons"]
    assert len(spanish) == len(data["reasons"])
    assert not any("Training" in reason for reason in spanish), spanish


def test_after_a_match_it_stays_easy(client: APIClient, plan: Plan, team: Team) -> None:
    plan(**match(team))
    data = asked(client, start_date="2027-03-07", end_date="2027-03-07")
    (proposal,) = data["proposals"]
    assert (proposal["event"]["event_type"], proposal["event"]["intensity"]) == ("recovery", "low")
    assert "It stays easy" in proposal["rationale"]


def test_a_figure_that_fell_is_the_reason(client: APIClient, team: Team, roster: list[Player]) -> None:
    for n, (speed, high) in enumerate([(7.0, 7.2), (7.1, 7.3), (7.0, 7.2), (6.0, 6.3)]):
        session = make_session(team, start=timezone.now() - timedelta(days=30 - n))
        SessionKPI.objects.create(
            session=session, player=roster[0], track_id=1, catalogue_version="1.0", max_speed_mps=speed,
            max_speed_mps_low=2 * speed - high, max_speed_mps_high=high,
        )  # fmt: skip
    proposal = asked(client)["proposals"][0]
    assert proposal["event"]["focus"] == "speed"
    (kpi,) = [item for item in proposal["evidence"] if item["kind"] == "kpi"]
    assert kpi["value"] == 6.0
    assert "21.6 km/h, below the 25.3 km/h of the 3 before, by more than its error" in kpi["text"]
    User.objects.update(units="imperial")
    (kpi,) = [item for item in asked(client)["proposals"][0]["evidence"] if item["kind"] == "kpi"]
    assert "13.4 mph, below the 15.7 mph of the 3 before" in kpi["text"]
    assert kpi["value"] == 6.0, "what is stored stays in SI"
    SessionKPI.objects.filter(max_speed_mps=6.0).update(max_speed_mps_high=7.5)
    assert asked(client)["proposals"][0]["event"]["focus"] != "speed", "within its error nothing fell"


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"start_date": "2027-03-10", "end_date": "2027-03-01"}, "end_date must be start_date or later"),
        ({"end_date": "2027-06-01"}, "at most 42 days"),
        ({"start_date": "2020-01-01", "end_date": "2020-01-05"}, "These days are over"),
        ({"focus_areas": ["luck"]}, "not a valid choice"),
        ({"sessions_per_week": 8}, "less than or equal to 7"),
        ({"constraints": {"not_before": "19:00", "not_after": "18:00"}}, "not_after must be later"),
    ],
)
def test_questions_that_cannot_be(client: APIClient, fields: dict[str, Any], what: str) -> None:
    answer = client.post(RECOMMEND, {**MARCH, **fields})
    assert answer.status_code == 400
    error = answer.json()["error"]
    assert what in " ".join([error["message"], *error["details"]])


# Accepting -------------------------------------------------------------------------------------------------------


def test_committing_makes_events_once(client: APIClient) -> None:
    ids = [proposal["id"] for proposal in asked(client)["proposals"]]
    first = client.post(COMMIT, {"proposal_ids": ids})
    assert first.status_code == 200, first.json()
    made = [item["event"]["id"] for item in first.json()["data"]]
    again = client.post(COMMIT, {"proposal_ids": ids})
    assert [item["event"]["id"] for item in again.json()["data"]] == made
    assert TrainingEvent.objects.count() == len(ids) == 3
    event = TrainingEvent.objects.get(pk=made[0])
    assert (event.ai_generated, event.player.external_id, event.drills != []) == (True, "player_1", True)
    assert set(Recommendation.objects.values_list("status", flat=True)) == {"committed"}


def test_all_or_none_and_judged_as_the_calendar_is_now(client: APIClient, plan: Plan, roster: list[Player]) -> None:
    ids = [proposal["id"] for proposal in asked(client)["proposals"]]
    Concussion.objects.create(player=roster[0], injured_at=datetime(2027, 3, 17, 9, tzinfo=UTC))
    last = Recommendation.objects.get(pk=ids[-1])
    start = datetime(2027, 3, 17, 17, tzinfo=UTC)
    last.proposal["event"] |= {"start": start.isoformat(), "end": (start + timedelta(minutes=45)).isoformat()}
    last.save(update_fields=["proposal"])
    answer = client.post(COMMIT, {"proposal_ids": ids, "override_reason": "I want it"})
    assert answer.status_code == 422
    assert {finding["rule_id"] for finding in answer.json()["error"]["findings"]} == {"concussion_rest"}
    assert TrainingEvent.objects.count() == 0
    assert set(Recommendation.objects.values_list("status", flat=True)) == {"proposed"}


def test_proposals_that_break_a_rule_together(client: APIClient, roster: list[Player]) -> None:
    """Each alone is allowed; all six leave no day off."""
    made = [make_proposal(roster[0], start=MONDAY + timedelta(days=n)) for n in range(6)]
    assert client.post(COMMIT, {"proposal_ids": [str(row.pk) for row in made]}).status_code == 422
    assert TrainingEvent.objects.count() == 0
    assert client.post(COMMIT, {"proposal_ids": [str(made[0].pk)]}).status_code == 200


def test_one_by_one(client: APIClient, roster: list[Player]) -> None:
    kept, away = make_proposal(roster[0]), make_proposal(roster[0], start=MONDAY + timedelta(days=2))
    path = "/api/calendar/proposals"
    assert client.post(f"{path}/{kept.pk}/accept").json()["data"]["event"]["title"] == "First touch, 45 min"
    assert client.post(f"{path}/{away.pk}/dismiss").json()["data"]["status"] == "dismissed"
    assert client.post(f"{path}/{away.pk}/dismiss").status_code == 200
    assert client.post(f"{path}/{away.pk}/accept").status_code == 409
    assert client.post(f"{path}/{kept.pk}/dismiss").status_code == 409
    listed = client.get(path, {"status": "committed", "player_id": "player_1"}).json()["data"]
    assert [(item["id"], item["event_id"] is not None) for item in listed] == [(str(kept.pk), True)]


def test_expired_deleted_and_unknown_proposals(client: APIClient, roster: list[Player]) -> None:
    old = make_proposal(roster[0], expires_at=timezone.now() - timedelta(minutes=1))
    answer = client.post(COMMIT, {"proposal_ids": [str(old.pk)]})
    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "GONE")
    gone = make_proposal(roster[0], status=RecommendationStatus.COMMITTED)
    assert client.post(COMMIT, {"proposal_ids": [str(gone.pk)]}).status_code == 409
    assert client.post(COMMIT, {"proposal_ids": [str(uuid.uuid4())]}).status_code == 404
    assert client.post(COMMIT, {"proposal_ids": []}).status_code == 400
    assert TrainingEvent.objects.count() == 0


def test_the_service_by_its_first_name(coach: User, team: Team, roster: list[Player]) -> None:
    service = CalendarService(coach)
    fields = {"team_id": team.pk, "title": "Training", "start": MONDAY, "end": MONDAY + timedelta(hours=1)}
    assert service.validate_event(fields)["decision"] == "allow"
    assert service.create_event(fields).event["title"] == "Training"
    from apps.calendar.planner import Wishes

    found = service.get_recommendations("player_1", Wishes(first=date(2027, 3, 3), last=date(2027, 3, 7)))
    assert len(found.rows) == 1
    assert TrainingEvent.objects.count() == 1


def test_a_plan_by_hand_stands_in_the_way(client: APIClient, plan: Plan, roster: list[Player], team: Team) -> None:
    ids = [proposal["id"] for proposal in asked(client, start_date="2027-03-03", end_date="2027-03-03")["proposals"]]
    for day in (1, 2, 4):
        answer = client.post(
            EVENTS,
            training(team, start=f"2027-03-0{day}T18:00:00+01:00", end=f"2027-03-0{day}T19:00:00+01:00"),
        )
        assert answer.status_code == 201
    answer = client.post(COMMIT, {"proposal_ids": ids})
    assert answer.status_code == 422, "225 minutes in a week"
    assert {"week_minutes"} == {finding["rule_id"] for finding in answer.json()["error"]["findings"]}
