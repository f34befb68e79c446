"""`manage.py calibrate`: pitch marks → a calibration, with its error in metres; or chessboard pictures → a lens."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser, ArgumentTypeError
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


def board_size(text: str) -> tuple[int, int]:
    """`9x6` → (9, 6)."""
    parts = text.lower().replace("×", "x").split("x")
    if len(parts) != 2 or not all(part.strip().isdecimal() for part in parts):
        raise ArgumentTypeError(f"'{text}' is no board; give its inner corners like 9x6")
    return int(parts[0]), int(parts[1])


class Command(BaseCommand):
    """The same fit as the calibration page's; for `manage.py scan --calibration`, or kept for a team.

    With `--chessboard` the cameras' own numbers instead, as a `Calib.toml`.
    """

    help = (
        f"Fit pitch marks (a JSON file, - for standard input) and print the error in metres. The file: {EXAMPLE} "
        "Or, from pictures of a chessboard, the cameras' lenses (--chessboard FOLDER --size 9x6 --square 0.025)."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        marks = "JSON file of the clicked marks; -: standard input"
        parser.add_argument("marks", metavar="MARKS", nargs="?", default=None, help=marks)
        parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="write the calibration here")
        board = "folder of pictures of a chessboard, or of one such folder a camera: its lens, written as a Calib.toml"
        parser.add_argument("--chessboard", type=Path, default=None, metavar="FOLDER", help=board)
        corners = "inner corners of the board, where four squares meet (a board of 10 × 7 squares has 9x6)"
        parser.add_argument("--size", type=board_size, default=None, metavar="9x6", help=corners)
        parser.add_argument(
            "--square", type=float, default=None, metavar="METRES", help="side of a square of the board"
        )
        parser.add_argument("--team", default=None, help="keep it for this team (id or name)")
        parser.add_argument("--as", dest="email", default=None, metavar="EMAIL", help="who keeps it, with --team")
        parser.add_argument("--name", default=None, help="what it is called, with --team")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["chessboard"] is not None:
            self._lens(options)
            return
        if options["marks"] is None:
            raise CommandError("Name the file of the marks, or a folder of chessboard pictures (--chessboard FOLDER).")
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

    def _lens(self, options: dict[str, Any]) -> None:
        """The cameras' own numbers from pictures of a board."""
        if options["marks"] or options["team"]:
            raise CommandError("A chessboard tells a camera's lens, not a pitch: give no marks and no --team with it.")
        if not options["size"] or not options["square"]:
            raise CommandError("With --chessboard, say the board's inner corners (--size 9x6) and --square 0.025 [m].")
        try:
            found = calibrations.fit_chessboard(options["chessboard"], options["size"], options["square"])
            for camera in found["cameras"]:
                self.stdout.write(
                    f"{camera['name']}: focal length {camera['focal_px']:.1f} ± {camera['focal_sigma_px']:.1f} px, "
                    f"corners within {camera['error_px']:.2f} px, {camera['views']} views."
                )
                for warning in camera["warnings"]:
                    self.stdout.write(self.style.WARNING(f"  ! {warning}"))
            if options["out"]:
                options["out"].write_text(found["toml"], encoding="utf-8")
                self.stdout.write(f"Written to {options['out']}; where the cameras stand is not in it yet.")
            else:
                self.stdout.write(found["toml"])
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
