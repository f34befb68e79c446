"""Waiting for a database that is away for a moment: a restart, a failover, a cut connection.

Every write of the job store is a conditional update that is harmless when repeated, so it is repeated. Without this a
thread goes on using its dead connection, and a step that was computed is lost for want of a row.
"""

from __future__ import annotations

import functools
import logging
import time
from collections.abc import Callable
from datetime import datetime
from typing import ParamSpec, TypeVar

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from apps.core.request_context import request_id

log = logging.getLogger(__name__)

AWAY_S = 20.0
"""Longer than a restart takes; then whoever asked fails, and its lease brings the work back."""
REQUEST_AWAY_S = 2.0
"""A person does not wait for that: a request is answered 503 with `Retry-After`, and frees its thread."""
PAUSE_S = 0.2

P = ParamSpec("P")
R = TypeVar("R")
C = TypeVar("C")


def patient(method: Callable[P, R]) -> Callable[P, R]:
    """Have a call try again with a new connection while the database is away, unless it is part of a transaction."""

    @functools.wraps(method)
    def call(*args: P.args, **options: P.kwargs) -> R:
        until = 0.0
        while True:
            try:
                return method(*args, **options)
            except (OperationalError, InterfaceError):
                until = until or time.monotonic() + _away_s()
                if connection.in_atomic_block or time.monotonic() > until:
                    raise
                log.warning("the database is away; trying %s again", method.__name__, exc_info=True)
                connection.close()
                time.sleep(PAUSE_S)

    return call


def _away_s() -> float:
    """How long whoever is asking waits: a worker, or a request."""
    return min(AWAY_S, REQUEST_AWAY_S) if request_id() else AWAY_S


def all_patient(kind: type[C]) -> type[C]:
    """Make every public method of a class patient."""
    for name, method in list(vars(kind).items()):
        if callable(method) and not name.startswith("_"):
            setattr(kind, name, patient(method))
    return kind


def database_now() -> datetime:
    """The time by which leases are kept: the database's, where it has a clock of its own.

    Workers on several machines must agree on what is over: one whose clock is an hour ahead would take every unit from
    whoever is working on it. SQLite's users share one machine and its clock.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
    return now
