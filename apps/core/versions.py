"""Data versions: a token that changes whenever something changes that cached answers were made from.

Whoever writes calls `bump` in the writing transaction; whoever caches reads `current` *before* reading the tables and
puts it into the key. What was computed from older rows then lies under a key that nobody asks for again. Tokens are
random, never counted: one that was lost (a restart, an eviction) cannot come back and revive an old answer.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial

import structlog
from django.core.cache import caches
from django.db import transaction
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

TEAM = "team"
"""Everything that the dashboard says of a team: figures, sessions, loads, players."""


Listener = Callable[[str, uuid.UUID | str], None]
"""Called with kind and object after the transaction that changed something about it."""

_listeners: dict[str, Listener] = {}


def listen(owner: str, listener: Listener) -> None:
    """Register one app's listener; registering again replaces it."""
    _listeners[owner] = listener


def bump(kind: str, object_id: uuid.UUID | str) -> None:
    """Make every cached answer about an object old, once the surrounding transaction is committed."""
    transaction.on_commit(partial(_renew, kind, object_id), robust=True)


def current(kind: str, object_id: uuid.UUID | str) -> str | None:
    """Return the object's version; `None` while Redis is down: then nothing may be kept."""
    try:
        known: str | None = caches["default"].get_or_set(_key(kind, object_id), _token, timeout=None)
    except RedisError as error:
        log.warning("versions.redis_down", error=str(error))
        return None
    return known


def _renew(kind: str, object_id: uuid.UUID | str) -> None:
    try:
        caches["default"].set(_key(kind, object_id), _token(), timeout=None)
    except RedisError as error:
        log.warning("versions.redis_down", kind=kind, object_id=str(object_id), error=str(error))
    for listener in _listeners.values():
        listener(kind, object_id)


def _token() -> str:
    return uuid.uuid4().hex


def _key(kind: str, object_id: uuid.UUID | str) -> str:
    return f"version:{kind}:{object_id}"
