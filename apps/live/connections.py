"""Redis for live sessions, from threads and from event loops. A request must not wait for a Redis that is away."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Any
from weakref import WeakKeyDictionary

from django.conf import settings
from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.retry import Retry

CONNECT_S = 1.0
ANSWER_S = 2.0
LISTEN_S = 30.0
"""Longer than any blocking read asks for."""

_of_loop: WeakKeyDictionary[asyncio.AbstractEventLoop, AsyncRedis] = WeakKeyDictionary()


@lru_cache(maxsize=4)
def _client(url: str, answer_s: float) -> Redis:
    return Redis.from_url(url, socket_connect_timeout=CONNECT_S, socket_timeout=answer_s, retry=Retry(NoBackoff(), 1))


def client() -> Any:
    """The client of this process for short commands; its pool belongs to threads and forked children alike."""
    return _client(settings.LIVE_REDIS_URL, ANSWER_S)


def listening_client() -> Any:
    """The same for commands that wait."""
    return _client(settings.LIVE_REDIS_URL, LISTEN_S)


def async_client() -> Any:
    """The client of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _of_loop:
        options: dict[str, Any] = {"socket_connect_timeout": CONNECT_S, "socket_timeout": ANSWER_S}
        _of_loop[loop] = AsyncRedis.from_url(settings.LIVE_REDIS_URL, retry=AsyncRetry(NoBackoff(), 1), **options)
    return _of_loop[loop]
