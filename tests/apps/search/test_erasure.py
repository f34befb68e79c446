"""What goes with a session, a player, a team; and a name that is nowhere left."""

from __future__ import annotations

import pytest
from django.db import connection, transaction

from apps.accounts.models import Team, User
from apps.accounts.services import erasure
from apps.core.lifecycle import lifecycle
from apps.search import messages, services, tasks
from apps.search.documents import Kind
from apps.search.models import CloudCopy, IndexEntry, Passage
from apps.sessions import indexing
from apps.sessions.models import SessionPlayer
from apps.sessions.services.sessions import delete_session
from tests.apps.search.factories import THEIRS, axis, document, embed_as, found
from tests.factories.accounts import make_player
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db


def texts_of_index() -> str:
    """Every row of every table of the index, the full text's own tables too."""
    with connection.cursor() as cursor:
        names = [name for name in connection.introspection.table_names(cursor) if name.startswith("search_")]
        assert {"search_indexentry", "search_passage"} <= set(names)
        told = []
        for name in names:
            cursor.execute(f'SELECT * FROM "{name}"')
            told += [str(row) for row in cursor.fetchall()]
    return "\n".join(told).lower()


@pytest.fixture(autouse=True)
def _quiet(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(messages, "send", lambda *of_what, **how: True)


def test_a_deleted_session_leaves_the_index_in_the_same_transaction(owner: User, team: Team) -> None:
    session, other = make_session(team, title="Quicksilver"), make_session(team, title="Other")
    services.refresh(team.pk)
    embed_as(str(session.pk), axis(0))
    delete_session(user=owner, session_id=session.pk)
    assert found("quicksilver", team_id=team.pk) == []
    assert (Passage.objects.count(), IndexEntry.objects.get().object_id) == (0, str(other.pk))
    assert "quicksilver" not in texts_of_index()


def test_a_deletion_that_fails_takes_nothing_out(team: Team) -> None:
    session = make_session(team, title="Stays")
    services.refresh(team.pk)
    with pytest.raises(RuntimeError), transaction.atomic():
        lifecycle.erase("session", [session.pk])
        raise RuntimeError("the database said no")
    assert found("stays", team_id=team.pk) == [str(session.pk)]


def left_of(team: Team) -> set[str]:
    return set(IndexEntry.objects.filter(team_id=team.pk).values_list("object_id", flat=True))


def test_an_erased_players_name_is_nowhere_left(owner: User, team: Team) -> None:
    player = make_player(team, first_name="Zebedee", last_name="Quillfeather")
    mate = make_player(team)
    make_session(team, title="Alone", player=player)
    shared = make_session(team, title="With Zebedee Quillfeather", description="Quillfeather scored.", player=player)
    SessionPlayer.objects.create(session=shared, track_id=1, player=mate)
    services.put(
        [document("history", "Zebedee Quillfeather ran.", kind=Kind.KPI, team_id=team.pk, player_id=player.pk)]
    )
    services.put([document("advice", "Like Zebedee Quillfeather.", kind=Kind.FEEDBACK, team_id=team.pk)])
    services.refresh(team.pk, [Kind.SESSION])
    for object_id in IndexEntry.objects.values_list("object_id", flat=True):
        embed_as(object_id, axis(0))
    assert texts_of_index().count("quillfeather") >= 4

    erasure.erase_player_now(player, actor=owner)

    assert "quillfeather" not in texts_of_index()
    assert "zebedee" not in texts_of_index()
    assert str(player.pk).replace("-", "") not in texts_of_index().replace("-", "")
    assert left_of(team) == {"advice"}
    assert not Passage.objects.current().exists()  # its direction was made of the name too
    services.refresh(team.pk, [Kind.SESSION])
    assert left_of(team) == {"advice", str(shared.pk)}  # the mate was in it, so it stays, without the name
    assert "quillfeather" not in texts_of_index()


def test_a_team_that_goes_takes_its_index_along(team: Team, other_team: Team) -> None:
    make_session(team)
    make_session(other_team)
    services.refresh(team.pk)
    services.refresh(other_team.pk)
    lifecycle.erase("team", [team.pk])
    assert set(IndexEntry.objects.values_list("team_id", flat=True)) == {other_team.pk}


def test_a_read_that_began_before_a_deletion_does_not_bring_the_text_back(owner: User, team: Team) -> None:
    """The worker has read the session, then it goes, then the worker writes: the next look takes it out again."""
    session = make_session(team, title="Ghost")
    read = list(indexing.session_documents(team.pk))
    delete_session(user=owner, session_id=session.pk)
    services.put(read)
    tasks.mend()
    assert not IndexEntry.objects.filter(team_id=team.pk).exists()


def test_copies_in_the_cloud_outlive_the_entry_until_azure_has_let_go() -> None:
    services.put([document("a", "One.", team_id=THEIRS, kind=Kind.SESSION)])
    CloudCopy.objects.create(kind=Kind.SESSION, object_id="a", content_hash="x", passages=1)
    services.remove(Kind.SESSION, ["a"])
    assert CloudCopy.objects.get().object_id == "a"
