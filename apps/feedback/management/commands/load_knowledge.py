"""`manage.py load_knowledge`: load the articles that the assistant quotes."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import InvalidRequest
from apps.feedback.services.knowledge import LIBRARY, load_knowledge


class Command(BaseCommand):
    """Loads articles; those that are gone from the folder go."""

    help = "Load the knowledge articles from fixtures/knowledge (or another folder) and index them."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The folder."""
        parser.add_argument("folder", nargs="?", type=Path, default=LIBRARY, help="Folder of *.md articles.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Load, and say how many."""
        try:
            done = load_knowledge(options["folder"])
        except InvalidRequest as error:
            raise CommandError(error.message) from None
        self.stdout.write(f"Articles: {done.made} new, {done.updated} changed, {done.removed} gone.")
