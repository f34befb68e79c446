"""Keeping the cloud's index like ours: what differs is sent, what is gone is taken out, until nothing differs.

`CloudCopy` remembers what Azure has confirmed. A copy without an entry is something to take out, so a deletion is not
forgotten while Azure is away.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.db.models import Exists, OuterRef

from apps.search.cloud.client import WRITING, CloudUnavailable, Patience, patiently, search_client
from apps.search.cloud.schema import FOR_ALL
from apps.search.models import CloudCopy, IndexEntry, Passage
from apps.search.passages import Span, spans_of
from apps.search.phrasings import asked_for
from apps.search.vectors import MODEL, unpack

BATCH = 50
"""Entries of one message: some 150 passages of 4 KB; Azure takes 1,000 documents and 16 MB."""

Row = dict[str, Any]
Sleep = Callable[[float], None]


def mirror(patience: Patience = WRITING, sleep: Sleep = time.sleep) -> Iterator[int]:
    """Send what differs; yields how many entries after each message.

    Raises:
        CloudUnavailable: Azure did not take it; what it confirmed before is remembered.
    """
    after = 0
    while batch := list(IndexEntry.objects.filter(pk__gt=after).order_by("pk").prefetch_related("passages")[:BATCH]):
        after = batch[-1].pk
        if count := _send_batch(batch, patience, sleep):
            yield count
    while gone := list(removed()[:BATCH]):
        _act([_removal(copy, place) for copy in gone for place in range(copy.passages)], patience, sleep)
        CloudCopy.objects.filter(pk__in=[copy.pk for copy in gone]).delete()
        yield len(gone)


def removed() -> Any:
    """Return the copies whose entry is gone."""
    entries = IndexEntry.objects.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    return CloudCopy.objects.filter(~Exists(entries)).order_by("pk")


def forget() -> None:
    """Have everything sent again: the cloud's index is new."""
    CloudCopy.objects.order_by("pk").delete()


def document_id(kind: str, object_id: str, position: int) -> str:
    """Return a key as Azure wants it: letters, digits, dash, underscore."""
    coded = base64.urlsafe_b64encode(object_id.encode()).decode().rstrip("=")
    return f"{kind}-{coded}-{position}"


def _send_batch(batch: Sequence[IndexEntry], patience: Patience, sleep: Sleep) -> int:
    """Send the entries of a batch that differ; returns how many."""
    copies = {
        (copy.kind, copy.object_id): copy
        for copy in CloudCopy.objects.filter(object_id__in=[entry.object_id for entry in batch])
    }
    rows: list[Row] = []
    sent: list[CloudCopy] = []
    for entry in batch:
        made = _rows(entry)
        copy = copies.get((entry.kind, entry.object_id)) or _no_copy(entry)
        digest = hashlib.sha256(json.dumps(made, sort_keys=True).encode()).hexdigest()
        if copy.content_hash == digest:
            continue
        rows += made + [_removal(copy, place) for place in range(len(made), copy.passages)]
        copy.content_hash, copy.passages = digest, len(made)
        sent.append(copy)
    if rows:
        _act(rows, patience, sleep)
        CloudCopy.objects.bulk_create(
            sent, update_conflicts=True, unique_fields=["kind", "object_id"], update_fields=["content_hash", "passages"]
        )
    return len(sent)


def _no_copy(entry: IndexEntry) -> CloudCopy:
    return CloudCopy(kind=entry.kind, object_id=entry.object_id, content_hash="", passages=0)


def _act(rows: Sequence[Row], patience: Patience, sleep: Sleep) -> None:
    """Send rows in one message; those that Azure was too busy for are sent again.

    Raises:
        CloudUnavailable: some were refused for good.
    """
    waiting = list(rows)
    with search_client(patience) as client:

        def attempt() -> None:
            results = {result.key: result for result in client.index_documents(_batch_of(waiting))}
            refused = [row for row in waiting if row["id"] not in results or not results[row["id"]].succeeded]
            waiting[:] = refused
            if refused:
                statuses = {results[row["id"]].status_code for row in refused if row["id"] in results}
                status = min(statuses, default=503)
                raise CloudUnavailable(f"Azure AI Search did not take {len(refused)} passages ({status}).", status)

        patiently(attempt, patience, sleep)


def _batch_of(rows: Sequence[Row]) -> Any:
    from azure.search.documents import IndexDocumentsBatch

    batch = IndexDocumentsBatch()
    batch.add_upload_actions([row for row in rows if "kind" in row])
    batch.add_delete_actions([row for row in rows if "kind" not in row])
    return batch


def _removal(copy: CloudCopy, position: int) -> Row:
    return {"id": document_id(copy.kind, copy.object_id, position)}


def _rows(entry: IndexEntry) -> list[Row]:
    """One row a passage; without a direction until a worker has embedded it."""
    passages = [row for row in entry.passages.all() if _is_sent(row, entry)]
    if not passages:
        return [_row(entry, position, span, None) for position, span in enumerate(spans_of(entry.text))]
    directions = unpack([bytes(row.embedding) for row in passages])
    return [
        _row(entry, row.position, Span(row.start, row.end), [round(float(part), 5) for part in direction])
        for row, direction in zip(passages, directions, strict=True)
    ]


def _is_sent(row: Passage, entry: IndexEntry) -> bool:
    return not row.asked and row.content_hash == entry.content_hash and row.model == MODEL


def _row(entry: IndexEntry, position: int, span: Span, direction: list[float] | None) -> Row:
    return {
        "id": document_id(entry.kind, entry.object_id, position),
        "kind": entry.kind,
        "object_id": entry.object_id,
        "team": str(entry.team_id or FOR_ALL),
        "player": str(entry.player_id or ""),
        "age_min": entry.age_min or 0,
        "age_max": 99 if entry.age_max is None else entry.age_max,
        "position": position,
        "title": entry.title,
        "tags": list(entry.tags),
        "asked": list(asked_for(entry.kind, entry.object_id)),
        "text": entry.text[span.start : span.end],
        "meaning": direction,
    }
