"""Every test of the apps talks to a real, empty Redis."""

from __future__ import annotations

import pytest


@pytest.fixture(autouse=True)
def _redis(clean_redis: str) -> None:
    """Cache, tickets, limits and the channel layer are really there."""
