"""A live session of the team, and a bell that only counts."""

from __future__ import annotations

import pytest

from apps.accounts.models import Team
from apps.live.models import LiveSession
from pipeline import api
from tests.factories.live import make_live


@pytest.fixture
def live(team: Team) -> LiveSession:
    """A session that waits for frames."""
    return make_live(team)


@pytest.fixture(autouse=True)
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The sessions for which a worker was rung; no broker is asked."""
    calls: list[str] = []

    def ring(session_id: str) -> bool:
        calls.append(session_id)
        return True

    monkeypatch.setattr(api, "start_live", ring)
    return calls
