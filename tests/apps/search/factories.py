"""Documents of made-up teams."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from typing import Any

import numpy as np

from apps.search.documents import Document, Kind
from apps.search.models import IndexEntry, Passage
from apps.search.passages import spans_of
from apps.search.retrieval import Query, Retriever, retriever
from apps.search.vectors import DIMENSIONS, MODEL, Vector, pack

OURS, THEIRS = uuid.UUID(int=1), uuid.UUID(int=2)
KIM, ALEX = uuid.UUID(int=11), uuid.UUID(int=12)


def document(object_id: str, text: str, **more: Any) -> Document:
    """An article for all, or what `more` says."""
    return Document(**{"kind": Kind.ARTICLE, "object_id": object_id, "title": object_id, "text": text, **more})


def session_of(object_id: str, text: str, team_id: uuid.UUID = OURS, **more: Any) -> Document:
    """A session of a team."""
    return document(object_id, text, kind=Kind.SESSION, team_id=team_id, **more)


def found(text: str, by: Retriever | None = None, **more: Any) -> list[str]:
    """Ids of what a search finds, in order."""
    return [hit.object_id for hit in (by or retriever()).search(Query(text, **more)).hits]


def axis(number: int) -> Vector:
    """A direction of which only one number is not zero: at right angles to all others."""
    vector = np.zeros(DIMENSIONS, np.float32)
    vector[number] = 1.0
    return vector


def embed_as(object_id: str, *directions: Vector) -> Sequence[Passage]:
    """Give an entry's passages these directions, as a worker would have."""
    entry = IndexEntry.objects.get(object_id=object_id)
    Passage.objects.filter(entry=entry).delete()
    spans = spans_of(entry.text)
    assert len(spans) == len(directions), spans
    rows = [
        Passage(
            entry=entry,
            position=position,
            start=span.start,
            end=span.end,
            embedding=pack(direction),
            model=MODEL,
            content_hash=entry.content_hash,
        )
        for position, (span, direction) in enumerate(zip(spans, directions, strict=True))
    ]
    return Passage.objects.bulk_create(rows)
