"""`manage.py restore`: a backup in place of what is here."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import DatabaseError

from apps.web.backup.manifest import BackupError
from apps.web.backup.service import restore_backup


class Command(BaseCommand):
    """Every hash is compared before anything is touched."""

    help = "Restore a backup, bring it up to this version, and erase again who was erased since. Stop web and workers."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("folder", type=Path, help="the folder that `manage.py backup` wrote")
        parser.add_argument("--force", action="store_true", help="replace what is here; without it, only into nothing")
        parser.add_argument(
            "--erasures",
            type=Path,
            action="append",
            default=[],
            metavar="FILE",
            help="erasures.json of a backup that lies elsewhere; may be given several times",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            done = restore_backup(
                options["folder"],
                force=options["force"],
                ledgers=tuple(options["erasures"]),
                tell=self.stdout.write,
            )
        except BackupError as error:
            raise CommandError(str(error)) from None
        except DatabaseError as error:
            raise CommandError(f"The database refused: {error}. Run it again with --force.") from None
        self.stdout.write(f"{done.files} films and artefacts restored")
        for action, count in done.erased_again.items():
            self.stdout.write(f"again, as after this backup: {action} × {count}")
        self.stdout.write(f"{done.swept} files without a row removed")
