"""Seeing what people changed on the server, so that nodes learn of it and later merges know its time.

An edit is noted in its own transaction where the service tells so (`core.changes`); what was not told is found by
comparing the tables with the ledger, with the row's own time.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone

from apps.edge.models import WHOLE, EdgeNode, SyncEdit, SyncField
from apps.edge.services.kinds import KINDS, Current, Kind, PlayerKind, SessionKind
from apps.edge.services.ledger import Key, Ledger, digest
from apps.edge.stamps import Stamp, after
from apps.sessions.models import Session, SessionNote

OVERLAP = timedelta(minutes=10)
"""A row is looked at again for so long after it was saved: longer than any transaction of ours takes to commit."""
MAX_EDITS = 5000

Times = Mapping[tuple[str, str], int]
"""Object id and field → when somebody edited it [ms]."""


def note_edits(kind: str, object_id: uuid.UUID, team_id: uuid.UUID, fields: Collection[str]) -> None:
    """Note an edit that the caller's transaction makes (a listener of `core.changes`); only for teams with nodes."""
    if EdgeNode.objects.filter(device__team_id=team_id).exists():
        now = timezone.now()
        SyncEdit.objects.bulk_create(
            SyncEdit(team_id=team_id, kind=kind, object_id=str(object_id), field=field[:60], at=now) for field in fields
        )


def observe_team(ledger: Ledger, now: datetime) -> None:
    """Bring the ledger up to what the team's sessions and players are now."""
    team_id, since = ledger.log.pk, ledger.log.looked_at
    edits = list(SyncEdit.objects.filter(team_id=team_id).order_by("id")[:MAX_EDITS])
    times = {(edit.object_id, edit.field): int(edit.at.timestamp() * 1000) for edit in edits}
    there = {str(pk) for pk in Session.objects.filter(team_id=team_id).values_list("pk", flat=True)}
    touched = _touched(team_id, since, {edit.object_id for edit in edits}, there)
    now_ms = int(now.timestamp() * 1000)
    _compare(ledger, KINDS[SessionKind.name], touched, times)
    _bury(ledger, SessionKind.name, {edit.object_id for edit in edits if edit.field == WHOLE} - there, now_ms)
    _bury_missing(ledger, SessionKind.name, there, now_ms)
    _observe_roster(ledger, now_ms)
    SyncEdit.objects.filter(pk__in=[edit.pk for edit in edits]).delete()
    ledger.log.looked_at = now


def observe_objects(ledger: Ledger, kind: Kind, object_ids: Sequence[str]) -> dict[str, Current]:
    """Bring the ledger up to what these objects are now; answers those that are there."""
    return _compare(ledger, kind, object_ids, {})


def shown(kind: Kind, value: object) -> object:
    """What the ledger keeps of a value."""
    return digest(value) if kind.private else value


def _touched(team_id: uuid.UUID, since: datetime | None, told: set[str], there: set[str]) -> list[str]:
    sessions = Session.objects.filter(team_id=team_id)
    notes = SessionNote.objects.filter(session__team_id=team_id)
    if since is not None:
        sessions = sessions.filter(updated_at__gte=since - OVERLAP)
        notes = notes.filter(updated_at__gte=since - OVERLAP)
    found = {str(pk) for pk in sessions.values_list("pk", flat=True)}
    found |= {str(pk) for pk in notes.values_list("session_id", flat=True)}
    return sorted((found | told) & there)


def _compare(ledger: Ledger, kind: Kind, object_ids: Collection[str], times: Times) -> dict[str, Current]:
    if not object_ids:
        return {}
    ledger.load(kind.name, object_ids)
    found = kind.current(ledger.log.pk, object_ids)
    for object_id, current in found.items():
        key = (kind.name, object_id)
        if WHOLE in ledger.fields(key):
            continue
        for field, value in current.values.items():
            _take(ledger, kind, key, (field, value), times.get((object_id, field), current.saved_ms))
        for field in set(ledger.fields(key)) - set(current.values):
            if ledger.fields(key)[field].value != shown(kind, None):
                _take(ledger, kind, key, (field, None), times.get((object_id, field), current.saved_ms))
    return found


def _take(ledger: Ledger, kind: Kind, key: Key, entry: tuple[str, object], edited_ms: int) -> None:
    field, value = entry
    row = ledger.fields(key).get(field)
    if row is None:
        if value != kind.unset.get(field):
            ledger.put(key, field, shown(kind, value), Stamp(edited_ms))
    elif row.value != shown(kind, value):
        ledger.put(key, field, shown(kind, value), after(edited_ms, row.stamp))


def _bury(ledger: Ledger, kind: str, gone: Collection[str], now_ms: int) -> None:
    ledger.load(kind, gone)
    for object_id in sorted(gone):
        if WHOLE not in ledger.fields((kind, object_id)):
            ledger.bury((kind, object_id), Stamp(now_ms))


def _bury_missing(ledger: Ledger, kind: str, there: Collection[str], now_ms: int) -> None:
    _bury(ledger, kind, {object_id for object_id in _known(ledger, kind) if object_id not in there}, now_ms)


def _known(ledger: Ledger, kind: str) -> list[str]:
    rows = SyncField.objects.filter(~Q(field=WHOLE), team_id=ledger.log.pk, kind=kind)
    return sorted(set(rows.values_list("object_id", flat=True)))


def _observe_roster(ledger: Ledger, now_ms: int) -> None:
    ledger.load(PlayerKind.name)
    roster = PlayerKind().current(ledger.log.pk)
    for object_id, current in roster.items():
        for field, value in current.values.items():
            row = ledger.fields((PlayerKind.name, object_id)).get(field)
            if row is None or row.value != value:
                key = (PlayerKind.name, object_id)
                ledger.put(key, field, value, after(current.saved_ms, row.stamp if row else None))
    _bury_missing(ledger, PlayerKind.name, set(roster), now_ms)
