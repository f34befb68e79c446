"""What the coach's assistant adds to a plan: the drills of a feedback, and what the library says of an area."""

from __future__ import annotations

import uuid
from dataclasses import replace

from apps.accounts.models import Player, User
from apps.calendar.models import FocusArea
from apps.calendar.planner import Evidence, Plan, Wishes
from apps.core.errors import InvalidRequest
from apps.feedback.selectors import recommended_drills
from apps.search.documents import Kind
from apps.search.retrieval import Hit, Query, retriever

MOST_AREAS = 4
"""Areas for which the library is asked: one plan has seldom more, and each is a search."""
LONGEST_PASSAGE = 240


def advised(user: User, player: Player, wishes: Wishes, feedback_id: uuid.UUID) -> Wishes:
    """The wishes with the drills of a feedback, and its areas where none was asked for.

    Raises:
        NotFound: no such feedback for the user, or it is not completed.
        InvalidRequest: it is about another player, or another team.
    """
    found = recommended_drills(user, feedback_id)
    if found.team_id != player.team_id or found.player_id not in (None, player.pk):
        raise InvalidRequest("This feedback is about another player; send the player's id whom it is about.")
    areas = tuple(FocusArea(area) for area in found.areas if area in FocusArea.values)
    return replace(wishes, focus=wishes.focus or areas, drills=found.drills, feedback=str(feedback_id))


def add_knowledge(plan: Plan, group: int | None) -> None:
    """Add to each proposal what an article says of its area, one search an area."""
    areas = list(dict.fromkeys(proposal.focus for proposal in plan.proposals))[:MOST_AREAS]
    known = {area: evidence for area in areas if (evidence := _knowledge(area, group)) is not None}
    for proposal in plan.proposals:
        if proposal.focus in known:
            proposal.evidence.insert(len(proposal.evidence) - 1, known[proposal.focus])


def _knowledge(area: FocusArea, group: int | None) -> Evidence | None:
    age_group = "" if group is None else f"U{group}"
    query = Query(text=f"training {area.label.lower()}", kinds=[Kind.ARTICLE], age_group=age_group, limit=1)
    hits = retriever().search(query).hits
    return _told(hits[0]) if hits else None


def _told(hit: Hit) -> Evidence:
    first = " ".join(hit.passage.split())[:LONGEST_PASSAGE]
    whole = first[: first.rfind(". ") + 1] or first
    return Evidence(kind="knowledge", ref=f"article:{hit.object_id}", text=f"{hit.title}: {whole}", value=None)
