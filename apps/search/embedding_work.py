"""Giving entries their passages: what is new or has changed, a few at a time, the same however often it is done."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef

from apps.core import versions
from apps.search.embedding import embed
from apps.search.models import IndexEntry, IndexEntryQuerySet, Passage
from apps.search.parts import PART, SHARED
from apps.search.passages import Span, spans_of
from apps.search.phrasings import asked_for
from apps.search.vectors import MODEL, pack

BATCH = 4
"""Entries between two looks at the clock; articles have some 15 passages and ways to ask, 0.2 s."""


def pending() -> IndexEntryQuerySet:
    """Return the entries that have no passages of what they say now."""
    passages = Passage.objects.filter(entry=OuterRef("pk"), model=MODEL, content_hash=OuterRef("content_hash"))
    return IndexEntry.objects.filter(~Exists(passages))


def embed_pending(limit_s: float) -> Iterator[int]:
    """Embed entries until none is left or the time is over; yields how many after each batch.

    Raises:
        EmbeddingUnavailable: there is no model here.
    """
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        batch = list(pending().order_by("-updated_at", "-id")[:BATCH])
        if not batch:
            return
        teams = {entry.team_id for entry in batch if _embed(entry)}
        _renew(teams)
        yield len(batch)


def _embed(entry: IndexEntry) -> bool:
    """Give an entry its passages, unless it has changed or gone meanwhile."""
    spans = spans_of(entry.text)
    asked = asked_for(entry.kind, entry.object_id)
    made = embed([*(read_as(entry.title, entry.text[span.start : span.end]) for span in spans), *asked])
    with transaction.atomic():
        unchanged = IndexEntry.objects.select_for_update().filter(pk=entry.pk, content_hash=entry.content_hash)
        if not unchanged.exists():
            return False
        Passage.objects.filter(entry=entry).delete()
        Passage.objects.bulk_create(_passages(entry, spans, [pack(vector) for vector in made]))
    return True


def read_as(title: str, passage: str) -> str:
    """Return what the model reads of a passage: its title first, which says what "it" is."""
    return f"{title}. {passage}"


def _passages(entry: IndexEntry, spans: Sequence[Span], stored: Sequence[bytes]) -> list[Passage]:
    """The passages of the text, then those of how it is asked for."""
    whole = Span(0, len(entry.text))
    shown = [*spans, *[whole] * (len(stored) - len(spans))]
    return [
        Passage(
            entry=entry,
            position=position,
            asked=position >= len(spans),
            start=span.start,
            end=span.end,
            embedding=embedding,
            model=MODEL,
            content_hash=entry.content_hash,
        )
        for position, (span, embedding) in enumerate(zip(shown, stored, strict=True))
    ]


def _renew(teams: set[UUID | None]) -> None:
    for team_id in teams:
        versions.bump(PART, team_id or SHARED)
