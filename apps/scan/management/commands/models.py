"""`manage.py models`: every model the project knows, its licence and where its file is."""

from __future__ import annotations

import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.scan.services.models import ModelState, model_states


class Command(BaseCommand):
    """Lists the registry with the state of each file."""

    help = "List the models: name, task, licence, size, hash, where the file is, and what is wrong with it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="machine-readable")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        states = model_states()
        if as_json:
            self.stdout.write(json.dumps(states, indent=1))
            return
        for state in states:
            self.stdout.write(_line(state))


def _line(state: ModelState) -> str:
    size = f"{state['size_bytes'] / 1e6:.1f} MB" if state["size_bytes"] else "-"
    where = state["problem"] or state["path"]
    digest = (state["sha256"] or "-")[:12]
    return f"{state['key']:26} {state['task']:7} {state['licence']:11} {size:>8}  {digest:12}  {where}"
