"""How players feel and how hard sessions were: goes in, never out."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from datetime import date
from typing import Any, ClassVar

from apps.accounts.models import WellnessReport
from apps.accounts.services.entries import save_wellness
from apps.edge.errors import ChangeRefused
from apps.edge.services.changes import text
from apps.edge.services.kinds.base import (
    Author,
    Current,
    as_uuid,
    number_or_null,
    require_player,
    saved_ms,
    unknown_field,
)
from apps.sessions.models import MAX_LOAD_MINUTES, MAX_RPE, Session, SessionLoad
from apps.sessions.services.loads import enter_load

MAX_WELLNESS_NOTE = 2000


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
                fields[name] = number_or_null(value, name, low, high, whole=whole)
            elif name == "sleep_h":
                fields[name] = number_or_null(value, name, 0, 24)
            elif name == "fever":
                if value is not None and not isinstance(value, bool):
                    raise ChangeRefused("INVALID", "'fever' must be true, false or null.")
                fields[name] = value
            elif name == "notes":
                fields[name] = text(value, name, MAX_WELLNESS_NOTE).strip()
            else:
                raise unknown_field(name, self.unset)
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
            key: Current({name: getattr(row, name) for name in self.unset}, saved_ms(row.updated_at))
            for key, row in found.items()
            if key in object_ids
        }

    def write(self, author: Author, object_id: str, fields: Mapping[str, Any], *, is_new: bool) -> None:
        """See `Kind.write`."""
        player_id, day = self._key(object_id)
        require_player(author, player_id)
        save_wellness(user=author.user, player_id=str(player_id), fields={"date": day, **fields})

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
                raise unknown_field(name, self._scales)
        return {name: number_or_null(value, name, 0, self._scales[name]) for name, value in body.items()}

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
            key: Current({name: getattr(row, name) for name in self.unset}, saved_ms(row.updated_at))
            for key, row in found.items()
            if key in object_ids
        }

    def write(self, author: Author, object_id: str, fields: Mapping[str, Any], *, is_new: bool) -> None:
        """See `Kind.write`."""
        session_id, player_id = self._key(object_id)
        if not Session.objects.filter(pk=session_id, team_id=author.team_id).exists():
            raise ChangeRefused("WAITING", "The session is not here yet; send this again after it.", retry=True)
        require_player(author, player_id)
        enter_load(user=author.user, session_id=session_id, player_id=str(player_id), entered=dict(fields))

    def delete(self, author: Author, object_id: str) -> None:
        """See `Kind.delete`."""
        raise ChangeRefused("UNKNOWN_OP", "A rating is not deleted; set its fields to null.")

    def player_of(self, object_id: str) -> uuid.UUID | None:
        """See `Kind.player_of`."""
        return self._key(object_id)[1]
