"""What goes with a session, a team or a player, and what belongs to a person's export."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence

from django.core.files.storage import default_storage

from apps.core.lifecycle import lifecycle
from apps.sessions.models import Session, SessionAttachment

OWNER = "training_sessions"


def register() -> None:
    """Tell core what this app keeps; called when Django is ready."""
    lifecycle.register_eraser("session", OWNER, erase_attachments)
    lifecycle.register_eraser("team", OWNER, erase_sessions_of_teams)


def erase_attachments(session_ids: Sequence[uuid.UUID]) -> Callable[[], None]:
    """Remove attachments' files once the rows are gone."""
    names = list(SessionAttachment.objects.filter(session_id__in=session_ids).values_list("file", flat=True))

    def after() -> None:
        for name in names:
            default_storage.delete(name)

    return after


def erase_sessions_of_teams(team_ids: Sequence[uuid.UUID]) -> None:
    """Before a team goes, let everybody erase their part of its sessions."""
    lifecycle.erase("session", list(Session.objects.filter(team_id__in=team_ids).values_list("pk", flat=True)))
