"""`manage.py import_tracking`: a match of another tracking system, with our figures."""

from __future__ import annotations

import re
from argparse import ArgumentParser, ArgumentTypeError
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from apps.accounts.models import Team
from apps.core.errors import DomainError
from apps.scan.selectors.operators import find_team
from apps.scan.services import imports

PROVIDERS = {
    "tracab": "META.xml RAW.dat",
    "sportec": "META.xml POSITIONS.xml (DFL)",
    "metrica_epts": "META.xml TRACKING.txt (FIFA EPTS)",
    "metrica_csv": "HOME.csv AWAY.csv",
    "skillcorner": "MATCH.json TRACKING.jsonl",
}


class Command(BaseCommand):
    """Stores a session with one row of figures per player of the chosen side; the same files are taken once."""

    help = "Import a match from another tracking system's files (read by kloppy) and compute the same KPIs for it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        formats = "; ".join(f"{name}: {files}" for name, files in PROVIDERS.items())
        parser.add_argument("provider", choices=PROVIDERS, metavar="PROVIDER", help=f"one of: {formats}")
        parser.add_argument("files", nargs=2, type=Path, metavar="FILE", help="the provider's two, in that order")
        parser.add_argument("--team", required=True, help="id or name of the team that the match belongs to")
        parser.add_argument("--side", choices=("home", "away"), default="home", help="which side the team is (home)")
        parser.add_argument("--title", default="", help="title of the session")
        parser.add_argument("--start", type=_moment, default=None, metavar="TIME", help="kick-off, if no file says it")
        parser.add_argument("--sigma", type=float, default=None, metavar="M", help="position error of the system [m]")
        parser.add_argument("--pitch", type=_pitch, default=None, metavar="105x68", help="size of the pitch [m]")

    def handle(self, *args: Any, **options: Any) -> None:
        files = imports.MatchFiles(
            options["provider"], options["files"], options["side"], options["sigma"], options["pitch"]
        )
        try:
            team = find_team(options["team"])
            match = imports.read_match(team, files)
            session = imports.store_match(team=team, match=match, title=options["title"], start=options["start"])
        except DomainError as error:
            raise CommandError(error.message) from None
        self.stdout.write(self._report(team, match, str(session.pk)))

    def _report(self, team: Team, match: imports.ImportedMatch, session_id: str) -> str:
        known = imports.Roster.of(team).by_number
        lines = [f"{len(match.players)} players of {match.header['team']}, {match.header['duration_s'] / 60:.0f} min."]
        for line in match.players:
            player = known.get(line["jersey_number"])
            name = str(player) if player else "nobody of the team wears it: unnamed"
            lines.append(f"  shirt {line['jersey_number']}: {name}, grade {line['result']['grade'] or 'none'}")
        return "\n".join([*lines, f"Stored as session {session_id}."])


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None:
        raise ArgumentTypeError(f"{text!r} is not a date and time such as 2026-05-02T15:00+02:00")
    return found if timezone.is_aware(found) else timezone.make_aware(found)


def _pitch(text: str) -> tuple[float, float]:
    found = re.fullmatch(r"(\d{2,3}(?:\.\d+)?)x(\d{2,3}(?:\.\d+)?)", text.strip())
    if found is None:
        raise ArgumentTypeError(f"{text!r} is not a pitch such as 105x68 (metres)")
    return float(found[1]), float(found[2])
