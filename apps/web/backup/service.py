"""Making a backup, and putting one back."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from django.conf import settings
from django.db import connection

from apps.core.envelope import utc_now_text
from apps.core.lifecycle import lifecycle
from apps.core.models import AuditEvent
from apps.web.backup import databases, erasures, manifest
from apps.web.backup.manifest import BackupError, Entry, Manifest
from apps.web.backup.trees import Tree, is_empty, trees

Tell = Callable[[str], None]
MADE = "backup.made"
"""Action of the audit trail; its age is a metric."""


@dataclass(frozen=True, slots=True)
class Restored:
    """What a restore did: files put back, what was erased again by action, files without a row removed."""

    files: int
    erased_again: dict[str, int]
    swept: int


def make_backup(folder: Path, *, with_files: bool = True) -> Manifest:
    """Write a backup into a new folder. Everybody may go on working meanwhile.

    The database is first: a film that comes after it is a file without a row, which the sweep removes after a restore;
    the other way round a row would want a film that the backup does not have.

    Raises:
        BackupError: the folder is not empty.
    """
    if folder.exists() and any(folder.iterdir()):
        raise BackupError(f"{folder} is not empty; a backup goes into a folder of its own.")
    folder.mkdir(parents=True, exist_ok=True, mode=manifest.PRIVATE_FOLDER)
    made_at = utc_now_text()
    entries, tables, migrations = databases.dump(folder)
    entries.append(manifest.keep(folder, erasures.NAME, [erasures.as_bytes(erasures.ledger())]))
    if with_files:
        for part, tree in trees().items():
            entries += _kept(folder, part, tree)
    made = Manifest(made_at, settings.VERSION, connection.vendor, migrations, tables, tuple(entries))
    manifest.write(folder, made)
    AuditEvent.objects.create(action=MADE, object_type="backup", object_id=made_at)
    return made


def restore_backup(folder: Path, *, force: bool = False, ledgers: tuple[Path, ...] = (), tell: Tell) -> Restored:
    """Put a backup in place of what is here; web and workers must not run meanwhile.

    Raises:
        BackupError: damaged, of another database or a newer Axolotl, or something is here and `force` was not said.
    """
    known = manifest.read(folder)
    settings.VAR.mkdir(parents=True, exist_ok=True)
    databases.check(known)
    manifest.verify(folder, known)
    tell(f"verified {len(known.entries)} files of {known.made_at}")
    places = trees()
    if not force:
        _require_empty(known, places)
    gone = erasures.ledger() | erasures.beside(folder)
    gone = gone.union(*(erasures.read(file) for file in ledgers))
    databases.load(folder, known)
    tell("database restored")
    files = sum(_put_back(folder, known.below(part), part, tree, clear=force) for part, tree in places.items())
    again = erasures.apply_again(gone)
    return Restored(files, again, lifecycle.sweep())


def _require_empty(known: Manifest, places: dict[str, Tree]) -> None:
    full = ["the database"] if databases.has_people() else []
    full += [part for part, tree in places.items() if known.below(part) and not is_empty(tree)]
    if full:
        told = f"There is something in {', '.join(full)}, which a restore would replace"
        raise BackupError(f"{told}. Take a backup of it, then say --force.")


def _kept(folder: Path, part: str, tree: Tree) -> Iterator[Entry]:
    for name in tree.names():
        try:
            content = tree.read(name)
            first = next(content, b"")
        except FileNotFoundError:  # erased while the backup was taken
            continue
        yield manifest.keep(folder, f"{part}/{name}", chain([first], content))


def _put_back(folder: Path, entries: list[Entry], part: str, tree: Tree, *, clear: bool) -> int:
    if clear and entries:
        tree.clear()
    for entry in entries:
        tree.write(entry.path.removeprefix(f"{part}/"), folder / entry.path)
    return len(entries)


def remove_old(parent: Path, keep: int) -> list[Path]:
    """Remove all but the newest `keep` whole backups below a folder; answers those removed."""
    made = [(manifest.read(file.parent).made_at, file.parent) for file in parent.glob(f"*/{manifest.NAME}")]
    old = [folder for _, folder in sorted(made)[: max(0, len(made) - keep)]]
    for folder in old:
        shutil.rmtree(folder)
    return old
