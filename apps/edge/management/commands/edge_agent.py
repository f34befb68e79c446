"""`manage.py edge_agent`: the program on an edge box. Needs no database of the server, only its address and a key."""

from __future__ import annotations

import logging
import platform
import signal
import sys
import threading
from argparse import ArgumentParser
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from apps.edge.agent.network import KeyRevoked
from apps.edge.agent.program import Agent, AgentSettings, http_agent, only_one, status
from apps.edge.agent.scanning import PRESETS, ScanSettings
from apps.edge.agent.schema import StoreError
from apps.scan.services.models import chosen_models

PRESET_HELP = "how much is computed: fast, standard (default) or full"


class Command(BaseCommand):
    """Runs until it is stopped. Exit code 0: stopped or all done, 1: something left undone (`--once`) or misused."""

    help = "Watch a folder, scan its films here, keep edits while there is no network, and sync with the server."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--server", metavar="URL", help="address of the server, for example https://club.example")
        parser.add_argument("--key", metavar="axk_…", help="device key; better in EDGE_KEY or --key-file, out of sight")
        parser.add_argument("--key-file", type=Path, metavar="FILE", help="file with the device key")
        parser.add_argument("--watch", type=Path, metavar="DIR", help="folder into which cameras or people put films")
        parser.add_argument("--out", type=Path, metavar="DIR", help="folder of the agent (DIR/.axolotl-edge)")
        parser.add_argument("--name", default=platform.node() or "edge", help="what people call this computer")
        parser.add_argument("--preset", choices=sorted(PRESETS), default="standard", help=PRESET_HELP)
        parser.add_argument("--device", default="cpu", help="cpu or cuda:0 (cpu)")
        parser.add_argument("--settle", type=float, default=5.0, metavar="S", help="a film is taken after lying still")
        parser.add_argument("--send-films", action="store_true", help="send films whole instead of scanning them here")
        parser.add_argument("--once", action="store_true", help="do what lies there, deliver it, and end")
        parser.add_argument("--status", action="store_true", help="say how the queue stands, and end")

    def handle(self, *args: Any, **options: Any) -> None:
        out = self._out(options)
        try:
            if options["status"]:
                status(out, self.stdout.write)
                return
            _log_lines(options["verbosity"])
            agent = self._agent(options, out)
            with only_one(out):
                self._run(agent, once=options["once"])
        except StoreError as error:
            raise CommandError(str(error)) from error
        except KeyRevoked as error:
            raise CommandError(f"The server does not take this key: {error} Pair this computer anew.") from error

    def _run(self, agent: Agent, *, once: bool) -> None:
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: agent.stop.set())
        if not once:
            agent.run()
        elif not agent.run_once():
            raise CommandError("Something is left to be done; --status says what.")

    @staticmethod
    def _out(options: dict[str, Any]) -> Path:
        if options["out"] is None and options["watch"] is None:
            raise CommandError("Name the folder to watch: --watch DIR.")
        out: Path = options["out"] or options["watch"] / ".axolotl-edge"
        return out.absolute()

    def _agent(self, options: dict[str, Any], out: Path) -> Agent:
        watch = options["watch"]
        if watch is None or not watch.is_dir():
            raise CommandError(
                f"There is no folder {watch or ''} to watch; name one with --watch DIR.".replace("  ", " ")
            )
        scans = ScanSettings(
            watch=watch.absolute(),
            out=out,
            model_dir=settings.MODEL_DIR,
            device=options["device"],
            preset=options["preset"],
            settle_s=options["settle"],
            whole=options["send_films"],
            models=chosen_models(),
        )
        return http_agent(
            AgentSettings(
                url=_address(options["server"]),
                key=_key(options["key"], options["key_file"]),
                name=options["name"][:80],
                version=settings.VERSION,
                scans=scans,
            ),
            stop=threading.Event(),
        )


def _address(text: str | None) -> str:
    parts = urlsplit(text or "")
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise CommandError("Name the server: --server https://club.example")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _key(given: str | None, file: Path | None) -> str:
    if file is not None:
        try:
            given = file.read_text(encoding="ascii").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise CommandError(f"{file} holds no key: {error}") from error
    key = given or settings.EDGE_KEY
    if not key.startswith("axk_"):
        raise CommandError(
            "A device key is needed: set EDGE_KEY, or name a file with --key-file. Pairing shows it once."
        )
    return str(key)


def _log_lines(verbosity: int) -> None:
    """One plain line an event on standard error; the scan's own steps with `--verbosity 2`."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(message)s", "%Y-%m-%d %H:%M:%S"))
    log = logging.getLogger("edge")
    log.handlers, log.propagate = [handler], False
    log.setLevel(logging.INFO if verbosity else logging.WARNING)
    logging.getLogger("pipeline").setLevel(logging.INFO if verbosity > 1 else logging.CRITICAL)
