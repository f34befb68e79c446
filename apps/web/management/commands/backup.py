"""`manage.py backup`: database, films and artefacts with their hashes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.web.backup.manifest import BackupError
from apps.web.backup.service import make_backup, remove_old


class Command(BaseCommand):
    """Nobody has to stop working for it."""

    help = "Write a backup of database, films and artefacts into a new folder, with the hash of every file."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "folder", type=Path, help="a new folder; backups side by side tell each other who was erased"
        )
        parser.add_argument(
            "--database-only", action="store_true", help="leave films and artefacts to the storage's own protection"
        )
        parser.add_argument(
            "--keep", type=int, default=0, help="then remove all but so many backups beside this one (default: none)"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if options["keep"] < 0:
            raise CommandError("--keep must be a number of backups, 1 or more; 0 keeps all.")
        try:
            made = make_backup(folder, with_files=not options["database_only"])
            removed = remove_old(folder.resolve().parent, options["keep"]) if options["keep"] else []
        except BackupError as error:
            raise CommandError(str(error)) from None
        except OSError as error:
            raise CommandError(f"The backup could not be written: {error.strerror} ({error.filename}).") from None
        size = sum(entry.size_bytes for entry in made.entries)
        self.stdout.write(f"{folder}: {len(made.entries)} files, {size / 1e6:.1f} MB, {made.vendor}, {made.made_at}")
        for old in removed:
            self.stdout.write(f"removed {old}")
