"""Writing the index: documents in, documents out, a team's part brought up to date."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from apps.core import versions
from apps.search import messages, sources
from apps.search.documents import MAX_TITLE, Document, Kind, cleaned, content_hash
from apps.search.locking import hold_index
from apps.search.models import IndexEntry, IndexEntryQuerySet
from apps.search.parts import PART, SHARED
from apps.search.phrasings import asked_for

BATCH = 200
"""Rows of one statement; SQLite takes 32,766 values."""
_FIELDS = ("team_id", "player_id", "title", "text", "tags", "language", "age_min", "age_max")


@dataclass(frozen=True, slots=True)
class Refreshed:
    """What bringing up to date did.

    Attributes:
        read: documents that the sources named.
        written: those that were new or had changed.
        removed: entries whose object is gone.
    """

    read: int = 0
    written: int = 0
    removed: int = 0

    def __add__(self, other: Refreshed) -> Refreshed:
        return Refreshed(self.read + other.read, self.written + other.written, self.removed + other.removed)


@transaction.atomic
def put(entries: Sequence[Document]) -> int:
    """Add documents or bring them up to date; what says the same already is left alone.

    Found by words once the transaction is committed, by meaning when a worker has embedded them.

    Returns:
        How many were written.
    """
    hold_index()
    changed = [row for batch in _batches(entries) for row in _changed(batch)]
    for start in range(0, len(changed), BATCH):
        IndexEntry.objects.bulk_create(
            changed[start : start + BATCH],
            update_conflicts=True,
            unique_fields=["kind", "object_id"],
            update_fields=[*_FIELDS, "folded", "content_hash", "updated_at"],
        )
    if changed:
        _renew({row.team_id for row in changed})
        transaction.on_commit(messages.ring_embedding, robust=True)
        transaction.on_commit(messages.ring_mirror, robust=True)
    return len(changed)


@transaction.atomic
def remove(kind: Kind, object_ids: Iterable[object]) -> int:
    """Take documents out, at once; returns how many there were."""
    hold_index()
    ids = [str(object_id) for object_id in object_ids]
    return sum(
        _delete(IndexEntry.objects.filter(kind=kind, object_id__in=ids[start : start + BATCH]))
        for start in range(0, len(ids), BATCH)
    )


@transaction.atomic
def remove_team(team_id: UUID) -> int:
    """Take all of a team out, at once."""
    hold_index()
    return _delete(IndexEntry.objects.filter(team_id=team_id))


@transaction.atomic
def remove_players(player_ids: Sequence[UUID]) -> int:
    """Take out what is about these players alone, at once."""
    hold_index()
    return _delete(IndexEntry.objects.filter(player_id__in=player_ids))


def refresh(team_id: UUID | None, kinds: Sequence[Kind] = ()) -> Refreshed:
    """Read the documents of a team (`None`: those for all) again, and take out those that are gone.

    Args:
        kinds: only these; none: every kind that has a source.
    """
    known = sources.registered()
    done = Refreshed()
    for kind in kinds or known:
        with transaction.atomic():
            hold_index()
            done += _refresh_kind(kind, known[kind], team_id)
    return done


def remove_strangers(team_ids: Sequence[UUID], kinds: Sequence[Kind] = ()) -> int:
    """Take out the entries of teams that are no more, and of kinds that nobody names; returns how many."""
    known = sources.registered()
    with transaction.atomic():
        hold_index()
        rows = IndexEntry.objects.filter(kind__in=kinds) if kinds else IndexEntry.objects.order_by()
        gone = _delete(rows.filter(team_id__isnull=False).exclude(team_id__in=team_ids))
        return gone + _delete(rows.exclude(kind__in=list(known)))


def _refresh_kind(kind: Kind, iterate: sources.Iterate, team_id: UUID | None) -> Refreshed:
    documents = list(iterate(team_id))
    for document in documents:
        if document.kind != kind or document.team_id != team_id:
            raise ValueError(
                f"The source of {kind} was asked for team {team_id} and named {document.kind} {document.object_id} "
                f"of team {document.team_id}."
            )
    there = IndexEntry.objects.filter(kind=kind, team_id=team_id) if team_id else _shared(kind)
    gone = set(there.values_list("object_id", flat=True)) - {document.object_id for document in documents}
    return Refreshed(len(documents), put(documents), remove(kind, gone) if gone else 0)


def _shared(kind: Kind) -> IndexEntryQuerySet:
    return IndexEntry.objects.filter(kind=kind, team_id__isnull=True)


def _batches(entries: Sequence[Document]) -> Iterator[Sequence[Document]]:
    """The documents by kind, each once (the last word counts), `BATCH` at a time."""
    latest = {(Kind(entry.kind), entry.object_id): entry for entry in entries}
    for kind in Kind:
        own = [entry for (its_kind, _), entry in latest.items() if its_kind is kind]
        yield from (own[start : start + BATCH] for start in range(0, len(own), BATCH))


def _changed(batch: Sequence[Document]) -> list[IndexEntry]:
    """Rows of the documents that are not in the index as they are."""
    if not batch:
        return []
    rows = IndexEntry.objects.filter(kind=batch[0].kind, object_id__in=[entry.object_id for entry in batch])
    there = {row.object_id: row for row in rows}
    made = [_row(entry) for entry in batch]
    return [row for row in made if not _same(row, there.get(row.object_id))]


def _row(entry: Document) -> IndexEntry:
    return IndexEntry(
        kind=Kind(entry.kind),
        object_id=entry.object_id,
        team_id=entry.team_id,
        player_id=entry.player_id,
        title=" ".join(cleaned(entry.title).split())[:MAX_TITLE],
        text=cleaned(entry.text),
        tags=[" ".join(cleaned(tag).split()) for tag in entry.tags],
        language=entry.language,
        age_min=entry.age_min,
        age_max=entry.age_max,
    )


def _same(row: IndexEntry, there: IndexEntry | None) -> bool:
    """Whether it says the same, also beside its text: how it is asked for may have changed."""
    if there is None or any(getattr(row, name) != getattr(there, name) for name in _FIELDS):
        return False
    return content_hash(row.title, row.text, row.tags, asked_for(row.kind, row.object_id)) == there.content_hash


def _delete(rows: IndexEntryQuerySet) -> int:
    teams = set(rows.order_by().values_list("team_id", flat=True).distinct())
    count = rows.delete()[1].get(IndexEntry._meta.label, 0)
    if count:
        _renew(teams)
        transaction.on_commit(messages.ring_mirror, robust=True)
    return count


def _renew(teams: Iterable[UUID | None]) -> None:
    for team_id in teams:
        versions.bump(PART, team_id or SHARED)
