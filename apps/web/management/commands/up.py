"""`manage.py up`: the whole platform as one process tree."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.web.stack.launch import running_stack
from apps.web.stack.supervisor import StackError


class Command(BaseCommand):
    """Starts Redis (unless REDIS_URL is set), web, workers and beat; Ctrl-C ends them all."""

    help = "Start everything (Redis unless REDIS_URL is set, web, workers, beat) as one process tree; Ctrl-C ends it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
        parser.add_argument("--port", type=int, default=8000, help="port to listen on (default: 8000)")

    def handle(self, *args: Any, host: str, port: int, **options: Any) -> None:
        try:
            with running_stack(host, port, echo=True, before_start=lambda: None) as supervisor:
                if not supervisor.stopping:
                    self.stdout.write(f"READY http://{host}:{port}")
                    self.stdout.flush()
                supervisor.run()
        except StackError as error:
            raise CommandError(str(error)) from None
