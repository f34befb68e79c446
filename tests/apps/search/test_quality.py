"""The search with its real model, over the project's own articles and drills; no network."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Any

import numpy as np
import pytest

from apps.calendar.services.drills import load_drills
from apps.feedback.services.knowledge import load_knowledge
from apps.search import asking, embedding, messages, phrasings
from apps.search.documents import Kind
from apps.search.embedded import EmbeddedRetriever
from apps.search.embedding_work import embed_pending, pending
from apps.search.evaluation import Score, evaluate, read_questions, splits_below_bar, summaries
from apps.search.models import IndexEntry
from apps.search.retrieval import Query
from apps.search.vectors import Parts

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@pytest.fixture
def library(monkeypatch: pytest.MonkeyPatch) -> None:
    """All articles and drills, found by words."""
    monkeypatch.setattr(messages, "send", lambda *of_what, **how: True)
    load_drills()
    load_knowledge()


@pytest.fixture
def embedded(library: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """And by meaning: half a minute."""
    monkeypatch.setattr("apps.search.embedded.parts", Parts())
    asking.make_here()
    assert sum(embed_pending(600)) == IndexEntry.objects.count() > 200
    assert not pending().exists()
    yield
    asking._makes_itself.clear()


def test_what_a_coach_asks_is_answered(embedded: None) -> None:
    scores: Sequence[Score] = evaluate(EmbeddedRetriever(), read_questions())
    assert {score.retrieval for score in scores} == {"hybrid"}
    found = {one.split: one for one in summaries(scores)}
    assert [(name, found[name].questions) for name in ("tuned", "held_out", "fresh")] == [
        ("tuned", 40),
        ("held_out", 20),
        ("fresh", 20),
    ]
    assert splits_below_bar(found.values()) == []
    assert found["tuned"].precision >= 0.88
    assert min(found[name].mrr for name in ("tuned", "held_out", "fresh")) > 0.85
    assert found["tuned"].ndcg > 0.85
    assert min(found["held_out"].ndcg, found["fresh"].ndcg) > 0.75
    assert found["language es"].precision >= 0.85  # by how coaches ask in Spanish; the model itself reads English
    # Nobody is told of heading drills for nine-year-olds because they are near in meaning.
    young = EmbeddedRetriever().search(Query("heading technique", kinds=[Kind.DRILL], age_group="U9", limit=50))
    ages = dict(IndexEntry.objects.values_list("object_id", "age_min"))
    assert young.hits
    assert all((ages[hit.object_id] or 0) <= 9 for hit in young.hits)


def test_how_coaches_ask_and_what_belongs_together_name_what_there_is(library: None) -> None:
    known = {kind: set(IndexEntry.objects.filter(kind=kind).values_list("object_id", flat=True)) for kind in Kind}
    for kind, phrases in phrasings._asked().items():
        assert phrases.keys() <= known[Kind(kind)]
    named = set(chain(phrasings.relations(), *phrasings.relations().values()))
    assert named <= known[Kind.ARTICLE] | known[Kind.DRILL]
    asked = {one.text.casefold() for one in read_questions()}
    ours = {line.casefold() for lines in phrasings._asked().values() for some in lines.values() for line in some}
    assert not asked & ours  # no question of the evaluation is written beside its answer


def test_the_model_tells_near_from_far_and_is_the_same_each_time() -> None:
    near: Any = embedding.embed(["Rest after a match", "How long should players recover from a game?", "Buy a red car"])
    assert near.shape == (3, 384)
    assert np.linalg.norm(near, axis=1) == pytest.approx(np.ones(3), abs=1e-5)
    assert float(near[0] @ near[1]) > 0.3 > 0.15 > float(near[0] @ near[2])
    alone = embedding.embed(["Rest after a match"])
    assert np.array_equal(alone[0], near[0])  # whatever stands beside it
    assert np.isfinite(embedding.embed(["", "x" * 5000, "京都 🙂"])).all()
