"""What goes with a session, a team, a player or a person, and what of the feedback belongs to their export."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import QuerySet

from apps.accounts.traces import REMOVED, replacer
from apps.core.lifecycle import lifecycle
from apps.feedback import indexing
from apps.feedback.models import Feedback, FeedbackMention, FeedbackRating

OWNER = "feedback"
_FIELDS = (
    "id",
    "session_id",
    "player_id",
    "feedback_type",
    "focus_areas",
    "question",
    "language",
    "status",
    "text",
    "body",
    "provider",
    "model",
    "shared_at",
    "created_at",
    "completed_at",
)


def register() -> None:
    """Tell core what this app keeps; called when Django is ready."""
    lifecycle.register_eraser("session", OWNER, erase_sessions)
    lifecycle.register_eraser("player", OWNER, erase_players)
    lifecycle.register_eraser("team", OWNER, erase_teams)
    lifecycle.register_eraser("user", OWNER, erase_users)
    lifecycle.register_exporter("session", OWNER, export_session)
    lifecycle.register_exporter("player", OWNER, export_player)
    lifecycle.register_exporter("team", OWNER, export_team)
    lifecycle.register_exporter("user", OWNER, export_user)


def erase_sessions(session_ids: Sequence[uuid.UUID]) -> None:
    """Everything that was written about the sessions."""
    _delete(Feedback.objects.filter(session__in=session_ids))


def erase_teams(team_ids: Sequence[uuid.UUID]) -> None:
    """Everything that was written about the teams."""
    _delete(Feedback.objects.filter(team__in=team_ids))


def erase_players(player_ids: Sequence[uuid.UUID]) -> None:
    """What is about the players goes; what is about the team stays, without their names and figures."""
    _delete(Feedback.objects.filter(player__in=player_ids))
    for mention in FeedbackMention.objects.filter(player__in=player_ids).select_related("feedback"):
        _forget(mention)


def erase_users(user_ids: Sequence[uuid.UUID]) -> None:
    """Their ratings go; what they asked for stays the team's, without their name."""
    FeedbackRating.objects.filter(user__in=user_ids).delete()
    Feedback.objects.filter(created_by__in=user_ids).update(created_by=None)
    Feedback.objects.filter(shared_by__in=user_ids).update(shared_by=None)


def export_session(session_id: uuid.UUID) -> Mapping[str, Any]:
    """All feedback of a session."""
    return {"feedback": _rows(Feedback.objects.filter(session=session_id))}


def export_team(team_id: uuid.UUID) -> Mapping[str, Any]:
    """All feedback of a team."""
    return {"feedback": _rows(Feedback.objects.filter(team=team_id))}


def export_player(player_id: uuid.UUID) -> Mapping[str, Any]:
    """What was written about a player; texts about the team speak of others too."""
    return {"feedback": _rows(Feedback.objects.filter(player=player_id))}


def export_user(user_id: uuid.UUID) -> Mapping[str, Any]:
    """What a person asked for, and their ratings."""
    ratings = FeedbackRating.objects.filter(user=user_id).values("feedback_id", "rating", "notes", "created_at")
    return {
        "feedback_asked_for": _rows(Feedback.objects.filter(created_by=user_id)),
        "feedback_ratings": [{name: _plain(value) for name, value in row.items()} for row in ratings],
    }


def _delete(rows: QuerySet[Feedback]) -> None:
    ids = list(rows.values_list("pk", flat=True))
    if ids:
        indexing.remove_feedback(ids)
        Feedback.objects.filter(pk__in=ids).delete()


def _forget(mention: FeedbackMention) -> None:
    """Take the sentences' name out of a team's text, and the evidence that points at the player."""
    row = mention.feedback
    pattern = re.compile(rf"(?<!\w){re.escape(mention.name)}(?!\w)")
    replace = replacer(pattern)
    row.text, row.body = pattern.sub(REMOVED, row.text), replace(row.body)
    row.question = pattern.sub(REMOVED, row.question)
    row.cache_key = ""
    row.save(update_fields=["text", "body", "question", "cache_key", "updated_at"])
    indexing.put_feedback(row.pk)


def _rows(rows: QuerySet[Feedback]) -> list[dict[str, Any]]:
    return [{name: _plain(value) for name, value in row.items()} for row in rows.values(*_FIELDS)]


def _plain(value: Any) -> Any:
    if isinstance(value, uuid.UUID):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
