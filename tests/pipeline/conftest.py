"""A process of each test's own."""

from __future__ import annotations

import pytest

from tests.pipeline.runner_host import Host


@pytest.fixture
def host() -> Host:
    return Host()
