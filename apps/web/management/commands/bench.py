"""`manage.py bench`: the benchmark table, as `make bench` prints it."""

from __future__ import annotations

import subprocess
import sys
from argparse import REMAINDER, ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

MISSED = 1


class Command(BaseCommand):
    """Runs in a process of its own: what it measures must not share one with Django."""

    help = "Measure ours against peers and print the table (needs the development packages: make setup-dev)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("rows", nargs=REMAINDER, metavar="NAME", help="only these subjects; --help lists them")

    def handle(self, *args: Any, rows: list[str], **options: Any) -> None:
        command = [sys.executable, "-m", "tests.bench", *rows]
        code = subprocess.run(command, cwd=settings.ROOT, check=False).returncode  # noqa: S603 - our own module
        if code == MISSED:
            raise CommandError("A bar was missed; the table says which and by how much.", returncode=MISSED)
        if code:
            raise CommandError("The benchmark could not run; see above.", returncode=code)
