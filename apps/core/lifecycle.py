"""What must happen with a thing's traces when it goes, and what belongs to a person's export.

Deleting a session also removes films, artefacts and index entries, which live in apps that the sessions app must not
know. So every app registers its eraser and exporter here when Django is ready.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import structlog
from django.db import transaction

log = structlog.get_logger(__name__)

Eraser = Callable[[Sequence[uuid.UUID]], Callable[[], None] | None]
"""Runs inside the deleting transaction, before the rows go, with the ids of what goes; removes rows of its own and
returns what is to be done after the commit (files, messages), which may run twice and must not mind."""

Exporter = Callable[[uuid.UUID], Mapping[str, Any]]
"""Returns the JSON form of what an app keeps about one person or player."""


Merger = Callable[[uuid.UUID, uuid.UUID], Mapping[str, int]]
"""Moves what an app keeps about the second player to the first; returns how many rows, by what they are. Runs inside
the transaction that then deletes the second, and before it; a preview runs it too and rolls it back."""


@dataclass(frozen=True, slots=True)
class Orphan:
    """A file that no row owns: a process died between the two, or the storage failed when the row went.

    Attributes:
        name: as it is called in the storage.
        remove: takes it away; may run twice.
    """

    name: str
    remove: Callable[[], None]


Sweeper = Callable[[], Iterable[Orphan]]
"""Finds the files of an app that no row owns, but for those so young that a request may still be writing their row."""


@dataclass(slots=True)
class Registry:
    """Erasers and exporters by kind ("session", "player", "team", "user"), mergers and sweepers by app."""

    erasers: dict[str, dict[str, Eraser]] = field(default_factory=dict)
    exporters: dict[str, dict[str, Exporter]] = field(default_factory=dict)
    mergers: dict[str, Merger] = field(default_factory=dict)
    sweepers: dict[str, Sweeper] = field(default_factory=dict)

    def register_eraser(self, kind: str, owner: str, eraser: Eraser) -> None:
        """Register one app's eraser; registering again replaces it."""
        self.erasers.setdefault(kind, {})[owner] = eraser

    def register_exporter(self, kind: str, owner: str, exporter: Exporter) -> None:
        """Register one app's exporter; registering again replaces it."""
        self.exporters.setdefault(kind, {})[owner] = exporter

    def register_merger(self, owner: str, merger: Merger) -> None:
        """Register what moves one app's rows when two players are one; registering again replaces it.

        Plain foreign keys need none: `accounts` moves them all. One is for what refers to a player otherwise.
        """
        self.mergers[owner] = merger

    def register_sweeper(self, owner: str, sweeper: Sweeper) -> None:
        """Register what finds one app's files without a row; registering again replaces it."""
        self.sweepers[owner] = sweeper

    def orphans(self) -> list[Orphan]:
        """Return every file without a row; an app whose storage does not answer is logged, and asked the next time."""
        found: list[Orphan] = []
        for owner, sweeper in self.sweepers.items():
            try:
                found += sweeper()
            except Exception:
                log.exception("lifecycle.sweep_failed", owner=owner)
        return found

    def sweep(self) -> int:
        """Remove every file without a row; answers how many went. What cannot be removed is tried again next time."""
        removed = 0
        for orphan in self.orphans():
            try:
                orphan.remove()
            except Exception:
                log.exception("lifecycle.remove_failed", file=orphan.name)
            else:
                removed += 1
        if removed:
            log.info("lifecycle.swept", files=removed)
        return removed

    def erase(self, kind: str, ids: Sequence[uuid.UUID]) -> None:
        """Run every eraser of a kind; what they leave for later runs after the commit.

        One eraser that fails after the commit is logged and does not keep the others from running; the files that it
        left have lost their rows and go with the next sweep.
        """
        for owner, eraser in self.erasers.get(kind, {}).items():
            after = eraser(ids)
            if after is not None:
                transaction.on_commit(_logged(kind, owner, after))

    def merge(self, kept_id: uuid.UUID, gone_id: uuid.UUID) -> dict[str, int]:
        """Run every merger; returns how many rows moved, by what they are."""
        moved: dict[str, int] = {}
        for owner, merger in self.mergers.items():
            moved |= {f"{owner}: {name}": count for name, count in merger(kept_id, gone_id).items() if count}
        return moved

    def export(self, kind: str, object_id: uuid.UUID) -> dict[str, Any]:
        """Return every app's part of an export, by the app's name."""
        return {owner: dict(exporter(object_id)) for owner, exporter in self.exporters.get(kind, {}).items()}


def _logged(kind: str, owner: str, after: Callable[[], None]) -> Callable[[], None]:
    def run() -> None:
        try:
            after()
        except Exception:
            log.exception("lifecycle.erase_failed", kind=kind, owner=owner)

    return run


lifecycle = Registry()
