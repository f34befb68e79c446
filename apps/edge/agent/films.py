"""The films that the agent found, by their content, and how far each is."""

from __future__ import annotations

import hashlib
import json
import logging
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from apps.edge.agent.schema import transaction
from apps.edge.agent.store import Store
from apps.edge.stamps import EARLIEST_MS, write_time

log = logging.getLogger("edge")
QUEUED, SCANNED, WHOLE, DELIVERED, FAILED = "queued", "scanned", "whole", "delivered", "failed"
MAX_ATTEMPTS = 3
"""A scan that fails so often for a reason that may pass is given up."""
HASH_BYTES = 1024 * 1024
_SAID = ("title", "description", "session_type", "player_id", "preset", "calibration_id")
"""What a coach may say of a film in a file beside it (`film.mp4.json`)."""


@dataclass(frozen=True, slots=True)
class Film:
    """A film and how far it is.

    Attributes:
        said: what was said of it beside it.
        upload: address of a resumable upload that was begun.
    """

    sha256: str
    path: Path
    size: int
    state: str
    session_id: str
    said: Mapping[str, Any]
    attempts: int
    upload: str


def sha256_of(path: Path) -> str:
    """Digest of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(HASH_BYTES):
            digest.update(piece)
    return digest.hexdigest()


def said_of(path: Path) -> dict[str, Any]:
    """What stands beside a film; nothing where there is no such file or it cannot be read."""
    beside = path.with_name(f"{path.name}.json")
    try:
        said = json.loads(beside.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, RecursionError) as error:
        log.warning("%s cannot be read, so nothing that it says of the film counts: %s", beside.name, error)
        return {}
    return {name: said[name] for name in _SAID if isinstance(said, dict) and isinstance(said.get(name), str)}


def is_known(store: Store, path: Path, size: int, mtime_ns: int) -> bool:
    """Whether this very file was taken already, so that it need not be read again."""
    row = store.connection.execute(
        "SELECT 1 FROM files WHERE path = ? AND size = ? AND mtime_ns = ?", (str(path), size, mtime_ns)
    ).fetchone()
    return row is not None


@dataclass(frozen=True, slots=True)
class Found:
    """A file that lies still, with its digest."""

    path: Path
    size: int
    mtime_ns: int
    sha256: str


def take(store: Store, found: Found, *, now_ms: int, corrected: bool) -> Film | None:
    """Queue a film and open its session, in one transaction; `None` where this content was taken before."""
    said = {"title": found.path.stem[:200], **said_of(found.path)}
    filmed_ms = min(max(found.mtime_ns // 1_000_000, EARLIEST_MS), now_ms)
    with transaction(store.connection):
        store.connection.execute(
            "INSERT OR REPLACE INTO files VALUES (?, ?, ?, ?)",
            (str(found.path), found.size, found.mtime_ns, found.sha256),
        )
        if get(store, found.sha256) is not None:
            return None
        session_id = str(uuid.uuid4())
        store.connection.execute(
            "INSERT INTO films (sha256, path, size, state, session_id, said, taken_ms) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (found.sha256, str(found.path), found.size, QUEUED, session_id, json.dumps(said), now_ms),
        )
        fields: dict[str, Any] = {name: said[name] for name in ("title", "description", "session_type") if name in said}
        fields["start"] = write_time(filmed_ms)
        store.edit_within("session", session_id, fields, now_ms=now_ms, corrected=corrected)
        return get(store, found.sha256)


def get(store: Store, sha256: str) -> Film | None:
    """The film of this content."""
    rows = _films(store, "sha256 = ?", (sha256,))
    return rows[0] if rows else None


def due(store: Store, states: tuple[str, ...], now_ms: int) -> list[Film]:
    """Films in one of these states that may be worked on now, the oldest first."""
    marks = ", ".join("?" for _ in states)
    return _films(store, f"state IN ({marks}) AND not_before_ms <= ?", (*states, now_ms))


def move(store: Store, film: Film, state: str, **facts: Any) -> bool:
    """Bring a film from the state it was read in to another; False where somebody else did so before."""
    names = ["state", *facts]
    with transaction(store.connection):
        done = store.connection.execute(
            f"UPDATE films SET {', '.join(f'{name} = ?' for name in names)} WHERE sha256 = ? AND state = ?",  # noqa: S608
            (state, *facts.values(), film.sha256, film.state),
        )
        return done.rowcount == 1


def counts(store: Store) -> dict[str, int]:
    """How many films there are in each state."""
    return dict(store.connection.execute("SELECT state, count(*) FROM films GROUP BY state ORDER BY state").fetchall())


def failures(store: Store, limit: int = 5) -> list[tuple[str, str]]:
    """Name and reason of the latest films that were given up."""
    rows = store.connection.execute(
        "SELECT path, error FROM films WHERE state = ? ORDER BY taken_ms DESC LIMIT ?", (FAILED, limit)
    )
    return [(Path(path).name, error) for path, error in rows]


def _films(store: Store, where: str, values: tuple[Any, ...]) -> list[Film]:
    rows = store.connection.execute(
        "SELECT sha256, path, size, state, session_id, said, attempts, upload FROM films "  # noqa: S608  (our own words)
        f"WHERE {where} ORDER BY taken_ms, sha256",
        values,
    ).fetchall()
    return [Film(row[0], Path(row[1]), row[2], row[3], row[4], json.loads(row[5]), row[6], row[7]) for row in rows]
