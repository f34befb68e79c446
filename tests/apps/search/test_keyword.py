"""Putting documents in, finding them by words, taking them out."""

from __future__ import annotations

import uuid

import pytest

from apps.search import services
from apps.search.documents import Document, Kind
from apps.search.retrieval import Query, retriever

pytestmark = pytest.mark.django_db

OURS, THEIRS = uuid.uuid4(), uuid.uuid4()
KIM, ALEX = uuid.uuid4(), uuid.uuid4()


def document(object_id: str, text: str, **more: object) -> Document:
    return Document(**{"kind": Kind.ARTICLE, "object_id": object_id, "title": object_id, "text": text, **more})


def found(text: str, **more: object) -> list[str]:
    return [hit.object_id for hit in retriever().search(Query(text, **more)).hits]


def test_a_text_is_found_by_its_words_without_case_accents_and_endings() -> None:
    services.put(
        [
            document("a", "Sprinting after the warm-up, with full recoveries."),
            document("b", "La recuperación después del partido."),
            document("c", "Heading is not practised by children."),
        ]
    )
    assert found("SPRINTS") == ["a"]
    assert found("recuperacion partido") == ["b"]
    assert found("who may practise headings?") == ["c"]
    assert found("nothing of the kind") == []
