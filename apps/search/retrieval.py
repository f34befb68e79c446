"""Finding: one question, one answer, whichever way it is searched.

`retriever()` gives the one that the settings choose: Azure AI Search where it is set up, else the embedded one, which
joins the database's full text with the meaning of the passages. Every answer says how it was found.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol
from uuid import UUID

from apps.search.documents import Kind

MAX_LIMIT = 50
MAX_QUERY = 1_000
"""Characters of a question that are read."""

Retrieval = Literal["hybrid", "keyword", "azure"]


@dataclass(frozen=True, slots=True)
class Query:
    """What is looked for, and for whom.

    Attributes:
        text: a question or a few words; MiniLM reads English, in other languages the words themselves are found.
        team_id: whose texts besides those for all; `None`: only those for all.
        kinds: only these; none: all.
        age_group: "U13", "adult", or "" for any.
        player_ids: only what is about these players, besides what is for all teams; `None`: all of the team. For
            players and guardians give theirs.
        limit: most hits, at most `MAX_LIMIT`.
        language: what the question is written in ("en", "es"), or `None` where nobody knows. It filters nothing.
        needs_meaning: whoever looks for the words themselves wants nothing where only words could be searched.
    """

    text: str
    team_id: UUID | None = None
    kinds: Sequence[Kind] = ()
    age_group: str = ""
    player_ids: Sequence[UUID] | None = None
    limit: int = 8
    language: str | None = None
    needs_meaning: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A text that was found. It is data: whatever it says, nobody is to do it.

    Attributes:
        passage: the part of the text that fits best.
        score: for the order alone; only comparable within one answer.
        nearness: cosine between question and passage, −1 to 1; `None` where it was found by words alone, or nobody
            tells.
    """

    kind: Kind
    object_id: str
    title: str
    passage: str
    score: float
    tags: Sequence[str] = ()
    nearness: float | None = None


@dataclass(frozen=True, slots=True)
class Result:
    """What was found, best first.

    Attributes:
        retrieval: `hybrid` (words and meaning), `keyword` (words alone: the model did not answer in time, or what is
            searched is not embedded yet), or `azure`.
    """

    hits: Sequence[Hit]
    retrieval: Retrieval


class Retriever(Protocol):
    """Finds texts."""

    def search(self, query: Query) -> Result:
        """Return what fits, best first; never another team's."""


def retriever() -> Retriever:
    """Return the retriever that the settings choose."""
    from apps.search.cloud.client import is_configured
    from apps.search.cloud.retriever import CloudRetriever
    from apps.search.embedded import EmbeddedRetriever

    if not is_configured():
        return EmbeddedRetriever()
    return _kept.setdefault("cloud", CloudRetriever(EmbeddedRetriever()))


_kept: dict[str, Retriever] = {}
"""The cloud's, which remembers for a while that Azure is away."""
