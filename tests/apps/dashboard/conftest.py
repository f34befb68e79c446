"""A team's season with known figures."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Player, Team
from apps.scan.models import SessionKPI
from apps.sessions.models import Session
from tests.factories.accounts import make_player
from tests.factories.figures import make_figures
from tests.factories.sessions import make_session

MONDAY = datetime(2026, 3, 2, 17, 30, tzinfo=UTC)
"""Training of the first of eight weeks; the clocks of Europe go forward on 29 March."""
PERIOD = "2026-03-02..2026-04-26"
Get = Callable[..., Any]


@pytest.fixture
def team(team: Team) -> Team:
    """In Berlin."""
    team.time_zone = "Europe/Berlin"
    team.save(update_fields=["time_zone"])
    return team


def weekly_sessions(team: Team, weeks: int = 8, **fields: Any) -> list[Session]:
    """A session each Monday evening, an hour long."""
    starts = [MONDAY + timedelta(weeks=week) for week in range(weeks)]
    return [
        make_session(team, title=f"Week {number + 1}", start=start, end=start + timedelta(hours=1), **fields)
        for number, start in enumerate(starts)
    ]


def season(team: Team, speeds: dict[Player, list[float | None]], **fields: Any) -> list[SessionKPI]:
    """Top speeds of players, one for each week's session; `None` = not there."""
    sessions = weekly_sessions(team, max(map(len, speeds.values())))
    return [
        make_figures(session, player, {"max_speed_mps": speed}, track_id=track, **fields)
        for track, (player, of) in enumerate(speeds.items())
        for session, speed in zip(sessions, of, strict=False)
        if speed is not None
    ]


@pytest.fixture
def players(team: Team) -> list[Player]:
    """Six players of the team."""
    return [make_player(team, external_id=f"p{number}", last_name=f"No{number}") for number in range(6)]


@pytest.fixture
def get(api_client: Callable[..., APIClient]) -> Get:
    """Ask as somebody; the data of a 200, or the error of what is expected."""

    def ask(user: Any, address: str, *, expect: int = 200, **query: Any) -> Any:
        answer = api_client(user).get(f"/api/{address}", query)
        body = answer.json()
        assert answer.status_code == expect, body
        return body["data"] if expect == 200 else body["error"]

    return ask
