"""The retriever that needs no cloud: full text and meaning, joined by their ranks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from apps.search import full_text
from apps.search.documents import Kind, age_of
from apps.search.models import IndexEntry, IndexEntryQuerySet
from apps.search.passages import best_span, shown
from apps.search.retrieval import MAX_LIMIT, MAX_QUERY, Hit, Query, Result


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the two ways are joined; chosen on the questions of the split `tune`.

    Attributes:
        depth: entries of each way that are looked at.
    """

    depth: int = 60


class EmbeddedRetriever:
    """Words by the database's full text, meaning by the passages' embeddings."""

    def __init__(self, tuning: Tuning | None = None) -> None:
        self._tuning = tuning or Tuning()

    def search(self, query: Query) -> Result:
        """See `Retriever.search`."""
        words = full_text.words_of(query.text[:MAX_QUERY])
        limit = max(1, min(query.limit, MAX_LIMIT))
        ranked = full_text.ranked(allowed(query), words, self._tuning.depth)
        scores = {found.entry_id: found.score for found in ranked[:limit]}
        return Result(self._hits(query, scores, words), "keyword")

    def _hits(self, query: Query, scores: dict[int, float], words: Sequence[str]) -> list[Hit]:
        """The entries, asked for again with all filters: what went or moved meanwhile is not shown."""
        rows = allowed(query).in_bulk(list(scores))
        return [_hit(rows[key], score, words) for key, score in scores.items() if key in rows]


def allowed(query: Query) -> IndexEntryQuerySet:
    """The entries that may be found: of the team or for all, about the players, of the kinds, ages and language."""
    kinds = [Kind(kind) for kind in query.kinds]
    rows = IndexEntry.objects.open_to(query.team_id, query.player_ids).suiting(kinds, age_of(query.age_group))
    return rows.filter(language=query.language) if query.language else rows


def _hit(entry: IndexEntry, score: float, words: Sequence[str]) -> Hit:
    passage = shown(entry.text, best_span(entry.text, words))
    return Hit(Kind(entry.kind), entry.object_id, entry.title, passage, round(score, 6), tuple(entry.tags))
