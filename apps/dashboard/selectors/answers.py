"""Whole answers: who may read what is asked first, then figures are taken from the cache or made."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from django.db.models import Count, Max

from apps.accounts.models import Player, Team, User
from apps.core.errors import InvalidRequest
from apps.core.units import Units
from apps.dashboard.cache import remembered
from apps.dashboard.metrics import metric_of, metrics_of
from apps.dashboard.periods import Bucket, Period, today_in
from apps.dashboard.selectors import overview
from apps.dashboard.selectors.comparisons import ComparisonQuery, compare_players, compare_sessions
from apps.dashboard.selectors.heat_maps import HeatMap
from apps.dashboard.selectors.heat_maps import heat_map as heat_map_of
from apps.dashboard.selectors.load_trends import load_trend
from apps.dashboard.selectors.player_page import player_page
from apps.dashboard.selectors.readers import (
    Reading,
    reading_of_player,
    reading_of_players,
    reading_of_sessions,
    reading_of_team,
)
from apps.dashboard.selectors.session_tables import session_tables
from apps.dashboard.selectors.targets import targets_of
from apps.dashboard.selectors.trends import Trend, TrendQuery, trend
from apps.sessions.models import Session

Answer = TypeVar("Answer")
LEFT_RIGHT = ("asymmetry_share",)
Asked = Mapping[str, Any]
Told = dict[str, Any]


def _kept(team: Team, parts: tuple[Any, ...], compute: Callable[[], Answer]) -> Answer:
    """Keep an answer until figures or loads (versions), sessions or players (looked at here) change."""
    sessions = Session.objects.filter(team=team).aggregate(n=Count("pk"), at=Max("updated_at"))
    players = Player.objects.filter(team=team).aggregate(n=Count("pk"), at=Max("updated_at"))
    seen = (team.time_zone, *sessions.values(), *players.values())
    return remembered(team.pk, (*parts, seen), compute)


def overview_of(user: User, asked: Asked) -> Told:
    """A team at a glance."""
    reading = reading_of_team(user, asked.get("team_id"))
    team = reading.team
    period = Period.parse(asked["period"], team.time_zone)
    parts = ("overview", period, reading.player_ids, today_in(team.time_zone))
    kept = _kept(team, parts, lambda: overview.numbers(team, period, reading.player_ids))
    return {
        **kept,
        "team": team,
        "period": period,
        "units": asked["units"],
        "recent_sessions": overview.recent_sessions(user, team),
        "jobs": overview.running_jobs(user, team),
    }


def player_of(user: User, reference: str, asked: Asked) -> Told:
    """One player over time."""
    player, team = reading_of_player(user, reference)
    period = Period.parse(asked["period"], team.time_zone)
    units = Units(asked["units"])
    metrics, sides = metrics_of(asked["metrics"], units), metrics_of(LEFT_RIGHT, units)
    keys = tuple(metric.key for metric in metrics)
    parts = ("player page", player.pk, period, keys, units, today_in(team.time_zone))
    kept = _kept(team, parts, lambda: player_page(player, period, metrics, sides))
    targets = targets_of(user, player)
    return {**kept, "player": player, "period": period, "units": units.value, "targets": targets}


def heat_map_for(user: User, reference: str, session_id: uuid.UUID) -> HeatMap:
    """A player's heat map of one session."""
    player, _ = reading_of_player(user, reference)
    return heat_map_of(player, session_id)


def trend_of(user: User, asked: Asked) -> Told:
    """A figure over time, of a player or of a team."""
    if asked.get("player_id") and asked.get("team_id"):
        raise InvalidRequest("Say whose trend: player_id or team_id, one of the two.")
    reading, player = _subject(user, asked)
    team, units = reading.team, Units(asked["units"])
    metric = metric_of(asked["metric"], units)
    whose = (player.pk,) if player is not None else reading.player_ids
    period = Period.parse(asked["period"], team.time_zone)
    query = TrendQuery(team.pk, metric, period, Bucket(asked["bucket"]), whose, asked.get("grade"))
    parts = ("trend", query, today_in(team.time_zone))
    kept = _kept(team, parts, lambda: _trend(query))
    subject = {
        "kind": "team" if player is None else "player",
        "id": team.pk if player is None else player.pk,
        "name": str(team) if player is None else player.display_name,
    }
    return {**kept, "subject": subject, "period": period, "units": units.value}


def _subject(user: User, asked: Asked) -> tuple[Reading, Player | None]:
    if not asked.get("player_id"):
        return reading_of_team(user, asked.get("team_id")), None
    player, team = reading_of_player(user, asked["player_id"])
    return Reading(team, (player.pk,)), player


def _trend(query: TrendQuery) -> Trend:
    if not query.metric.is_load:
        return trend(query)
    rows = Player.objects.filter(team_id=query.team_id)
    rows = rows if query.players is None else rows.filter(pk__in=query.players)
    return load_trend(query, list(rows.values_list("pk", flat=True)))


def comparisons_of(user: User, asked: Asked) -> Told:
    """Players beside players, or sessions beside sessions."""
    if asked["player_ids"]:
        return _players_compared(user, asked)
    return _sessions_compared(user, asked)


def _players_compared(user: User, asked: Asked) -> Told:
    reading, players = reading_of_players(user, asked["player_ids"])
    query = _comparison(reading, asked)
    ids = tuple(player.pk for player in players)
    parts = ("players", query, ids, reading.is_whole)
    kept = _kept(reading.team, parts, lambda: compare_players(query, ids, among_team=reading.is_whole))
    subjects = [{"id": player.pk, "name": player.display_name} for player in players]
    return _compared("players", subjects, kept, query, asked)


def _sessions_compared(user: User, asked: Asked) -> Told:
    reading, sessions = reading_of_sessions(user, asked["session_ids"], least=1)
    query = _comparison(reading, asked)
    ids = tuple(session.pk for session in sessions)
    parts = ("sessions", query, ids, reading.player_ids)
    kept = _kept(reading.team, parts, lambda: compare_sessions(query, ids, reading.player_ids))
    subjects = [{"id": session.pk, "name": str(session)} for session in sessions]
    return _compared("sessions", subjects, kept, query, asked)


def _comparison(reading: Reading, asked: Asked) -> ComparisonQuery:
    metrics = metrics_of(asked["metrics"], Units(asked["units"]))
    return ComparisonQuery(reading.team.pk, tuple(metrics), Period.parse(asked["period"], reading.team.time_zone))


def _compared(kind: str, subjects: list[Told], kept: Any, query: ComparisonQuery, asked: Asked) -> Told:
    return {"kind": kind, "subjects": subjects, "period": query.period, "units": asked["units"], "metrics": kept}


def sessions_compared(user: User, asked: Asked) -> Told:
    """Sessions side by side, player by player."""
    reading, sessions = reading_of_sessions(user, asked["session_ids"], least=2)
    metrics = metrics_of(asked["metrics"], Units(asked["units"]))
    ids, keys = tuple(session.pk for session in sessions), tuple(metric.key for metric in metrics)
    parts = ("tables", ids, keys, asked["units"], reading.player_ids)
    kept = _kept(reading.team, parts, lambda: session_tables(sessions, metrics, reading.player_ids))
    return {**kept, "units": asked["units"]}
