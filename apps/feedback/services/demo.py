"""The articles, and a few texts for the demo's teams, asked for as a coach does; the demo's workers write them."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from apps.accounts.models import Membership, Role, Team, User
from apps.feedback.models import Feedback, FeedbackType
from apps.feedback.services.asking import BatchWish, FeedbackWish, generate, generate_batch
from apps.feedback.services.knowledge import load_knowledge
from apps.sessions.models import Session

QUESTION = "What should the next training work on?"


def load_feedback(teams: Iterable[Team], *, say: Callable[[str], None]) -> None:
    """Load the articles; give each team without feedback some. Loading twice changes nothing."""
    load_knowledge()
    for team in teams:
        owner = Membership.objects.filter(team=team, role=Role.OWNER).select_related("user").first()
        newest = Session.objects.filter(team=team, synthetic=True).order_by("-start").first()
        if owner is not None and newest is not None and not Feedback.objects.filter(team=team).exists():
            say(f"Asking for feedback on {team} …")
            _ask(owner.user, team, newest)


def _ask(user: User, team: Team, newest: Session) -> None:
    players = [str(key) for key in newest.kpis.filter(player__isnull=False).values_list("player", flat=True).distinct()]
    generate_batch(
        user=user, wish=BatchWish(player_ids=players, feedback_type=FeedbackType.COMPREHENSIVE, language="en")
    )
    whole = FeedbackWish(session_id=newest.pk, language="en")
    generate(user=user, wish=whole)
    specific = FeedbackWish(session_id=newest.pk, feedback_type=FeedbackType.SPECIFIC, question=QUESTION, language="en")
    generate(user=user, wish=specific)
