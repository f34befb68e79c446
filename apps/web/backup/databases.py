"""The database of a backup: one consistent picture, taken while everybody goes on working.

SQLite: its own online copy. PostgreSQL: `COPY` of every table in one read-only transaction, so that neither a client
program nor a matching version of the server is needed: a backup of PostgreSQL 16 goes into 18.
"""

from __future__ import annotations

import gzip
import hashlib
import sqlite3
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.recorder import MigrationRecorder

from apps.web.backup.manifest import PIECE_BYTES, BackupError, Entry, Manifest, keep

PART = "database"
SQLITE_FILE = f"{PART}/axolotl.sqlite3"
PEOPLE = ("accounts_user", "accounts_team")
SQLITE, POSTGRES = "sqlite", "postgresql"


def dump(folder: Path) -> tuple[list[Entry], dict[str, list[str]], tuple[str, ...]]:
    """Write the database below `folder`; answers its files, the columns of each table, the applied migrations.

    Raises:
        BackupError: it is neither SQLite nor PostgreSQL.
    """
    if connection.vendor == SQLITE:
        return [_dump_sqlite(folder)], {}, _applied()
    if connection.vendor == POSTGRES:
        return _dump_postgres(folder)
    raise BackupError(f"Backups know SQLite and PostgreSQL, not {connection.vendor}.")


def load(folder: Path, manifest: Manifest) -> None:
    """Put the database of a backup in place of this one, and bring it up to this version's migrations."""
    if connection.vendor == SQLITE:
        _load_sqlite(folder / SQLITE_FILE)
    else:
        _load_postgres(folder, manifest)
    call_command("migrate", interactive=False, verbosity=0)


def check(manifest: Manifest) -> None:
    """Refuse a backup that this installation cannot take.

    Raises:
        BackupError: of another database, or of a newer Axolotl.
    """
    if manifest.vendor != connection.vendor:
        told = f"The backup is of {manifest.vendor}, DATABASE_URL names {connection.vendor}"
        raise BackupError(f"{told}: restore it into what it came from.")
    known = {f"{app}.{name}" for app, name in MigrationExecutor(connection).loader.disk_migrations}
    newer = sorted(set(manifest.migrations) - known)
    if newer:
        raise BackupError(f"The backup is of a newer Axolotl ({newer[0]}); install {manifest.version} or later.")


def has_people() -> bool:
    """Whether anybody's data is here."""
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        return any(_has_rows(cursor, table) for table in PEOPLE if table in there)


def _applied() -> tuple[str, ...]:
    return tuple(sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()))


def _dump_sqlite(folder: Path) -> Entry:
    target = folder / SQLITE_FILE
    keep(folder, SQLITE_FILE, ())
    connection.ensure_connection()
    copy = sqlite3.connect(target)
    try:
        connection.connection.backup(copy)
        copy.execute("PRAGMA journal_mode=DELETE")
    finally:
        copy.close()
    with target.open("rb") as file:
        return Entry(SQLITE_FILE, target.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest())


def _load_sqlite(source: Path) -> None:
    connection.ensure_connection()
    copy = sqlite3.connect(source)
    try:
        copy.backup(connection.connection)
    finally:
        copy.close()
    connection.close()


def _dump_postgres(folder: Path) -> tuple[list[Entry], dict[str, list[str]], tuple[str, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        tables = _tables(cursor)
        entries = [
            keep(folder, _file(table), _packed(_copied(cursor, table, columns))) for table, columns in tables.items()
        ]
        return entries, tables, _applied()


def _tables(cursor: Any) -> dict[str, list[str]]:
    """Columns by table; what the database computes itself is left out."""
    cursor.execute(
        "SELECT c.table_name, c.column_name FROM information_schema.columns c"
        " JOIN information_schema.tables t USING (table_schema, table_name)"
        " WHERE c.table_schema = current_schema() AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'"
        " ORDER BY c.table_name, c.ordinal_position"
    )
    found: dict[str, list[str]] = {}
    for table, column in cursor.fetchall():
        found.setdefault(table, []).append(column)
    return found


def _copied(cursor: Any, table: str, columns: list[str]) -> Iterator[bytes]:
    with cursor.copy(f"COPY {_named(table, columns)} TO STDOUT") as copy:
        for piece in copy:
            yield bytes(piece)


def _packed(content: Iterator[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(6, wbits=31)  # gzip, so that `zcat` shows a table
    for piece in content:
        if packed := packer.compress(piece):
            yield packed
    yield packer.flush()


def _load_postgres(folder: Path, manifest: Manifest) -> None:
    _drop_all()
    executor = MigrationExecutor(connection)
    executor.migrate(_leaves(executor, manifest.migrations))
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
        for table in _tables(cursor):  # what the migrations put in; the audit trail, which refuses this, is empty
            if _has_rows(cursor, table):
                cursor.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608 - our own names
        for table, columns in manifest.tables.items():
            _copy_in(cursor, _named(table, columns), folder / _file(table))
        _set_sequences(cursor, manifest.tables)


def _has_rows(cursor: Any, table: str) -> bool:
    cursor.execute(f"SELECT 1 FROM {_quoted(table)} LIMIT 1")  # noqa: S608 - our own names
    return cursor.fetchone() is not None


def _drop_all() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        for table in _tables(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {_quoted(table)} CASCADE")


def _leaves(executor: MigrationExecutor, applied: tuple[str, ...]) -> list[tuple[str, str]]:
    """The last applied migration of each app: given one before it, the executor would go back to that."""
    recorded = {(app, name) for app, _, name in (one.partition(".") for one in applied)}
    nodes = executor.loader.graph.node_map
    return [
        key
        for key in sorted(recorded & set(nodes))
        if not any(child.key in recorded and child.key[0] == key[0] for child in nodes[key].children)
    ]


def _copy_in(cursor: Any, named: str, source: Path) -> None:
    with gzip.open(source, "rb") as file, cursor.copy(f"COPY {named} FROM STDIN") as copy:
        while piece := file.read(PIECE_BYTES):
            copy.write(piece)


def _set_sequences(cursor: Any, tables: Mapping[str, list[str]]) -> None:
    for table in tables:
        for sequence in connection.introspection.get_sequences(cursor, table):
            column = _quoted(sequence["column"])
            cursor.execute(
                f"SELECT setval(pg_get_serial_sequence(%s, %s), COALESCE(MAX({column}), 1), MAX({column}) IS NOT NULL)"  # noqa: S608
                f" FROM {_quoted(table)}",
                [_quoted(table), sequence["column"]],
            )


def _file(table: str) -> str:
    return f"{PART}/{table}.copy.gz"


def _named(table: str, columns: list[str]) -> str:
    return f"{_quoted(table)} ({', '.join(_quoted(column) for column in columns)})"


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
