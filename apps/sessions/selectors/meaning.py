"""Sessions that are near a question in meaning: "the ball back high up the pitch" finds a training on pressing.

Asked of the search index, and only where it answers by more than words: the words are looked for by `search`, which
also reads notes and names.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import chain

from apps.accounts.models import User
from apps.search.documents import Kind
from apps.search.retrieval import Hit, Query, Result, Retrieval, retriever

MOST_BY_MEANING = 10
"""Of one team; further ones have less to do with the question than with each other."""
LEAST_NEARNESS = 0.28
"""Digests are alike in form: of made-up questions about something else none came nearer than 0.25, of fitting ones
most did (nearness as in `apps.search.retrieval.Hit`)."""
MAX_TEAMS = 5
"""Somebody in more teams than this searches one of them (`team_id`)."""


@dataclass(frozen=True, slots=True)
class Meant:
    """What is near a question.

    Attributes:
        passages: by session, nearest first.
        retrieval: `keyword` where nothing was searched by meaning.
    """

    retrieval: Retrieval = "keyword"
    passages: dict[uuid.UUID, str] = field(default_factory=dict)


def sessions_near(user: User, query: str, team_ids: Iterable[uuid.UUID]) -> Meant:
    """Return the sessions of these teams near a question; players and guardians find only those about theirs."""
    teams = list(dict.fromkeys(team_ids))[:MAX_TEAMS]
    if not teams:
        return Meant()
    staffed, own = set(user.staffed_team_ids()), list(user.own_player_ids())
    results = [_search(query, team_id, None if team_id in staffed else own) for team_id in teams]
    if any(result.retrieval == "keyword" for result in results):
        return Meant()
    hits = sorted(chain.from_iterable(_near(result) for result in results), key=lambda hit: -hit.score)
    return Meant(results[0].retrieval, {uuid.UUID(hit.object_id): hit.passage for hit in hits})


def _search(query: str, team_id: uuid.UUID, player_ids: list[uuid.UUID] | None) -> Result:
    wanted = Query(
        query, team_id=team_id, kinds=[Kind.SESSION], player_ids=player_ids, limit=MOST_BY_MEANING, needs_meaning=True
    )
    return retriever().search(wanted)


def _near(result: Result) -> list[Hit]:
    """What has the words alone is found by `search` anyway; the cloud has its own idea of what is near."""
    if result.retrieval == "azure":
        return list(result.hits)
    return [hit for hit in result.hits if hit.nearness is not None and hit.nearness >= LEAST_NEARNESS]
