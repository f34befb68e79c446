"""Reads of sessions, by subject; what other apps ask for stands here."""

from __future__ import annotations

from apps.sessions.selectors.loads import PlayerLoad, player_loads
from apps.sessions.selectors.sessions import (
    get_page,
    get_session,
    list_notes,
    list_sessions,
    matching,
    with_summaries,
)

__all__ = [
    "PlayerLoad",
    "get_page",
    "get_session",
    "list_notes",
    "list_sessions",
    "matching",
    "player_loads",
    "with_summaries",
]
