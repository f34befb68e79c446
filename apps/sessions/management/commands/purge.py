"""`manage.py purge`: what is kept no longer."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from apps.sessions.services.retention import Purge, plan_purge, purge


class Command(BaseCommand):
    """Shows what would go; with `--yes` it goes."""

    help = (
        "Delete sessions older than RETENTION_DAYS with their films, and files that no row owns. "
        "Without --yes it only lists them."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the options."""
        parser.add_argument(
            "--days",
            type=int,
            default=None,
            help="sessions that began longer ago are deleted; 0 keeps all; default: the setting RETENTION_DAYS",
        )
        parser.add_argument("--yes", action="store_true", help="delete, do not only list")

    def handle(self, *args: Any, **options: Any) -> None:
        """List, and delete where told to."""
        days = settings.RETENTION_DAYS if options["days"] is None else options["days"]
        if days < 0:
            raise CommandError("--days must be 0 or more.")
        plan = plan_purge(days=days)
        self._show(plan)
        if not options["yes"]:
            self.stdout.write("Nothing was deleted; run again with --yes to delete this.")
            return
        failed = purge(plan, tell=self.stderr.write)
        gone = len(plan.sessions) + len(plan.orphans) - failed
        self.stdout.write(f"{gone} deleted.")
        if failed:
            raise CommandError(f"{failed} could not be deleted; they are tried again next time.")

    def _show(self, plan: Purge) -> None:
        if plan.days:
            self.stdout.write(f"{len(plan.sessions)} sessions that began more than {plan.days} days ago")
        else:
            self.stdout.write("No sessions: RETENTION_DAYS is 0, all are kept")
        for session in plan.sessions:
            self.stdout.write(f"  {session.start:%Y-%m-%d}  {session.pk}  {session}  ({session.team})")
        self.stdout.write(f"{len(plan.orphans)} files without a row (those of the last hour are left alone)")
        for orphan in plan.orphans:
            self.stdout.write(f"  {orphan.name}")
