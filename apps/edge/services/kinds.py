"""What can be synced: the fields of each kind of object, how they are checked, read and written."""

from __future__ import annotations

import math
import uuid
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar, Protocol

from django.core.exceptions import ValidationError

from apps.accounts.models import Player, Right, User, WellnessReport
from apps.accounts.permissions import require_right
from apps.core import versions
from apps.edge.errors import ChangeRefused
from apps.edge.models import EdgeNode
from apps.edge.services.changes import text
from apps.edge.stamps import read_time, write_time
from apps.sessions.models import MAX_LOAD_MINUTES, MAX_RPE, Session, SessionLoad, SessionNote, SessionType
from apps.sessions.services.loads import enter_load
from apps.sessions.services.sessions import delete_session, update_session

MADE_BY = "edge_node"
"""In a session's metadata: the node that made it."""
NOTE = "notes."
MAX_NOTES = 200
MAX_TITLE, MAX_DESCRIPTION, MAX_NOTE, MAX_WELLNESS_NOTE = 200, 5000, 10_000, 2000


@dataclass(frozen=True, slots=True)
class Current:
    """An object as it stands in its table: its fields as they travel, and when it was last saved [ms]."""

    values: Mapping[str, Any]
    saved_ms: int


@dataclass(frozen=True, slots=True)
class Author:
    """For whom a node writes."""

    user: User
    node: EdgeNode
    team_id: uuid.UUID


class Kind(Protocol):
    """One kind of object.

    Attributes:
        private: its values never leave the server, and only digests of them are kept beside the table.
        unset: values of fields that nobody set.
    """

    name: ClassVar[str]
    private: ClassVar[bool]
    unset: ClassVar[Mapping[str, Any]]

    def read(self, object_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of a body, checked; `ChangeRefused` where one is not right."""
        ...

    def current(self, team_id: uuid.UUID, object_ids: Collection[str]) -> dict[str, Current]:
        """Those of the objects that are there, in a constant number of queries."""
        ...

    def write(self, author: Author, object_id: str, fields: Mapping[str, Any], *, is_new: bool) -> None:
        """Put fields into the table; `ChangeRefused` or a `DomainError` where rules forbid it."""
        ...

    def delete(self, author: Author, object_id: str) -> None:
        """Delete the object; `ChangeRefused` or a `DomainError` where rules forbid it."""
        ...

    def player_of(self, object_id: str) -> uuid.UUID | None:
        """The player whom an object is about, where it is about one."""
        ...


def as_uuid(value: object, name: str) -> uuid.UUID:
    """A UUID from text.

    Raises:
        ChangeRefused: it is none.
    """
    try:
        found = uuid.UUID(value) if isinstance(value, str) else None
    except ValueError:
        found = None
    if found is None or str(found) != str(value).lower():
        raise ChangeRefused("INVALID", f"'{name}' must be a UUID.")
    return found


def _unknown(name: str, known: Collection[str]) -> ChangeRefused:
    return ChangeRefused("INVALID", f"There is no field '{name[:60]}' here; known: {', '.join(known)}.")


def _saved_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _number(value: object, name: str, low: float, high: float, *, whole: bool = False) -> Any:
    if value is None:
        return None
    right = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not right or not math.isfinite(value) or not low <= value <= high:  # type: ignore[arg-type,operator]
        raise ChangeRefused("INVALID", f"'{name}' must be a number from {low:g} to {high:g}, or null.")
    return value


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
                raise _unknown(name, (*self.unset, "notes"))
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
            found[key]["start"] = write_time(_saved_ms(row["start"]))
        for note in notes.values("pk", "session_id", "text", "updated_at"):
            key = str(note["session_id"])
            if key in found:
                found[key][f"{NOTE}{note['pk']}"] = note["text"]
                saved[key] = max(saved[key], note["updated_at"])
        return {key: Current(values, _saved_ms(saved[key])) for key, values in found.items()}

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


class WellnessKind:
    """How a player feels on a day; the id is `<player>/<date>`."""

    name: ClassVar[str] = "wellness"
    private: ClassVar[bool] = True
    unset: ClassVar[Mapping[str, Any]] = {
        "pain": None,
        "fever": None,
        "sleep_h": None,
        "sleep_quality": None,
        "soreness": None,
        "notes": "",
    }

    def read(self, object_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """See `Kind.read`."""
        self._key(object_id)
        scales = {"pain": (0, 10, True), "soreness": (0, 10, True), "sleep_quality": (1, 5, True)}
        fields: dict[str, Any] = {}
        for name, value in body.items():
            if name in scales:
                low, high, whole = scales[name]
                fields[name] = _number(value, name, low, high, whole=whole)
            elif name == "sleep_h":
                fields[name] = _number(value, name, 0, 24)
            elif name == "fever":
                if value is not None and not isinstance(value, bool):
                    raise ChangeRefused("INVALID", "'fever' must be true, false or null.")
                fields[name] = value
            elif name == "notes":
                fields[name] = text(value, name, MAX_WELLNESS_NOTE).strip()
            else:
                raise _unknown(name, self.unset)
        return fields

    @staticmethod
    def _key(object_id: str) -> tuple[uuid.UUID, date]:
        player, _, day = object_id.partition("/")
        try:
            found = date.fromisoformat(day)
        except ValueError:
            found = date.min
        if found == date.min or found.isoformat() != day:
            raise ChangeRefused("INVALID", "The 'id' of a wellness report is '<player id>/<YYYY-MM-DD>'.")
        return as_uuid(player, "id"), found

    def current(self, team_id: uuid.UUID, object_ids: Collection[str]) -> dict[str, Current]:
        """See `Kind.current`."""
        keys = [self._key(object_id) for object_id in object_ids]
        rows = WellnessReport.objects.filter(
            player__team_id=team_id, player_id__in={key[0] for key in keys}, date__in={key[1] for key in keys}
        )
        found = {f"{row.player_id}/{row.date.isoformat()}": row for row in rows}
        return {
            key: Current({name: getattr(row, name) for name in self.unset}, _saved_ms(row.updated_at))
            for key, row in found.items()
            if key in object_ids
        }

    def write(self, author: Author, object_id: str, fields: Mapping[str, Any], *, is_new: bool) -> None:
        """See `Kind.write`."""
        require_right(author.user, author.team_id, Right.EDIT_SESSIONS)
        player_id, day = self._key(object_id)
        _require_player(author, player_id)
        report = WellnessReport.objects.filter(player_id=player_id, date=day).first() or WellnessReport(
            player_id=player_id, date=day
        )
        for name, value in fields.items():
            setattr(report, name, value)
        report.entered_by_id = author.user.pk
        try:
            report.full_clean(validate_unique=False, validate_constraints=False)
        except ValidationError as error:
            raise ChangeRefused("INVALID", " ".join(error.messages)) from error
        report.save()

    def delete(self, author: Author, object_id: str) -> None:
        """See `Kind.delete`."""
        raise ChangeRefused("UNKNOWN_OP", "A wellness report is not deleted; set its fields to null.")

    def player_of(self, object_id: str) -> uuid.UUID | None:
        """See `Kind.player_of`."""
        return self._key(object_id)[0]


class RpeKind:
    """How long and how hard a session was for a player; the id is `<session>/<player>`."""

    name: ClassVar[str] = "rpe"
    private: ClassVar[bool] = True
    unset: ClassVar[Mapping[str, Any]] = {"rpe": None, "minutes": None, "match_minutes": None}
    _scales: ClassVar[Mapping[str, float]] = {
        "rpe": MAX_RPE,
        "minutes": MAX_LOAD_MINUTES,
        "match_minutes": MAX_LOAD_MINUTES,
    }

    def read(self, object_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """See `Kind.read`."""
        self._key(object_id)
        for name in body:
            if name not in self._scales:
                raise _unknown(name, self._scales)
        return {name: _number(value, name, 0, self._scales[name]) for name, value in body.items()}

    @staticmethod
    def _key(object_id: str) -> tuple[uuid.UUID, uuid.UUID]:
        session, _, player = object_id.partition("/")
        return as_uuid(session, "id"), as_uuid(player, "id")

    def current(self, team_id: uuid.UUID, object_ids: Collection[str]) -> dict[str, Current]:
        """See `Kind.current`."""
        keys = [self._key(object_id) for object_id in object_ids]
        rows = SessionLoad.objects.filter(
            session__team_id=team_id, session_id__in={key[0] for key in keys}, player_id__in={key[1] for key in keys}
        )
        found = {f"{row.session_id}/{row.player_id}": row for row in rows}
        return {
            key: Current({name: getattr(row, name) for name in self.unset}, _saved_ms(row.updated_at))
            for key, row in found.items()
            if key in object_ids
        }

    def write(self, author: Author, object_id: str, fields: Mapping[str, Any], *, is_new: bool) -> None:
        """See `Kind.write`."""
        session_id, player_id = self._key(object_id)
        if not Session.objects.filter(pk=session_id, team_id=author.team_id).exists():
            raise ChangeRefused("WAITING", "The session is not here yet; send this again after it.", retry=True)
        _require_player(author, player_id)
        enter_load(user=author.user, session_id=session_id, player_id=str(player_id), entered=dict(fields))

    def delete(self, author: Author, object_id: str) -> None:
        """See `Kind.delete`."""
        raise ChangeRefused("UNKNOWN_OP", "A rating is not deleted; set its fields to null.")

    def player_of(self, object_id: str) -> uuid.UUID | None:
        """See `Kind.player_of`."""
        return self._key(object_id)[1]


class PlayerKind:
    """The roster, for the node to read: what names a player at the pitch, and whether they may be filmed."""

    name: ClassVar[str] = "player"
    private: ClassVar[bool] = False
    unset: ClassVar[Mapping[str, Any]] = {}

    def read(self, object_id: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """See `Kind.read`."""
        raise ChangeRefused("NOT_ALLOWED", "Players are changed on the server, not by nodes.")

    def current(self, team_id: uuid.UUID, object_ids: Collection[str] | None = None) -> dict[str, Current]:
        """See `Kind.current`; without ids the whole team."""
        players = Player.objects.filter(team_id=team_id)
        if object_ids is not None:
            players = players.filter(pk__in=object_ids)
        return {
            str(player.pk): Current(
                {
                    "display_name": player.display_name,
                    "external_id": player.external_id,
                    "jersey_number": player.jersey_number,
                    "may_be_filmed": player.consent_given_at is not None,
                },
                _saved_ms(player.updated_at),
            )
            for player in players
        }

    def write(self, author: Author, object_id: str, fields: Mapping[str, Any], *, is_new: bool) -> None:
        """See `Kind.write`."""
        raise ChangeRefused("NOT_ALLOWED", "Players are changed on the server, not by nodes.")

    def delete(self, author: Author, object_id: str) -> None:
        """See `Kind.delete`."""
        raise ChangeRefused("NOT_ALLOWED", "Players are changed on the server, not by nodes.")

    def player_of(self, object_id: str) -> uuid.UUID | None:
        """See `Kind.player_of`."""
        return uuid.UUID(object_id)


def _require_player(author: Author, player_id: uuid.UUID) -> None:
    if not Player.objects.filter(pk=player_id, team_id=author.team_id).exists():
        raise ChangeRefused("NOT_FOUND", "There is no such player in this team.")


KINDS: Mapping[str, Kind] = {kind.name: kind for kind in (SessionKind(), WellnessKind(), RpeKind(), PlayerKind())}
SENT: Sequence[str] = (SessionKind.name, PlayerKind.name)
"""Kinds that travel to the nodes."""
