"""The parts of an agent over a folder of its own: films put into it, a clock turned by hand, a server that answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from apps.edge.agent.clock import CorrectedClock
from apps.edge.agent.scanning import Folder, Scanner, ScanSettings
from apps.edge.agent.store import Store
from apps.edge.stamps import ClockSample


@pytest.fixture(autouse=True)
def _redis() -> None:
    """The agent needs none."""


class Time:
    """Seconds, as far as they were turned."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def scanner_of(store: Store, settings: ScanSettings, **more: Any) -> tuple[Scanner, Time]:
    """A scanner of this folder, and its clock."""
    scanner = Scanner(store, CorrectedClock(), settings, **more)
    time = Time()
    scanner.folder = Folder(settings, time)
    return scanner, time


def put(settings: ScanSettings, name: str, content: bytes = b"film") -> Path:
    """A film in the watched folder."""
    path = settings.watch / name
    path.write_bytes(content)
    return path


def taken(scanner: Scanner, time: Time) -> None:
    """Look twice, so that what lies still is taken."""
    scanner.look()
    time.now += 6
    scanner.look()


def found(store: Store) -> list[tuple[str, str]]:
    """The films that the store knows, each with its state."""
    rows = store.connection.execute("SELECT path, state FROM films ORDER BY path").fetchall()
    return [(Path(path).name, state) for path, state in rows]


class FakeServer:
    """Answers as told."""

    def __init__(self, *refusals: Exception) -> None:
        self.refusals = list(refusals)
        self.handed: list[str] = []

    def post(self, route: str, body: Any) -> tuple[dict[str, Any], ClockSample | None]:
        answers: dict[str, Any] = {
            "register": {"node_id": "n"},
            "heartbeat": {"pending": 0},
            "sync": {"applied": [], "conflicts": [], "refused": [], "changes": [], "cursor": "n.1", "has_more": False},
            "process": {"job_id": "whole", "known": False},
        }
        if route == "sync":
            places = [
                {key: change[key] for key in ("id", "kind", "updated_at", "counter")} for change in body["changes"]
            ]
            return {**answers["sync"], "applied": places}, None
        if route == "process":
            self.handed.append("whole")
        return answers[route], None

    def send_arrays(self, fields: Any, packed: Path, key: str) -> dict[str, Any]:
        if self.refusals:
            raise self.refusals.pop(0)
        self.handed.append(packed.read_bytes().decode())
        return {"job_id": "j", "known": False}

    def send_film(self, film: Path, name: str, upload: str, keep: Any) -> str:
        keep("/api/scan/uploads/u")
        return "u"
