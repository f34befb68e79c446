"""Reading sessions, always by who asks."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from django.db.models import QuerySet

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.sessions.models import Session, SessionNote
from apps.sessions.summaries import summaries_of


def list_sessions(user: User) -> QuerySet[Session]:
    """Return the sessions that the user may read, newest first, with player."""
    return Session.objects.visible_to(user).select_related("player")


def get_session(user: User, session_id: uuid.UUID) -> Session:
    """Return one session that the user may read.

    Raises:
        NotFound: no such session for this user.
    """
    session = list_sessions(user).filter(pk=session_id).first()
    if session is None:
        raise NotFound("There is no such session.")
    return session


def with_summaries(user: User, sessions: Sequence[Session]) -> list[Session]:
    """Return the sessions with what the scan app says of them, asked for once."""
    summaries = summaries_of([session.pk for session in sessions], user.pk)
    for session in sessions:
        session.summary = summaries[session.pk]
    return list(sessions)


def get_page(user: User, session_id: uuid.UUID) -> Session:
    """Return one session with all that its page shows.

    Raises:
        NotFound: no such session for this user.
    """
    session = with_summaries(user, [get_session(user, session_id)])[0]
    session.visible_notes = list(list_notes(user, session_id))
    return session


def list_notes(user: User, session_id: uuid.UUID) -> QuerySet[SessionNote]:
    """Return a session's notes where the user is staff of its team."""
    return SessionNote.objects.visible_to(user).filter(session_id=session_id).select_related("author")


def get_note(user: User, session_id: uuid.UUID, note_id: uuid.UUID) -> SessionNote:
    """Return one note of a session, with its session.

    Raises:
        NotFound: no such note for this user.
    """
    note = list_notes(user, session_id).select_related("session").filter(pk=note_id).first()
    if note is None:
        raise NotFound("There is no such note.")
    found: SessionNote = note
    return found
