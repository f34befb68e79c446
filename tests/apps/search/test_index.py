"""Putting documents into the index and taking them out."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection

from apps.search import services, sources
from apps.search.documents import Document, Kind, age_of, ages_of
from apps.search.models import IndexEntry, Passage
from apps.search.services import Refreshed
from tests.apps.search.factories import KIM, OURS, THEIRS, axis, document, embed_as, found, session_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def shelf() -> Iterator[dict[uuid.UUID | None, list[Document]]]:
    """What a made-up app names as the documents of each team."""
    kept = dict(sources.registered())
    texts: dict[uuid.UUID | None, list[Document]] = {}
    sources.register(Kind.FEEDBACK, lambda team_id: texts.get(team_id, []))
    yield texts
    for kind, iterate in kept.items():
        sources.register(kind, iterate)


def feedback(object_id: str, text: str, team_id: uuid.UUID = OURS) -> Document:
    return document(object_id, text, kind=Kind.FEEDBACK, team_id=team_id)


def ids() -> set[str]:
    return set(IndexEntry.objects.values_list("object_id", flat=True))


def test_what_says_the_same_is_not_written_again() -> None:
    first = document("a", "One.", tags=["x"], age_min=9)
    assert services.put([first, document("b", "Two.")]) == 2
    before = IndexEntry.objects.get(object_id="a").updated_at
    assert services.put([first]) == 0
    assert services.put([document("a", "One.", tags=["x"], age_min=10)]) == 1
    row = IndexEntry.objects.get(object_id="a")
    assert (row.age_min, row.updated_at > before) == (10, True)


def test_the_last_word_on_an_object_counts() -> None:
    assert services.put([document("a", "First."), document("a", "Second.")]) == 1
    assert IndexEntry.objects.get().text == "Second."


def test_putting_many_costs_few_queries(django_assert_max_num_queries: Any) -> None:
    many = [document(f"a{n}", f"Text {n}.") for n in range(200)]
    with django_assert_max_num_queries(6):
        services.put(many)
    with django_assert_max_num_queries(4):
        assert services.put(many) == 0


def test_a_changed_text_is_found_by_its_new_words_alone() -> None:
    services.put([document("a", "Pressing high.")])
    services.put([document("a", "Deep block.")])
    assert (found("pressing"), found("block")) == ([], ["a"])


def test_what_is_removed_is_gone_with_its_words_and_passages() -> None:
    services.put([document("a", "Pressing."), session_of("s", "Pressing.")])
    embed_as("a", axis(0))
    assert services.remove(Kind.ARTICLE, ["a", "unknown"]) == 1
    assert (found("pressing", team_id=OURS), Passage.objects.count()) == (["s"], 0)
    assert services.remove(Kind.ARTICLE, ["s"]) == 0  # another kind's id


def test_a_team_and_a_player_leave_at_once() -> None:
    services.put([session_of("a", "One.", player_id=KIM), session_of("b", "Two."), session_of("c", "Three.", THEIRS)])
    assert services.remove_players([KIM]) == 1
    assert ids() == {"b", "c"}
    assert services.remove_team(OURS) == 1
    assert ids() == {"c"}


def test_a_refresh_brings_a_team_up_to_date_and_leaves_others(shelf: dict[uuid.UUID | None, list[Document]]) -> None:
    shelf[OURS] = [feedback("a", "One."), feedback("b", "Two.")]
    shelf[THEIRS] = [feedback("t", "Theirs.", THEIRS)]
    kinds = [Kind.FEEDBACK]
    assert services.refresh(OURS, kinds) == Refreshed(read=2, written=2, removed=0)
    services.refresh(THEIRS, kinds)
    shelf[OURS] = [feedback("b", "Two!"), feedback("c", "Three.")]
    assert services.refresh(OURS, kinds) == Refreshed(read=2, written=2, removed=1)
    assert services.refresh(OURS, kinds) == Refreshed(read=2, written=0, removed=0)
    assert ids() == {"b", "c", "t"}


def test_a_source_that_names_another_teams_text_is_refused(shelf: dict[uuid.UUID | None, list[Document]]) -> None:
    shelf[OURS] = [feedback("t", "Theirs.", THEIRS)]
    with pytest.raises(ValueError, match=f"asked for team {OURS} and named feedback t of team {THEIRS}"):
        services.refresh(OURS, [Kind.FEEDBACK])
    assert ids() == set()


def test_strangers_are_taken_out() -> None:
    services.put([session_of("a", "One."), session_of("t", "Two.", THEIRS), document("all", "Three.")])
    assert services.remove_strangers([OURS], [Kind.SESSION]) == 1
    assert ids() == {"a", "all"}


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ({"player_id": KIM}, "of no team"),
        ({"text": " \x00 "}, "needs an object_id and a text"),
        ({"object_id": ""}, "needs an object_id and a text"),
    ],
)
def test_what_could_not_be_shown_to_the_right_people_is_refused(wrong: dict[str, Any], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        document(**{"object_id": "a", "text": "x", **wrong})


def test_odd_characters_do_no_harm() -> None:
    services.put([document("a", "Zero\x00 byte, emoji 🙂, \u202eturned, 京都.", title="Line\nbreak \x00" + "x" * 300)])
    row = IndexEntry.objects.get()
    assert (row.title[:10], len(row.title), "\x00" in row.text) == ("Line break", 250, False)
    assert found("京都") == ["a"]


@pytest.mark.parametrize(
    ("groups", "ages"),
    [("all", (None, None)), (["U9", "u-13"], (9, 13)), (["U15", "adult"], (15, 99)), ([], (None, None))],
)
def test_age_groups_become_numbers(groups: Any, ages: tuple[int | None, int | None]) -> None:
    assert ages_of(groups) == ages


def test_what_is_no_age_group_is_refused() -> None:
    with pytest.raises(ValueError, match="write U13, adult or all"):
        age_of("thirteen")


def test_the_full_text_is_kept_by_the_database_itself() -> None:
    """A later migration that remakes the table on SQLite drops its triggers; it must install them again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'search_indexentry'")
            names = {row[0] for row in cursor.fetchall()}
            assert names == {"search_text_added", "search_text_changed", "search_text_removed"}
        else:
            cursor.execute("SELECT generation_expression FROM information_schema.columns WHERE column_name = 'words'")
            assert "setweight" in cursor.fetchone()[0]


def test_no_way_of_writing_forgets_the_full_text() -> None:
    services.put([document("a", "Pressing.")])
    row = IndexEntry.objects.get()
    row.text = "Rondo."
    row.save()
    assert (found("pressing"), found("rondo")) == ([], ["a"])
    IndexEntry.objects.filter(pk=row.pk).update(folded="t\n\nslalom")
    assert (found("rondo"), found("slalom")) == ([], ["a"])
    IndexEntry.objects.filter(pk=row.pk).delete()
    assert found("slalom") == []
