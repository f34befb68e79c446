"""Reads of sessions, by subject; what other apps ask for stands here."""

from __future__ import annotations

from apps.sessions.selectors.attachments import (
    ATTACHMENTS,
    attachment_folder,
    get_attachment,
    linked_attachment,
    list_attachments,
    signed_attachment_url,
)
from apps.sessions.selectors.digests import digest, digests
from apps.sessions.selectors.loads import (
    TRUST,
    PlayerLoad,
    get_loaded_session,
    list_loads,
    load_au,
    notes_on,
    own_player,
    player_loads,
    trust_in,
    unattributed_loads,
)
from apps.sessions.selectors.search import Found, Hit, Snippet, matching, search
from apps.sessions.selectors.sessions import (
    get_note,
    get_page,
    get_session,
    list_notes,
    list_sessions,
    with_summaries,
)

__all__ = [
    "ATTACHMENTS",
    "TRUST",
    "Found",
    "Hit",
    "PlayerLoad",
    "Snippet",
    "attachment_folder",
    "digest",
    "digests",
    "get_attachment",
    "get_loaded_session",
    "get_note",
    "get_page",
    "get_session",
    "linked_attachment",
    "list_attachments",
    "list_loads",
    "list_notes",
    "list_sessions",
    "load_au",
    "matching",
    "notes_on",
    "own_player",
    "player_loads",
    "search",
    "signed_attachment_url",
    "trust_in",
    "unattributed_loads",
    "with_summaries",
]
