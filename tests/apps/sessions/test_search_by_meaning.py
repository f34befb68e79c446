"""Finding sessions near a question, joined with those that have its words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team, User
from apps.search import asking, messages, services
from apps.search.models import IndexEntry
from apps.search.vectors import Parts
from apps.sessions.models import Session, SessionPlayer
from apps.sessions.services.sessions import delete_session
from tests.apps.search.factories import axis, embed_as
from tests.factories.accounts import make_player
from tests.factories.sessions import make_note, make_session

Clients = Callable[..., APIClient]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every question has one direction, and no worker is rung."""
    monkeypatch.setattr(asking, "direction_of", lambda question: axis(0))
    monkeypatch.setattr(messages, "send", lambda *of_what, **how: True)
    monkeypatch.setattr("apps.search.embedded.parts", Parts())


def indexed(session: Session, nearness: float) -> Session:
    """Put a session into the index, that near to every question."""
    services.refresh(session.team_id)
    rest = float(np.sqrt(1.0 - nearness**2))
    embed_as(str(session.pk), nearness * axis(0) + rest * axis(1))
    return session


def asked(client: APIClient, words: str, **more: Any) -> dict[str, Any]:
    answer = client.get("/api/sessions/search", {"q": words, **more})
    assert answer.status_code == 200, answer.json()
    return dict(answer.json()["data"])


def titles(found: dict[str, Any]) -> list[str]:
    return [hit["session"]["title"] for hit in found["hits"]]


def test_a_session_is_found_that_has_none_of_the_words(api_client: Clients, coach: User, team: Team) -> None:
    indexed(make_session(team, title="Pressing", description="Hunt in packs."), 0.6)
    indexed(make_session(team, title="Elsewhere"), 0.1)
    found = asked(api_client(coach), "winning it back upfield")
    assert (titles(found), found["retrieval"]) == (["Pressing"], "hybrid")
    [hit] = found["hits"]
    assert hit["words"] == 0
    assert [(one["place"], one["highlights"]) for one in hit["snippets"]] == [("digest", [])]
    assert "Hunt in packs." in hit["snippets"][0]["text"]


def test_words_and_meaning_are_joined_by_their_ranks(api_client: Clients, coach: User, team: Team) -> None:
    indexed(make_session(team, title="Meant"), 0.9)
    indexed(make_session(team, title="Rondo and meant"), 0.8)
    indexed(make_session(team, title="Rondo"), 0.0)
    found = asked(api_client(coach), "rondo")
    assert titles(found)[0] == "Rondo and meant"
    assert set(titles(found)) == {"Meant", "Rondo and meant", "Rondo"}
    scores = {hit["session"]["title"]: hit["score"] for hit in found["hits"]}
    assert scores["Rondo and meant"] > 1.5 * scores["Rondo"]  # in both orders; "Rondo" is near in none


def test_another_teams_session_is_never_found(
    api_client: Clients, coach: User, other_coach: User, team: Team, other_team: Team
) -> None:
    indexed(make_session(other_team, title="Theirs"), 0.9)
    indexed(make_session(team, title="Ours"), 0.5)
    assert titles(asked(api_client(coach), "x")) == ["Ours"]
    assert titles(asked(api_client(other_coach), "x")) == ["Theirs"]
    assert titles(asked(api_client(coach), "x", team_id=str(other_team.pk))) == []


def test_a_player_finds_only_their_own(api_client: Clients, player_user: User, player: Player, team: Team) -> None:
    indexed(make_session(team, title="Own", player=player_user.players.get()), 0.5)
    indexed(make_session(team, title="Other's", player=player), 0.9)
    indexed(make_session(team, title="Team's"), 0.9)
    assert titles(asked(api_client(player_user), "x")) == ["Own"]


def test_a_session_that_went_or_moved_is_not_shown_from_an_old_index(
    api_client: Clients, coach: User, owner: User, team: Team, other_team: Team
) -> None:
    gone = indexed(make_session(team, title="Gone"), 0.9)
    moved = indexed(make_session(team, title="Moved"), 0.9)
    client = api_client(coach)
    assert set(titles(asked(client, "x"))) == {"Gone", "Moved"}
    delete_session(user=owner, session_id=gone.pk)
    Session.objects.filter(pk=moved.pk).update(team=other_team)
    assert titles(asked(client, "x")) == []


def test_while_nobody_answers_words_alone_are_searched_and_it_says_so(
    api_client: Clients, coach: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    indexed(make_session(team, title="Pressing"), 0.9)
    indexed(make_session(team, title="Rondo"), 0.9)
    monkeypatch.setattr(asking, "direction_of", lambda question: None)
    found = asked(api_client(coach), "rondo")
    assert (titles(found), found["retrieval"]) == (["Rondo"], "keyword")


def test_the_index_knows_nothing_that_only_some_may_read(team: Team) -> None:
    session = make_session(team, title="Match")
    make_note(session, text="Somebody is homesick.")
    SessionPlayer.objects.create(session=session, track_id=1, player=make_player(team, last_name="Quillfeather"))
    services.refresh(team.pk)
    entry = IndexEntry.objects.get()
    assert "homesick" not in entry.folded
    assert "quillfeather" not in entry.folded
    assert entry.player_id is None
