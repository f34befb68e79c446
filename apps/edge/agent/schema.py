"""The agent's own database: one file, safe against a kill at any statement."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

VERSION = 1
BUSY_S = 30.0
"""The scanning thread and the network thread share the file; each holds it for milliseconds."""
AGAIN_S = 0.1

_SCHEMA = """
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL);
-- What this box knows of every field. The field '' says that the object was deleted.
CREATE TABLE replica (
    kind TEXT NOT NULL, object_id TEXT NOT NULL, field TEXT NOT NULL,
    value TEXT NOT NULL, wall_ms INTEGER NOT NULL, counter INTEGER NOT NULL, origin TEXT NOT NULL,
    PRIMARY KEY (kind, object_id, field)
);
-- Own edits that the server has not settled: at most one a field, the latest.
CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    kind TEXT NOT NULL, object_id TEXT NOT NULL, field TEXT NOT NULL,
    value TEXT NOT NULL, wall_ms INTEGER NOT NULL, counter INTEGER NOT NULL,
    seen TEXT NOT NULL, corrected INTEGER NOT NULL, not_before_ms INTEGER NOT NULL DEFAULT 0,
    UNIQUE (kind, object_id, field)
);
CREATE TABLE refused (
    id INTEGER PRIMARY KEY AUTOINCREMENT, at_ms INTEGER NOT NULL,
    kind TEXT NOT NULL, object_id TEXT NOT NULL, code TEXT NOT NULL, message TEXT NOT NULL
);
-- queued -> scanned -> delivered, or failed. What cannot go as arrays: queued or scanned -> whole -> delivered.
CREATE TABLE films (
    sha256 TEXT PRIMARY KEY, path TEXT NOT NULL, size INTEGER NOT NULL, state TEXT NOT NULL,
    session_id TEXT NOT NULL, said TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0,
    not_before_ms INTEGER NOT NULL DEFAULT 0, error TEXT NOT NULL DEFAULT '', upload TEXT NOT NULL DEFAULT '',
    job_id TEXT NOT NULL DEFAULT '', taken_ms INTEGER NOT NULL
);
CREATE TABLE files (
    path TEXT PRIMARY KEY, size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, sha256 TEXT NOT NULL
);
"""


class StoreError(Exception):
    """The database cannot be used; the message says why and what to do."""


def connect(path: Path) -> sqlite3.Connection:
    """Open the database, made anew where there is none.

    Raises:
        StoreError: damaged, or of a newer version of the agent.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    until = time.monotonic() + BUSY_S
    while True:
        try:
            return _opened(path)
        except sqlite3.DatabaseError as error:
            # Taking up the journal of an agent that was killed is not waited for by SQLite's own timeout.
            if "locked" not in str(error) or time.monotonic() > until:
                raise StoreError(f"{path} cannot be read ({error}). Move it away to start anew.") from error
            time.sleep(AGAIN_S)


def _opened(path: Path) -> sqlite3.Connection:
    connection = sqlite3.connect(path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
    try:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")  # a power cut takes nothing that was reported as kept
        version = _version(connection) or _create(connection)
        if version != VERSION:
            raise StoreError(f"{path} was written by version {version} of the agent; this one reads {VERSION}.")
    except BaseException:
        connection.close()
        raise
    return connection


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> int:
    with transaction(connection):
        if _version(connection) == 0:
            for statement in _SCHEMA.split(";"):
                connection.execute(statement)
            connection.execute(f"PRAGMA user_version={VERSION}")
        return _version(connection)


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """All statements inside, or none."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")
