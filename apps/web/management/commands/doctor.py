"""`manage.py doctor`: which part each setting chose, and what is missing."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from apps.web.doctor import Finding, examine

MARKS = {"ok": "ok     ", "missing": "MISSING", "off": "off    "}


class Command(BaseCommand):
    """Exit code 1 when something is missing without which Axolotl cannot work."""

    help = "Tell which part each setting chose, whether it answers, and what production still needs."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--json", action="store_true", dest="as_json", help="machine-readable")

    def handle(self, *args: Any, as_json: bool, **options: Any) -> None:
        findings = list(examine())
        if as_json:
            self.stdout.write(json.dumps([finding.as_dict() for finding in findings], indent=1))
        else:
            self._tell(findings)
        if any(finding.state == "missing" for finding in findings):
            sys.exit(1)

    def _tell(self, findings: list[Finding]) -> None:
        for finding in findings:
            self.stdout.write(f"{MARKS[finding.state]}  {finding.part:24} {finding.chosen:26} {finding.detail}")
        advice = [f"  {finding.part}: {finding.production}" for finding in findings if finding.production]
        if advice:
            self.stdout.write("\nFor production:\n" + "\n".join(advice))
