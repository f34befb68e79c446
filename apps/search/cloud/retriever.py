"""The retriever on Azure AI Search; where it is away, the embedded one answers, and the answer says so.

Azure names passages; what is shown is read from our own index, with all filters again. So an answer of the cloud that
is wrong, old or another team's shows nothing.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog

from apps.search import asking, full_text
from apps.search.cloud.client import SEARCHING, CloudUnavailable, patiently, search_client
from apps.search.cloud.schema import FOR_ALL
from apps.search.documents import ADULT, Kind, age_of
from apps.search.embedded import allowed, hit_of
from apps.search.models import IndexEntry, Passage
from apps.search.passages import Span
from apps.search.retrieval import MAX_LIMIT, MAX_QUERY, Hit, Query, Result, Retriever

log = structlog.get_logger(__name__)

PASSAGES_A_HIT = 4
"""Several passages of one text may come; so many are asked for to fill an answer."""
NEIGHBOURS = 60
AWAY_S = 30.0
"""After a failure nobody waits for Azure that long."""
_MARKS = re.compile(r"[^\w\s]")

Place = tuple[str, str]


@dataclass(frozen=True, slots=True)
class _Named:
    """A passage that Azure names."""

    place: Place
    position: int
    score: float


class CloudRetriever:
    """Words and meaning by Azure AI Search."""

    def __init__(self, fallback: Retriever, clock: Callable[[], float] = time.monotonic) -> None:
        self._fallback = fallback
        self._clock = clock
        self._away_until = 0.0

    def search(self, query: Query) -> Result:
        """See `Retriever.search`."""
        if self._clock() < self._away_until:
            return self._fallback.search(query)
        try:
            named = self._ask(query)
        except CloudUnavailable:
            self._away_until = self._clock() + AWAY_S
            return self._fallback.search(query)
        return Result(_hits(query, named), "azure")

    def _ask(self, query: Query) -> list[_Named]:
        text = _MARKS.sub(" ", query.text[:MAX_QUERY])
        if not text.strip():
            return []
        wanted: dict[str, Any] = {
            "search_text": text,
            "filter": filter_of(query),
            "select": ["kind", "object_id", "position"],
            "top": PASSAGES_A_HIT * _limit(query),
            "vector_queries": _vector_queries(query.text[:MAX_QUERY]),
            "vector_filter_mode": "preFilter",
        }
        with search_client(SEARCHING) as client:
            found = patiently(lambda: list(client.search(**wanted)), SEARCHING)
        return [named for row in found if (named := _named(row))]


def filter_of(query: Query) -> str:
    """Return the filter as OData: ids, kinds and numbers alone, never a word that somebody wrote.

    Raises:
        ValueError: an id or kind is none.
    """
    teams = f"team eq '{FOR_ALL}'"
    if query.team_id is not None:
        own = f"team eq '{UUID(str(query.team_id))}'"
        if query.player_ids is not None:
            ids = ",".join(str(UUID(str(player_id))) for player_id in query.player_ids)
            own = f"({own} and search.in(player, '{ids or FOR_ALL}', ','))"
        teams = f"({teams} or {own})"
    parts = [teams]
    if query.kinds:
        parts.append(f"search.in(kind, '{','.join(Kind(kind).value for kind in query.kinds)}', ',')")
    age = age_of(query.age_group)
    if age is not None:
        parts.append(f"age_min le {int(age)} and age_max ge {min(int(age), ADULT)}")
    return " and ".join(parts)


def _vector_queries(text: str) -> list[Any] | None:
    from azure.search.documents.models import VectorizedQuery

    direction = asking.direction_of(text)
    if direction is None:
        return None
    numbers = [float(part) for part in direction]
    return [VectorizedQuery(vector=numbers, k_nearest_neighbors=NEIGHBOURS, fields="meaning")]


def _named(row: Mapping[str, Any]) -> _Named | None:
    """A row of the answer; one without its fields is left out."""
    kind, object_id, position = row.get("kind"), row.get("object_id"), row.get("position")
    if not isinstance(kind, str) or not isinstance(object_id, str) or not isinstance(position, int):
        return None
    return _Named((kind, object_id), position, float(row.get("@search.score") or 0.0))


def _hits(query: Query, named: Sequence[_Named]) -> list[Hit]:
    """The entries that were named, each by its best passage, as our own index has them."""
    best: dict[Place, _Named] = {}
    for one in named:
        best.setdefault(one.place, one)
    objects = [object_id for _, object_id in best]
    rows = {(row.kind, row.object_id): row for row in allowed(query).filter(object_id__in=objects)}
    there = [best[place] for place in best if place in rows]
    spans = _spans([rows[one.place] for one in there])
    words = full_text.words_of(query.text[:MAX_QUERY])
    hits = [hit_of(rows[one.place], one.score, spans.get((rows[one.place].pk, one.position)), words) for one in there]
    return hits[: _limit(query)]


def _spans(entries: Sequence[IndexEntry]) -> dict[tuple[int, int], Span]:
    passages = Passage.objects.current().filter(entry__in=entries).defer("embedding")
    return {(row.entry_id, row.position): Span(row.start, row.end) for row in passages}


def _limit(query: Query) -> int:
    return max(1, min(query.limit, MAX_LIMIT))
