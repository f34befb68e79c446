"""The database itself keeps the audit trail: triggers refuse to delete a row, to empty the table (`TRUNCATE`, alone or
with a table it depends on), and to change a row but in three ways.

Allowed are: the actor's account goes (the reference becomes null); a row is sealed, once (`core.audit.seal`); a
person is erased, so what is personal in a row goes and the time of that is noted (`core.audit.redact`). Whoever owns
the table can take triggers off or put them to sleep, and a superuser can have them passed over
(`session_replication_role`). While they are off `manage.py audit_verify` says so; afterwards the chain of hashes
tells what was changed; that its end was cut off, or the table emptied, only a head tells that was noted elsewhere.
They are put back after every `migrate`, as SQLite loses them with a table that is rebuilt.
"""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "core_auditevent"
SAID = "the audit trail is append-only"
NEVER = ("id", "action", "object_type", "team_id", "created_at", "request_id")
PERSONAL = ("object_id", "before", "after", "redacted_at")
SEAL = ("sequence", "content_hash", "hash")

_SQLITE = (
    f"DROP TRIGGER IF EXISTS audit_kept; CREATE TRIGGER audit_kept BEFORE DELETE ON {TABLE} "
    f"BEGIN SELECT RAISE(ABORT, '{SAID}'); END;",
    f"DROP TRIGGER IF EXISTS audit_unchanged; CREATE TRIGGER audit_unchanged BEFORE UPDATE ON {TABLE} "
    f"WHEN NOT ({{allowed}}) BEGIN SELECT RAISE(ABORT, '{SAID}'); END;",
)
_POSTGRES = (
    f"CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$ "
    f"BEGIN RAISE EXCEPTION '{SAID}' USING ERRCODE = 'integrity_constraint_violation'; END $$",
    f"DROP TRIGGER IF EXISTS audit_kept ON {TABLE}",
    f"CREATE TRIGGER audit_kept BEFORE DELETE ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()",
    f"DROP TRIGGER IF EXISTS audit_unchanged ON {TABLE}",
    f"CREATE TRIGGER audit_unchanged BEFORE UPDATE ON {TABLE} FOR EACH ROW "
    f"WHEN (NOT ({{allowed}})) EXECUTE FUNCTION audit_refuse()",
    f"DROP TRIGGER IF EXISTS audit_not_emptied ON {TABLE}",
    f"CREATE TRIGGER audit_not_emptied BEFORE TRUNCATE ON {TABLE} FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse()",
)
_TRIGGERS = {
    "sqlite": ("audit_kept", "audit_unchanged"),
    "postgresql": ("audit_kept", "audit_unchanged", "audit_not_emptied"),
}
"""SQLite has no `TRUNCATE`."""
_AWAKE = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s",
    "postgresql": "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND tgenabled IN ('O', 'A')",
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Put the triggers on the table, anew where they are there."""
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def remove(connection: BaseDatabaseWrapper) -> None:
    """Take the triggers off: for tests, whose database is emptied between them."""
    on = f" ON {TABLE}" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        for name in _TRIGGERS[connection.vendor]:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}{on}")


def is_installed(connection: BaseDatabaseWrapper) -> bool:
    """Tell whether all triggers are on the table, and awake."""
    with connection.cursor() as cursor:
        cursor.execute(_AWAKE[connection.vendor], [TABLE])
        return set(_TRIGGERS[connection.vendor]) <= {name for (name,) in cursor.fetchall()}


def install_after_migrate(sender: Any, using: str, **kwargs: Any) -> None:
    """Receive `post_migrate` of the core app."""
    from django.db import connections

    connection = connections[using]
    if TABLE in connection.introspection.table_names() and _has_seal(connection):
        install(connection)


def _has_seal(connection: BaseDatabaseWrapper) -> bool:
    """Whether the table has its columns by now: an older state of the migrations has not."""
    with connection.cursor() as cursor:
        found = {column.name for column in connection.introspection.get_table_description(cursor, TABLE)}
    return set(SEAL) <= found


def _statements(vendor: str) -> list[str]:
    if vendor == "postgresql":
        return [statement.replace("{allowed}", _allowed("IS NOT DISTINCT FROM")) for statement in _POSTGRES]
    written = [statement.replace("{allowed}", _allowed("IS")) for statement in _SQLITE]
    return [part for whole in written for part in _split(whole)]


def _split(whole: str) -> list[str]:
    """SQLite takes one statement at a time; a trigger's body has its own semicolons."""
    drop, _, create = whole.partition("; ")
    return [drop, create]


def _allowed(same: str) -> str:
    def unchanged(*columns: str) -> str:
        return " AND ".join(f"NEW.{column} {same} OLD.{column}" for column in columns)

    redacted = f"(NEW.redacted_at IS NOT NULL AND NOT ({unchanged('redacted_at')}))"
    salt = f"({unchanged('salt')} OR (NEW.salt = '' AND NEW.redacted_at IS NOT NULL))"
    return (
        f"{unchanged(*NEVER)} AND ({unchanged('actor_id')} OR NEW.actor_id IS NULL)"
        f" AND (({unchanged(*PERSONAL)}) OR {redacted})"
        f" AND (({unchanged(*SEAL)} AND {salt}) OR (OLD.hash = '' AND NEW.hash <> ''))"
    )
