"""`manage.py reconcile_jobs`: ring for lost messages and dead leases."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from pipeline import api


class Command(BaseCommand):
    """What beat does every few seconds, by hand."""

    help = "Find scans whose message was lost or whose worker died, and ring for them again."

    def handle(self, *args: Any, **options: Any) -> None:
        mended = api.reconcile()
        self.stdout.write(f"{mended} rung for." if mended else "Nothing was lost.")
