"""Reading nodes and the feed of a team's changes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from apps.accounts.models import User
from apps.core.errors import NotFound
from apps.edge.errors import UnusableCursor
from apps.edge.models import WHOLE, EdgeNode, SyncField, TeamLog
from apps.edge.stamps import write_time

PAGE_ROWS = 1000
"""Field values in one answer: some 200 kB."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a node has not taken yet, up to a page; `seq` is where the page ends."""

    changes: list[dict[str, Any]]
    seq: int
    has_more: bool


def list_nodes(user: User) -> QuerySet[EdgeNode]:
    """The nodes whose team the user staffs, with how their sync stands; of a device its own node."""
    rows = EdgeNode.objects.visible_to(user).select_related("device", "cursor", "device__team__sync_log")
    device = getattr(user, "device", None)
    if device is not None:
        rows = rows.filter(device=device)
    found: QuerySet[EdgeNode] = rows.annotate(conflict_count=Count("conflicts")).order_by("name", "pk")
    return found


def get_node(user: User, node_id: uuid.UUID) -> EdgeNode:
    """One node that the user may see.

    Raises:
        NotFound: none for this user.
    """
    node = list_nodes(user).filter(pk=node_id).first()
    if node is None:
        raise NotFound("There is no such edge node.")
    return node


def cursor_of(node: EdgeNode, seq: int) -> str:
    """The cursor that a node is given: it counts for this node alone."""
    return f"{node.pk}.{seq}"


def read_cursor(text: str | None, node: EdgeNode, log: TeamLog) -> int:
    """Number of the newest change that the node has.

    Raises:
        UnusableCursor: malformed, another node's, or ahead of what is here (this server was set back).
    """
    if not text:
        return 0
    owner, _, number = text.partition(".")
    if owner != str(node.pk):
        raise UnusableCursor
    if not number.isascii() or not number.isdigit() or len(number) > 18:
        raise UnusableCursor("This is no cursor; send the last answer's, or none to start again.")
    if int(number) > log.last_seq:
        raise UnusableCursor(
            "This cursor lies ahead of the server: its data was set back. Sync without a cursor and send your own "
            "edits again; nothing is lost."
        )
    return int(number)


def read_feed(team_id: uuid.UUID, kinds: Sequence[str], seq: int) -> Feed:
    """The team's changes after `seq`, deletions included: who starts again may hold what is gone."""
    rows = SyncField.objects.filter(team_id=team_id, kind__in=kinds, seq__gt=seq)
    page = list(rows.order_by("seq")[: PAGE_ROWS + 1])
    has_more = len(page) > PAGE_ROWS
    page = page[:PAGE_ROWS]
    return Feed(_grouped(page), page[-1].seq if has_more else 0, has_more)


def pending_of(node: EdgeNode) -> int:
    """How many changes the node has not taken."""
    log: TeamLog | None = getattr(node.device.team, "sync_log", None)
    return max(0, log.last_seq - node.cursor.seq) if log and hasattr(node, "cursor") else 0


def connected(node: EdgeNode) -> bool:
    """Whether the node is there now."""
    return node.is_connected(timezone.now())


def _grouped(rows: list[SyncField]) -> list[dict[str, Any]]:
    """Fields of one object that were set at one moment make one change."""
    changes: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows:
        place = (row.kind, row.object_id, row.wall_ms, row.counter, row.origin)
        change = changes.setdefault(
            place,
            {
                "id": row.object_id,
                "kind": row.kind,
                "op": "delete" if row.field == WHOLE else "upsert",
                "updated_at": write_time(row.wall_ms),
                "counter": row.counter,
                "origin": row.origin or None,
                "body": {},
            },
        )
        if row.field.startswith("notes."):
            change["body"].setdefault("notes", {})[row.field.removeprefix("notes.")] = row.value
        elif row.field != WHOLE:
            change["body"][row.field] = row.value
    return list(changes.values())
