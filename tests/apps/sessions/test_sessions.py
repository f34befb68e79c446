"""Sessions over the API."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Player, Role, Team, User
from apps.core.lifecycle import lifecycle
from apps.core.models import AuditEvent
from apps.sessions import summaries
from apps.sessions.models import Session, SessionNote, SessionPlayer
from apps.sessions.summaries import SessionSummary
from tests.factories.accounts import make_guardian, make_member, make_player
from tests.factories.sessions import START, make_attachment, make_load, make_note, make_session

Clients = Callable[..., APIClient]


@pytest.fixture(autouse=True)
def _no_scans() -> Iterator[None]:
    """These tests are about sessions alone; what the scan app adds has tests of its own."""
    registered, summaries._providers[:] = list(summaries._providers), []
    yield
    summaries._providers[:] = registered


def titles(client: APIClient, query: str = "") -> list[str]:
    answer = client.get(f"/api/sessions?{query}")
    assert answer.status_code == 200, answer.json()
    return [row["title"] for row in answer.json()["data"]]


def test_a_session_is_shown_whole(api_client: Clients, coach: User, team: Team, player: Player) -> None:
    session = make_session(team, player=player, metadata={"pitch": "north"})
    data = api_client(coach).get(f"/api/sessions/{session.pk}").json()["data"]
    created_at = data.pop("created_at")
    assert created_at.endswith("Z")
    assert data == {
        "id": str(session.pk),
        "team_id": str(team.pk),
        "player": {"id": str(player.pk), "display_name": player.display_name},
        "session_type": "training",
        "title": "Passing drill",
        "description": "",
        "start": "2026-05-02T16:30:00Z",
        "end": None,
        "status": "pending",
        "synthetic": False,
        "thumbnail_url": None,
        "job": None,
        "kpis": None,
        "notes": [],
        "metadata": {"pitch": "north"},
    }


def test_the_scans_part_comes_from_whoever_knows(api_client: Clients, coach: User, team: Team) -> None:
    scanned, plain = make_session(team, title="scanned"), make_session(team, title="plain")
    summary: SessionSummary = {
        "job": {"job_id": str(uuid.uuid4()), "status": "running", "progress": 42.0, "step": "track"},
        "kpis": {"max_speed_mps": 7.1, "total_distance_m": None, "grade": "B"},
        "thumbnail_url": "/media/signed/x/frame",
    }
    asked: list[Sequence[uuid.UUID]] = []

    def provider(ids: Sequence[uuid.UUID], user_id: uuid.UUID) -> dict[uuid.UUID, SessionSummary]:
        asked.append(ids)
        assert user_id == coach.pk
        return {scanned.pk: summary}

    summaries.register_provider(provider)
    rows = {row["title"]: row for row in api_client(coach).get("/api/sessions").json()["data"]}
    assert {key: rows["scanned"][key] for key in summary} == summary
    assert {key: rows["plain"][key] for key in summary} == {"job": None, "kpis": None, "thumbnail_url": None}
    assert [set(ids) for ids in asked] == [{scanned.pk, plain.pk}]


def test_a_coach_creates_a_session(api_client: Clients, coach: User, team: Team) -> None:
    body = {"team_id": str(team.pk), "title": "Cup", "session_type": "match", "start": "2026-05-02T18:30:00+02:00"}
    answer = api_client(coach).post("/api/sessions", body)
    assert answer.status_code == 201
    session = Session.objects.get()
    assert (session.team, session.title, session.session_type, session.start) == (team, "Cup", "match", START)
    assert session.created_by == coach
    assert answer.json()["data"]["id"] == str(session.pk)


def test_a_session_about_a_player_is_of_the_players_team(api_client: Clients, coach: User, player: Player) -> None:
    answer = api_client(coach).post("/api/sessions", {"player_id": "player_1"})
    assert answer.status_code == 201
    session = Session.objects.get()
    assert (session.player, session.team) == (player, player.team)


def test_somebody_elses_player_is_not_found(api_client: Clients, coach: User, team: Team, other_team: Team) -> None:
    stranger = make_player(other_team, external_id="them")
    for reference in ("them", str(stranger.pk)):
        answer = api_client(coach).post("/api/sessions", {"team_id": str(team.pk), "player_id": reference})
        assert answer.status_code == 404
    assert Session.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "team_id or player_id"),
        ({"player_id": "player_1", "session_type": "party"}, "session_type"),
        ({"player_id": "player_1", "start": "tomorrow"}, "start"),
        ({"player_id": "player_1", "start": "2026-05-02T10:00:00Z", "end": "2026-05-02T09:00:00Z"}, "ends before"),
        (
            {"player_id": "player_1", "start": "2026-05-02T10:00:00Z", "end": "2026-06-02T09:00:00Z"},
            "longer than a day",
        ),
        ({"player_id": "player_1", "start": "0001-01-01T00:00:00Z"}, "in the year 1"),
        ({"player_id": "player_1", "start": "0001-01-01T00:00:00+14:00"}, "start"),
        ({"player_id": "player_1", "start": "9999-12-31T23:59:59-12:00"}, "start"),
        ({"player_id": "player_1", "title": "a\x00b"}, "title"),
        ({"player_id": "player_1", "title": "x" * 201}, "title"),
        ({"player_id": "player_1", "title": None}, "title"),
        ({"player_id": "player_1", "description": ["x"]}, "description"),
    ],
)
def test_nonsense_is_refused(api_client: Clients, coach: User, player: Player, body: dict[str, str], word: str) -> None:
    answer = api_client(coach).post("/api/sessions", body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "VALIDATION_ERROR")
    assert word in error["message"] + " ".join(error["details"])
    assert Session.objects.count() == 0


@pytest.mark.parametrize("method", ["put", "patch"])
def test_a_change_leaves_the_rest(api_client: Clients, coach: User, team: Team, player: Player, method: str) -> None:
    session = make_session(team, player=player, description="stays")
    send = getattr(api_client(coach), method)
    answer = send(f"/api/sessions/{session.pk}", {"title": "New", "player_id": None, "status": "completed"})
    assert (answer.status_code, answer.json()["data"]["title"]) == (200, "New")
    session.refresh_from_db()
    assert (session.title, session.player, session.description, session.status) == ("New", None, "stays", "pending")


def test_an_end_before_the_start_is_refused_on_change_too(api_client: Clients, coach: User, team: Team) -> None:
    session = make_session(team)
    answer = api_client(coach).patch(f"/api/sessions/{session.pk}", {"end": (START - timedelta(hours=1)).isoformat()})
    assert answer.status_code == 400
    session.refresh_from_db()
    assert session.end is None


def test_deleting_removes_files_and_tells_other_apps(
    api_client: Clients, coach: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    session, kept = make_session(team), make_session(team)
    attachment, other = make_attachment(session), make_attachment(kept)
    told: list[tuple[str, list[uuid.UUID]]] = []

    def eraser(ids: Sequence[uuid.UUID]) -> Callable[[], None]:
        told.append(("before", list(ids)))
        return lambda: told.append(("after", list(ids)))

    lifecycle.register_eraser("session", "test", eraser)
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert api_client(coach).delete(f"/api/sessions/{session.pk}").status_code == 204
    finally:
        del lifecycle.erasers["session"]["test"]
    assert told == [("before", [session.pk]), ("after", [session.pk])]
    assert list(Session.objects.all()) == [kept]
    assert not attachment.file.storage.exists(attachment.file.name)
    assert other.file.storage.exists(other.file.name)
    assert AuditEvent.objects.get().action == "session.deleted"


def test_an_eraser_that_fails_does_not_keep_the_others(
    api_client: Clients, coach: User, team: Team, django_capture_on_commit_callbacks: Any
) -> None:
    attachment = make_attachment(make_session(team))

    def broken() -> None:
        raise OSError("disk is gone")

    lifecycle.erasers["session"] = {"a-broken-one": lambda ids: broken, **lifecycle.erasers["session"]}
    try:
        with django_capture_on_commit_callbacks(execute=True):
            assert api_client(coach).delete(f"/api/sessions/{attachment.session_id}").status_code == 204
    finally:
        del lifecycle.erasers["session"]["a-broken-one"]
    assert not attachment.file.storage.exists(attachment.file.name)


def test_an_analyst_edits_but_does_not_delete(api_client: Clients, analyst: User, team: Team) -> None:
    session = make_session(team)
    client = api_client(analyst)
    assert client.patch(f"/api/sessions/{session.pk}", {"title": "Seen"}).status_code == 200
    assert client.delete(f"/api/sessions/{session.pk}").status_code == 403
    assert Session.objects.get().title == "Seen"


def test_a_player_reads_their_own_sessions_only(api_client: Clients, player_user: User, team: Team) -> None:
    own = make_session(team, title="mine", player=player_user.players.get())
    make_session(team, title="the team's")
    make_session(team, title="another's", player=make_player(team))
    client = api_client(player_user)
    assert titles(client) == ["mine"]
    assert client.get(f"/api/sessions/{own.pk}").status_code == 200
    assert client.patch(f"/api/sessions/{own.pk}", {"title": "x"}).status_code == 403
    assert client.delete(f"/api/sessions/{own.pk}").status_code == 403
    assert Session.objects.get(pk=own.pk).title == "mine"


def test_a_guardian_reads_their_childs_sessions(api_client: Clients, team: Team, player: Player) -> None:
    make_session(team, title="the child's", player=player)
    make_session(team, title="another's")
    assert titles(api_client(make_guardian(player))) == ["the child's"]


def test_the_sessions_of_a_player_are_those_with_them_in_it(api_client: Clients, coach: User, player: Player) -> None:
    team, mate = player.team, make_player(player.team)
    make_session(team, title="about them", player=player)
    for title in ("filmed", "rated", "both"):
        session = make_session(team, title=title)
        if title != "rated":
            SessionPlayer.objects.create(session=session, track_id=1, player=player)
            SessionPlayer.objects.create(session=session, track_id=2, player=player)
        if title != "filmed":
            make_load(session, player)
    make_load(make_session(team, title="without them"), mate)
    make_session(team, title="a mate's", player=mate)
    for name in ("player_1", player.pk):
        assert sorted(titles(api_client(coach), f"player_id={name}")) == ["about them", "both", "filmed", "rated"]
    assert sorted(titles(api_client(make_guardian(mate)), "player_id=player_1")) == []


def test_the_list_filters_and_searches(
    api_client: Clients, coach: User, team: Team, other_team: Team, player: Player
) -> None:
    make_member(other_team, Role.COACH, coach)
    make_session(team, title="Rondo", description="with Ona", start=START)
    make_session(team, title="Cup", session_type="match", status="completed", start=START + timedelta(days=1))
    make_session(other_team, title="Away", synthetic=True, start=START + timedelta(days=2))
    make_session(team, title="Sprints", player=player, start=START + timedelta(days=3))
    client = api_client(coach)
    assert titles(client) == ["Sprints", "Away", "Cup", "Rondo"]
    assert titles(client, "ordering=start") == ["Rondo", "Cup", "Away", "Sprints"]
    assert titles(client, f"team_id={other_team.pk}") == ["Away"]
    assert titles(client, f"player_id={player.pk}") == ["Sprints"]
    assert titles(client, "player_id=player_1") == ["Sprints"]
    assert titles(client, "session_type=match") == ["Cup"]
    assert titles(client, "status=completed") == ["Cup"]
    assert titles(client, "synthetic=true") == ["Away"]
    assert titles(client, "q=rondo+ona") == ["Rondo"]
    assert titles(client, f"q={player.last_name}") == ["Sprints"]
    assert titles(client, "start_after=2026-05-03T00:00:00Z&start_before=2026-05-05T00:00:00Z") == ["Away", "Cup"]


def test_a_page_says_where_it_lies(api_client: Clients, coach: User, team: Team) -> None:
    for number in range(5):
        make_session(team, title=str(number), start=START + timedelta(days=number))
    body = api_client(coach).get("/api/sessions?per_page=2&page=2").json()
    assert [row["title"] for row in body["data"]] == ["2", "1"]
    assert body["pagination"] == {
        "page": 2,
        "per_page": 2,
        "total": 5,
        "pages": 3,
        "has_next": True,
        "has_prev": True,
    }
    assert api_client(coach).get("/api/sessions?page=9").status_code == 404
    assert api_client(coach).get("/api/sessions?per_page=1000").json()["pagination"]["per_page"] == 100


def test_a_page_costs_the_same_however_long(
    api_client: Clients, coach: User, team: Team, django_assert_num_queries: Any
) -> None:
    client = api_client(coach)
    make_session(team, player=make_player(team))
    with django_assert_num_queries(3):  # user, count, page with players
        client.get("/api/sessions")
    for _ in range(20):
        make_session(team, player=make_player(team))
    with django_assert_num_queries(3):
        assert len(client.get("/api/sessions").json()["data"]) == 20


def test_notes_are_the_staffs(api_client: Clients, coach: User, player_user: User, team: Team) -> None:
    session = make_session(team, player=player_user.players.get())
    url = f"/api/sessions/{session.pk}/notes"
    answer = api_client(coach).post(url, {"text": "Good turns."})
    assert answer.status_code == 201
    assert answer.json()["data"]["author"] == {"id": str(coach.pk), "name": coach.name}
    assert [row["text"] for row in api_client(coach).get(url).json()["data"]] == ["Good turns."]
    page = api_client(coach).get(f"/api/sessions/{session.pk}").json()["data"]
    assert [note["text"] for note in page["notes"]] == ["Good turns."]
    reader = api_client(player_user)
    assert reader.get(url).json()["data"] == []
    assert reader.get(f"/api/sessions/{session.pk}").json()["data"]["notes"] == []
    assert reader.post(url, {"text": "No"}).status_code == 403
    assert SessionNote.objects.count() == 1


def test_a_note_outlives_its_author(api_client: Clients, coach: User, team: Team) -> None:
    note = make_note(make_session(team), author=make_member(team))
    assert note.author is not None
    note.author.delete()
    [row] = api_client(coach).get(f"/api/sessions/{note.session_id}/notes").json()["data"]
    assert row["author"] is None


@pytest.mark.parametrize("text", ["", "  ", "x" * 10_001])
def test_an_empty_or_endless_note_is_refused(api_client: Clients, coach: User, team: Team, text: str) -> None:
    session = make_session(team)
    assert api_client(coach).post(f"/api/sessions/{session.pk}/notes", {"text": text}).status_code == 400
    assert SessionNote.objects.count() == 0


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("start_after=0001-01-01T00:00:00%2B14:00", 400),
        ("start_before=9999-12-31T23:59:59-12:00", 400),
        ("start_after=soon", 400),
        ("team_id=x", 400),
        ("status=lost", 400),
        ("player_id=%00", 400),
        ("q=%00", 400),
        ("page=0", 404),
        ("page=99999999999999999999", 404),
        ("per_page=-1", 200),
        ("per_page=x", 200),
        ("ordering=team__memberships__user__password", 200),
        ("q=" + "a" * 5000, 200),
    ],
)
def test_odd_questions_get_an_answer(api_client: Clients, coach: User, team: Team, query: str, status: int) -> None:
    make_session(team)
    assert api_client(coach).get(f"/api/sessions?{query}").status_code == status


def test_a_time_without_its_offset_is_refused(api_client: Callable[..., Any], coach: User, team: Team) -> None:
    """17:00 in Madrid is not 17:00 in Greenwich; nobody guesses."""
    answer = api_client(coach).post("/api/sessions", {"team_id": str(team.pk), "start": "2026-11-20T17:00:00"})
    assert answer.status_code == 400
    assert "A time needs its offset" in str(answer.json()["error"]["details"])
    assert not Session.objects.exists()
