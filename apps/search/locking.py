"""One writer of a team's part at a time, so that an older reading never overwrites a newer one.

Whoever deletes waits too: a text that was read before its object went is not put back after it.
"""

from __future__ import annotations

from django.db import connection

_KEY = 0x5EA8C4


def hold_index() -> None:
    """Wait until no other transaction writes the index; let go when the surrounding transaction ends.

    SQLite has one writer at a time anyway, from the beginning of its transaction (`transaction_mode`).
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_KEY])
