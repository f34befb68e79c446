"""`manage.py worker_alive`: the health check of a worker's container."""

from __future__ import annotations

import socket
from argparse import ArgumentParser
from typing import Any

from celery import current_app
from django.core.management.base import BaseCommand, CommandError
from kombu.exceptions import KombuError


class Command(BaseCommand):
    """A worker that works on a long step still answers: its children compute, it listens."""

    help = "Ask through the broker whether a worker of this machine answers; exit code 1 where none does."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--timeout", type=float, default=5.0, help="how long to wait for an answer [s] (default: 5)"
        )

    def handle(self, *args: Any, timeout: float, **options: Any) -> None:
        if timeout <= 0:
            raise CommandError("--timeout must be above 0 seconds.")
        host = socket.gethostname()
        try:
            answers = current_app.control.ping(timeout=timeout, pattern=f"*@{host}", matcher="glob")
        except (OSError, KombuError) as error:
            raise CommandError(f"The broker cannot be reached: {error}") from None
        names = sorted(name for answer in answers or () for name in answer)
        if not names:
            raise CommandError(f"No worker of {host} answered within {timeout:g} s.")
        self.stdout.write(", ".join(names))
