"""Two people plan at the same moment: no rule broken together, nobody's change undone, nothing made twice."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from rest_framework.test import APIClient

from apps.accounts.models import Role, User
from apps.calendar.models import TrainingEvent
from apps.calendar.services import events as event_service
from apps.calendar.services.recommendations import commit_proposals
from apps.core.errors import SafetyRule
from tests.apps.calendar.conftest import EVENTS
from tests.factories.accounts import make_member, make_player, make_team
from tests.factories.calendar import MONDAY, make_proposal

Plan = Callable[..., dict[str, Any]]


@pytest.mark.django_db(transaction=True)
def test_two_coaches_whose_events_break_a_rule_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second begins while the first is being judged: it waits, sees the first, and is refused."""
    team = make_team(name="U15", age_group="U15", time_zone="Europe/Madrid")
    make_player(team, date_of_birth="2012-03-04")
    first, second = make_member(team, Role.COACH), make_member(team, Role.COACH)
    saturday = {
        "title": "League",
        "team_id": team.pk,
        "event_type": "match",
        "half_minutes": 35.0,
        "match_minutes": 60.0,
    }
    outcomes: dict[str, str] = {}
    judged = event_service.judge_changed
    begun = threading.Event()

    def write(user: User, day: int, name: str) -> None:
        start = MONDAY + timedelta(days=day)
        try:
            event_service.create_event(
                user=user, fields={**saturday, "start": start, "end": start + timedelta(hours=1)}
            )
            outcomes[name] = "kept"
        except SafetyRule:
            outcomes[name] = "refused"
        finally:
            connection.close()

    rival = threading.Thread(target=write, args=(second, 6, "second"))

    def judge_slowly(*args: Any) -> Any:
        if not begun.is_set():
            begun.set()
            rival.start()
            rival.join(timeout=0.7)
            assert rival.is_alive(), "the rival did not wait for its turn"
        return judged(*args)

    monkeypatch.setattr(event_service, "judge_changed", judge_slowly)
    mine = threading.Thread(target=write, args=(first, 5, "first"))
    mine.start()
    mine.join(timeout=60)
    rival.join(timeout=60)
    assert outcomes == {"first": "kept", "second": "refused"}
    assert TrainingEvent.objects.count() == 1


def test_a_rival_between_reading_and_our_turn(
    client: APIClient, plan: Plan, second_coach: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who read version 1 and gets the turn after somebody made version 2 is told, and undoes nothing."""
    event = plan()
    waited = event_service.take_turn

    def rival_first(team_id: Any) -> None:
        monkeypatch.setattr(event_service, "take_turn", waited)
        target = event_service.Target(event_id=event["id"], version=1)
        event_service.update_event(user=second_coach, target=target, changes={"title": "Theirs"})
        waited(team_id)

    monkeypatch.setattr(event_service, "take_turn", rival_first)
    answer = client.patch(f"{EVENTS}/{event['id']}", {"version": 1, "title": "Ours"})
    assert answer.status_code == 409
    assert second_coach.name in answer.json()["error"]["message"]


def test_a_rival_deletes_what_we_change(client: APIClient, plan: Plan, second_coach: User, monkeypatch: Any) -> None:
    event = plan()
    waited = event_service.take_turn

    def rival_first(team_id: Any) -> None:
        monkeypatch.setattr(event_service, "take_turn", waited)
        event_service.delete_event(user=second_coach, target=event_service.Target(event_id=event["id"]))
        waited(team_id)

    monkeypatch.setattr(event_service, "take_turn", rival_first)
    assert client.patch(f"{EVENTS}/{event['id']}", {"version": 1, "title": "Ours"}).status_code == 404


@pytest.mark.django_db(transaction=True)
def test_the_same_proposals_committed_twice_at_once() -> None:
    team = make_team(name="U15", age_group="U15", time_zone="Europe/Madrid")
    player = make_player(team, date_of_birth="2012-03-04")
    coaches = [make_member(team, Role.COACH), make_member(team, Role.COACH)]
    ids = [make_proposal(player, start=MONDAY + timedelta(days=2 * n)).pk for n in range(2)]
    made: list[list[str]] = []
    gate = threading.Barrier(2)

    def commit(user: User) -> None:
        gate.wait(timeout=10)
        try:
            found = commit_proposals(user=user, proposal_ids=ids)
            made.append([item["event"]["id"] for item in found])
        finally:
            connection.close()

    rivals = [threading.Thread(target=commit, args=(coach,)) for coach in coaches]
    for rival in rivals:
        rival.start()
    for rival in rivals:
        rival.join(timeout=60)
    assert len(made) == 2
    assert made[0] == made[1], "both get the same events"
    assert TrainingEvent.objects.count() == 2
