"""What happened in a session, by time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.scan.models import SessionEvent
from apps.scan.selectors.kpis import reads_whole_team
from apps.sessions.models import Session


def list_events(user: User, session: Session, asked: Mapping[str, Any]) -> QuerySet[SessionEvent]:
    """Events of a session in order of time; a player or guardian gets only their own.

    Args:
        asked: `from` and `to` [s] (an event counts if it overlaps), `kind` (names), `track_id`; each may be missing.
    """
    rows = SessionEvent.objects.visible_to(user).filter(session=session)
    if not reads_whole_team(user, session.team_id):
        rows = rows.filter(player__in=user.own_player_ids())
    if asked.get("from") is not None:
        rows = rows.filter(t1_s__gte=asked["from"])
    if asked.get("to") is not None:
        rows = rows.filter(t0_s__lt=asked["to"])
    if asked.get("kind"):
        rows = rows.filter(kind__in=asked["kind"])
    if asked.get("track_id") is not None:
        rows = rows.filter(track_id=asked["track_id"])
    return rows.select_related("player").order_by("t0_s", "id")
