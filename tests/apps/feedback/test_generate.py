"""Asking for feedback: who may, what is there already, many at once."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import User
from apps.feedback.models import Feedback, FeedbackStatus
from apps.feedback.services import writing
from apps.feedback.services.asking import MOST_AT_ONCE
from tests.apps.feedback.conftest import Scene
from tests.factories.accounts import make_player
from tests.factories.feedback import make_feedback
from tests.factories.sessions import make_session

URL = "/api/feedback/generate"


def asked(scene: Scene, **more: Any) -> dict[str, Any]:
    return {"session_id": str(scene.session.pk), "player_id": "kim", "feedback_type": "comprehensive", **more}


def test_asking_answers_at_once_and_rings_after_the_commit(
    scene: Scene, api_client: Any, rung: list[Any], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = api_client(scene.coach).post(URL, asked(scene), format="json")
    assert answer.status_code == 200
    row = Feedback.objects.get()
    assert answer.json()["data"] == {
        "feedback_id": str(row.pk),
        "session_id": str(scene.session.pk),
        "player_id": str(scene.kim.pk),
        "status": "queued",
    }
    assert rung == [row.pk]
    assert (row.team_id, row.language, row.created_by) == (scene.team.pk, "en", scene.coach)


def test_the_same_question_about_the_same_evidence_is_written_once(
    scene: Scene, api_client: Any, rung: list[Any]
) -> None:
    client = api_client(scene.coach)
    first = client.post(URL, asked(scene), format="json").json()["data"]
    writing.write(Feedback.objects.get().pk)
    again = client.post(URL, asked(scene), format="json").json()["data"]
    assert again == {**first, "status": "completed"}
    assert Feedback.objects.count() == 1


@pytest.mark.parametrize(
    "change",
    [{"language": "es"}, {"feedback_type": "quick"}, {"question": "How fast?"}, {"focus_areas": ["speed"]}],
)
def test_another_question_is_another_text(scene: Scene, api_client: Any, rung: list[Any], change: Any) -> None:
    client = api_client(scene.coach)
    client.post(URL, asked(scene), format="json")
    client.post(URL, asked(scene, **change), format="json")
    assert Feedback.objects.count() == 2


def test_other_units_and_another_zone_are_another_text(scene: Scene, api_client: Any, rung: list[Any]) -> None:
    client = api_client(scene.coach)
    for change in ({}, {"units": "imperial"}, {"speed_unit": "m/s"}, {"time_zone": "Pacific/Auckland"}):
        User.objects.filter(pk=scene.coach.pk).update(**change)
        client.post(URL, asked(scene), format="json")
    rows = Feedback.objects.order_by("created_at").values_list("units", "speed_unit", "time_zone")
    assert list(rows) == [
        ("metric", "", ""),
        ("imperial", "", ""),
        ("imperial", "m/s", ""),
        ("imperial", "m/s", "Pacific/Auckland"),
    ]
    writing.write(Feedback.objects.latest("created_at").pk)
    body = Feedback.objects.latest("created_at").body
    assert "3 May" in body["summary"], "where it was past midnight"
    assert "3,280 yd" in body["summary"] and "7.0 m/s" in body["summary"]
    distance = next(one for one in body["evidence"] if one["ref"].endswith(":total_distance_m") and one["low"])
    assert (round(distance["low"]), round(distance["high"]), distance["unit"]) == (3237, 3325, "yd")


def test_new_evidence_is_another_text(scene: Scene, api_client: Any, rung: list[Any], figures_of: Any) -> None:
    client = api_client(scene.coach)
    client.post(URL, asked(scene), format="json")
    row = figures_of(scene.session, scene.kim)
    row.groups["speed"]["max_speed_mps"]["value"] = 7.3
    row.save()
    client.post(URL, asked(scene), format="json")
    assert Feedback.objects.count() == 2


def test_two_who_ask_the_same_at_once_share_one_text(
    scene: Scene, api_client: Any, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rival saves between our look and our save."""
    from apps.feedback.services import asking

    client, saved = api_client(scene.coach), asking._saved
    rivals: list[Any] = []

    def rival_first(row: Feedback) -> Feedback:
        if not rivals:
            rivals.append(True)
            rivals.append(client.post(URL, asked(scene), format="json").json()["data"]["feedback_id"])
        return saved(row)

    monkeypatch.setattr(asking, "_saved", rival_first)
    mine = client.post(URL, asked(scene), format="json").json()["data"]["feedback_id"]
    assert [str(row.pk) for row in Feedback.objects.all()] == [mine] == rivals[1:]


def test_a_repeated_key_asks_once(scene: Scene, api_client: Any, rung: list[Any]) -> None:
    client = api_client(scene.coach)
    answers = [client.post(URL, asked(scene), format="json", HTTP_IDEMPOTENCY_KEY="k") for _ in range(2)]
    assert answers[0].json()["data"] == answers[1].json()["data"]
    assert answers[1]["Idempotency-Replayed"] == "true"
    other = client.post(URL, asked(scene, language="es"), format="json", HTTP_IDEMPOTENCY_KEY="k")
    assert other.status_code == 409


def test_without_a_player_it_is_about_the_team(scene: Scene, api_client: Any, rung: list[Any]) -> None:
    data = api_client(scene.coach).post(URL, {"session_id": str(scene.session.pk)}, format="json").json()["data"]
    assert data["player_id"] is None


def test_a_specific_feedback_needs_something_specific(scene: Scene, api_client: Any, rung: list[Any]) -> None:
    answer = api_client(scene.coach).post(URL, asked(scene, feedback_type="specific"), format="json")
    assert answer.status_code == 400
    assert "question or focus_areas" in answer.json()["error"]["message"]
    assert not Feedback.objects.exists()


def test_a_player_may_not_ask(scene: Scene, api_client: Any, rung: list[Any]) -> None:
    answer = api_client(scene.player_user).post(URL, asked(scene), format="json")
    assert answer.status_code == 404
    assert rung == []


def test_a_batch_asks_for_sessions_and_players(scene: Scene, api_client: Any, rung: list[Any]) -> None:
    never = make_player(scene.team, first_name="Ola", external_id="ola")
    body = {"session_ids": [str(scene.session.pk)], "player_ids": ["kim", "lou", "ola"], "feedback_type": "quick"}
    data = api_client(scene.coach).post("/api/feedback/batch", body, format="json").json()["data"]
    assert [one["player_id"] for one in data["feedback"]] == [None, str(scene.kim.pk), str(scene.lou.pk)]
    assert data["skipped"] == [{"player_id": str(never.pk), "reason": "No session of this player has figures yet."}]
    assert set(Feedback.objects.values_list("batch_id", flat=True).distinct()) == {
        Feedback.objects.first().batch_id  # type: ignore[union-attr]  # there are three
    }
    listed = api_client(scene.coach).get("/api/feedback", {"batch_id": data["batch_id"]}).json()
    assert listed["pagination"]["total"] == 3


def test_a_batch_is_all_or_none(scene: Scene, api_client: Any, rung: list[Any]) -> None:
    foreign = make_session(make_player_team())
    body = {"session_ids": [str(scene.session.pk), str(foreign.pk)]}
    assert api_client(scene.coach).post("/api/feedback/batch", body, format="json").status_code == 404
    assert not Feedback.objects.exists()


def make_player_team() -> Any:
    from tests.factories.accounts import make_team

    return make_team()


@pytest.mark.parametrize("count", [0, MOST_AT_ONCE + 1])
def test_a_batch_has_its_bounds(scene: Scene, api_client: Any, count: int) -> None:
    body = {"player_ids": [f"p{number}" for number in range(count)]}
    answer = api_client(scene.coach).post("/api/feedback/batch", body, format="json")
    assert answer.status_code == 400


def test_the_list_costs_the_same_for_one_and_for_many(
    scene: Scene, api_client: Any, django_assert_max_num_queries: Any
) -> None:
    client = api_client(scene.coach)
    for _ in range(5):
        make_feedback(scene.session, player=scene.kim)
    with django_assert_max_num_queries(6):
        assert len(client.get("/api/feedback").json()["data"]) == 5


def test_a_family_reads_what_was_shared_and_nothing_else(scene: Scene, api_client: Any) -> None:
    shared = make_feedback(scene.session, player=scene.kim, shared_at=timezone.now())
    make_feedback(scene.session, player=scene.kim)
    make_feedback(scene.session, player=scene.lou, shared_at=timezone.now())
    make_feedback(scene.session, player=None)
    listed = api_client(scene.kims).get("/api/feedback").json()["data"]
    assert [row["id"] for row in listed] == [str(shared.pk)]


def test_sharing_and_taking_back(scene: Scene, api_client: Any) -> None:
    row = make_feedback(scene.session, player=scene.kim)
    coach, family = api_client(scene.coach), api_client(scene.kims)
    url = f"/api/feedback/{row.pk}"
    assert coach.post(f"{url}/share", {"shared": True}, format="json").status_code == 200
    assert family.get(url).status_code == 200
    assert coach.post(f"{url}/share", {"shared": False}, format="json").json()["data"]["shared_at"] is None
    assert family.get(url).status_code == 404


def test_a_text_about_the_team_is_not_shared(scene: Scene, api_client: Any) -> None:
    row = make_feedback(scene.session, player=None)
    answer = api_client(scene.coach).post(f"/api/feedback/{row.pk}/share", {"shared": True}, format="json")
    assert answer.status_code == 409
    row.refresh_from_db()
    assert row.shared_at is None


def test_rating_twice_keeps_the_last_word(scene: Scene, api_client: Any) -> None:
    row = make_feedback(scene.session, player=scene.kim)
    client = api_client(scene.coach)
    for rating in (2, 5):
        assert client.post(f"/api/feedback/{row.pk}/rate", {"rating": rating}, format="json").status_code == 200
    data = client.get(f"/api/feedback/{row.pk}").json()["data"]
    assert (data["my_rating"]["rating"], data["rating_mean"], data["rating_count"]) == (5, 5.0, 1)


def test_what_is_not_written_cannot_be_rated(scene: Scene, api_client: Any) -> None:
    row = make_feedback(scene.session, player=scene.kim, status=FeedbackStatus.QUEUED, body=None)
    answer = api_client(scene.coach).post(f"/api/feedback/{row.pk}/rate", {"rating": 4}, format="json")
    assert answer.status_code == 409
    assert not row.ratings.exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_templates_come_in_the_language(scene: Scene, api_client: Any, language: str) -> None:
    rows = api_client(scene.coach).get("/api/feedback/templates", {"language": language}).json()["data"]
    assert {row["key"] for row in rows} >= {"whole_picture", "in_short", "whole_team", "first_touch"}
    title = {"en": "First touch", "es": "Primer toque"}[language]
    assert title in [row["title"] for row in rows]


def test_the_focus_areas_are_those_of_the_drills() -> None:
    from apps.calendar.models import FocusArea
    from apps.feedback.templates import FOCUS_AREAS

    assert [tuple(pair) for pair in FocusArea.choices] == list(FOCUS_AREAS)
