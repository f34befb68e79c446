"""A feedback's drills become proposals, judged and accepted one by one; the library's articles stand beside them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team
from apps.calendar.models import Drill, TrainingEvent
from apps.calendar.services.drills import load_drills
from apps.feedback.models import Feedback, FeedbackStatus
from apps.search.documents import Document, Kind
from apps.search.services import put
from tests.apps.calendar.test_recommend import COMMIT, MARCH, RECOMMEND
from tests.factories.accounts import make_player, make_team
from tests.factories.sessions import make_session


@pytest.fixture(autouse=True)
def _library(db: None) -> None:
    load_drills()


def make_feedback(team: Team, player: Player | None, **fields: Any) -> Feedback:
    """A completed feedback that recommends a drill."""
    drills = fields.pop("drills", [("dribbling", "no-such-drill")])
    told = [{"area": area, "drill": "x", "drill_key": key} for area, key in drills]
    plain = {"status": FeedbackStatus.COMPLETED, "body": {"recommendations": told}}
    return Feedback.objects.create(team=team, player=player, session=make_session(team), **{**plain, **fields})


def proposals(client: APIClient, feedback: Feedback, **fields: Any) -> list[dict[str, Any]]:
    answer = client.post(RECOMMEND, {**MARCH, "feedback_id": str(feedback.pk), **fields})
    assert answer.status_code == 200, answer.json()
    found: list[dict[str, Any]] = answer.json()["data"]["proposals"]
    return found


def single_drills() -> list[str]:
    """Drills that one U15 player can do alone, mildly: two of them."""
    rows = Drill.objects.filter(
        players_min=1, youngest__lte=15, oldest__gte=15, intensity__in=["low", "moderate"], headers=0,
        head_contact=False, conditioning=False,
    )  # fmt: skip
    return [row.key for row in rows if not {"warm_up", "recovery"} & set(row.focus)][-2:]


def test_the_drills_of_a_feedback_come_first(client: APIClient, team: Team, roster: list[Player]) -> None:
    keys = single_drills()
    feedback = make_feedback(team, roster[0], drills=[("dribbling", keys[0]), ("first_touch", keys[1])])
    found = proposals(client, feedback)
    mains = [[part["drill"] for part in one["event"]["drills"]] for one in found]
    assert [keys[n % 2] in parts for n, parts in enumerate(mains)] == [True] * 3, "in turn"
    for one in found:
        (evidence,) = [part for part in one["evidence"] if part["kind"] == "feedback"]
        assert evidence["ref"] == str(feedback.pk)
        assert one["rationale"].split(". ")[1].startswith("A feedback recommends")
        assert one["verdict"]["decision"] == "allow"


def test_they_are_accepted_one_by_one(client: APIClient, team: Team, roster: list[Player]) -> None:
    feedback = make_feedback(team, roster[0], drills=[("dribbling", single_drills()[0])])
    found = proposals(client, feedback)
    answer = client.post(COMMIT, {"proposal_ids": [found[1]["id"]]})
    assert answer.status_code == 200, answer.json()
    assert TrainingEvent.objects.count() == 1


def test_areas_that_are_asked_for_go_before_the_feedbacks(client: APIClient, team: Team, roster: list[Player]) -> None:
    feedback = make_feedback(team, roster[0], drills=[("dribbling", "no-such-drill")])
    assert {one["event"]["focus"] for one in proposals(client, feedback)} == {"dribbling"}
    wanted = proposals(client, feedback, focus_areas=["passing"])
    assert {one["event"]["focus"] for one in wanted} == {"passing"}


def test_a_teams_feedback_is_for_each_of_its_players(client: APIClient, team: Team, roster: list[Player]) -> None:
    assert proposals(client, make_feedback(team, None))


def test_whose_feedback_it_is(client: APIClient, team: Team, roster: list[Player]) -> None:
    other_team = make_team()
    body = {**MARCH, "feedback_id": str(make_feedback(team, roster[1]).pk)}
    assert client.post(RECOMMEND, body).status_code == 400
    body["feedback_id"] = str(make_feedback(other_team, make_player(other_team)).pk)
    assert client.post(RECOMMEND, body).status_code == 404
    body["feedback_id"] = str(make_feedback(team, roster[0], status=FeedbackStatus.QUEUED, body=None).pk)
    assert client.post(RECOMMEND, body).status_code == 404
    body["feedback_id"] = str(uuid.uuid4())
    assert client.post(RECOMMEND, body).status_code == 404


def test_an_article_stands_beside_a_proposal(client: APIClient, team: Team, roster: list[Player]) -> None:
    text = "Passing is learnt by passing. Training it in small groups helps."
    put([Document(kind=Kind.ARTICLE, object_id="passing", title="Passing", text=text)])
    answer = client.post(RECOMMEND, {**MARCH, "focus_areas": ["passing"]})
    (first, *_) = answer.json()["data"]["proposals"]
    (evidence,) = [part for part in first["evidence"] if part["kind"] == "knowledge"]
    assert (evidence["ref"], evidence["value"]) == ("article:passing", None)
    assert evidence["text"].startswith("Passing: Passing is learnt by passing.")
    assert first["evidence"][-1]["kind"] == "calendar"
