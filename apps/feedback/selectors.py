"""Reads of feedback; what other apps ask for stands here."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from django.db.models import Aggregate, Avg, Count, OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce

from apps.accounts.models import Player, User
from apps.core.errors import NotFound
from apps.feedback.models import Feedback, FeedbackRating, FeedbackStatus, KnowledgeDocument
from apps.scan.models import SessionKPI
from apps.sessions.selectors import get_session


@dataclass(frozen=True, slots=True)
class Recommended:
    """What a feedback recommends, for whoever plans: the player (`None`: the team), areas and drills in their order."""

    player_id: uuid.UUID | None
    team_id: uuid.UUID
    areas: tuple[str, ...]
    drills: tuple[str, ...]


def list_feedback(user: User) -> QuerySet[Feedback]:
    """Return what the user may read, newest first, with all that an answer shows (a constant number of queries)."""
    own = FeedbackRating.objects.filter(user_id=user.pk)
    rows: QuerySet[Feedback] = Feedback.objects.visible_to(user).select_related("player", "session")
    return rows.prefetch_related(Prefetch("ratings", own, to_attr="own_ratings")).annotate(
        rating_mean=Subquery(_of_ratings(Avg("rating"))),
        rating_count=Coalesce(Subquery(_of_ratings(Count("pk"))), 0),
    )


def _of_ratings(aggregate: Aggregate) -> QuerySet[FeedbackRating]:
    rows = FeedbackRating.objects.filter(feedback=OuterRef("pk")).order_by().values("feedback")
    told: QuerySet[FeedbackRating] = rows.annotate(told=aggregate).values("told")
    return told


def get_feedback(user: User, feedback_id: uuid.UUID) -> Feedback:
    """Return one feedback.

    Raises:
        NotFound: none for this user.
    """
    found = list_feedback(user).filter(pk=feedback_id).first()
    if found is None:
        raise NotFound("There is no such feedback.")
    return found


def of_session(user: User, session_id: uuid.UUID) -> QuerySet[Feedback]:
    """Return the feedback of a session.

    Raises:
        NotFound: the user may read neither the session nor any feedback of it.
    """
    rows = list_feedback(user).filter(session_id=session_id)
    if not rows.exists():
        get_session(user, session_id)
    return rows


def newest_measured(player: Player) -> uuid.UUID | None:
    """Return the player's newest session with figures."""
    rows = SessionKPI.objects.filter(player=player, is_current=True).order_by("-session__start", "pk")
    found: uuid.UUID | None = rows.values_list("session_id", flat=True).first()
    return found


def recommended_drills(user: User, feedback_id: uuid.UUID) -> Recommended:
    """Return what a completed feedback recommends.

    Raises:
        NotFound: none for this user, or it is not completed.
    """
    row = get_feedback(user, feedback_id)
    if row.status != FeedbackStatus.COMPLETED or row.body is None:
        raise NotFound("This feedback is not completed yet.")
    told = row.body["recommendations"]
    areas = tuple(dict.fromkeys(one["area"] for one in told))
    return Recommended(row.player_id, row.team_id, areas, tuple(one["drill_key"] for one in told))


def get_article(slug: str) -> KnowledgeDocument:
    """Return an article of the knowledge base; it is for everybody who is logged in.

    Raises:
        NotFound: there is none of this name.
    """
    found = KnowledgeDocument.objects.filter(slug=slug).first()
    if found is None:
        raise NotFound("There is no such article.")
    return found
