"""Prove that nobody changed the audit trail."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.core.audit import seal, verify


class Command(BaseCommand):
    """Look through the whole trail, row by row."""

    help = "Prove that nobody changed, removed or put in a row of the audit trail; prints the head to note elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add what this command takes."""
        parser.add_argument(
            "--head", default="", help="A head that an earlier run printed: must still stand in the trail."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify.

        Raises:
            CommandError: the trail was changed.
        """
        seal()
        found = verify(options["head"])
        if found.faults:
            raise CommandError("The audit trail does not hold:\n  " + "\n  ".join(found.faults))
        rows = f"{found.sealed} rows hold, {found.redacted} of them without the person who was erased."
        self.stdout.write(f"{rows}\nHead: {found.head or '(none yet)'}")
