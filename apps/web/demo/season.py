"""The demo's season: sessions whose figures come from synthetic movement, each labelled so."""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from apps.accounts.models import Player, Team
from apps.scan.services.synthetic import store_synthetic_kpis
from apps.sessions.models import Session, SessionLoad, SessionStatus, SessionType
from apps.web.stack.supervisor import StackError

TIMEOUT_S = 600
TRAINING_DAYS = (1, 3)
"""Tuesday and Thursday."""
DESCRIPTION = "Synthetic: computed from made-up movement to show the pages. No child was filmed."
PACES = ((12, "u12"), (14, "u14"), (16, "u16"), (18, "u18"))


def load_season(fixture: dict[str, Any], teams: dict[str, Team], *, say: Callable[[str], None]) -> None:
    """Make the season of every team that has none yet.

    Raises:
        StackError: the season could not be computed; nothing of it is stored.
    """
    for team in teams.values():
        if not Session.objects.filter(team=team, synthetic=True).exists():
            say(f"Making a synthetic season for {team} …")
            _load_team(fixture["season"], team)


def _load_team(season: dict[str, Any], team: Team) -> None:
    players = list(team.players.exclude(external_id="walker").order_by("external_id"))
    days = _training_days(season["weeks"])
    lines = _compute(season, len(days), players)
    by_session: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for line in lines:
        by_session[line["session"]].append(line)
    with transaction.atomic():
        for index, day in enumerate(days):
            session = _session(team, day, season["minutes"], index)
            store_synthetic_kpis(
                session=session,
                results=[line["result"] for line in by_session[index]],
                catalogue_version=lines[0]["catalogue_version"],
            )
            _store_efforts(session, players, season, index)


def _store_efforts(session: Session, players: list[Player], season: dict[str, Any], index: int) -> None:
    """What players would have answered when asked how hard it was; made up like the movement."""
    rng = random.Random(f"{season['seed']} {index}")  # noqa: S311 - a demo that is the same on every machine
    SessionLoad.objects.bulk_create(
        SessionLoad(session=session, player=player, minutes=season["minutes"], rpe=float(rng.randint(3, 7)))
        for player in players
    )


def _session(team: Team, day: datetime, minutes: float, index: int) -> Session:
    return Session.objects.create(
        team=team,
        session_type=SessionType.TRAINING,
        title=f"Training {index + 1} (synthetic)",
        description=DESCRIPTION,
        start=day,
        end=day + timedelta(minutes=minutes),
        status=SessionStatus.COMPLETED,
        synthetic=True,
    )


def _training_days(weeks: int) -> list[datetime]:
    today = timezone.now().date()
    days = [today - timedelta(days=back) for back in range(7 * weeks, 0, -1)]
    return [datetime.combine(day, time(17, 30), tzinfo=UTC) for day in days if day.weekday() in TRAINING_DAYS]


def _compute(season: dict[str, Any], sessions: int, players: list[Player]) -> list[dict[str, Any]]:
    request = {
        "seed": season["seed"],
        "sessions": sessions,
        "minutes": season["minutes"],
        "players": [{"player_id": str(player.pk), "pace": _pace(player), "zones": _pace(player)} for player in players],
    }
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(request, file)
        file.flush()
        result = subprocess.run(  # noqa: S603 - our own module
            [sys.executable, "-m", "pipeline.season", str(Path(file.name))],
            cwd=settings.ROOT,
            capture_output=True,
            text=True,
            timeout=TIMEOUT_S,
            check=False,
        )
    if result.returncode != 0:
        raise StackError(f"the demo season could not be computed: {result.stderr.strip().splitlines()[-1:]}")
    return [json.loads(line) for line in result.stdout.splitlines()]


def _pace(player: Player) -> str:
    age = player.age_years
    for limit, pace in PACES:
        if age is not None and age <= limit:
            return pace
    return "women" if player.sex == "female" else "adult"
