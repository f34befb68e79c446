"""The worker: writes once, whoever dies or comes twice; invents nothing; keeps what passed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.feedback.engine.coach import CoachError, Written
from apps.feedback.engine.rule_based import RuleBasedCoach
from apps.feedback.models import Feedback, FeedbackMention, FeedbackStatus
from apps.feedback.services import FeedbackWish, LiveFigure, answer_live_question, generate, leases, writing
from apps.search.models import IndexEntry
from tests.apps.feedback.conftest import Scene


def ask(scene: Scene, **more: Any) -> Feedback:
    wish = FeedbackWish(session_id=scene.session.pk, player_id=more.pop("player_id", "kim"), **more)
    return generate(user=scene.coach, wish=wish)


def written(row: Feedback) -> Feedback:
    writing.write(row.pk)
    row.refresh_from_db()
    return row


def test_a_feedback_is_written_from_the_evidence(scene: Scene, rung: list[Any]) -> None:
    row = written(ask(scene))
    assert (row.status, row.provider, row.error_code) == (FeedbackStatus.COMPLETED, "rule_based", "")
    body = row.body
    assert "3,000 m" in body["summary"] and "Kim" in body["summary"]
    assert body["grounding"]["checked"] > 5
    assert {one["kind"] for one in body["evidence"]} >= {"kpi", "history", "knowledge"}
    assert "touches" in {gap["key"] for gap in body["not_assessed"]}
    assert body["recommendations"][0]["area"] == "recovery"


def test_spanish_is_spanish(scene: Scene, rung: list[Any]) -> None:
    body = written(ask(scene, language="es")).body
    assert "3.000 m" in body["summary"]
    assert "covered" not in body["summary"]


def test_a_second_message_changes_nothing(scene: Scene, rung: list[Any]) -> None:
    row = written(ask(scene))
    version, body = row.version, row.body
    writing.write(row.pk)
    row.refresh_from_db()
    assert (row.version, row.body, row.attempts) == (version, body, 1)


def test_a_killed_worker_is_followed_by_another(scene: Scene, rung: list[Any]) -> None:
    row = ask(scene)
    assert leases.claim(row.pk) is not None
    writing.write(row.pk)
    row.refresh_from_db()
    assert row.status == FeedbackStatus.RUNNING, "the first still holds it"
    Feedback.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
    assert writing.reconcile() == 1
    assert rung[-1:] == [row.pk]
    assert written(row).status == FeedbackStatus.COMPLETED
    assert row.attempts == 2


def test_a_worker_that_lost_its_lease_keeps_nothing(
    scene: Scene, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rival takes over while the first still composes."""
    row = ask(scene)
    compose = writing.compose
    rivals: list[bool] = []

    def slow(*args: Any, **kwargs: Any) -> Any:
        body = compose(*args, **kwargs)
        if not rivals:
            rivals.append(True)
            Feedback.objects.filter(pk=row.pk).update(lease_until=timezone.now() - timedelta(seconds=1))
            writing.write(row.pk)
            Feedback.objects.filter(pk=row.pk).update(text="the rival's")
        return body

    monkeypatch.setattr(writing, "compose", slow)
    assert written(row).text == "the rival's"
    assert (row.status, row.attempts) == (FeedbackStatus.COMPLETED, 2)


def test_a_deleted_feedback_is_dropped(scene: Scene, rung: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    row = ask(scene)
    compose = writing.compose

    def deleted_meanwhile(*args: Any, **kwargs: Any) -> Any:
        Feedback.objects.filter(pk=row.pk).delete()
        return compose(*args, **kwargs)

    monkeypatch.setattr(writing, "compose", deleted_meanwhile)
    writing.write(row.pk)
    assert not Feedback.objects.exists()


def test_a_crash_is_tried_three_times_and_then_told(
    scene: Scene, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*args: Any, **kwargs: Any) -> Any:
        raise RuntimeError("a fault of ours")

    monkeypatch.setattr(writing, "compose", crash)
    row = ask(scene)
    for _ in range(leases.MOST_ATTEMPTS):
        writing.write(row.pk)
    row.refresh_from_db()
    assert (row.status, row.error_code, row.attempts) == (FeedbackStatus.FAILED, "SERVER_ERROR", 3)
    assert "a fault of ours" not in row.error_message


def test_a_lost_message_is_rung_again(scene: Scene, rung: list[Any]) -> None:
    row = ask(scene)
    assert writing.reconcile() == 0
    Feedback.objects.filter(pk=row.pk).update(updated_at=timezone.now() - timedelta(minutes=1))
    assert writing.reconcile() == 1
    assert rung[-1:] == [row.pk]


class Inventing(RuleBasedCoach):
    """Writes what is not in the evidence, so often."""

    provider = "azure_openai"

    def __init__(self, times: int) -> None:
        self.times, self.complaints = times, []  # type: ignore[var-annotated]

    def write(self, brief: Any, *, tell: Any, complaints: Any = ()) -> Written:
        self.complaints.append(list(complaints))
        made = super().write(brief, tell=tell)
        if len(self.complaints) > self.times:
            return made
        return Written(made.draft.model_copy(update={"summary": "Kim ran 9,999 m at 12.0 m/s."}), "inventor")


def test_an_invented_number_is_written_again(scene: Scene, rung: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    coach = Inventing(1)
    monkeypatch.setattr(writing, "cloud_coach", lambda team_id, ids: (coach, ""))
    body = written(ask(scene)).body
    assert (body["grounding"]["regenerated"], body["grounding"]["replaced"]) == (True, False)
    assert any("9,999 m" in complaint for complaint in coach.complaints[1])
    assert "9,999" not in str(body["summary"])


def test_who_invents_twice_is_replaced_and_marked(
    scene: Scene, rung: list[Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "cloud_coach", lambda team_id, ids: (Inventing(9), ""))
    row = written(ask(scene))
    assert row.body["grounding"]["replaced"] and "not in the evidence" in row.body["grounding"]["reason"]
    assert (row.provider, row.cache_key) == ("rule_based", ""), "asked again, the cloud gets another chance"
    assert "9,999" not in row.text


def test_a_cloud_that_fails_is_replaced_at_once(scene: Scene, rung: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    class Down(RuleBasedCoach):
        provider = "azure_openai"
        calls = 0

        def write(self, brief: Any, *, tell: Any, complaints: Any = ()) -> Written:
            Down.calls += 1
            raise CoachError("Azure OpenAI did not answer in time.")

    monkeypatch.setattr(writing, "cloud_coach", lambda team_id, ids: (Down(), ""))
    body = written(ask(scene)).body
    assert (Down.calls, body["grounding"]["reason"]) == (1, "Azure OpenAI did not answer in time.")


def test_a_team_text_remembers_whom_it_names(scene: Scene, rung: list[Any]) -> None:
    row = written(generate(user=scene.coach, wish=FeedbackWish(session_id=scene.session.pk)))
    assert row.body["safety"]["age_group"] == "U14", "the youngest counts"
    assert list(FeedbackMention.objects.values_list("feedback", "player")) == [(row.pk, scene.kim.pk)]


def test_what_is_written_can_be_found(scene: Scene, rung: list[Any], django_capture_on_commit_callbacks: Any) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        row = written(ask(scene))
    found = IndexEntry.objects.get(kind="feedback")
    assert (found.object_id, found.player_id, found.team_id) == (str(row.pk), scene.kim.pk, scene.team.pk)


def test_a_live_question_rests_on_the_live_figures(scene: Scene, rung: list[Any]) -> None:
    told = {"max_speed_mps": 5.4, "total_distance_m": 812.0, "speed_mps": 3.1, "odd": 1.0}
    row = answer_live_question(
        user=scene.coach,
        session_id=scene.session.pk,
        question="How fast is Kim?",
        figures=[LiveFigure(key, value, str(scene.kim.pk)) for key, value in told.items()],
        player_id="kim",
    )
    body = written(row).body
    assert "19.4 km/h" in body["answer"]["text"]
    assert "812 m" in body["summary"] and "3,000" not in body["summary"]


def test_the_text_grows_while_it_is_written(scene: Scene, rung: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    told: list[dict[str, Any]] = []
    monkeypatch.setattr(writing.messages, "announce", lambda feedback_id, state: told.append(state))
    monkeypatch.setattr(writing, "TELL_EVERY_S", 0.0)
    row = written(ask(scene, feedback_type="specific", question="How fast was Kim?"))
    versions = [state["version"] for state in told]
    assert versions == sorted(set(versions)) and len(versions) >= 2
    assert told[0]["status"] == "running" and "25.3 km/h" in told[0]["text"]
    assert row.version >= versions[-1]
