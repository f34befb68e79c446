"""Every test of the apps talks to a real, empty Redis."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from apps.search import asking


@pytest.fixture(autouse=True)
def _redis(clean_redis: str) -> None:
    """Cache, tickets, limits and the channel layer are really there."""


@pytest.fixture(autouse=True)
def _asks_workers() -> Iterator[None]:
    """A command or task that makes its vectors itself says so for its process; the next test is another process."""
    yield
    asking._makes_itself.clear()
