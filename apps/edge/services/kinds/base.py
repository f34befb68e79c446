"""What every kind of synced object has, and how single values are checked."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Protocol

from apps.accounts.models import Player, User
from apps.edge.errors import ChangeRefused
from apps.edge.models import EdgeNode


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


def unknown_field(name: str, known: Collection[str]) -> ChangeRefused:
    return ChangeRefused("INVALID", f"There is no field '{name[:60]}' here; known: {', '.join(known)}.")


def saved_ms(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def number_or_null(value: object, name: str, low: float, high: float, *, whole: bool = False) -> Any:
    if value is None:
        return None
    right = isinstance(value, int if whole else (int, float)) and not isinstance(value, bool)
    if not right or not low <= value <= high:  # type: ignore[operator]
        raise ChangeRefused("INVALID", f"'{name}' must be a number from {low:g} to {high:g}, or null.")
    return value


def require_player(author: Author, player_id: uuid.UUID) -> None:
    if not Player.objects.filter(pk=player_id, team_id=author.team_id).exists():
        raise ChangeRefused("NOT_FOUND", "There is no such player in this team.")
