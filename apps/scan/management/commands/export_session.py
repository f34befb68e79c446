"""`manage.py export_session`: what a scan found, as a file."""

from __future__ import annotations

import os
import sys
import tempfile
import uuid
from argparse import ArgumentParser
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from apps.core import audit
from apps.core.errors import DomainError
from apps.scan.exports import FORMATS, file_name, gather, of_one
from apps.scan.exports.source import ALL_PLAYERS
from apps.scan.selectors.operators import find_person


def _player(text: str) -> str:
    """A player's id, or all of them."""
    return text if text == ALL_PLAYERS else str(uuid.UUID(text))


class Command(BaseCommand):
    """Sees what the named person sees: their rights hold here too, and the export is in the audit log."""

    help = (
        "Write a session's figures (json, csv), boxes (mot), postures (coco), places on the pitch (epts), "
        "events (vtt), joints in space (trc, c3d), a fitted body (glb) or its joint angles (angles) "
        "or a report to print (pdf) into a file."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("session", type=uuid.UUID, help="id of the session or of its job")
        parser.add_argument("--format", choices=tuple(FORMATS), default="json", help="default: json")
        parser.add_argument("--track", type=int, default=None, help="one person's alone (glb, angles)")
        parser.add_argument("--as", dest="email", required=True, metavar="EMAIL", help="on whose behalf (audited)")
        parser.add_argument(
            "--player", type=_player, default=None, metavar="ID", help="of a pdf: this player's page; all: everybody's"
        )
        parser.add_argument("--out", type=Path, default=None, metavar="FILE", help="default: named after it; -: print")

    def handle(self, *args: Any, **options: Any) -> None:
        export = FORMATS[options["format"]]
        if options["player"] and options["format"] != "pdf":
            raise CommandError("Only a pdf has a page for each player: add --format pdf, or leave --player out.")
        try:
            person = find_person(options["email"])
            source = gather(person, options["session"], told=export.told, about=options["player"])
            if options["track"] is not None and export.of_one:
                source = of_one(source, options["track"])
            path = options["out"] or Path(file_name(source.session, export.suffix))
            pieces = export.write(source)
            if str(path) == "-":
                sys.stdout.buffer.writelines(pieces)
            else:
                write_whole(path, pieces)
        except DomainError as error:
            raise CommandError(error.message) from None
        except OSError as error:
            raise CommandError(f"{path} cannot be written: {error.strerror}.") from None
        audit.record(
            actor_id=person.pk,
            action="session.exported",
            target=source.session,
            team_id=source.session.team_id,
            after={"format": options["format"], "by": "command"},
        )
        if str(path) != "-":
            self.stdout.write(f"{path}: {path.stat().st_size} bytes.")


def write_whole(path: Path, pieces: Iterator[bytes]) -> None:
    """Write a file that is either complete or not there."""
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        try:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        except BaseException:
            Path(file.name).unlink(missing_ok=True)
            raise
    Path(file.name).replace(path)
