"""Finding sessions by words: in a list's `q`, and ranked with the places where they stand.

The words are looked for here, in what this user may read. Where the index can also tell which sessions are near in
meaning, the two orders are joined; where it cannot (no worker answers in time), the answer goes by words alone and says
so (`retrieval`).
"""

from __future__ import annotations

import math
import re
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import reduce
from operator import or_
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import User
from apps.accounts.selectors import list_players
from apps.core.folding import fold, words_of
from apps.search.retrieval import Retrieval
from apps.sessions.models import Session, SessionNote, SessionPlayer
from apps.sessions.selectors.digests import digests
from apps.sessions.selectors.meaning import Meant, sessions_near
from apps.sessions.selectors.sessions import list_sessions

MAX_SEARCHED = 2_000
"""Newest sessions that are looked through: several seasons of a busy team; a fifth of a second."""
MAX_NOTES = 500
SNIPPET = 160
_WORD = re.compile(r"\w+")
_SMALL_WORDS = """
    a an and are as at by did do for from had has have he her his in is it of on or our she that the their they to was
    were when where which who with al con de del el en es la las los o para por que se su un una y
"""
EVERYWHERE = frozenset(_SMALL_WORDS.split())
"""Small words of English and Spanish: a session is not found because of them."""

Place = Literal["title", "players", "description", "notes", "digest"]
WEIGHTS: dict[Place, float] = {"title": 4.0, "players": 3.0, "description": 2.0, "notes": 2.0, "digest": 1.0}
RANK_OFFSET = 60.0
"""The k of reciprocal rank fusion (Cormack et al. 2009)."""
WHOLE_WORD = 2.0
"""How much more a word counts than a part of one."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """A passage with the words in it.

    Attributes:
        highlights: start and end (excluded) of each word in `text`, in characters.
    """

    place: Place
    text: str
    highlights: list[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class Hit:
    """A session that was found.

    Attributes:
        words: how many of the words it has; 0 where it was found by meaning alone.
        score: for the order alone; only comparable within one search.
    """

    session: Session
    words: int
    score: float
    digest: str
    snippets: list[Snippet]


@dataclass(frozen=True, slots=True)
class Found:
    """The answer of a search.

    Attributes:
        searched: sessions that were looked through.
        is_complete: whether these were all that the user may read.
        retrieval: how it was searched.
    """

    hits: list[Hit]
    searched: int
    is_complete: bool
    retrieval: Retrieval = "keyword"


def matching(user: User, rows: QuerySet[Session], query: str) -> QuerySet[Session]:
    """Keep the sessions in whose title, description, players or notes (for staff) every word is found.

    Costs one query more, however many words and sessions.
    """
    words = words_of(query)
    names = _folded_names(user) if words else {}
    notes = SessionNote.objects.visible_to(user).filter(session=OuterRef("pk"))
    for word in words:
        ids = [player_id for player_id, name in names.items() if word in name]
        tracked = SessionPlayer.objects.filter(session=OuterRef("pk"), player__in=ids)
        found = Q(folded__contains=word) | Exists(notes.filter(folded__contains=word))
        rows = rows.filter(found | Q(player__in=ids) | Exists(tracked) if ids else found)
    return rows


def search(user: User, query: str, *, limit: int, team_id: uuid.UUID | None = None) -> Found:
    """Return the sessions that have the most of the words, or are near in meaning, best first.

    The number of queries depends on the number of the user's teams, not on that of sessions.
    """
    words = _telling(words_of(query))
    if not words:
        return Found([], 0, is_complete=True)
    sessions, is_complete = _candidates(user, team_id)
    texts = _texts(user, sessions, words)
    weights = {session_id: _weights(places, words) for session_id, places in texts.items()}
    rarity = {word: _rarity(sum(word in found for found in weights.values()), len(sessions)) for word in words}
    hits = [_hit(session, texts[session.pk], weights[session.pk], rarity) for session in sessions]
    ranked = sorted((hit for hit in hits if hit.words), key=lambda hit: (-hit.words, -hit.score))
    meant = sessions_near(user, query, (session.team_id for session in sessions))
    if meant.retrieval != "keyword":
        ranked = _joined(ranked, meant, {hit.session.pk: hit for hit in hits})
    shown = [_with_snippets(hit, texts, words) for hit in ranked[:limit]]
    return Found([_with_passage(hit, meant) for hit in shown], len(sessions), is_complete, meant.retrieval)


def _telling(words: list[str]) -> list[str]:
    """The words without those that stand in every sentence; all of them where nothing else was said."""
    return [word for word in words if word not in EVERYWHERE] or words


def _joined(ranked: Sequence[Hit], meant: Meant, hits: Mapping[uuid.UUID, Hit]) -> list[Hit]:
    """Join two orders by their ranks; what is not among the user's sessions is left out."""
    scores: dict[uuid.UUID, float] = defaultdict(float)
    for order in ([hit.session.pk for hit in ranked], [key for key in meant.passages if key in hits]):
        for rank, session_id in enumerate(order, start=1):
            scores[session_id] += 1.0 / (RANK_OFFSET + rank)
    best = sorted(scores.items(), key=lambda pair: (-pair[1], -hits[pair[0]].words))
    return [replace(hits[session_id], score=round(score, 6)) for session_id, score in best]


def _with_passage(hit: Hit, meant: Meant) -> Hit:
    """Of a session that has none of the words, show the passage that is near."""
    passage = meant.passages.get(hit.session.pk)
    return replace(hit, snippets=[Snippet("digest", passage, [])]) if passage and not hit.snippets else hit


def _candidates(user: User, team_id: uuid.UUID | None) -> tuple[list[Session], bool]:
    """The newest sessions that the user may read, and whether these are all."""
    rows = list_sessions(user).select_related("team")
    if team_id is not None:
        rows = rows.filter(team=team_id)
    found = list(rows[: MAX_SEARCHED + 1])
    return found[:MAX_SEARCHED], len(found) <= MAX_SEARCHED


def _texts(user: User, sessions: Sequence[Session], words: Sequence[str]) -> dict[uuid.UUID, dict[Place, str]]:
    """What may be found of each session, by place."""
    ids = [session.pk for session in sessions]
    said, notes, players = digests(sessions), _notes(user, ids, words), _players(user, ids)
    return {
        session.pk: {
            "title": session.title,
            "players": ", ".join(sorted(players[session.pk] | _subject(session))),
            "description": session.description,
            "notes": "\n".join(notes[session.pk]),
            "digest": said[session.pk],
        }
        for session in sessions
    }


def _subject(session: Session) -> set[str]:
    return {session.player.display_name} if session.player is not None else set()


def _notes(user: User, ids: Sequence[uuid.UUID], words: Sequence[str]) -> Mapping[uuid.UUID, list[str]]:
    """The notes that have one of the words, where the user may read notes."""
    any_word = reduce(or_, (Q(folded__contains=word) for word in words))
    rows = SessionNote.objects.visible_to(user).filter(any_word, session__in=ids).order_by("-created_at")
    found: dict[uuid.UUID, list[str]] = defaultdict(list)
    for session_id, text in rows.values_list("session", "text")[:MAX_NOTES]:
        found[session_id].append(text)
    return found


def _players(user: User, ids: Sequence[uuid.UUID]) -> Mapping[uuid.UUID, set[str]]:
    """Whom the user may read among those who were named in the films."""
    rows = SessionPlayer.objects.visible_to(user).filter(session__in=ids, player__isnull=False)
    found: dict[uuid.UUID, set[str]] = defaultdict(set)
    for session_id, first, last in rows.values_list("session", "player__first_name", "player__last_name").order_by():
        found[session_id].add(f"{first} {last}".strip())
    return found


def _folded_names(user: User) -> dict[uuid.UUID, str]:
    rows = list_players(user).order_by().values_list("pk", "first_name", "last_name")
    return {player_id: fold(f"{first} {last}") for player_id, first, last in rows}


def _weights(places: Mapping[Place, str], words: Sequence[str]) -> dict[str, float]:
    """How much each word counts in a session; words that it has not are left out."""
    found: dict[str, float] = defaultdict(float)
    for place, text in places.items():
        folded = fold(text)
        whole_words = set(_WORD.findall(folded))
        for word in words:
            if count := folded.count(word):
                whole = WHOLE_WORD if word in whole_words else 1.0
                found[word] += WEIGHTS[place] * whole * (1.0 + math.log(count))
    return found


def _rarity(sessions_with: int, sessions: int) -> float:
    """A word that stands everywhere says little."""
    return math.log(1.0 + sessions / sessions_with) if sessions_with else 0.0


def _hit(
    session: Session, places: Mapping[Place, str], weights: Mapping[str, float], rarity: Mapping[str, float]
) -> Hit:
    score = sum(weight * rarity[word] for word, weight in weights.items())
    return Hit(session, len(weights), round(score, 3), places["digest"], [])


def _with_snippets(hit: Hit, texts: Mapping[uuid.UUID, Mapping[Place, str]], words: Sequence[str]) -> Hit:
    """Add the passages; of the digest only where the words stand nowhere else."""
    places = texts[hit.session.pk]
    snippets = [found for place in WEIGHTS if place != "digest" and (found := _snippet(place, places[place], words))]
    if not snippets and (found := _snippet("digest", places["digest"], words)):
        snippets.append(found)
    return replace(hit, snippets=snippets)


def _snippet(place: Place, text: str, words: Sequence[str]) -> Snippet | None:
    """The passage around the first word that is found."""
    spans = sorted(_spans(text, words))
    if not spans:
        return None
    start = max(0, min(spans[0][0] - SNIPPET // 3, len(text) - SNIPPET))
    end = min(len(text), start + SNIPPET)
    before, after = "…" if start else "", "…" if end < len(text) else ""
    shift = len(before) - start
    inside = [(first + shift, last + shift) for first, last in spans if start <= first and last <= end]
    return Snippet(place, f"{before}{text[start:end]}{after}", inside)


def _spans(text: str, words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand in a text: found in its folded form, told in its own characters."""
    folded, origin = [], []
    for position, letter in enumerate(text):
        plain = fold(letter)
        folded.append(plain)
        origin += [position] * len(plain)
    whole, last_end = "".join(folded), 0
    for found in re.finditer("|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)), whole):
        start, end = origin[found.start()], origin[found.end() - 1] + 1
        if start >= last_end:
            yield start, end
            last_end = end
