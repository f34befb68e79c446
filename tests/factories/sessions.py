"""Sessions, notes and attachments."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django.core.files.base import ContentFile

from apps.accounts.models import Player, Team
from apps.sessions.models import Session, SessionAttachment, SessionLoad, SessionNote

START = datetime(2026, 5, 2, 16, 30, tzinfo=UTC)


def make_session(team: Team, **fields: Any) -> Session:
    """A training of a team, without a film."""
    values: dict[str, Any] = {"title": "Passing drill", "start": START}
    return Session.objects.create(team=team, **{**values, **fields})


def make_note(session: Session, **fields: Any) -> SessionNote:
    """A note without an author."""
    return SessionNote.objects.create(session=session, **{"text": "Kim presses well.", **fields})


def make_attachment(session: Session, content: bytes = b"plan") -> SessionAttachment:
    """A file that is really there."""
    row = SessionAttachment(session=session, name="plan.txt", content_type="text/plain", size_bytes=len(content))
    row.file.save("plan.txt", ContentFile(content))
    return row


def make_load(session: Session, player: Player, **fields: Any) -> SessionLoad:
    """What a coach entered: an hour at 6."""
    values: dict[str, Any] = {"minutes": 60.0, "rpe": 6.0}
    return SessionLoad.objects.create(session=session, player=player, **{**values, **fields})
