"""`GET /api/scan/:id/events`: by time and kind, in pages, a player's own only."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import Membership, Player, Team, User
from apps.scan.adapters.jobs import DjangoJobStore
from apps.scan.models import ProcessingJob, SessionEvent
from tests.factories.accounts import make_guardian, make_player
from tests.factories.scans import make_job, make_session

pytestmark = pytest.mark.django_db


def event(job: ProcessingJob, kind: str, t0_s: float, player: Player | None = None, **fields: Any) -> SessionEvent:
    """A stored event of half a second."""
    values = {"t1_s": t0_s + 0.5, "track_id": 3, "confidence": 0.8, "data": {"foot": "left"}, **fields}
    return SessionEvent.objects.create(session=job.session, job=job, kind=kind, t0_s=t0_s, player=player, **values)


@pytest.fixture
def busy(team: Team, player: Player) -> ProcessingJob:
    """A scan with five events, three of them the player's."""
    job = make_job(make_session(team=team, player=player))
    event(job, "touch", 1.0, player, data={"foot": "right", "evidence": {"frames": [25, 37], "why": ["Seen."]}})
    event(job, "pass", 1.0, player)
    event(job, "touch", 4.0)
    event(job, "sprint", 10.0, player)
    event(job, "turn", 20.0)
    return job


def ask(client: Any, job: ProcessingJob, query: str = "") -> Any:
    return client.get(f"/api/scan/{job.pk}/events{query}")


def test_an_event_in_full(
    api_client: Callable[..., Any], coach: User, busy: ProcessingJob, player: Player, django_assert_max_num_queries: Any
) -> None:
    client = api_client(coach)
    with django_assert_max_num_queries(5):  # user, session, role, count, page
        answer = ask(client, busy).json()
    first = answer["data"][0]
    assert first.pop("id") == SessionEvent.objects.order_by("t0_s", "id")[0].pk
    assert first == {
        "kind": "touch",
        "t0_s": 1.0,
        "t1_s": 1.5,
        "track_id": 3,
        "player": {"id": str(player.pk), "display_name": player.display_name},
        "confidence": 0.8,
        "figures": {"foot": "right"},
        "evidence": {"frames": [25, 37], "why": ["Seen."]},
    }
    assert answer["data"][2]["player"] is None and answer["data"][2]["evidence"] is None
    assert answer["pagination"]["total"] == 5


@pytest.mark.parametrize(
    ("query", "times"),
    [
        ("", [1.0, 1.0, 4.0, 10.0, 20.0]),
        ("?from=4", [4.0, 10.0, 20.0]),
        ("?from=4.4&to=10", [4.0]),
        ("?to=1", []),
        ("?kind=touch", [1.0, 4.0]),
        ("?kind=touch,turn&from=2", [4.0, 20.0]),
        ("?track_id=4", []),
        ("?per_page=2&page=2", [4.0, 10.0]),
    ],
)
def test_by_time_kind_and_page(
    api_client: Callable[..., Any], coach: User, busy: ProcessingJob, query: str, times: list[float]
) -> None:
    assert [row["t0_s"] for row in ask(api_client(coach), busy, query).json()["data"]] == times


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("?kind=goal", "'goal' is unknown; choose from touch"),
        ("?from=5&to=4", "The end lies before the start"),
        ("?from=-1", "greater than or equal to 0"),
        ("?track_id=x", "integer"),
    ],
)
def test_wrong_questions_say_what_would_be_right(
    api_client: Callable[..., Any], coach: User, busy: ProcessingJob, query: str, said: str
) -> None:
    answer = ask(api_client(coach), busy, query)
    assert answer.status_code == 400 and said in str(answer.json()["error"])


def test_the_number_of_queries_does_not_grow(
    api_client: Callable[..., Any], coach: User, busy: ProcessingJob, django_assert_max_num_queries: Any
) -> None:
    for number in range(30):
        event(busy, "touch", 30.0 + number, make_player(busy.session.team, first_name=f"P{number}"))
    client = api_client(coach)
    with django_assert_max_num_queries(5):
        assert len(ask(client, busy).json()["data"]) == 35


def test_family_sees_the_childs_events_only(
    api_client: Callable[..., Any], busy: ProcessingJob, player: Player
) -> None:
    rows = ask(api_client(make_guardian(player)), busy).json()["data"]
    assert [row["kind"] for row in rows] == ["touch", "pass", "sprint"]


def test_strangers_and_unknown_scans(api_client: Callable[..., Any], other_coach: User, busy: ProcessingJob) -> None:
    assert ask(api_client(other_coach), busy).status_code == 404
    Membership.objects.all().delete()
    unknown = api_client(other_coach).get(f"/api/scan/{uuid.uuid4()}/events")
    assert unknown.status_code == 404 and unknown.json()["success"] is False


def test_a_second_run_replaces_the_events(team: Team, player: Player) -> None:
    job = make_job(make_session(team=team, player=player), status="running", current_step="publish")
    told: dict[str, Any] = {
        "kind": "possession",
        "t0_s": 2.0,
        "t1_s": 3.0,
        "track_id": 3,
        "player_id": str(player.pk),
        "confidence": 0.7,
        "data": {"touches": 2, "evidence": {"frames": [50, 75], "why": ["Two contacts."]}},
    }
    results: Any = {"catalogue_version": "1.1", "players": [], "tracks": [], "events": [told]}
    DjangoJobStore().save_results(str(job.pk), results)
    DjangoJobStore().save_results(str(job.pk), {**results, "events": [{**told, "kind": "dribble"}]})
    [row] = SessionEvent.objects.all()
    assert (row.kind, row.player_id, row.data["touches"]) == ("dribble", player.pk, 2)
    row.full_clean()
