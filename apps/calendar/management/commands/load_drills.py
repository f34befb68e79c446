"""`manage.py load_drills`: the starter library, or a library of one's own."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.calendar.services.drills import LIBRARY, load_drills
from apps.core.errors import InvalidRequest


class Command(BaseCommand):
    """Loads drills; loading again brings their words up to date and adds nothing twice."""

    help = "Load the library of drills from fixtures/drills.json, or from a file of the same form."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, default=LIBRARY, help="a JSON file as loaddata reads it")

    def handle(self, *args: Any, file: Path, **options: Any) -> None:
        try:
            loaded = load_drills(file)
        except InvalidRequest as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"{loaded.made} drills are new, {loaded.updated} were brought up to date.")
