"""`manage.py fetch_models`: embedded models by default, others by key from their publishers."""

from __future__ import annotations

import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Runs in a child: this process loads no model tool."""

    help = "Get models: without KEY the embedded ones, with KEY those from their publishers (see `manage.py models`)."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("keys", nargs="*", metavar="KEY", help="registry keys, for example yolov8n")

    def handle(self, *args: Any, keys: list[str], **options: Any) -> None:
        module = ["vision.weights.download", *keys] if keys else ["vision.weights.fetch"]
        result = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", *module, "--out", str(settings.MODEL_DIR)], check=False
        )
        sys.exit(result.returncode)
