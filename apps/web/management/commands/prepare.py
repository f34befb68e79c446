"""`manage.py prepare`: what a version needs in the database before it starts."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Containers run it once for each version, before web and workers start; running it again changes nothing."""

    help = "Bring the database up to this version: tables, the library of drills, the articles that feedback quotes."

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate and load."""
        for command in (["migrate", "--noinput"], ["load_drills"], ["load_knowledge"]):
            call_command(*command, stdout=self.stdout, stderr=self.stderr)
