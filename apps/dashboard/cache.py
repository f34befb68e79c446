"""Answers kept until something that they were made from changes; one request computes, those beside it wait.

The key holds the team's data version (`apps.core.versions`), read before the tables are. Rights are never cached: the
caller has asked for them, and the parts of the key say whose figures these are.
"""

from __future__ import annotations

import hashlib
import time
import uuid
from collections.abc import Callable
from typing import Any, TypeVar

import structlog
from django.core.cache import BaseCache, caches
from redis.exceptions import RedisError

from apps.core import versions

Answer = TypeVar("Answer")
log = structlog.get_logger(__name__)

KEEP_S = 600
"""An answer that nobody made old is computed anew after this: names and ages in it may have changed."""
COMPUTE_S = 20
"""So long one request may compute before another one tries."""
POLL_S = 0.03


def remembered(team_id: uuid.UUID, parts: tuple[Any, ...], compute: Callable[[], Answer]) -> Answer:
    """Return the kept answer for the team's data as they are, or compute and keep it.

    Args:
        parts: all that the answer depends on besides the team's data; its `repr` goes into the key.
    """
    version = versions.current(versions.TEAM, team_id)
    if version is None:
        return compute()
    digest = hashlib.sha256(repr(parts).encode()).hexdigest()
    try:
        return _kept(caches["default"], f"dashboard:{team_id}:{version}:{digest}", compute)
    except RedisError as error:
        log.warning("dashboard.redis_down", error=str(error))
        return compute()


def _kept(cache: BaseCache, key: str, compute: Callable[[], Answer]) -> Answer:
    deadline = time.monotonic() + COMPUTE_S
    while (known := cache.get(key)) is None:
        if cache.add(f"{key}:computing", 1, timeout=COMPUTE_S):
            return _computed(cache, key, compute)
        if time.monotonic() > deadline:
            return compute()
        time.sleep(POLL_S)
    answer: Answer = known[0]
    return answer


def _computed(cache: BaseCache, key: str, compute: Callable[[], Answer]) -> Answer:
    try:
        known = cache.get(key)  # another one may have finished between our look and our turn
        answer: Answer = compute() if known is None else known[0]
        cache.set(key, (answer,), timeout=KEEP_S)
        return answer
    finally:
        cache.delete(f"{key}:computing")
