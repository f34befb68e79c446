"""A change as it travels, read from whatever came: one that is wrong is refused alone, with a sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from apps.edge.errors import ChangeRefused
from apps.edge.stamps import AHEAD_MS, MAX_COUNTER, Stamp, read_time

UPSERT = "upsert"
DELETE = "delete"
MAX_FIELDS = 60
MAX_ID_LENGTH = 80
_ID = re.compile(r"[0-9a-zA-Z-]{1,36}(/[0-9a-zA-Z-]{1,36})?")


@dataclass(frozen=True, slots=True)
class Change:
    """An edit of some fields of one object, or its deletion.

    Attributes:
        seen: number of the newest of the team's changes that the editor knew.
        body: as sent; the kind knows its fields.
    """

    kind: str
    object_id: str
    op: str
    stamp: Stamp
    seen: int
    body: Mapping[str, Any]


def read_change(sent: object, *, origin: str, now_ms: int, seen: int) -> Change:
    """Read one change of a batch.

    Raises:
        ChangeRefused: it has not the shape of a change, or was made in the future.
    """
    if not isinstance(sent, Mapping):
        raise ChangeRefused("INVALID", "A change is an object with id, kind, op, updated_at and body.")
    kind, object_id, op, body = (sent.get(name) for name in ("kind", "id", "op", "body"))
    if not isinstance(object_id, str) or not _ID.fullmatch(object_id):
        raise ChangeRefused("INVALID", "'id' must be the object's id: a UUID, or two parts joined by '/'.")
    if not isinstance(kind, str) or len(kind) > MAX_ID_LENGTH:
        raise ChangeRefused("UNKNOWN_KIND", "'kind' must be a word, for example 'session'.")
    if op not in (UPSERT, DELETE):
        raise ChangeRefused("UNKNOWN_OP", "'op' must be 'upsert' or 'delete'.")
    if op == UPSERT and (not isinstance(body, Mapping) or not 0 < len(body) <= MAX_FIELDS):
        raise ChangeRefused("INVALID", f"'body' must be an object with 1 to {MAX_FIELDS} fields.")
    stamp = _stamp(sent, origin)
    if stamp.wall_ms > now_ms + AHEAD_MS:
        ahead_s = (stamp.wall_ms - now_ms) / 1000
        raise ChangeRefused(
            "CLOCK_AHEAD",
            f"This was edited {ahead_s:.0f} s in the future: the node's clock is wrong. Measure it and send again.",
            retry=True,
        )
    return Change(kind, object_id.lower(), str(op), stamp, seen, body if isinstance(body, Mapping) else {})


def _stamp(sent: Mapping[str, Any], origin: str) -> Stamp:
    counter = sent.get("counter", 0)
    if not isinstance(counter, int) or isinstance(counter, bool) or not 0 <= counter <= MAX_COUNTER:
        raise ChangeRefused("INVALID", "'counter' must be a whole number, 0 or more.")
    try:
        return Stamp(read_time(sent.get("updated_at")), counter, origin)
    except ValueError as error:
        raise ChangeRefused("INVALID", str(error)) from error


def text(value: object, name: str, length: int) -> str:
    """A text that every database can store.

    Raises:
        ChangeRefused: another type, too long, or characters that are none.
    """
    if not isinstance(value, str) or len(value) > length:
        raise ChangeRefused("INVALID", f"'{name}' must be a text of at most {length} characters.")
    if "\x00" in value or any(0xD800 <= ord(letter) <= 0xDFFF for letter in value):
        raise ChangeRefused("INVALID", f"'{name}' holds characters that are no text.")
    return value
