"""Data versions: what makes cached answers old."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
from django.core.cache import caches
from django.db import transaction
from redis.exceptions import ConnectionError as RedisDown

from apps.core import versions

TEAM_ID = uuid.UUID(int=1)


@pytest.mark.django_db(transaction=True)
def test_a_version_stays_until_it_is_bumped() -> None:
    before = versions.current("team", TEAM_ID)
    assert before and versions.current("team", str(TEAM_ID)) == before
    versions.bump("team", TEAM_ID)
    after = versions.current("team", TEAM_ID)
    assert after and after != before
    assert versions.current("team", TEAM_ID) == after


@pytest.mark.django_db(transaction=True)
def test_others_keep_theirs() -> None:
    other, user = versions.current("team", uuid.UUID(int=2)), versions.current("user", TEAM_ID)
    versions.bump("team", TEAM_ID)
    assert (versions.current("team", uuid.UUID(int=2)), versions.current("user", TEAM_ID)) == (other, user)


@pytest.mark.django_db(transaction=True)
def test_only_a_commit_bumps() -> None:
    before = versions.current("team", TEAM_ID)
    with transaction.atomic():
        versions.bump("team", TEAM_ID)
        assert versions.current("team", TEAM_ID) == before
    committed = versions.current("team", TEAM_ID)
    assert committed != before
    with transaction.atomic():
        versions.bump("team", TEAM_ID)
        transaction.set_rollback(True)
    assert versions.current("team", TEAM_ID) == committed


@pytest.mark.django_db
def test_a_lost_version_never_comes_back() -> None:
    seen = set()
    for _ in range(5):
        seen.add(versions.current("team", TEAM_ID))
        caches["default"].clear()
    assert len(seen) == 5


@pytest.mark.django_db(transaction=True)
def test_without_redis_nothing_is_known_and_nothing_breaks(monkeypatch: pytest.MonkeyPatch) -> None:
    def down(*args: object, **kwargs: object) -> None:
        raise RedisDown("refused")

    cache = caches["default"]
    spoiled: list[tuple[str, Callable[..., None]]] = [("get_or_set", down), ("set", down)]
    for name, broken in spoiled:
        monkeypatch.setattr(cache, name, broken)
    versions.bump("team", TEAM_ID)
    assert versions.current("team", TEAM_ID) is None
