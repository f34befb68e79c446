"""The retriever that needs no cloud: full text and meaning, joined by their ranks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from apps.search import asking, full_text
from apps.search.documents import Kind, age_of
from apps.search.models import IndexEntry, IndexEntryQuerySet, Passage
from apps.search.passages import Span, best_span, shown
from apps.search.retrieval import MAX_LIMIT, MAX_QUERY, Hit, Query, Result
from apps.search.vectors import Near, nearest, parts


@dataclass(frozen=True, slots=True)
class Tuning:
    """How the two ways are joined; chosen on the questions of the split `tune`.

    Attributes:
        depth: entries of each way that are looked at.
        rank_offset: the k of reciprocal rank fusion (Cormack et al. 2009): the higher, the less the first place of
            one way counts against good places in both.
        word_weight: what a place among the words counts, where one by meaning counts 1.
        least_cosine: below it a passage has nothing to do with the question.
    """

    depth: int = 60
    rank_offset: float = 60.0
    word_weight: float = 1.0
    least_cosine: float = 0.15


@dataclass(frozen=True, slots=True)
class _Found:
    """Scores by entry, best first, and the passages that were nearest."""

    scores: Mapping[int, float]
    nearest: Mapping[int, Near] = field(default_factory=dict)


class EmbeddedRetriever:
    """Words by the database's full text, meaning by the passages' embeddings."""

    def __init__(self, tuning: Tuning | None = None) -> None:
        self._tuning = tuning or Tuning()

    def search(self, query: Query) -> Result:
        """See `Retriever.search`."""
        text = query.text[:MAX_QUERY]
        by_meaning = self._by_meaning(query, text)
        if by_meaning is None and query.needs_meaning:
            return Result([], "keyword")
        words = full_text.words_of(text)
        by_words = [found.entry_id for found in full_text.ranked(allowed(query), words, self._tuning.depth)]
        found = self._joined(by_words, by_meaning or [])
        hits = _hits(query, found, words)[: max(1, min(query.limit, MAX_LIMIT))]
        return Result(hits, "keyword" if by_meaning is None else "hybrid")

    def _by_meaning(self, query: Query, text: str) -> list[Near] | None:
        """The nearest passages, one an entry; `None` where nobody can tell."""
        held = [parts.get(team_id) for team_id in dict.fromkeys((None, query.team_id))]
        held = [part for part in held if len(part)]
        direction = asking.direction_of(text) if held else None
        if direction is None:
            return None
        open_entries = np.sort(np.fromiter(allowed(query).order_by().values_list("pk", flat=True), np.int64))
        least, depth = self._tuning.least_cosine, self._tuning.depth
        near = [found for part in held for found in nearest(part, direction, open_entries, depth, least)]
        return sorted(near, key=lambda found: -found.cosine)[:depth]

    def _joined(self, by_words: Sequence[int], by_meaning: Sequence[Near]) -> _Found:
        """Reciprocal rank fusion: ranks can be added, scores of different kinds cannot."""
        scores: dict[int, float] = defaultdict(float)
        for rank, entry_id in enumerate(by_words, start=1):
            scores[entry_id] += self._tuning.word_weight / (self._tuning.rank_offset + rank)
        for rank, found in enumerate(by_meaning, start=1):
            scores[found.entry_id] += 1.0 / (self._tuning.rank_offset + rank)
        ordered = sorted(scores.items(), key=lambda pair: (-pair[1], pair[0]))
        return _Found(dict(ordered), {found.entry_id: found for found in by_meaning})


def allowed(query: Query) -> IndexEntryQuerySet:
    """The entries that may be found: of the team or for all, about the players, of the kinds and ages."""
    kinds = [Kind(kind) for kind in query.kinds]
    return IndexEntry.objects.open_to(query.team_id, query.player_ids).suiting(kinds, age_of(query.age_group))


def _hits(query: Query, found: _Found, words: Sequence[str]) -> list[Hit]:
    """The entries, asked for again with all filters: what went or moved meanwhile is not shown."""
    rows = allowed(query).in_bulk(list(found.scores))
    wanted = [found.nearest[key].passage_id for key in rows if key in found.nearest]
    spans = {
        passage.entry_id: Span(passage.start, passage.end)
        for passage in Passage.objects.current().filter(pk__in=wanted).defer("embedding")
    }
    hits = {key: hit_of(rows[key], score, spans.get(key), words) for key, score in found.scores.items() if key in rows}
    near = found.nearest
    return [replace(hit, nearness=round(near[key].cosine, 3)) if key in near else hit for key, hit in hits.items()]


def hit_of(entry: IndexEntry, score: float, span: Span | None, words: Sequence[str]) -> Hit:
    """Return an entry as it is shown, by the passage that is near, else by the one that has most of the words."""
    passage = shown(entry.text, span or best_span(entry.text, words))
    return Hit(Kind(entry.kind), entry.object_id, entry.title, passage, round(score, 6), tuple(entry.tags))
