"""Remove uploads nobody finished, and files nobody owns."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from apps.scan.services.uploads import purge_stale_uploads


class Command(BaseCommand):
    """`manage.py purge_uploads`; the web process does the same once an hour when films come in."""

    help = "Remove uploads nobody finished within a day, and files that neither an upload nor a film owns."

    def handle(self, *args: Any, **options: Any) -> None:
        """Remove them and say how many."""
        self.stdout.write(f"{purge_stale_uploads()} files removed")
