"""Asking the coach's assistant about a session that is going on."""

from __future__ import annotations

import uuid
from typing import Any

from apps.accounts.models import User
from apps.core.errors import Conflict, NotFound
from apps.feedback.models import Feedback, FeedbackType
from apps.feedback.services import FeedbackWish, LiveFigure, answer_live_question, generate
from apps.live import broker
from apps.live.models import LiveSession
from apps.live.selectors import get_live

FIGURES = {"speed_mps": "speed_mps", "distance_m": "total_distance_m"}
"""Of a player in the live state → as the assistant calls it."""


def ask(*, user: User, session_id: uuid.UUID, question: str, track_id: int | None = None) -> Feedback:
    """Ask about the session: while it goes on from its figures of this moment, afterwards from those stored.

    Raises:
        NotFound: no such live session for this user, or no such track in it.
        PermissionDenied: the role does not carry the right.
        Conflict: nothing is measured yet, or nobody has said who the track is.
    """
    live = get_live(user, session_id)
    if not live.is_open:
        wish = FeedbackWish(session_id=live.pk, feedback_type=FeedbackType.SPECIFIC, question=question)
        return generate(user=user, wish=wish)
    players = _players(live)
    if track_id is None:
        named = [player for player in players if player["player_id"]]
        own = str(live.session.player_id) if live.session.player_id else None
        return _asked(user, live, question, named, own)
    found = next((player for player in players if player["track_id"] == track_id), None)
    if found is None:
        raise NotFound(f"There is no track {track_id} in the picture now.")
    if not found["player_id"]:
        raise Conflict("Nobody has said who this is: assign the track to a player first.")
    return _asked(user, live, question, [found], found["player_id"])


def _players(live: LiveSession) -> list[dict[str, Any]]:
    state = broker.state_of(live.pk) or {}
    players: list[dict[str, Any]] = (state.get("metrics") or {}).get("players") or []
    return players


def _asked(
    user: User, live: LiveSession, question: str, players: list[dict[str, Any]], player_id: str | None
) -> Feedback:
    figures = [
        LiveFigure(key, float(player[name]), str(player["player_id"]))
        for player in players
        for name, key in FIGURES.items()
        if player.get(name) is not None and player_id in (None, player["player_id"])
    ]
    if not figures:
        raise Conflict("Nothing is measured yet of anybody who has a name here. Ask again in a moment.")
    return answer_live_question(user=user, session_id=live.pk, question=question, figures=figures, player_id=player_id)
