"""Runs in a data folder of its own: builds a season, times ours and the plain ORM way in turns, prints JSON.

`python -m tests.bench.children.dashboard PLAYERS SESSIONS REPEATS` with AXOLOTL_VAR set to an empty folder.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

ZONE = "Europe/Berlin"
START = datetime(2025, 8, 4, 17, 30, tzinfo=UTC)
FILLING = 90
"""Other KPIs in a row's `groups`: with them it is as long as a real one (6.6 kB)."""


def build(players: int, sessions: int) -> Any:
    """A team whose every player was in every session, two a week."""
    from apps.accounts.models import Player, Team
    from apps.scan.models import SessionKPI
    from apps.sessions.models import Session
    from tests.factories.figures import entry, unsaved_figures

    team = Team.objects.create(name="Bench", time_zone=ZONE)
    roster = Player.objects.bulk_create(Player(team=team, first_name=f"{number}") for number in range(players))
    days = Session.objects.bulk_create(
        Session(team=team, start=START + timedelta(days=3.5 * number)) for number in range(sessions)
    )
    filling = {f"other_{number}": entry(1.0) for number in range(FILLING)}

    def row(session: Any, player: Any, number: int) -> SessionKPI:
        made = unsaved_figures(session, player, {"max_speed_mps": 6 + number % 17 / 10}, track_id=number)
        made.groups["physical"] = filling
        return made

    rows = (row(day, who, at * 7 + number) for at, day in enumerate(days) for number, who in enumerate(roster))
    SessionKPI.objects.bulk_create(rows, batch_size=500)
    return team


def ours(team: Any, until: date) -> dict[date, float]:
    """Mean by week, from the trend."""
    from apps.core.units import Units
    from apps.dashboard.metrics import metric_of
    from apps.dashboard.periods import Bucket, Period
    from apps.dashboard.selectors.trends import TrendQuery, trend

    period = Period(START.date(), until, ZONE)
    query = TrendQuery(team.pk, metric_of("max_speed_mps", Units.METRIC), period, Bucket.WEEK)
    return {point["start"]: point["value"] for point in trend(query)["points"] if point["value"] is not None}


def per_object(team: Any, until: date) -> dict[date, float]:
    """The same mean by week, an object at a time."""
    zone = ZoneInfo(ZONE)
    weeks: dict[date, dict[Any, list[float]]] = {}
    for player in team.players.all():
        for row in player.session_kpis.filter(is_current=True).select_related("session"):
            day = row.session.start.astimezone(zone).date()
            if row.max_speed_mps is not None and START.date() <= day <= until:
                week = day - timedelta(days=day.weekday())
                weeks.setdefault(week, {}).setdefault(player.pk, []).append(row.max_speed_mps)
    return {week: sum(sum(of) / len(of) for of in there.values()) / len(there) for week, there in sorted(weeks.items())}


def main() -> None:
    """Build, compare, time in turns."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "axolotl_project.settings"
    import django
    from django.core.management import call_command

    django.setup()
    players, sessions, repeats = map(int, sys.argv[1:4])
    call_command("migrate", verbosity=0)
    team = build(players, sessions)
    until = (START + timedelta(days=3.5 * sessions)).date()
    ways: dict[str, Callable[..., dict[date, float]]] = {"ours": ours, "per object": per_object}
    found = [way(team, until) for way in ways.values()]
    if found[0].keys() != found[1].keys() or any(abs(found[0][week] - found[1][week]) > 1e-9 for week in found[0]):
        raise SystemExit("the two ways do not answer the same")
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(repeats):
        for name, way in ways.items():
            start = time.perf_counter()
            way(team, until)
            seconds[name].append(time.perf_counter() - start)
    sys.stdout.write(json.dumps(seconds))


if __name__ == "__main__":
    main()
