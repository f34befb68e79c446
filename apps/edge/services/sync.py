"""One exchange with a node: its edits in, everybody else's out, in one transaction under the lock of the team's log."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from apps.edge.errors import ChangeRefused, TooManyChanges
from apps.edge.events import announce_sync
from apps.edge.models import EdgeNode, SyncConflict, SyncCursor, TeamLog
from apps.edge.selectors import cursor_of, read_cursor, read_feed
from apps.edge.services.changes import Change, read_change
from apps.edge.services.kinds import SENT, Author, SessionKind
from apps.edge.services.ledger import Ledger
from apps.edge.services.merging import Merge
from apps.edge.services.nodes import heard_of
from apps.edge.services.observing import observe_team
from apps.edge.stamps import write_time
from apps.pairing.models import DeviceUser
from apps.sessions.models import Session

MAX_CHANGES = 1000
"""Changes in a batch: a second's work, and far more than a pitch makes in a day."""


@dataclass(frozen=True, slots=True)
class Batch:
    """What a node sends.

    Attributes:
        cursor: of the last answer; empty to start from nothing.
        changes: as they came; each is judged by itself.
        pending: how many more the node still has.
    """

    cursor: str | None
    changes: Sequence[object]
    pending: int = 0


def sync(*, user: DeviceUser, node: EdgeNode, batch: Batch) -> dict[str, Any]:
    """Take a node's edits and answer the team's; the same batch again changes nothing.

    Returns:
        `applied` (settled: stored, known already, or lost to a later edit), `conflicts`, `refused`, `changes`,
        `cursor`, `has_more`.

    Raises:
        UnusableCursor: 409.
        TooManyChanges: 400.
    """
    if len(batch.changes) > MAX_CHANGES:
        raise TooManyChanges(f"At most {MAX_CHANGES} changes a batch; got {len(batch.changes)}. Send them in several.")
    TeamLog.objects.get_or_create(team_id=node.device.team_id)
    with transaction.atomic():
        return _exchange(user, node, batch)


def _exchange(user: DeviceUser, node: EdgeNode, batch: Batch) -> dict[str, Any]:
    now = timezone.now()
    team_id = node.device.team_id
    _hold_sessions(team_id, batch.changes)
    log = TeamLog.objects.select_for_update().get(pk=team_id)
    seq = read_cursor(batch.cursor, node, log)
    ledger = Ledger(log)
    observe_team(ledger, now)
    merge = Merge(ledger, Author(user, node, team_id))
    applied, refused = _judge_all(merge, batch, seq, int(now.timestamp() * 1000))
    ledger.flush()
    SyncConflict.objects.bulk_create(merge.conflicts)
    feed = read_feed(team_id, SENT, seq)
    SyncCursor.objects.update_or_create(node=node, defaults={"seq": seq, "synced_at": now})
    heard_of(node, now)
    done = len(batch.changes)
    transaction.on_commit(partial(announce_sync, node, done, done + batch.pending), robust=True)
    return {
        "applied": applied,
        "conflicts": [_told(conflict) for conflict in merge.conflicts],
        "refused": refused,
        "changes": feed.changes,
        "cursor": cursor_of(node, feed.seq if feed.has_more else log.last_seq),
        "has_more": feed.has_more,
    }


def _hold_sessions(team_id: Any, changes: Sequence[object]) -> None:
    """Lock the sessions that may be written, always in the same order and before the log: people's edits of them wait
    until this exchange is stored, so none falls between looking and writing."""
    named = [change.get("id") for change in changes if isinstance(change, dict)]
    possible = {found for text in named if isinstance(text, str) and (found := _uuid_in(text)) is not None}
    if possible:
        rows = Session.objects.select_for_update(of=("self",)).filter(team_id=team_id, pk__in=possible)
        list(rows.order_by("pk").values_list("pk", flat=True))


def _uuid_in(text: str) -> uuid.UUID | None:
    try:
        return uuid.UUID(text[:36])
    except ValueError:
        return None


def _judge_all(merge: Merge, batch: Batch, seq: int, now_ms: int) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Judge the changes in the order of their stamps, sessions before what is said about them."""
    applied: list[dict[str, Any]] = []
    refused: list[dict[str, Any]] = []
    node = merge.author.node
    readable: list[tuple[Change, Mapping[str, Any], object]] = []
    for sent in batch.changes:
        try:
            seen = _seen(sent, node, merge.ledger.log, seq)
            change = read_change(sent, origin=str(node.pk), now_ms=now_ms, seen=seen)
            readable.append((change, merge.read(change), sent))
        except ChangeRefused as error:
            refused.append(_refusal(sent, error))
    merge.prepare([change for change, _, _ in readable])
    for change, fields, sent in sorted(readable, key=lambda entry: (entry[0].kind != SessionKind.name, entry[0].stamp)):
        try:
            merge.judge(change, fields)
            applied.append(_receipt(change))
        except ChangeRefused as error:
            refused.append(_refusal(sent, error))
    return applied, refused


def _seen(sent: object, node: EdgeNode, log: TeamLog, seq: int) -> int:
    """What the editor knew of the team's changes: as the change says, else what the node says it has."""
    said = sent.get("seen") if isinstance(sent, dict) else None
    if said is None:
        return seq
    if not isinstance(said, str) or len(said) > 80:
        raise ChangeRefused("INVALID", "'seen' must be the cursor that the node had when this was edited.")
    owner, _, number = said.partition(".")
    if owner != str(node.pk) or not number.isascii() or not number.isdigit() or len(number) > 18:
        return 0
    return int(number) if int(number) <= log.last_seq else 0


def _receipt(change: Change) -> dict[str, Any]:
    return {
        "id": change.object_id,
        "kind": change.kind,
        "updated_at": write_time(change.stamp.wall_ms),
        "counter": change.stamp.counter,
    }


def _refusal(sent: object, error: ChangeRefused) -> dict[str, Any]:
    said = sent if isinstance(sent, dict) else {}

    def short(name: str) -> str | None:
        value = said.get(name)
        return value[:80].encode("utf-8", "replace").decode() if isinstance(value, str) else None

    counter = said.get("counter", 0)
    return {
        "id": short("id"),
        "kind": short("kind"),
        "updated_at": short("updated_at"),
        "counter": counter if isinstance(counter, int) and abs(counter) < 2**53 else None,
        "code": error.code,
        "message": error.message,
        "retry": error.retry,
    }


def _told(conflict: SyncConflict) -> dict[str, Any]:
    ours = conflict.winner["by"] == str(conflict.node_id)
    return {
        "id": conflict.object_id,
        "kind": conflict.kind,
        "field": conflict.field or None,
        "won": ours,
        "other": conflict.loser if ours else conflict.winner,
    }
