"""Judging one change against the ledger: last writer wins, field by field; the loser is kept.

Rules that make the outcome the same in whatever order and however often changes come:

- An edit wins where its stamp is later than the field's. Equal moments are decided by who made them.
- Of each field the latest judged edit of each node is remembered; an edit not later than that is a repetition.
- A deletion is final: no edit, however late, brings an object back (what was deleted may have been erased by right).
- An edit that met a value which its author could not know is in conflict; winner and loser go into `SyncConflict`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.db import transaction

from apps.core.errors import DomainError
from apps.edge.errors import ChangeRefused
from apps.edge.models import WHOLE, SyncConflict, SyncField
from apps.edge.services.changes import DELETE, Change
from apps.edge.services.kinds import KINDS, Author, Kind, RpeKind, SessionKind
from apps.edge.services.ledger import UNSET, Key, Ledger, heard
from apps.edge.services.observing import observe_objects, shown
from apps.edge.stamps import Stamp, write_time


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two edits of a field: what was written, when, and by whom."""

    value: Any
    wall_ms: int
    by: str

    def told(self) -> dict[str, Any]:
        return {"value": self.value, "updated_at": write_time(self.wall_ms), "by": self.by}


@dataclass(slots=True)
class Merge:
    """Judges the changes of one node's batch.

    Attributes:
        conflicts: found so far, not stored yet.
    """

    ledger: Ledger
    author: Author
    conflicts: list[SyncConflict] = field(default_factory=list)
    _there: dict[Key, dict[str, Any]] = field(default_factory=dict)

    @property
    def _node_id(self) -> str:
        return str(self.author.node.pk)

    def read(self, change: Change) -> Mapping[str, Any]:
        """The fields of a change, checked by its kind.

        Raises:
            ChangeRefused: unknown kind, or a field that is not right.
        """
        kind = KINDS.get(change.kind)
        if kind is None:
            raise ChangeRefused("UNKNOWN_KIND", f"Kind '{change.kind[:40]}' is not known here; update the server.")
        return kind.read(change.object_id, change.body)

    def prepare(self, changes: Sequence[Change]) -> None:
        """Look at everything that the (readable) changes are about, in a few queries."""
        for kind in KINDS.values():
            named = sorted({change.object_id for change in changes if change.kind == kind.name})
            for object_id, current in observe_objects(self.ledger, kind, named).items():
                self._there[(kind.name, object_id)] = dict(current.values)
        rated = {change.object_id.partition("/")[0] for change in changes if change.kind == RpeKind.name}
        self.ledger.load(SessionKind.name, sorted(rated))

    def judge(self, change: Change, fields: Mapping[str, Any]) -> None:
        """Apply what wins, note what loses.

        Raises:
            ChangeRefused: nothing of the change was taken.
        """
        key = (change.kind, change.object_id)
        if change.kind == RpeKind.name and self._session_is_gone(change.object_id):
            raise ChangeRefused("GONE", "The session was deleted.")
        if WHOLE in self.ledger.fields(key):
            self._too_late(key, change, fields)
        elif change.op == DELETE:
            self._delete(key, change)
        else:
            self._edit(key, change, fields)

    def _edit(self, key: Key, change: Change, fields: Mapping[str, Any]) -> None:
        kind, rows, there = KINDS[key[0]], self.ledger.fields(key), self._there.get(key)
        values: Mapping[str, Any] = there or {}
        fresh = {name: value for name, value in fields.items() if not _is_repetition(rows.get(name), change.stamp)}
        wins = {name: value for name, value in fresh.items() if name not in rows or change.stamp > rows[name].stamp}
        changed = {name: value for name, value in wins.items() if there is None or values.get(name) != value}
        if changed:
            self._write(kind, change, changed, is_new=there is None)
        for name, value in fresh.items():
            if name in rows and self._concurrent(rows[name], change) and values.get(name) != value:
                self._dispute(
                    key, name, self._mine(change, value), _theirs(rows[name], values.get(name)), won=name in wins
                )
        if there is None and wins:
            made = kind.current(self.author.team_id, [change.object_id])[change.object_id].values
            for name in made.keys() - rows.keys() - wins.keys():
                self.ledger.put(key, name, shown(kind, made[name]), UNSET)
        for name, value in wins.items():
            self.ledger.put(key, name, shown(kind, value), change.stamp)
        for name in fresh:
            self.ledger.hear(key, name, change.stamp)
        if there is not None or wins:
            self._there[key] = {**values, **wins}

    def _delete(self, key: Key, change: Change) -> None:
        rows = dict(self.ledger.fields(key))
        self._guarded(partial(KINDS[key[0]].delete, self.author, change.object_id))
        for name, row in rows.items():
            if self._concurrent(row, change):
                self._dispute(key, name, self._mine(change, None), _theirs(row, row.value), won=True)
        self.ledger.bury(key, change.stamp)
        self.ledger.hear(key, WHOLE, change.stamp)
        self._there.pop(key, None)

    def _too_late(self, key: Key, change: Change, fields: Mapping[str, Any]) -> None:
        grave = self.ledger.fields(key)[WHOLE]
        if change.op == DELETE or heard(grave, change.stamp) or grave.origin == self._node_id:
            return
        self.ledger.hear(key, WHOLE, change.stamp)
        self._dispute(key, WHOLE, self._mine(change, dict(fields)), _theirs(grave, None), won=False)

    def _session_is_gone(self, object_id: str) -> bool:
        return WHOLE in self.ledger.fields((SessionKind.name, object_id.partition("/")[0]))

    def _write(self, kind: Kind, change: Change, fields: Mapping[str, Any], *, is_new: bool) -> None:
        self._guarded(partial(kind.write, self.author, change.object_id, fields, is_new=is_new))

    @staticmethod
    def _guarded(write: Callable[[], None]) -> None:
        try:
            with transaction.atomic():
                write()
        except DomainError as error:
            raise _as_refusal(error) from error

    def _concurrent(self, row: SyncField, change: Change) -> bool:
        return row.origin != self._node_id and row.stamp != UNSET and row.seq > change.seen

    def _mine(self, change: Change, value: Any) -> _Side:
        return _Side(value, change.stamp.wall_ms, self._node_id)

    def _dispute(self, key: Key, name: str, mine: _Side, theirs: _Side, *, won: bool) -> None:
        winner, loser = (mine, theirs) if won else (theirs, mine)
        self.conflicts.append(
            SyncConflict(
                node=self.author.node,
                kind=key[0],
                object_id=key[1],
                field=name,
                winner=winner.told(),
                loser=loser.told(),
                player_id=KINDS[key[0]].player_of(key[1]),
            )
        )


def _theirs(row: SyncField, value: Any) -> _Side:
    return _Side(value, row.wall_ms, row.origin or "server")


def _is_repetition(row: SyncField | None, stamp: Stamp) -> bool:
    return row is not None and heard(row, stamp)


def _as_refusal(error: DomainError) -> ChangeRefused:
    code = {403: "NOT_ALLOWED", 404: "NOT_FOUND"}.get(error.http_status, "INVALID")
    return ChangeRefused(code, error.message)
