"""A pitch and a server in simulated time: real agents (their SQLite, their network code) talk to the real API, over a
network that loses, repeats and reorders, and both sides may be killed at any statement."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from apps.edge.agent import store as store_module
from apps.edge.agent.clock import CorrectedClock
from apps.edge.agent.network import Network
from apps.edge.agent.server import Offline, Refused
from apps.edge.agent.store import Store
from apps.edge.stamps import ClockSample, read_time
from apps.sessions.models import Session, SessionNote
from tests.apps.edge.conftest import Box

START = datetime(2026, 5, 1, 12, tzinfo=UTC)


class Killed(Exception):
    """The process is gone: nothing after this statement runs."""


@dataclass
class SimTime:
    """The true time; the server's clock is right."""

    now: datetime = START

    def advance(self, **span: float) -> None:
        """Let time pass."""
        self.now += timedelta(**span)

    def ms(self) -> float:
        """Since 1970."""
        return self.now.timestamp() * 1000


@dataclass
class Wire:
    """A network. `fate` decides what becomes of each request: "" is that it arrives and is answered.

    Fates: `lost`, `unanswered`, `twice`, `late` (delivered again, after what comes next), `killed` (the server dies in
    the middle of it).
    """

    box: Box
    fate: Callable[[], str] = lambda: ""
    up: bool = True
    late: list[tuple[str, str]] = field(default_factory=list)
    random: random.Random = field(default_factory=lambda: random.Random(5))

    def post(self, route: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], ClockSample | None]:
        """See `Server.post`."""
        sent, fate = json.dumps(body), self.fate()
        if not self.up or fate == "lost":
            raise Offline("lost")
        if fate == "killed":
            with dying_server(self.random.randrange(1, 60)):
                self._deliver(route, sent)
            raise Offline("the server died")
        answer = self._deliver(route, sent)
        while self.late:
            self._deliver(*self.late.pop(0))
        if fate == "twice":
            answer = self._deliver(route, sent)
        if fate == "late":
            self.late.append((route, sent))
        if fate in ("unanswered", "late"):
            raise Offline("no answer")
        assert answer is not None
        if answer.status_code >= 400:
            raise Refused(answer.status_code, answer.json()["error"]["message"])
        data = answer.json()["data"]
        clock = data.pop("clock")
        moment = timezone.now().timestamp() * 1000
        return data, ClockSample(
            moment, float(read_time(clock["received_at"])), float(read_time(clock["sent_at"])), moment
        )

    def _deliver(self, route: str, sent: str) -> Any:
        answer = self.box.client.post(f"/api/local-edge/{route}", sent, content_type="application/json")
        assert answer.status_code < 500 or isinstance(_cut.get("error"), Killed), answer.content
        return answer

    def send_arrays(self, fields: Mapping[str, str], packed: Path, key: str) -> dict[str, Any]:
        """No films in this world."""
        raise NotImplementedError

    def send_film(self, film: Path, name: str, upload: str, keep: Callable[[str], None]) -> str:
        """No films in this world."""
        raise NotImplementedError


_cut: dict[str, Any] = {}


@contextmanager
def dying_server(statement: int) -> Iterator[None]:
    """The server's process dies before its n-th statement: what is not committed is rolled back."""
    left = [statement]

    def wrapper(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        left[0] -= 1
        if left[0] <= 0 and not sql.startswith(("ROLLBACK", "RELEASE", "SAVEPOINT")):
            _cut["error"] = Killed(sql)
            raise _cut["error"]
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield
    _cut.clear()


class MortalConnection:
    """A connection whose process is killed before its n-th statement."""

    def __init__(self, inner: sqlite3.Connection, statements: int) -> None:
        self._inner = inner
        self.left = statements

    def execute(self, sql: str, *values: Any) -> Any:
        """Run, or die. A dead process runs no ROLLBACK either: the file's journal does it."""
        self._count()
        return self._inner.execute(sql, *values)

    def executemany(self, sql: str, *values: Any) -> Any:
        """See `execute`."""
        self._count()
        return self._inner.executemany(sql, *values)

    def close(self) -> None:
        """As the kernel does it for a dead process."""
        self._inner.close()

    def _count(self) -> None:
        self.left -= 1
        if self.left <= 0:
            raise Killed


@dataclass
class Pitch:
    """One edge box at the pitch: its agent's file, its wrong clock, its network."""

    path: Path
    time: SimTime
    wire: Wire
    clock_error_ms: float = 0.0
    name: str = "Pitch"
    life: int = 0
    """Statements until the agent is killed; 0: it lives."""
    boots: int = 0

    def __post_init__(self) -> None:
        self.start()

    def start(self) -> None:
        """Start the agent (again)."""
        store = Store(self.path)
        if self.life:
            store.connection = MortalConnection(store.connection, self.life)  # type: ignore[assignment]
        self.store = store
        self.clock = CorrectedClock(
            store.anchor() if not self.life else Store(self.path).anchor(),
            wall=lambda: self.time.ms() + self.clock_error_ms,
            running=self.time.ms,
            boot=f"boot {self.boots}",
        )
        self.network = Network(
            store, self.wire, self.clock, self.name, "1", packed=lambda sha256: self.path.with_suffix(".npz")
        )

    def restart(self) -> None:
        """As after kill -9."""
        self.store.connection.close()
        self.boots += 1
        self.life = 0
        self.start()

    def edit(self, kind: str, object_id: str, **fields: Any) -> None:
        """Somebody at the pitch edits something."""
        self.store.edit(kind, object_id, fields, now_ms=self.clock.now_ms(), corrected=self.clock.is_measured)

    def talk(self) -> bool:
        """Try to talk to the server; False where that did not work out."""
        try:
            self.network.step()
        except Offline:
            return False
        return True

    def settle(self, tries: int = 40) -> None:
        """Talk until both sides are even."""
        self.wire.up, self.wire.fate = True, lambda: ""
        for _ in range(tries):
            self.network._behind = True
            self.time.advance(seconds=61)  # what was put off may go again
            if self.talk() and not self.store.pending():
                return
        raise AssertionError("it does not settle")


def on_the_server() -> dict[str, Any]:
    """Every session as people see it."""
    found: dict[str, Any] = {}
    for session in Session.objects.order_by("pk"):
        notes = SessionNote.objects.filter(session=session).order_by("pk")
        found[str(session.pk)] = {
            "title": session.title,
            "description": session.description,
            **{f"notes.{note.pk}": note.text for note in notes},
        }
    return found


def at_the_pitch(store: Store) -> dict[str, Any]:
    """Every session as the box knows it, in the same shape."""
    found: dict[str, Any] = {}
    for object_id, fields in store.objects("session").items():
        kept = {name: value for name, value in fields.items() if name.startswith(store_module.NOTES) and value}
        found[object_id] = {
            "title": fields.get("title", ""),
            "description": fields.get("description", ""),
            **dict(sorted(kept.items())),
        }
    return found
