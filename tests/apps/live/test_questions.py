"""Asking about a session that is going on: from its figures of this moment, of those who have a name."""

from __future__ import annotations

from typing import Any

import pytest

from apps.feedback import messages
from apps.feedback.models import Feedback
from apps.live import broker
from apps.live.models import LiveStatus
from tests.factories.accounts import make_member, make_player, make_team
from tests.factories.live import make_live

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(monkeypatch: pytest.MonkeyPatch) -> Any:
    """A live session in which Kim was seen, and somebody without a name."""
    monkeypatch.setattr(messages, "ring", lambda feedback_id: None)
    team = make_team()
    row = make_live(team)
    kim = make_player(team, first_name="Kim")
    players = [
        {"track_id": 3, "player_id": str(kim.pk), "speed_mps": 4.6, "distance_m": 812.4},
        {"track_id": 4, "player_id": None, "speed_mps": 5.0, "distance_m": 900.0},
    ]
    monkeypatch.setattr(broker, "state_of", lambda session_id: {"metrics": {"players": players}})
    row.coach, row.kim = make_member(team), kim
    return row


def ask(api_client: Any, live: Any, **body: Any) -> Any:
    url = f"/api/live/{live.pk}/feedback"
    return api_client(live.coach).post(url, {"question": "How far did Kim run?", **body}, format="json")


def test_the_figures_of_the_moment_go_with_the_question(api_client: Any, live: Any) -> None:
    answer = ask(api_client, live, track_id=3)
    assert answer.status_code == 200
    row = Feedback.objects.get()
    assert answer.json()["data"]["feedback_id"] == str(row.pk)
    assert (row.player, row.session_id, row.feedback_type) == (live.kim, live.pk, "specific")
    assert row.context["live"] == [
        {"key": "speed_mps", "value": 4.6, "player_id": str(live.kim.pk)},
        {"key": "total_distance_m", "value": 812.4, "player_id": str(live.kim.pk)},
    ]


def test_without_a_track_it_is_about_everybody_with_a_name(api_client: Any, live: Any) -> None:
    assert ask(api_client, live).status_code == 200
    row = Feedback.objects.get()
    assert row.player is None
    assert {told["player_id"] for told in row.context["live"]} == {str(live.kim.pk)}


@pytest.mark.parametrize(("track", "status"), [(4, 409), (9, 404)])
def test_who_has_no_name_or_is_not_there_cannot_be_asked_about(
    api_client: Any, live: Any, track: int, status: int
) -> None:
    assert ask(api_client, live, track_id=track).status_code == status
    assert not Feedback.objects.exists()


def test_nothing_measured_is_told(api_client: Any, live: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(broker, "state_of", lambda session_id: None)
    answer = ask(api_client, live)
    assert answer.status_code == 409
    assert "Nothing is measured yet" in answer.json()["error"]["message"]


def test_a_session_that_is_over_is_asked_about_its_stored_figures(api_client: Any, live: Any) -> None:
    type(live).objects.filter(pk=live.pk).update(status=LiveStatus.STOPPED)
    assert ask(api_client, live, track_id=3).status_code == 200
    assert Feedback.objects.get().context == {}
