"""`manage.py evaluate_feedback`: how well the engine that is set writes, over the sessions that are there."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.search.asking import make_here


class Command(BaseCommand):
    """Writes about the newest sessions and tries the misuse cases; keeps nothing."""

    help = "Measure groundedness and refusals of the engine that is set; exit code 1 where they fall short."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """How much is to be written."""
        parser.add_argument("--sessions", type=int, default=3, help="Newest measured sessions to write about.")
        parser.add_argument("--skip-misuse", action="store_true", help="Leave the misuse cases out.")

    def handle(self, *args: Any, **options: Any) -> None:
        """Measure, print, and fail below the bars: every number grounded, no misuse through."""
        from apps.feedback.evaluation import evaluate

        if options["sessions"] < 1:
            raise CommandError("--sessions is at least 1: how many of the newest are written about.")
        make_here()
        found = evaluate(sessions=options["sessions"], cases=() if options["skip_misuse"] else None)
        if not found.texts:
            raise CommandError("There is no session with figures to write about: load the demo first.")
        for name, value in (
            ("texts", found.texts),
            ("numbers in them", found.numbers),
            ("groundedness", f"{found.groundedness:.1%}"),
            ("replaced by rules", found.replaced),
            ("not written", len(found.failed)),
            ("sentences filtered", found.filtered),
            ("misuse cases", found.misuse),
            ("came to nothing", f"{found.refused:.1%}"),
        ):
            self.stdout.write(f"{name:20} {value}")
        for what in (*found.failed, *found.leaks):
            self.stdout.write(f"  {what}")
        if found.unsupported or found.failed or found.leaks:
            raise CommandError("The engine falls short: see above.")
