"""What the library holds for a brief: articles to quote, and drills that suit age, place and the safety rules."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace

from apps.feedback.engine.brief import Brief, DrillOption, Passage
from apps.feedback.engine.safety import allows
from apps.feedback.evidence.building import Wish
from apps.feedback.evidence.subjects import Gate, group_of
from apps.feedback.evidence.translations import spanish_articles, spanish_drills
from apps.feedback.models import KnowledgeDocument
from apps.feedback.registries import LibraryDrill, drills
from apps.search.documents import Kind as Indexed
from apps.search.retrieval import Hit, Query, retriever
from vision.kpi.catalogue import CATALOGUE

MOST_ARTICLES = 4
MOST_EARLIER = 2
MOST_FOUND_DRILLS = 12
MOST_DRILLS = 24
"""Enough for every area that a text may turn to."""
GOALKEEPING = "goalkeeping"
USUAL = "training for young footballers: first touch, passing, small games"
TWICE_A_WEEK = frozenset({"ball_mastery", "first_touch", "coordination", "recovery"})
"""Areas whose drills may be asked for twice a week; fast running and games once."""


def retrieve_for(wish: Wish) -> Callable[[Brief], Brief]:
    """Return what adds passages and drills to the brief of a wish."""

    def retrieve(brief: Brief) -> Brief:
        team_id = wish.session.team_id
        text = _asked(brief)
        articles = retriever().search(_query(text, brief, [Indexed.ARTICLE], MOST_ARTICLES))
        found = retriever().search(_query(text, brief, [Indexed.DRILL], MOST_FOUND_DRILLS))
        passages = _articles(articles.hits, brief.language)
        passages += _earlier(wish, brief, text, team_id)
        safe = tuple(one for one in passages if one.kind != "feedback" or allows(one.text, brief.age_band))
        return brief.with_retrieved(safe, _options(wish, brief, found.hits), articles.retrieval)

    return retrieve


def _asked(brief: Brief) -> str:
    """The question, else what changed and what was asked for."""
    if brief.question:
        return brief.question
    changed = [CATALOGUE[trend.key].title for trend in brief.trends if trend.direction != "steady"]
    told = [*(area.replace("_", " ") for area in brief.focus), *dict.fromkeys(changed)]
    return ", ".join(told) or USUAL


def _query(text: str, brief: Brief, kinds: Sequence[Indexed], limit: int) -> Query:
    return Query(text=text, kinds=kinds, age_group=brief.age_group, limit=limit, language=brief.language)


def _articles(hits: Sequence[Hit], language: str) -> list[Passage]:
    """The articles found, whole (what answers may stand beside what was found), the nearest in meaning first.

    In Spanish their summaries, for a text quotes them; what has none and is no Spanish article itself is left out.
    """
    rows = KnowledgeDocument.objects.filter(slug__in=[hit.object_id for hit in hits])
    texts = {slug: (text, written) for slug, text, written in rows.values_list("slug", "text", "language")}
    passages = []
    for hit in sorted(hits, key=lambda hit: -(hit.nearness or 0.0)):
        text, written = texts.get(hit.object_id, (hit.passage, "en"))
        passage: Passage | None = replace(_passage(hit, "knowledge"), text=text)
        if language == "es" and written != "es":
            passage = _in_spanish(hit)
        passages += [passage] if passage is not None else []
    return passages


def _in_spanish(hit: Hit) -> Passage | None:
    words = spanish_articles().get(hit.object_id)
    return None if words is None else replace(_passage(hit, "knowledge"), title=words[0], text=words[1])


def _earlier(wish: Wish, brief: Brief, text: str, team_id: uuid.UUID) -> list[Passage]:
    if wish.player is None:
        return []
    query = Query(text=text, team_id=team_id, kinds=[Indexed.FEEDBACK], player_ids=[wish.player.pk], limit=MOST_EARLIER)
    return [_passage(hit, "feedback") for hit in retriever().search(query).hits]


def _passage(hit: Hit, kind: str) -> Passage:
    ref = {"knowledge": "article", "feedback": "feedback"}[kind]
    return Passage(
        ref=f"{ref}:{hit.object_id}",
        kind="feedback" if kind == "feedback" else "knowledge",
        title=hit.title,
        text=hit.passage,
        score=hit.score,
        tags=tuple(hit.tags),
    )


def _options(wish: Wish, brief: Brief, hits: Sequence[Hit]) -> tuple[DrillOption, ...]:
    """Drills that suit, those found first, then one after the other from the areas."""
    if brief.caution:
        return ()
    players = [wish.player] if wish.player else []
    group = group_of(wish.session.team, players, brief.day)
    day = brief.next_training.day if brief.next_training else wish.now.date()
    gate = Gate(wish.session.team, wish.player, day)
    place = {hit.object_id: number for number, hit in enumerate(hits)}
    fitting = [drill for drill in drills() if _suits(drill, group) and _for_post(drill, brief)]
    suited = [drill for drill in fitting if gate.allows(drill)]
    suited.sort(key=lambda drill: (place.get(drill.key, len(place)), _apart(drill, brief), drill.key))
    return tuple(_option(drill, brief.language) for drill in _spread(suited))


def _suits(drill: LibraryDrill, group: int | None) -> bool:
    """For an unknown age only what suits everybody."""
    if group is None:
        return drill.youngest <= 7 and not (drill.head_contact or drill.headers or drill.conditioning)
    return drill.youngest <= group <= drill.oldest or (group >= 19 and drill.oldest >= 19 and drill.youngest <= group)


def _for_post(drill: LibraryDrill, brief: Brief) -> bool:
    """A keeper's drill is for keepers, and for teams, which have one."""
    return GOALKEEPING not in drill.areas or brief.person is None or brief.person.position == "goalkeeper"


def _apart(drill: LibraryDrill, brief: Brief) -> int:
    """What needs a group comes first for a team, what one can do alone for a player."""
    alone = drill.players_min == 1
    return int(alone) if brief.person is None else int(not alone)


def _spread(suited: Sequence[LibraryDrill]) -> list[LibraryDrill]:
    """The first few of every area, so that each need finds a drill."""
    chosen: list[LibraryDrill] = []
    counts: dict[str, int] = {}
    for drill in suited:
        if any(counts.get(area, 0) < 2 for area in drill.areas) and len(chosen) < MOST_DRILLS:
            chosen.append(drill)
            for area in drill.areas:
                counts[area] = counts.get(area, 0) + 1
    return chosen


def _option(drill: LibraryDrill, language: str) -> DrillOption:
    option = _english(drill)
    words = spanish_drills().get(drill.key) if language == "es" else None
    if words is None:
        return option
    return replace(option, title=words[0], aim=words[1], setup="", steps=(), language="es")


def _english(drill: LibraryDrill) -> DrillOption:
    return DrillOption(
        key=drill.key,
        title=drill.title,
        aim=drill.aim,
        areas=drill.areas,
        minutes=drill.minutes,
        setup=drill.setup,
        steps=drill.steps,
        safety=drill.safety,
        intensity=drill.intensity,
        players_min=drill.players_min,
        times_per_week=2 if TWICE_A_WEEK & set(drill.areas) else 1,
    )
