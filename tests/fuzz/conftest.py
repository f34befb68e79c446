"""`--fuzz-seconds`: how long each parser is tried with random input; without it some fixed examples each."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Known where the tests of this folder are named on the command line (`python -m tests.fuzz`)."""
    parser.addoption("--fuzz-seconds", type=float, default=0.0, help="random input for so long, each parser")


@pytest.fixture
def fuzz_seconds(request: pytest.FixtureRequest) -> float:
    """How long to try each parser [s]; 0: its fixed examples."""
    return float(request.config.getoption("--fuzz-seconds", default=0.0))
