"""A team of 200 players and 300 sessions costs as many queries as one of 2 and 3, and answers in time."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.test.utils import CaptureQueriesContext

from apps.accounts.models import Player, Team
from apps.dashboard.selectors import answers
from apps.scan.models import SessionKPI
from apps.sessions.models import Session, SessionLoad
from tests.apps.dashboard.conftest import MONDAY
from tests.factories.accounts import make_member, make_team
from tests.factories.figures import unsaved_figures

METRICS = ("max_speed_mps", "total_distance_m", "sprint_count", "p95_speed_mps")
PERIOD = "2026-03-01..2027-12-31"
SECONDS = 12.0
"""Of the slowest answer here, uncached, on two busy cores; the benchmark `dashboard` has the real figures."""


def build(players: int, sessions: int) -> Team:
    """A team whose every player was in every session (a day apart), by `bulk_create`."""
    team = make_team(time_zone="Europe/Berlin")
    roster = Player.objects.bulk_create(
        Player(team=team, first_name="P", last_name=f"{number:03d}") for number in range(players)
    )
    days = Session.objects.bulk_create(
        Session(team=team, start=MONDAY + timedelta(days=day), end=MONDAY + timedelta(days=day, hours=1))
        for day in range(sessions)
    )
    rows = (
        unsaved_figures(day, who, dict.fromkeys(METRICS, 5 + (at * 7 + number * 3) % 11 / 10), track_id=number)
        for at, day in enumerate(days)
        for number, who in enumerate(roster)
    )
    SessionKPI.objects.bulk_create(rows, batch_size=2000)
    loads = (
        SessionLoad(session=day, player=who, rpe=(at + number) % 10, minutes=60)
        for at, day in enumerate(days)
        for number, who in enumerate(roster)
    )
    SessionLoad.objects.bulk_create(loads, batch_size=2000)
    return team


def measured(team: Team) -> dict[str, tuple[int, float]]:
    """Queries and seconds of each answer, nothing kept."""
    coach = make_member(team)
    players = list(team.players.order_by("last_name")[:2])
    sessions = list(team.sessions.order_by("start")[:2])
    base: dict[str, Any] = {"units": "metric", "period": PERIOD, "metrics": []}
    trend = {**base, "bucket": "week", "metric": "max_speed_mps"}
    asked: dict[str, Callable[[], object]] = {
        "overview": lambda: answers.overview_of(coach, {**base, "team_id": team.pk}),
        "player": lambda: answers.player_of(coach, str(players[0].pk), base),
        "trend of the team": lambda: answers.trend_of(coach, {**trend, "team_id": team.pk}),
        "trend in JSON": lambda: answers.trend_of(coach, {**trend, "team_id": team.pk, "metric": "p95_speed_mps"}),
        "trend of the load": lambda: answers.trend_of(coach, {**trend, "team_id": team.pk, "metric": "srpe_load_au"}),
        "trend of a player": lambda: answers.trend_of(coach, {**trend, "player_id": str(players[0].pk)}),
        "players": lambda: answers.comparisons_of(
            coach, {**base, "player_ids": [str(player.pk) for player in players], "session_ids": []}
        ),
        "sessions": lambda: answers.comparisons_of(
            coach, {**base, "player_ids": [], "session_ids": [session.pk for session in sessions]}
        ),
        "tables": lambda: answers.sessions_compared(coach, {**base, "session_ids": [s.pk for s in sessions]}),
    }
    found = {}
    for name, ask in asked.items():
        caches["default"].clear()
        with CaptureQueriesContext(connection) as queries:
            start = time.perf_counter()
            ask()
            seconds = time.perf_counter() - start
        found[name] = (len(queries), seconds)
    return found


@pytest.mark.django_db
@pytest.mark.slow
def test_the_number_of_queries_does_not_grow() -> None:
    small, large = measured(build(2, 3)), measured(build(200, 300))
    assert {name: n for name, (n, _) in large.items()} == {name: n for name, (n, _) in small.items()}
    assert max(n for n, _ in small.values()) <= 25
    assert {name: seconds for name, (_, seconds) in large.items() if seconds > SECONDS} == {}
