"""Finding sessions by words: in the list and ranked."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team, User
from apps.core.folding import fold, words_of
from apps.sessions import selectors, summaries
from apps.sessions.models import Session, SessionNote, SessionPlayer
from apps.sessions.summaries import KpiSummary
from tests.factories.accounts import make_player, make_team
from tests.factories.sessions import START, make_load, make_note, make_session

Clients = Callable[..., APIClient]
pytestmark = pytest.mark.django_db


def listed(client: APIClient, words: str) -> list[str]:
    answer = client.get("/api/sessions", {"q": words, "ordering": "title"})
    assert answer.status_code == 200, answer.json()
    return [row["title"] for row in answer.json()["data"]]


def found(client: APIClient, words: str, **more: Any) -> dict[str, Any]:
    answer = client.get("/api/sessions/search", {"q": words, **more})
    assert answer.status_code == 200, answer.json()
    return dict(answer.json()["data"])


def marked(snippet: dict[str, Any]) -> list[str]:
    return [snippet["text"][start:end] for start, end in snippet["highlights"]]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("MÜLLER", "muller"),
        ("Straße", "strasse"),
        ("Ødegård", "odegard"),
        ("Łukasz", "lukasz"),
        ("ﬁnal", "final"),
        ("İstanbul", "istanbul"),
        ("ΣΊΣΥΦΟΣ", "σισυφοσ"),
        ("京都", "京都"),
    ],
)
def test_folding_takes_case_and_accents_away(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert fold(folded) == folded


def test_a_search_has_a_few_words() -> None:
    assert words_of("  Über über  rondo ") == ["uber", "rondo"]
    assert len(words_of(" ".join(map(str, range(50))))) == 8


@pytest.mark.parametrize("words", ["übung", "UBUNG", "Übung STRASSE", "straße", "ubun"])
def test_the_list_finds_without_case_and_accents(api_client: Clients, coach: User, team: Team, words: str) -> None:
    make_session(team, title="ÜBUNG eins", description="in der Straße")
    make_session(team, title="other")
    assert listed(api_client(coach), words) == ["ÜBUNG eins"]


def test_the_list_finds_players_and_notes(api_client: Clients, coach: User, player_user: User, team: Team) -> None:
    jorg = make_player(team, first_name="Jörg", last_name="Ødegård")
    make_session(team, title="about", player=jorg)
    SessionPlayer.objects.create(session=make_session(team, title="seen"), track_id=1, player=jorg)
    make_note(make_session(team, title="noted"), text="Jörg presst früh")
    own = make_session(team, title="own", player=player_user.players.get())
    make_note(own, text="jorg talks too much")
    assert listed(api_client(coach), "jorg") == ["about", "noted", "own", "seen"]
    assert listed(api_client(coach), "jorg odegard") == ["about", "seen"]
    assert listed(api_client(coach), "jorg fruh") == ["noted"]
    assert listed(api_client(player_user), "jorg") == [], "notes are the staff's"


@pytest.mark.parametrize("words", ["%", "_", "100%", "a_b", "\\", "'; drop table", '"', "100% a_b"])
def test_wildcards_are_letters(api_client: Clients, coach: User, team: Team, words: str) -> None:
    make_session(team, title="plain 100 axb")
    assert listed(api_client(coach), words) == []
    make_session(team, title="odd 100% a_b \\ \" '; drop table")
    assert listed(api_client(coach), words) == ["odd 100% a_b \\ \" '; drop table"]
    assert [hit["session"]["title"][:3] for hit in found(api_client(coach), words)["hits"]][:1] == ["odd"]


def test_what_was_changed_is_found_anew(api_client: Clients, coach: User, team: Team) -> None:
    session = make_session(team, title="Rondo")
    note = make_note(session, text="Zürich")
    client = api_client(coach)
    client.patch(f"/api/sessions/{session.pk}", {"title": "Größe"})
    client.patch(f"/api/sessions/{session.pk}/notes/{note.pk}", {"text": "Genève"})
    assert [listed(client, words) for words in ("rondo", "grosse", "zurich", "geneve")] == [
        [],
        ["Größe"],
        [],
        ["Größe"],
    ]
    Session.objects.filter(pk=session.pk).first().save(update_fields=["status"])  # type: ignore[union-attr]
    assert listed(client, "grosse") == ["Größe"]


def test_rows_made_in_bulk_are_found(api_client: Clients, coach: User, team: Team) -> None:
    Session.objects.bulk_create([Session(team=team, title="Ärger", start=START)])
    assert listed(api_client(coach), "arger") == ["Ärger"]


@pytest.mark.parametrize("words", ["a\x00b", "x" * 201])
def test_bad_words_are_refused(api_client: Clients, coach: User, words: str) -> None:
    assert api_client(coach).get("/api/sessions/search", {"q": words}).status_code == 400
    assert api_client(coach).get("/api/sessions", {"q": words}).status_code in (200, 400)


@pytest.mark.parametrize(
    "query", [{}, {"q": " "}, {"q": "a", "limit": 0}, {"q": "a", "limit": 51}, {"q": "a", "team_id": "x"}]
)
def test_a_search_needs_words(api_client: Clients, coach: User, query: dict[str, Any]) -> None:
    assert api_client(coach).get("/api/sessions/search", query).status_code == 400


def test_the_best_comes_first_and_says_why(api_client: Clients, coach: User, team: Team) -> None:
    make_session(team, title="Training", description="A little pressing at the end", start=START + timedelta(days=3))
    make_session(team, title="Pressing", description="and nothing else")
    make_session(team, title="Pressing and rondo", description="", start=START - timedelta(days=9))
    make_session(team, title="Corners")
    data = found(api_client(coach), "RÓNDO pressing")
    assert [hit["session"]["title"] for hit in data["hits"]] == ["Pressing and rondo", "Pressing", "Training"]
    assert [hit["words"] for hit in data["hits"]] == [2, 1, 1]
    assert (data["retrieval"], data["searched"], data["is_complete"]) == ("keyword", 4, True)
    assert [(one["place"], marked(one)) for one in data["hits"][0]["snippets"]] == [("title", ["Pressing", "rondo"])]
    [last] = data["hits"][2]["snippets"]
    assert (last["place"], marked(last)) == ("description", ["pressing"])


def test_small_words_find_nothing_by_themselves(api_client: Clients, coach: User, team: Team, player: Player) -> None:
    make_session(team=team, title="Out of the back")
    hers = make_session(team=team, title="Finishing")
    SessionPlayer.objects.create(session=hers, track_id=1, player=player)
    hits = found(api_client(coach), f"how many of the runs by {player.first_name}")["hits"]
    assert [hit["session"]["title"] for hit in hits] == ["Finishing"]
    assert found(api_client(coach), "of the")["hits"][0]["session"]["title"] == "Out of the back"


def test_a_snippet_shows_the_place_in_a_long_text(api_client: Clients, coach: User, team: Team) -> None:
    text = "Weiß nicht. " * 40 + "Dann die Straße hinauf. " + "Und so fort. " * 40
    make_session(team, title="Lauf", description=text)
    [hit] = found(api_client(coach), "STRASSE")["hits"]
    [snippet] = hit["snippets"]
    assert marked(snippet) == ["Straße"]
    assert snippet["text"].startswith("…") and snippet["text"].endswith("…")
    assert len(snippet["text"]) == 162


def test_notes_are_searched_for_staff_only(api_client: Clients, coach: User, player_user: User, team: Team) -> None:
    own = make_session(team, title="Mine", player=player_user.players.get())
    make_note(own, text="injury risk at the knee")
    [hit] = found(api_client(coach), "knee")["hits"]
    assert hit["snippets"][0]["place"] == "notes"
    assert found(api_client(player_user), "knee")["hits"] == []


def test_only_ones_own_sessions_are_searched(
    api_client: Clients, coach: User, other_coach: User, player_user: User, team: Team
) -> None:
    make_session(team, title="Secret rondo")
    make_session(team, title="My rondo", player=player_user.players.get())
    assert found(api_client(other_coach), "rondo") == {
        "retrieval": "keyword",
        "searched": 0,
        "is_complete": True,
        "hits": [],
    }
    assert [hit["session"]["title"] for hit in found(api_client(player_user), "rondo")["hits"]] == ["My rondo"]
    assert found(api_client(coach), "rondo", team_id=str(make_team().pk))["hits"] == []
    assert len(found(api_client(coach), "rondo", team_id=str(team.pk))["hits"]) == 2
    assert len(found(api_client(coach), "rondo", limit=1)["hits"]) == 1


def test_a_digest_is_searched(api_client: Clients, coach: User, team: Team) -> None:
    make_session(team, title="Cup", session_type="match")
    make_session(team, title="Tuesday")
    [hit] = found(api_client(coach), "match May")["hits"][:1]
    assert (hit["session"]["title"], hit["words"]) == ("Cup", 2)
    assert [one["place"] for one in hit["snippets"]] == ["digest"]


def test_a_thousand_sessions_cost_the_same_queries_and_little_time(
    api_client: Clients, coach: User, team: Team, django_assert_max_num_queries: Any
) -> None:
    players = [make_player(team, last_name="Berg") for _ in range(20)]
    sessions = Session.objects.bulk_create(
        Session(team=team, title=f"Training {n}", description="Rondo. " * 30, player=players[n % 20], start=START)
        for n in range(1000)
    )
    SessionNote.objects.bulk_create(SessionNote(session=row, text="rondo " * 20) for row in sessions)
    client = api_client(coach)
    with django_assert_max_num_queries(14):
        began = time.perf_counter()
        assert found(client, "rondo training 7")["searched"] == 1000
        assert time.perf_counter() - began < 3.0  # a quarter of a second on an idle machine
    with django_assert_max_num_queries(8):
        assert client.get("/api/sessions", {"q": "rondo 77"}).json()["pagination"]["total"] == 19
    make_session(team)
    with django_assert_max_num_queries(14):
        found(client, "rondo training 7")


# Digests -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def figures(monkeypatch: pytest.MonkeyPatch) -> dict[Any, KpiSummary]:
    """Figures as the scan app would give them."""
    known: dict[Any, KpiSummary] = {}
    monkeypatch.setattr(summaries, "_figures", [lambda ids: {pk: known[pk] for pk in ids if pk in known}])
    return known


def test_a_digest_says_what_happened(team: Team, player: Player, figures: dict[Any, KpiSummary]) -> None:
    team.time_zone = "Europe/Berlin"
    team.save(update_fields=["time_zone"])
    session = make_session(
        team, title="Cup final", session_type="match", player=player, end=START + timedelta(minutes=92)
    )
    figures[session.pk] = KpiSummary(max_speed_mps=7.06, total_distance_m=6120.4, grade="B")
    make_load(session, player, rpe=7.0)
    make_load(session, make_player(team), rpe=1.0)
    text = selectors.digest(session)
    assert text == (
        'Match "Cup final" on 2 May 2026, 18:30 (Europe/Berlin), 92 min. '
        f"About {player.display_name}. Measured: top speed 7.1 m/s, total distance 6120 m, grade B. Effort 7.0 of 10."
    )
    assert selectors.digest(Session.objects.get(pk=session.pk)) == text


def test_a_digest_says_what_is_missing(team: Team) -> None:
    session = make_session(team, title="", synthetic=True)
    assert selectors.digest(session) == (
        "Training on 2 May 2026, 16:30 (UTC). No figures. Made from computed trajectories, not from a film."
    )


def test_a_teams_digest_points_at_nobody(team: Team, figures: dict[Any, KpiSummary]) -> None:
    session = make_session(team)
    figures[session.pk] = KpiSummary(max_speed_mps=8.2, total_distance_m=None, grade="A")
    for rpe in (4.0, 7.0):
        make_load(session, make_player(team), rpe=rpe)
    few = selectors.digest(session)
    assert few.endswith("Measured: top speed of the best 8.2 m/s."), "no grade of somebody else, no effort of two"
    make_load(session, make_player(team), rpe=5.5)
    assert selectors.digest(session).endswith("Mean effort 5.5 of 10, 3 players.")


def test_a_broken_time_zone_is_utc(team: Team) -> None:
    team.time_zone = "../etc"
    assert "16:30 (UTC)" in selectors.digest(make_session(team))
