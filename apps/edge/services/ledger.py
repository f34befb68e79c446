"""What is known of a team's fields, held in memory for one sync and written at its end in a few statements."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import Q

from apps.edge.models import WHOLE, SyncField, TeamLog
from apps.edge.stamps import EARLIEST_MS, Stamp

Key = tuple[str, str]
"""Kind and id of an object."""
UNSET = Stamp(EARLIEST_MS)
"""The stamp of a default: any edit is later."""
_BATCH = 500


class Ledger:
    """The fields of some objects of a team, under the lock of its log."""

    def __init__(self, log: TeamLog) -> None:
        self.log = log
        self._fields: dict[Key, dict[str, SyncField]] = {}
        self._changed: dict[tuple[str, str, str], SyncField] = {}
        self._buried: set[Key] = set()

    def load(self, kind: str, object_ids: Iterable[str] | None = None) -> None:
        """Read the fields of these objects of a kind (all of it without ids), but those that are loaded already."""
        wanted = None if object_ids is None else [key for key in object_ids if (kind, key) not in self._fields]
        if wanted == []:
            return
        rows = SyncField.objects.filter(team_id=self.log.pk, kind=kind)
        if wanted is not None:
            rows = rows.filter(object_id__in=wanted)
            for object_id in wanted:
                self._fields.setdefault((kind, object_id), {})
        for row in rows:
            fields = self._fields.setdefault((kind, row.object_id), {})
            fields.setdefault(row.field, row)

    def fields(self, key: Key) -> Mapping[str, SyncField]:
        """The loaded fields of an object."""
        return self._fields.get(key, {})

    def objects(self, kind: str) -> list[str]:
        """Ids of the loaded objects of a kind that are not deleted."""
        return [key[1] for key, fields in self._fields.items() if key[0] == kind and fields and WHOLE not in fields]

    def put(self, key: Key, field: str, value: Any, stamp: Stamp) -> None:
        """Note a new value."""
        row = self._row(key, field, stamp)
        row.value = value
        row.wall_ms, row.counter, row.origin = stamp
        self._number(row)

    def hear(self, key: Key, field: str, stamp: Stamp) -> None:
        """Note that this edit of a node was judged, so that its repetition is nothing new."""
        row = self._fields[key][field]
        row.heard = {**row.heard, stamp.origin: list(stamp.moment)}
        self._changed[(*key, field)] = row

    def bury(self, key: Key, stamp: Stamp) -> None:
        """Note that the object was deleted: its fields go, and nothing brings it back."""
        self._fields[key] = {}
        self._changed = {place: row for place, row in self._changed.items() if place[:2] != key}
        self._buried.add(key)
        self.put(key, WHOLE, None, stamp)

    def flush(self) -> None:
        """Write everything."""
        for kind, object_id in self._buried:
            SyncField.objects.filter(team_id=self.log.pk, kind=kind, object_id=object_id).delete()
        rows = list(self._changed.values())
        SyncField.objects.bulk_create([row for row in rows if row.pk is None], batch_size=_BATCH)
        known = [row for row in rows if row.pk is not None]
        SyncField.objects.bulk_update(
            known, ["value", "wall_ms", "counter", "origin", "heard", "seq"], batch_size=_BATCH
        )
        self.log.save(update_fields=["last_seq", "looked_at"])

    def _row(self, key: Key, field: str, stamp: Stamp) -> SyncField:
        fields = self._fields.setdefault(key, {})
        if field not in fields:
            fields[field] = SyncField(
                team_id=self.log.pk, kind=key[0], object_id=key[1], field=field, wall_ms=stamp.wall_ms, heard={}
            )
        return fields[field]

    def _number(self, row: SyncField) -> None:
        self.log.last_seq += 1
        row.seq = self.log.last_seq
        self._changed[(row.kind, row.object_id, row.field)] = row


def digest(value: Any) -> str:
    """What is kept of a private value: enough to see that it changed."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def heard(row: SyncField, stamp: Stamp) -> bool:
    """Whether this edit of a node, or a later one of the same node, was judged already."""
    latest = row.heard.get(stamp.origin)
    return latest is not None and tuple(latest) >= stamp.moment


def forget(kind: str, object_ids: Collection[str]) -> None:
    """Blank the values that are kept of deleted objects at once; the next sync tells the nodes."""
    SyncField.objects.filter(kind=kind, object_id__in=object_ids).update(value=None)


def forget_about(part: str) -> None:
    """Remove what is kept of two-part objects of which `part` is one."""
    about = Q(object_id__startswith=f"{part}/") | Q(object_id__endswith=f"/{part}")
    SyncField.objects.filter(about).delete()
