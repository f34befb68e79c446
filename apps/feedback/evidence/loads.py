"""How hard it was, as people said: described, never a forecast."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from apps.accounts.models import Player
from apps.feedback.engine.brief import Fact, FactKind, Missing
from apps.sessions.models import Session
from apps.sessions.selectors import PlayerLoad, player_loads, unattributed_loads
from vision.kpi.load import DAYS_PER_WEEK, daily_loads, session_load, summarise

RELIABLE_FROM_YEARS = 14
"""Below, a rating is flagged (Teixeira; kpis.md 7)."""
HINT = "Players under 14 judge their effort poorly: a hint only."
UNRATED = "Nobody rated the effort of this session."
WEEK = timedelta(days=DAYS_PER_WEEK)


def load_facts(session: Session, players: Sequence[Player]) -> tuple[list[Fact], list[Missing]]:
    """Return effort and load of the session, and of one player's week where nothing of it is missing (6 queries)."""
    until = session.start + timedelta(seconds=1)
    ids = [player.pk for player in players]
    loads = player_loads(ids, session.start - WEEK, until)
    here = {load.player_id: load for load in loads if load.session_id == session.pk}
    facts: list[Fact] = []
    missing: list[Missing] = []
    for player in players:
        load = here.get(player.pk)
        if load is None or load.rpe is None:
            missing.append(Missing("rpe", "load", "Effort", UNRATED, f"player:{player.pk}"))
        else:
            facts += _of_session(session, player, load)
    if len(players) == 1 and not unattributed_loads(ids, session.start - WEEK, until):
        facts += _of_week(session, players[0].pk, loads)
    return facts, missing


def _of_session(session: Session, player: Player, load: PlayerLoad) -> Iterator[Fact]:
    age = player.age_years_on(session.start.date())
    note = HINT if age is None or age < RELIABLE_FROM_YEARS else ""
    if load.rpe is None:
        return
    yield _fact(load, "rpe", "Effort", load.rpe, "of 10", note)
    if load.minutes is not None:
        yield _fact(load, "minutes", "Minutes", load.minutes, "min")
        yield _fact(load, "load_au", "Load", session_load(load.rpe, load.minutes), "AU", note)


def _of_week(session: Session, player_id: uuid.UUID, loads: Sequence[PlayerLoad]) -> Iterator[Fact]:
    """Load and monotony of the seven days that end with the session; nothing where one of them is unknown."""
    zone = ZoneInfo(session.team.time_zone)
    last = _day(session.start, zone)
    week = [load for load in loads if (last - _day(load.start, zone)).days < DAYS_PER_WEEK]
    if len(week) < 2 or any(load.rpe is None or load.minutes is None for load in week):
        return
    entries = [(_day(load.start, zone), session_load(load.rpe or 0, load.minutes or 0)) for load in week]
    told = summarise(daily_loads(entries, last - timedelta(days=DAYS_PER_WEEK - 1), last))
    newest = week[-1]
    yield _fact(newest, "week_load_au", "Load of the week", told["week_load"], "AU")
    if told["monotony"] is not None:
        yield _fact(newest, "monotony", "Monotony", told["monotony"], "")


def _day(moment: datetime, zone: ZoneInfo) -> date:
    return moment.astimezone(zone).date()


def _fact(load: PlayerLoad, key: str, title: str, value: float, unit: str, note: str = "") -> Fact:
    return Fact(
        ref=f"load:{load.session_id}:{load.player_id}:{key}",
        kind=FactKind.LOAD,
        key=key,
        group="load",
        title=title,
        value=value,
        unit=unit,
        player=f"player:{load.player_id}",
        note=note,
    )
