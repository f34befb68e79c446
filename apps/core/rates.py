"""Counting requests in fixed windows.

Each count is one atomic increment in Redis, so that parallel requests cannot slip through together. When Redis is
down the count goes on in this process's memory: limits get looser, they do not vanish, and the API does not fall over.
"""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from dataclasses import dataclass

import structlog
from django.core.cache import BaseCache, caches
from redis.exceptions import RedisError

from apps.core.caches import PooledRedisCache

log = structlog.get_logger(__name__)

_PERIODS_S = {"s": 1, "sec": 1, "min": 60, "m": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400}


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests in a window [s]."""

    limit: int
    window_s: int


@dataclass(frozen=True, slots=True)
class Count:
    """Where a caller stands: what the headers say."""

    limit: int
    remaining: int
    reset_s: int


def parse_rate(text: str) -> Rate:
    """Read `100/min`.

    Raises:
        ValueError: not a rate.
    """
    number, _, period = text.partition("/")
    if not number.strip().isdigit() or period.strip() not in _PERIODS_S:
        raise ValueError(f"{text!r} is not a rate; write for example 100/min or 50/s.")
    return Rate(int(number), _PERIODS_S[period.strip()])


def count_request(scope: str, ident: str, rate: Rate, *, now: float | None = None) -> tuple[bool, Count]:
    """Count one request of a caller.

    Returns:
        Whether it is allowed, and where the caller stands in the window.
    """
    moment = time.time() if now is None else now
    window = int(moment // rate.window_s)
    used = _increment(_key(scope, ident, rate, moment), rate.window_s)
    reset_s = max(1, int((window + 1) * rate.window_s - moment))
    return used <= rate.limit, Count(rate.limit, max(0, rate.limit - used), reset_s)


def take_back(scope: str, ident: str, rate: Rate, *, now: float | None = None) -> None:
    """Forget one counted request, in a window that still runs: it turned out to be one that the limit is not for."""
    try:
        caches["default"].decr(_key(scope, ident, rate, time.time() if now is None else now))
    except (RedisError, ValueError):
        return


def _key(scope: str, ident: str, rate: Rate, moment: float) -> str:
    digest = hashlib.sha256(ident.encode()).hexdigest()[:32]
    return f"rate:{scope}:{digest}:{int(moment // rate.window_s)}"


def _increment(key: str, window_s: int) -> int:
    try:
        return _increment_in(caches["default"], key, window_s)
    except RedisError as error:
        log.warning("throttle.redis_down", error=str(error))
        return _increment_in(caches["local"], key, window_s)


def _increment_in(cache: BaseCache, key: str, window_s: int) -> int:
    if isinstance(cache, PooledRedisCache):
        return cache.count(key, window_s * 2)
    with suppress(ValueError):  # the first of its window
        return int(cache.incr(key))
    cache.add(key, 0, timeout=window_s * 2)
    try:
        return int(cache.incr(key))
    except ValueError:  # expired between the two calls: the window is over
        cache.set(key, 1, timeout=window_s * 2)
        return 1
