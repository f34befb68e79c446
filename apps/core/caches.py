"""The cache in Redis, by connections that outlive a request.

Django makes a cache for each request and with it a connection, which is a log-in and, by TLS, a handshake each time.
Here all caches of a process share one pool.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis import ConnectionPool, Redis

COUNT = """
local number = redis.call('INCR', KEYS[1])
if number == 1 then redis.call('EXPIRE', KEYS[1], ARGV[1]) end
return number
"""
"""Both at once: a count that nobody ends would lie in Redis for ever."""


class PooledClient(RedisCacheClient):
    """Asks by the connections of the process; of one server."""

    def __init__(self, servers: Sequence[str], **options: Any) -> None:
        super().__init__(list(servers), **options)
        self._shared = _pool(servers[0], tuple(sorted(options.items())))

    def get_client(self, key: Any = None, *, write: bool = False) -> Any:
        """Return a client; it is light, its connections are not."""
        return Redis(connection_pool=self._shared)

    def count(self, key: str, timeout_s: int) -> int:
        """Add one to a number and return it, in one round trip; it ends so long after it began."""
        return int(self.get_client(key, write=True).eval(COUNT, 1, key, timeout_s))


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
        client: Any = self._cache
        return int(client.count(self.make_and_validate_key(key), timeout_s))


@lru_cache(maxsize=8)
def _pool(server: str, options: tuple[tuple[str, Any], ...]) -> ConnectionPool:
    """The pool of a server: threads share it, and after a fork it starts anew by itself."""
    return ConnectionPool.from_url(server, **dict(options))
