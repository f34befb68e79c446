"""The retriever that needs no cloud: the words by the database, the meaning by the model, and what belongs together.

An entry's score is the sum of four: how near it is in meaning (its text, and how coaches ask for it), how well it has
the words, how well it answers questions like this one (`answering`), and how closely it belongs to entries that score
high (`phrasings.relations`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np

from apps.search import asking, full_text
from apps.search.answering import learned
from apps.search.documents import Kind, age_of
from apps.search.models import IndexEntry, IndexEntryQuerySet, Passage
from apps.search.passages import Span, best_span, shown
from apps.search.phrasings import relations
from apps.search.retrieval import MAX_LIMIT, MAX_QUERY, Hit, Query, Result
from apps.search.vectors import Meant, meant, parts

Scores = dict[int, float]
"""By entry."""


@dataclass(frozen=True, slots=True)
class Tuning:
    """How much what counts; chosen on the questions of the split `tuned`, in units of a cosine.

    Attributes:
        depth: entries that have words, and seeds' candidates, that are looked at.
        least_cosine: below it a text has nothing to do with the question.
        asked_weight: of the nearest way in which coaches ask for a text, beside the text's own nearness.
        word_weight: of the entry that has the words best.
        answer_weight: of an article or drill that answers just such questions.
        seeds: best entries whose relations are followed.
        seed_spread: how far below the best one a seed counts a third of it.
        related_weight: of an entry that belongs to the best one as closely as can be.
    """

    depth: int = 60
    least_cosine: float = 0.15
    asked_weight: float = 0.5
    word_weight: float = 0.2
    answer_weight: float = 3.0
    seeds: int = 6
    seed_spread: float = 0.15
    related_weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Found:
    """Entries by id, their scores, best first, and how near they are."""

    rows: Mapping[int, IndexEntry]
    scores: Scores
    meant: Mapping[int, Meant] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Near:
    """What has to do with a question by its meaning, and how well it answers such questions."""

    meant: Sequence[Meant]
    answers: Mapping[int, float]


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
        near = {one.entry_id: one for one in by_meaning.meant} if by_meaning is not None else {}
        answers = by_meaning.answers if by_meaning is not None else {}
        scores = self._scores(near, answers, full_text.ranked(allowed(query), words, self._tuning.depth))
        found = self._with_related(query, _Found({}, scores, near))
        hits = _hits(found, words, max(1, min(query.limit, MAX_LIMIT)))
        return Result(hits, "keyword" if by_meaning is None else "hybrid")

    def _by_meaning(self, query: Query, text: str) -> _Near | None:
        """The entries that have to do with the question; `None` where nobody can tell."""
        held = [parts.get(team_id) for team_id in dict.fromkeys((None, query.team_id))]
        held = [part for part in held if len(part)]
        direction = asking.direction_of(text) if held else None
        if direction is None:
            return None
        open_entries = np.fromiter(allowed(query).order_by().values_list("pk", flat=True), np.int64)
        near = [one for part in held for one in meant(part, direction, open_entries, self._tuning.least_cosine)]
        answers = learned.of(parts.get(None))
        told = answers.to(text, direction) if answers is not None else {}
        return _Near(near, {key: told[key] for key in open_entries.tolist() if key in told})

    def _scores(
        self, near: Mapping[int, Meant], answers: Mapping[int, float], by_words: Sequence[full_text.Ranked]
    ) -> Scores:
        asked = self._tuning.asked_weight
        scores: Scores = defaultdict(float, {key: one.text + asked * one.asked for key, one in near.items()})
        for key, how_well in answers.items():
            scores[key] += self._tuning.answer_weight * how_well
        best = by_words[0].score if by_words else 0.0
        for found in by_words:
            scores[found.entry_id] += self._tuning.word_weight * (found.score / best if best > 0 else 1.0)
        return scores

    def _with_related(self, query: Query, found: _Found) -> _Found:
        """Add what belongs to the best. Rows are read with all filters again: what went meanwhile is not shown."""
        best = sorted(found.scores.items(), key=lambda pair: (-pair[1], pair[0]))[: self._tuning.depth]
        rows = allowed(query).in_bulk([key for key, _ in best])
        closeness = self._closeness([(rows[key], score) for key, score in best if key in rows])
        named = allowed(query).filter(team_id__isnull=True, kind__in=(Kind.ARTICLE, Kind.DRILL))
        rows |= {row.pk: row for row in named.filter(object_id__in=list(closeness))} if closeness else {}
        scores = {
            key: found.scores.get(key, 0.0) + self._tuning.related_weight * closeness.get(_name(row), 0.0)
            for key, row in rows.items()
        }
        return replace(found, rows=rows, scores=scores)

    def _closeness(self, best: Sequence[tuple[IndexEntry, float]]) -> Mapping[str, float]:
        """How closely other texts belong to the best entries; the nearer to the first, the more a seed counts."""
        seeds = best[: self._tuning.seeds]
        weights = [math.exp((score - seeds[0][1]) / self._tuning.seed_spread) for _, score in seeds]
        closeness: dict[str, float] = defaultdict(float)
        for (row, _), weight in zip(seeds, weights, strict=True):
            for other, link in relations().get(_name(row), {}).items():
                closeness[other] += link * weight / sum(weights)
        return closeness


def allowed(query: Query) -> IndexEntryQuerySet:
    """The entries that may be found: of the team or for all, about the players, of the kinds and ages."""
    kinds = [Kind(kind) for kind in query.kinds]
    return IndexEntry.objects.open_to(query.team_id, query.player_ids).suiting(kinds, age_of(query.age_group))


def hit_of(entry: IndexEntry, score: float, span: Span | None, words: Sequence[str]) -> Hit:
    """Return an entry as it is shown, by the passage that is near, else by the one that has most of the words."""
    passage = shown(entry.text, span or best_span(entry.text, words))
    return Hit(Kind(entry.kind), entry.object_id, entry.title, passage, round(score, 6), tuple(entry.tags))


def _name(row: IndexEntry) -> str:
    """By what relations name it; nothing else of a team is in them."""
    return row.object_id if row.team_id is None else ""


def _hits(found: _Found, words: Sequence[str], limit: int) -> list[Hit]:
    best = sorted(found.scores, key=lambda key: (-found.scores[key], key))[:limit]
    wanted = [found.meant[key].passage_id for key in best if key in found.meant]
    spans = {
        passage.entry_id: Span(passage.start, passage.end)
        for passage in Passage.objects.current().filter(pk__in=wanted).defer("embedding")
    }
    hits = [(key, hit_of(found.rows[key], found.scores[key], spans.get(key), words)) for key in best]
    return [replace(hit, nearness=_nearness(found.meant.get(key))) for key, hit in hits]


def _nearness(one: Meant | None) -> float | None:
    return None if one is None else round(max(one.text, one.asked), 3)
