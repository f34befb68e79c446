"""What the agent must not lose: its replica, its edits, its cursor. Every change of state is one transaction."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from apps.edge.agent.clock import Anchor
from apps.edge.agent.schema import connect, transaction
from apps.edge.stamps import HybridClock, Stamp, read_time, write_time

DELETED = ""
"""As a field: the object itself, that is, its deletion."""
NOTES = "notes."
WAIT_MS = 30_000
"""A change that the server could not take yet is not sent again before [ms]."""
MAX_REFUSED = 500

Key = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A batch: changes as they travel, and how many edits stay behind."""

    changes: list[dict[str, Any]]
    pending: int


class Store:
    """The agent's memory."""

    def __init__(self, path: Path) -> None:
        self.connection = connect(path)

    def close(self) -> None:
        """Close the file."""
        self.connection.close()

    # Small facts ------------------------------------------------------------------------------------------------

    def meta(self, name: str) -> str:
        """A small fact; "" where it is not known."""
        row = self.connection.execute("SELECT value FROM meta WHERE name = ?", (name,)).fetchone()
        return str(row[0]) if row else ""

    def set_meta(self, **facts: str) -> None:
        """Keep small facts, all or none."""
        with transaction(self.connection):
            self._set(facts)

    def anchor(self) -> Anchor | None:
        """The last measurement of the clock."""
        text = self.meta("anchor")
        return Anchor(**json.loads(text)) if text else None

    def keep_anchor(self, anchor: Anchor) -> None:
        """Keep a measurement. The first one corrects what was edited before it by the same amount."""
        with transaction(self.connection):
            self._set({"anchor": json.dumps(asdict(anchor))})
            self._shift(int(anchor.offset_ms), "corrected = 0")

    # Edits ------------------------------------------------------------------------------------------------------

    def edit(self, kind: str, object_id: str, fields: Mapping[str, Any], *, now_ms: int, corrected: bool) -> Stamp:
        """Edit fields here: in the replica at once, and in the outbox until the server settles it.

        Raises:
            ValueError: the object was deleted.
        """
        with transaction(self.connection):
            return self.edit_within(kind, object_id, fields, now_ms=now_ms, corrected=corrected)

    def edit_within(
        self, kind: str, object_id: str, fields: Mapping[str, Any], *, now_ms: int, corrected: bool
    ) -> Stamp:
        """The same inside a transaction of the caller."""
        if self._row(kind, object_id, DELETED):
            raise ValueError(f"{kind} {object_id} was deleted.")
        stamp = self._tick(now_ms)
        for field, value in _flat(fields).items():
            self._queue((kind, object_id), field, json.dumps(value), stamp, corrected)
        return stamp

    def delete(self, kind: str, object_id: str, *, now_ms: int, corrected: bool) -> None:
        """Delete an object here; what was still to be sent of it goes too."""
        with transaction(self.connection):
            stamp = self._tick(now_ms)
            where = (kind, object_id)
            self.connection.execute("DELETE FROM replica WHERE kind = ? AND object_id = ?", where)
            self.connection.execute("DELETE FROM outbox WHERE kind = ? AND object_id = ?", where)
            self._queue(where, DELETED, "null", stamp, corrected)

    def outgoing(self, limit: int, now_ms: int) -> Outgoing:
        """The oldest edits that may be sent now; fields that were edited together travel together."""
        rows = self.connection.execute(
            "SELECT kind, object_id, field, value, wall_ms, counter, seen FROM outbox WHERE not_before_ms <= ? "
            "ORDER BY wall_ms, counter, id",
            (now_ms,),
        ).fetchall()
        groups: dict[tuple[Any, ...], dict[str, Any]] = {}
        for kind, object_id, field, value, wall, counter, seen in rows:
            place = (kind, object_id, wall, counter)
            if place not in groups:
                if len(groups) == limit:
                    break
                groups[place] = _change(kind, object_id, Stamp(wall, counter), seen)
            _add(groups[place], field, json.loads(value))
        changes = list(groups.values())
        return Outgoing(changes, max(0, self.pending() - sum(_size(change) for change in changes)))

    def pending(self) -> int:
        """How many edited fields the server has not settled."""
        return int(self.connection.execute("SELECT count(*) FROM outbox").fetchone()[0])

    def waits_for(self, object_id: str) -> bool:
        """Whether edits of this object are still to be sent."""
        found = self.connection.execute("SELECT 1 FROM outbox WHERE object_id = ? LIMIT 1", (object_id,)).fetchone()
        return found is not None

    # The server's answers ---------------------------------------------------------------------------------------

    def take_in(self, answer: Mapping[str, Any], *, now_ms: int) -> None:
        """Take in the answer of a sync, whole or not at all: what is settled, what others did, and the cursor."""
        with transaction(self.connection):
            for entry in answer["applied"]:
                self._settle(entry)
            named = [entry for entry in answer["refused"] if entry["id"] and entry["updated_at"]]
            lost = [entry for entry in named if not self._put_off(entry, now_ms)]
            for entry in lost:
                self._give_up(entry, now_ms)
            for change in answer["changes"]:
                self._apply(change)
            self._set({"cursor": "" if lost else str(answer["cursor"])})

    def start_again(self) -> None:
        """Forget the cursor and what came from others; everything comes anew, and what was edited here goes again."""
        with transaction(self.connection):
            node_id = self.meta("node_id")
            self.connection.execute(
                "INSERT OR IGNORE INTO outbox (kind, object_id, field, value, wall_ms, counter, seen, corrected) "
                "SELECT kind, object_id, field, value, wall_ms, counter, '', 1 FROM replica WHERE origin IN (?, 'me')",
                (node_id,),
            )
            self.connection.execute("DELETE FROM replica WHERE origin NOT IN (?, 'me')", (node_id,))
            self._set({"cursor": ""})

    def pull_back(self, now_ms: int) -> None:
        """Bring edits that lie in the future back to now, in their order: the clock was wrong when they were made."""
        with transaction(self.connection):
            latest = self.connection.execute("SELECT max(wall_ms) FROM outbox").fetchone()[0]
            if latest is not None and latest > now_ms:
                self._shift(now_ms - latest, "wall_ms + 3600000 > :latest", latest=latest)

    def objects(self, kind: str) -> dict[str, dict[str, Any]]:
        """The replica's objects of a kind that are not deleted."""
        rows = self.connection.execute(
            "SELECT object_id, field, value FROM replica WHERE kind = ? ORDER BY object_id, field", (kind,)
        ).fetchall()
        found: dict[str, dict[str, Any]] = {}
        for object_id, field, value in rows:
            if field != DELETED:
                found.setdefault(object_id, {})[field] = json.loads(value)
        return found

    # Inside a transaction ---------------------------------------------------------------------------------------

    def _set(self, facts: Mapping[str, str]) -> None:
        self.connection.executemany("INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)", list(facts.items()))

    def _row(self, kind: str, object_id: str, field: str) -> Stamp | None:
        row = self.connection.execute(
            "SELECT wall_ms, counter, origin FROM replica WHERE kind = ? AND object_id = ? AND field = ?",
            (kind, object_id, field),
        ).fetchone()
        return Stamp(*row) if row else None

    def _clock(self) -> HybridClock:
        wall, _, counter = self.meta("hlc").partition(":")
        return HybridClock(int(wall), int(counter)) if wall else HybridClock()

    def _tick(self, now_ms: int) -> Stamp:
        clock = self._clock()
        stamp = clock.tick(now_ms, "me")
        self._set({"hlc": f"{clock.wall_ms}:{clock.counter}"})
        return stamp

    def _queue(self, key: Key, field: str, value: str, stamp: Stamp, corrected: bool) -> None:  # noqa: FBT001
        row = (*key, field, value, stamp.wall_ms, stamp.counter)
        self.connection.execute("INSERT OR REPLACE INTO replica VALUES (?, ?, ?, ?, ?, ?, 'me')", row)
        self.connection.execute(
            "INSERT OR REPLACE INTO outbox (kind, object_id, field, value, wall_ms, counter, seen, corrected) "
            "VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (*row, self.meta("cursor"), int(corrected)),
        )

    def _settle(self, entry: Mapping[str, Any]) -> None:
        """Only what stands as it was sent: a later edit of the same field stays to be sent."""
        self.connection.execute(
            "DELETE FROM outbox WHERE kind = ? AND object_id = ? AND wall_ms = ? AND counter = ?", _place(entry)
        )

    def _put_off(self, entry: Mapping[str, Any], now_ms: int) -> bool:
        if not entry["retry"]:
            return False
        self.connection.execute(
            "UPDATE outbox SET not_before_ms = ? WHERE kind = ? AND object_id = ? AND wall_ms = ? AND counter = ?",
            (now_ms + WAIT_MS, *_place(entry)),
        )
        return True

    def _give_up(self, entry: Mapping[str, Any], now_ms: int) -> None:
        """What the server will never take: out of the outbox and, until the server's own comes, out of the replica."""
        kind, object_id, wall, counter = _place(entry)
        self.connection.execute(
            "DELETE FROM replica WHERE kind = ? AND object_id = ? AND wall_ms = ? AND counter = ?",
            (kind, object_id, wall, counter),
        )
        self._settle(entry)
        self.connection.execute(
            "INSERT INTO refused (at_ms, kind, object_id, code, message) VALUES (?, ?, ?, ?, ?)",
            (now_ms, kind, object_id, entry["code"], entry["message"]),
        )
        self.connection.execute("DELETE FROM refused WHERE id <= (SELECT max(id) FROM refused) - ?", (MAX_REFUSED,))

    def _apply(self, change: Mapping[str, Any]) -> None:
        kind, object_id = change["kind"], change["id"]
        stamp = Stamp(read_time(change["updated_at"]), change["counter"], change["origin"] or "")
        clock = self._clock()
        clock.see(stamp)
        self._set({"hlc": f"{clock.wall_ms}:{clock.counter}"})
        if change["op"] == "delete":
            self.connection.execute("DELETE FROM replica WHERE kind = ? AND object_id = ?", (kind, object_id))
            self._put((kind, object_id), DELETED, None, stamp)
        elif self._row(kind, object_id, DELETED) is None:
            for field, value in _flat(change["body"]).items():
                mine = self._row(kind, object_id, field)
                if mine is None or stamp > self._named(mine):
                    self._put((kind, object_id), field, value, stamp)

    def _named(self, stamp: Stamp) -> Stamp:
        """Edits made here carry the node's name once it is known."""
        return stamp._replace(origin=self.meta("node_id")) if stamp.origin == "me" else stamp

    def _put(self, key: Key, field: str, value: Any, stamp: Stamp) -> None:
        self.connection.execute(
            "INSERT OR REPLACE INTO replica VALUES (?, ?, ?, ?, ?, ?, ?)", (*key, field, json.dumps(value), *stamp)
        )

    def _shift(self, by_ms: int, where: str, **values: Any) -> None:
        """Move the stamps of unsent edits, in outbox and replica, and the clock that made them."""
        rows = self.connection.execute(
            f"SELECT kind, object_id, field, wall_ms, counter FROM outbox WHERE {where}",  # noqa: S608  (our own words)
            values,
        ).fetchall()
        for row in rows:
            self.connection.execute(
                "UPDATE replica SET wall_ms = wall_ms + ? "
                "WHERE kind = ? AND object_id = ? AND field = ? AND wall_ms = ? AND counter = ?",
                (by_ms, *row),
            )
        self.connection.execute(
            f"UPDATE outbox SET wall_ms = wall_ms + :by, corrected = 1 WHERE {where}",  # noqa: S608  (our own words)
            {**values, "by": by_ms},
        )
        if rows:
            self._restart_clock()

    def _restart_clock(self) -> None:
        row = self.connection.execute(
            "SELECT wall_ms, counter FROM (SELECT wall_ms, counter FROM replica UNION SELECT wall_ms, counter FROM "
            "outbox) ORDER BY wall_ms DESC, counter DESC LIMIT 1"
        ).fetchone()
        if row:
            self._set({"hlc": f"{row[0]}:{row[1]}"})


def _place(entry: Mapping[str, Any]) -> tuple[str, str, int, int]:
    return entry["kind"], entry["id"], read_time(entry["updated_at"]), entry["counter"]


def _flat(body: Mapping[str, Any]) -> dict[str, Any]:
    """Notes become one field each."""
    fields = {name: value for name, value in body.items() if name != "notes" or not isinstance(value, Mapping)}
    notes = body.get("notes")
    if isinstance(notes, Mapping):
        fields |= {f"{NOTES}{note_id}": words for note_id, words in notes.items()}
    return fields


def _change(kind: str, object_id: str, stamp: Stamp, seen: str) -> dict[str, Any]:
    change: dict[str, Any] = {
        "id": object_id,
        "kind": kind,
        "op": "upsert",
        "updated_at": write_time(stamp.wall_ms),
        "counter": stamp.counter,
        "body": {},
    }
    return {**change, "seen": seen} if seen else change


def _add(change: dict[str, Any], field: str, value: Any) -> None:
    if field == DELETED:
        change["op"] = "delete"
    elif field.startswith(NOTES):
        change["body"].setdefault("notes", {})[field.removeprefix(NOTES)] = value
    else:
        change["body"][field] = value


def _size(change: Mapping[str, Any]) -> int:
    return len(_flat(change["body"])) or 1
