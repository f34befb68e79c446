"""Notes and drawings: the staff's own."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction

from apps.accounts.models import Right, User
from apps.accounts.permissions import has_right, require_right
from apps.core import audit
from apps.core import changes as edits
from apps.core.errors import InvalidRequest, PermissionDenied
from apps.sessions.models import NoteKind, SessionNote
from apps.sessions.selectors import get_note, get_session


@dataclass(frozen=True, slots=True)
class NoteFields:
    """What a note says.

    Attributes:
        t_s: where in the film it belongs [s].
        data: the strokes of a drawing (`serializers.notes.DrawingField`); empty for a text.
    """

    text: str = ""
    kind: str = NoteKind.TEXT
    t_s: float | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


@transaction.atomic
def add_note(*, user: User, session_id: uuid.UUID, note: NoteFields) -> SessionNote:
    """Write a note.

    Raises:
        NotFound: the session is not visible.
        PermissionDenied: the role does not carry the right.
        InvalidRequest: a text without words, or a drawing without strokes or time.
    """
    session = get_session(user, session_id)
    require_right(user, session.team_id, Right.EDIT_SESSIONS)
    row = SessionNote(session=session, author=user, kind=note.kind, text=note.text, t_s=note.t_s, data=dict(note.data))
    _check(row)
    row.save(force_insert=True)
    _tell(row)
    return row


@transaction.atomic
def update_note(*, user: User, session_id: uuid.UUID, note_id: uuid.UUID, changes: Mapping[str, Any]) -> SessionNote:
    """Change the words, the time or the strokes of a note: its author, an owner or a coach.

    Raises:
        NotFound: not visible.
        PermissionDenied: neither the author nor a coach.
        InvalidRequest: see `add_note`.
    """
    note = get_note(user, session_id, note_id)
    _require_author(user, note)
    for name, value in changes.items():
        setattr(note, name, value)
    _check(note)
    note.save(update_fields=[*changes, "updated_at"])
    _tell(note)
    return note


@transaction.atomic
def delete_note(*, user: User, session_id: uuid.UUID, note_id: uuid.UUID) -> None:
    """Delete a note: its author, an owner or a coach.

    Raises:
        NotFound: not visible.
        PermissionDenied: neither the author nor a coach.
    """
    note = get_note(user, session_id, note_id)
    _require_author(user, note)
    _tell(note)
    before = {"session_id": str(session_id), "kind": note.kind}
    audit.record(actor_id=user.pk, action="note.deleted", target=note, team_id=note.session.team_id, before=before)
    note.delete()


def _tell(note: SessionNote) -> None:
    edits.tell("session", note.session_id, note.session.team_id, [f"notes.{note.pk}"])


def _require_author(user: User, note: SessionNote) -> None:
    if note.author_id == user.pk and has_right(user, note.session.team_id, Right.EDIT_SESSIONS):
        return
    if not has_right(user, note.session.team_id, Right.DELETE_SESSIONS):
        raise PermissionDenied("A note is changed by who wrote it, by an owner or by a coach.")


def _check(note: SessionNote) -> None:
    if note.kind == NoteKind.TEXT:
        if not note.text.strip():
            raise InvalidRequest("A note needs some words in 'text'.")
        if note.data:
            raise InvalidRequest("Strokes in 'data' belong to a note of kind 'drawing'.")
        return
    if note.t_s is None:
        raise InvalidRequest("A drawing needs its time in the film: 't_s' in seconds.")
    if not note.data.get("strokes"):
        raise InvalidRequest("A drawing needs at least one stroke in 'data'.")
