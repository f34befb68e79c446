"""`manage.py calibrate`: pitch marks → a calibration, with its error in metres."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core.errors import DomainError
from apps.scan.selectors.operators import find_person, find_team
from apps.scan.serializers.calibrations import CalibrationFitInput
from apps.scan.services import calibrations

EXAMPLE = (
    '{"image_size": [1920, 1080], "pitch": {"format": "11v11", "length_m": 105, "width_m": 68}, '
    '"points": [{"mark": "corner_left_near", "image": [120.5, 840.0]}, …]}'
)


class Command(BaseCommand):
    """The same fit as the calibration page's; for `manage.py scan --calibration`, or kept for a team."""

    help = f"Fit pitch marks (a JSON file, - for standard input) and print the error in metres. The file: {EXAMPLE}"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("marks", metavar="MARKS", help="JSON file of the clicked marks; -: standard input")
        parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="write the calibration here")
        parser.add_argument("--team", default=None, help="keep it for this team (id or name)")
        parser.add_argument("--as", dest="email", default=None, metavar="EMAIL", help="who keeps it, with --team")
        parser.add_argument("--name", default=None, help="what it is called, with --team")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["team"] and not (options["email"] and options["name"]):
            raise CommandError("With --team, say also who keeps the calibration (--as EMAIL) and its --name.")
        marks = self._marks(options["marks"])
        try:
            fitted = calibrations.fit(marks)
            self._report(fitted)
            if options["out"]:
                options["out"].write_text(json.dumps({"data": fitted["data"]}, indent=1), encoding="utf-8")
                self.stdout.write(f"Written to {options['out']}; use it with: manage.py scan --calibration")
            if options["team"]:
                self._keep(marks, fitted, options)
        except DomainError as error:
            raise CommandError(error.message) from None
        except OSError as error:
            raise CommandError(f"{options['out']} cannot be written: {error.strerror}.") from None

    def _marks(self, source: str) -> dict[str, Any]:
        try:
            text = sys.stdin.read() if source == "-" else Path(source).read_text(encoding="utf-8")
            sent = json.loads(text)
        except OSError as error:
            raise CommandError(f"{source} cannot be read: {error.strerror}.") from None
        except ValueError as error:
            raise CommandError(f"{source} is not a file of marks: {error}") from None
        checked = CalibrationFitInput(data=sent)
        if not checked.is_valid():
            raise CommandError(f"{source} is not a file of marks: {json.dumps(checked.errors)}\nExpected: {EXAMPLE}")
        marks: dict[str, Any] = checked.validated_data
        return marks

    def _report(self, fitted: dict[str, Any]) -> None:
        self.stdout.write(f"Error {fitted['error_m']:.2f} m, at most {fitted['max_error_m']:.2f} m on the pitch.")
        for warning in fitted["warnings"]:
            self.stdout.write(self.style.WARNING(f"  ! {warning}"))

    def _keep(self, marks: dict[str, Any], fitted: dict[str, Any], options: dict[str, Any]) -> None:
        person, team = find_person(options["email"]), find_team(options["team"])
        team = calibrations.team_to_calibrate(user=person, team_id=team.pk)
        kept = calibrations.keep_calibration(
            user=person, team=team, name=options["name"], points=marks["points"], fitted=fitted
        )
        self.stdout.write(f"Kept for {team} as “{kept.name}” ({kept.pk}).")
