"""The cache's connections to a real Redis."""

from __future__ import annotations

import contextvars
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.cache import caches
from redis import Redis

from apps.core.caches import PooledRedisCache

pytestmark = pytest.mark.redis


@pytest.fixture
def redis(clean_redis: str) -> Any:
    with Redis.from_url(clean_redis) as client:
        yield client


def ask(work: Any) -> Any:
    """Do something as a request does: in a context of its own, with a cache of its own."""
    return contextvars.Context().run(work)


def connections(redis: Redis) -> int:
    return int(redis.info("stats")["total_connections_received"])


def test_requests_share_connections(redis: Redis) -> None:
    ask(lambda: caches["default"].set("a", 1))
    before = connections(redis)
    assert [ask(lambda: caches["default"].get("a")) for _ in range(20)] == [1] * 20
    assert connections(redis) == before


def test_a_count_is_one_for_all_who_ask_at_once(redis: Redis) -> None:
    def count(_: int) -> int:
        cache = caches["default"]
        assert isinstance(cache, PooledRedisCache)
        return cache.count("visits", 60)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(count, range(100))) == list(range(1, 101))
    (key,) = redis.keys("*visits")
    assert 0 < redis.ttl(key) <= 60
    assert caches["default"].get("visits") == 100
    assert caches["default"].decr("visits") == 99


def test_a_connection_that_was_cut_is_made_anew(redis: Redis) -> None:
    """As after a restart of Redis: nobody is answered from the dead line."""
    caches["default"].set("a", 1)
    redis.client_kill_filter(_type="normal", skipme=True)
    assert ask(lambda: caches["default"].get("a")) == 1
