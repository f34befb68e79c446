"""The cache in Redis, by connections that outlive a request.

Django makes a cache for each request and with it a connection, which is a log-in and, by TLS, a handshake each time.
Here all caches of a process share one pool.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import ConnectionPool


class PooledClient(RedisCacheClient):
    """Asks by the connections of the process."""

    def _get_connection_pool(self, write: bool) -> ConnectionPool:  # noqa: FBT001  (Django's signature)
        server = self._servers[self._get_connection_pool_index(write)]
        return _pool(server, tuple(sorted(self._pool_options.items())))

    def count(self, key: str, timeout_s: int) -> int:
        """Add one to a number and return it, in one round trip; it ends so long after it was last asked for."""
        with self.get_client(key, write=True).pipeline(transaction=False) as together:
            together.incr(key)
            together.expire(key, timeout_s)
            return int(together.execute()[0])


class PooledRedisCache(RedisCache):
    """Django's, by `PooledClient`."""

    def __init__(self, server: str, params: Mapping[str, Any]) -> None:
        super().__init__(server, dict(params))
        self._class = PooledClient

    def count(self, key: str, timeout_s: int) -> int:
        """Add one to a number and return it (1 where it was not there); atomic among processes.

        Raises:
            redis.exceptions.RedisError: Redis is away.
        """
        return int(self._cache.count(self.make_and_validate_key(key), timeout_s))


@lru_cache(maxsize=8)
def _pool(server: str, options: tuple[tuple[str, Any], ...]) -> ConnectionPool:
    """The pool of a server: threads share it, and after a fork it starts anew by itself."""
    return ConnectionPool.from_url(server, **dict(options))
