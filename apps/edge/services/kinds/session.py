"""Sessions, with their text notes."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, ClassVar

from apps.accounts.models import Right
from apps.accounts.permissions import require_right
from apps.core import versions
from apps.edge.errors import ChangeRefused
from apps.edge.services.changes import text
from apps.edge.services.kinds.base import Author, Current, as_uuid, saved_ms, unknown_field
from apps.edge.stamps import read_time, write_time
from apps.sessions.models import Session, SessionNote, SessionType
from apps.sessions.services.sessions import delete_session, update_session

MADE_BY = "edge_node"
"""In a session's metadata: the node that made it."""
NOTE = "notes."
MAX_NOTES = 200
MAX_TITLE, MAX_DESCRIPTION, MAX_NOTE = 200, 5000, 10_000


class SessionKind:
    """Sessions: title, description, type, start, and text notes by their ids (`null` takes a note away)."""

    name: ClassVar[str] = "session"
    private: ClassVar[bool] = False
    unset: ClassVar[Mapping[str, Any]] = {"title": "", "description": "", "session_type": "training", "start": None}

    def read(self, object_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """See `Kind.read`; notes become one field each."""
        as_uuid(object_id, "id")
        fields: dict[str, Any] = {}
        for name, value in body.items():
            if name == "title":
                fields[name] = text(value, name, MAX_TITLE).strip()
            elif name == "description":
                fields[name] = text(value, name, MAX_DESCRIPTION).strip()
            elif name == "session_type":
                fields[name] = self._type(value)
            elif name == "start":
                fields[name] = self._start(value)
            elif name == "notes":
                fields |= self._notes(value)
            else:
                raise unknown_field(name, (*self.unset, "notes"))
        return fields

    @staticmethod
    def _type(value: object) -> str:
        if value not in (SessionType.TRAINING, SessionType.MATCH, SessionType.ANALYSIS):
            raise ChangeRefused("INVALID", "'session_type' must be training, match or analysis.")
        return str(value)

    @staticmethod
    def _start(value: object) -> str:
        try:
            return write_time(read_time(value))
        except ValueError as error:
            raise ChangeRefused("INVALID", str(error).replace("updated_at", "'start'")) from error

    @staticmethod
    def _notes(value: object) -> dict[str, Any]:
        if not isinstance(value, Mapping) or len(value) > MAX_NOTES:
            raise ChangeRefused("INVALID", f"'notes' must be an object of at most {MAX_NOTES}: note id and its text.")
        notes: dict[str, Any] = {}
        for note_id, words in value.items():
            said = None if words is None else text(words, "notes", MAX_NOTE).strip()
            if said == "":
                raise ChangeRefused("INVALID", "A note needs some words; null takes it away.")
            notes[f"{NOTE}{as_uuid(note_id, 'notes')}"] = said
        return notes

    def current(self, team_id: uuid.UUID, object_ids: Collection[str]) -> dict[str, Current]:
        """See `Kind.current`."""
        sessions = Session.objects.filter(team_id=team_id, pk__in=object_ids)
        notes = SessionNote.objects.filter(session__team_id=team_id, session_id__in=object_ids, kind="text")
        found: dict[str, dict[str, Any]] = {}
        saved: dict[str, datetime] = {}
        for row in sessions.values("pk", "title", "description", "session_type", "start", "updated_at"):
            key = str(row["pk"])
            saved[key] = row["updated_at"]
            found[key] = {name: row[name] for name in ("title", "description", "session_type")}
            found[key]["start"] = write_time(saved_ms(row["start"]))
        for note in notes.values("pk", "session_id", "text", "updated_at"):
            key = str(note["session_id"])
            if key in found:
                found[key][f"{NOTE}{note['pk']}"] = note["text"]
                saved[key] = max(saved[key], note["updated_at"])
        return {key: Current(values, saved_ms(saved[key])) for key, values in found.items()}

    def write(self, author: Author, object_id: str, fields: Mapping[str, Any], *, is_new: bool) -> None:
        """See `Kind.write`."""
        own = {name: value for name, value in fields.items() if not name.startswith(NOTE)}
        if "start" in own:
            own["start"] = datetime.fromisoformat(own["start"])
        if is_new:
            self._create(author, object_id, own)
        elif own:
            update_session(user=author.user, session_id=uuid.UUID(object_id), changes=own)
        for name, words in fields.items():
            if name.startswith(NOTE):
                self._write_note(author, object_id, uuid.UUID(name.removeprefix(NOTE)), words)

    @staticmethod
    def _create(author: Author, object_id: str, own: Mapping[str, Any]) -> None:
        require_right(author.user, author.team_id, Right.EDIT_SESSIONS)
        if Session.objects.filter(pk=object_id).exists():
            raise ChangeRefused("NOT_FOUND", "This id cannot be used; make a new one for a new session.")
        Session.objects.create(
            id=uuid.UUID(object_id),
            team_id=author.team_id,
            created_by_id=author.user.pk,
            metadata={MADE_BY: str(author.node.pk)},
            **own,
        )
        versions.bump(versions.TEAM, author.team_id)

    @staticmethod
    def _write_note(author: Author, session_id: str, note_id: uuid.UUID, words: str | None) -> None:
        require_right(author.user, author.team_id, Right.EDIT_SESSIONS)
        note = SessionNote.objects.filter(pk=note_id).first()
        if note is not None and (str(note.session_id) != session_id or note.kind != "text"):
            raise ChangeRefused("NOT_FOUND", "This note id cannot be used; make a new one for a new note.")
        if words is None:
            if note is not None:
                note.delete()
        elif note is None:
            SessionNote.objects.create(
                id=note_id, session_id=uuid.UUID(session_id), author_id=author.user.pk, text=words
            )
        else:
            note.text = words
            note.save(update_fields=["text", "updated_at"])

    def delete(self, author: Author, object_id: str) -> None:
        """See `Kind.delete`: a box at the pitch may take back only what it made itself."""
        session = Session.objects.filter(pk=object_id, team_id=author.team_id).first()
        if session is None:
            return
        if session.metadata.get(MADE_BY) != str(author.node.pk):
            raise ChangeRefused("NOT_ALLOWED", "A node may delete only sessions that it made itself.")
        delete_session(user=author.user, session_id=session.pk)

    def player_of(self, object_id: str) -> uuid.UUID | None:
        """See `Kind.player_of`."""
        return None
