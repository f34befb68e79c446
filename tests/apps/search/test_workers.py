"""What workers do for the index, and what happens while none is there."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import Any
from unittest.mock import patch

import numpy as np
import pytest
from django.conf import settings
from django.core.cache import cache
from redis.exceptions import ConnectionError as RedisDown

from apps.accounts.models import Team
from apps.core import versions
from apps.search import asking, embedding, embedding_work, messages, phrasings, services, tasks
from apps.search.documents import Kind
from apps.search.embedding import EmbeddingUnavailable
from apps.search.models import IndexEntry, Passage
from apps.search.vectors import DIMENSIONS, Vectors
from tests.apps.search.factories import OURS, axis, document, session_of
from tests.factories.sessions import make_session

pytestmark = pytest.mark.django_db


@pytest.fixture
def embeds(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A model that only remembers what it was given."""
    given: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        given.extend(texts)
        return np.tile(axis(0), (len(texts), 1))

    monkeypatch.setattr(embedding, "embed", embed)
    monkeypatch.setattr(embedding_work, "embed", embed)
    return given


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Messages that went out."""
    names: list[str] = []
    monkeypatch.setattr(messages, "send", lambda task, *rest, **more: bool(names.append(task)) or True)
    return names


@pytest.fixture
def here() -> Iterator[None]:
    """This process may load the model."""
    asking.make_here()
    yield
    asking._makes_itself.clear()


# Asking for a direction ------------------------------------------------------------------------------------------


def test_while_nobody_answers_a_search_waits_a_moment_and_no_longer() -> None:
    began = time.monotonic()
    assert asking.direction_of("how fast?") is None
    assert 0.25 < time.monotonic() - began < 1.0


def test_a_worker_answers_over_the_cache(embeds: list[str]) -> None:
    with patch.object(messages, "send") as send:
        send.side_effect = lambda task, arguments, **how: bool(tasks.embed_query(*arguments)) or True
        direction = asking.direction_of("how fast?")
        assert asking.direction_of("how fast?") is not None
    assert direction is not None
    assert (direction.shape, direction.dtype, direction[0]) == ((DIMENSIONS,), np.float32, 1.0)
    send.assert_called_once_with(messages.EMBED_QUERY, ["how fast?"], queue="critical", expires_s=asking.KEPT_S)
    assert embeds == ["how fast?"]


def test_an_answer_that_comes_while_waiting_is_taken(embeds: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    looks: list[int] = []

    def sleep(seconds: float) -> None:
        looks.append(1)
        if len(looks) == 3:
            tasks.embed_query("slow?")

    monkeypatch.setattr(asking.time, "sleep", sleep)
    monkeypatch.setattr(messages, "send", lambda *of_what, **how: True)
    assert asking.direction_of("slow?") is not None
    assert len(looks) == 3


def test_a_worker_without_a_model_says_so_and_nobody_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(texts: Sequence[str]) -> Vectors:
        raise EmbeddingUnavailable("The package is not installed.")

    monkeypatch.setattr(embedding, "embed", missing)
    tasks.embed_query("how fast?")
    monkeypatch.setattr(asking.time, "sleep", lambda seconds: pytest.fail("waited"))
    assert asking.direction_of("how fast?") is None


def test_a_worker_makes_it_itself(here: None, embeds: list[str], sent: list[str]) -> None:
    assert asking.direction_of("how fast?") is not None
    assert asking.direction_of("how fast?") is not None
    assert (embeds, sent) == (["how fast?"], [])
    assert asking.direction_of("  ") is None


def test_what_is_no_direction_in_the_cache_counts_as_nothing(here: None, embeds: list[str]) -> None:
    cache.set(asking._key("how fast?"), b"123")
    assert asking.direction_of("how fast?") is not None
    assert embeds == ["how fast?"]


def test_while_redis_is_down_a_search_goes_by_words_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*of_what: Any, **how: Any) -> Any:
        raise RedisDown("down")

    monkeypatch.setattr(asking.cache, "get", down)
    monkeypatch.setattr(messages, "send", lambda *of_what, **how: False)
    assert asking.direction_of("how fast?") is None


def test_a_broker_that_is_away_is_no_error() -> None:
    with patch.object(messages.current_app, "send_task", side_effect=OSError("away")):
        assert messages.send(messages.MEND, [], queue="low") is False


# Embedding -------------------------------------------------------------------------------------------------------


def test_what_is_new_is_embedded_once(embeds: list[str]) -> None:
    services.put([document("a", "One. " * 200), session_of("b", "Two.")])
    tasks.embed_new()
    passages = Passage.objects.count()
    assert (len(embeds), passages) == (passages, 3)
    assert "b. Two." in embeds
    tasks.embed_new()
    assert len(embeds) == passages
    assert not embedding_work.pending().exists()


def test_what_changed_is_embedded_anew(embeds: list[str]) -> None:
    services.put([document("a", "One. " * 200)])
    tasks.embed_new()
    services.put([document("a", "Short.")])
    tasks.embed_new()
    assert list(Passage.objects.values_list("position", "start", "end")) == [(0, 0, 6)]


def test_a_text_that_changes_while_it_is_embedded_is_embedded_again(monkeypatch: pytest.MonkeyPatch) -> None:
    services.put([document("a", "Old.")])
    given: list[str] = []

    def embed(texts: Sequence[str]) -> Vectors:
        if not given:
            services.put([document("a", "New.")])
        given.extend(texts)
        return np.tile(axis(0), (len(texts), 1))

    monkeypatch.setattr(embedding_work, "embed", embed)
    tasks.embed_new()
    assert given == ["a. Old.", "a. New."]
    assert Passage.objects.get().content_hash == IndexEntry.objects.get().content_hash


def test_a_text_that_goes_while_it_is_embedded_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    services.put([document("a", "Old.")])

    def embed(texts: Sequence[str]) -> Vectors:
        services.remove(Kind.ARTICLE, ["a"])
        return np.tile(axis(0), (len(texts), 1))

    monkeypatch.setattr(embedding_work, "embed", embed)
    tasks.embed_new()
    assert Passage.objects.count() == 0


def test_a_turn_ends_in_time_and_the_rest_is_left_to_the_next(
    embeds: list[str], sent: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "EMBEDDING_TURN_S", 0.0)
    services.put([document("a", "One.")])
    tasks.embed_new()
    assert embeds == []
    monkeypatch.setattr(tasks, "EMBEDDING_TURN_S", 0.001)
    services.put([document(f"d{n}", "Text.") for n in range(100)])
    tasks.embed_new()
    assert 0 < len(embeds) < 101
    assert sent == [messages.EMBED_NEW]


def test_how_coaches_ask_is_embedded_beside_the_text(embeds: list[str]) -> None:
    services.put([document("heat", "Drink.", title="Hot days"), session_of("sleep", "A session of that name.")])
    asked = phrasings.asked_for(Kind.ARTICLE, "heat")
    assert len(asked) >= 3
    tasks.embed_new()
    assert sorted(embeds) == sorted(["sleep. A session of that name.", "Hot days. Drink.", *asked])
    rows = Passage.objects.filter(entry__object_id="heat")
    assert (rows.filter(asked=True).count(), rows.filter(asked=False).count()) == (len(asked), 1)
    assert not Passage.objects.filter(entry__object_id="sleep", asked=True).exists()


def test_another_way_to_ask_makes_the_entry_new(embeds: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    services.put([document("heat", "Drink.")])
    assert services.put([document("heat", "Drink.")]) == 0
    changed = {"article": {"heat": ["Too warm?"]}}
    monkeypatch.setattr(phrasings, "_asked", lambda: changed)
    assert services.put([document("heat", "Drink.")]) == 1
    tasks.embed_new()
    assert embeds == ["heat. Drink.", "Too warm?"]


def test_a_worker_without_a_model_leaves_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(texts: Sequence[str]) -> Vectors:
        raise EmbeddingUnavailable("The package is not installed.")

    monkeypatch.setattr(embedding_work, "embed", missing)
    services.put([document("a", "One.")])
    tasks.embed_new()
    assert Passage.objects.count() == 0


# Following changes -----------------------------------------------------------------------------------------------


def test_a_new_session_indexes_itself_once_it_is_committed(
    team: Team, sent: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        session = make_session(team, title="Cup final", description="Lost on penalties.")
        versions.bump(versions.TEAM, team.pk)
        assert sent == []
    assert sent == [messages.REFRESH]
    tasks.refresh(str(team.pk))
    row = IndexEntry.objects.get(kind=Kind.SESSION)
    assert (row.object_id, row.team_id, row.title) == (str(session.pk), team.pk, "Cup final")
    assert row.text.startswith("Lost on penalties.")


def test_many_changes_in_a_row_are_one_message_until_it_has_begun(sent: list[str]) -> None:
    for _ in range(5):
        messages.ring_refresh(OURS)
    assert sent == [messages.REFRESH]
    messages.begun_refresh(OURS)
    messages.ring_refresh(OURS)
    assert sent == [messages.REFRESH] * 2


def test_a_lost_message_is_mended_by_the_clock(team: Team, sent: list[str]) -> None:
    session = make_session(team, title="Nobody rang")
    services.put([session_of("gone", "Its session is no more.", team.pk), session_of("x", "Of a team no more.", OURS)])
    tasks.mend()
    assert set(IndexEntry.objects.filter(kind=Kind.SESSION).values_list("object_id", flat=True)) == {str(session.pk)}


def test_the_clock_rings_for_both() -> None:
    rung = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert {messages.MEND, messages.EMBED_NEW} <= rung


def test_a_worker_that_starts_looks_for_what_was_lost_and_loads_the_model(sent: list[str]) -> None:
    tasks._begin()
    tasks._begin()
    assert sent == [messages.MEND, messages.EMBED_QUERY, messages.EMBED_QUERY]
