"""Sessions side by side: every player's figures in each, and what differs beyond the figures' own intervals."""

from __future__ import annotations

import math
import uuid
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypedDict

from django.db.models import F

from apps.accounts.models import Player
from apps.dashboard.metrics import Metric, MetricText
from apps.dashboard.selectors.comparable import why_not
from apps.dashboard.selectors.facts import Cell, cells, kpi_rows, without_split_players
from apps.dashboard.selectors.figures import Figure, absent, figure
from apps.sessions.models import Session

NOT_HERE = "No figure of this player in this session."
NO_INTERVAL = "Not assessed: the figure's own interval is unknown."


class ComparedSession(TypedDict):
    """One of the sessions."""

    id: str
    title: str
    session_type: str
    start: datetime
    synthetic: bool
    players: int


class SessionValue(TypedDict):
    """A player's figure in one session; `grade` and version beside it."""

    session_id: str
    value: Figure
    grade: str | None
    catalogue_version: str | None


class SessionDifference(TypedDict):
    """A session less the first; `distinguishable` where it is beyond the figures' own 90 % intervals."""

    session_id: str
    difference: Figure
    distinguishable: bool | None


class PlayerRow(TypedDict):
    """One player in all sessions."""

    player_id: str
    display_name: str
    values: list[SessionValue]
    differences: list[SessionDifference]


class SessionTable(TypedDict):
    """One metric in all sessions."""

    metric: MetricText
    players: list[PlayerRow]


class SessionTables(TypedDict):
    """Sessions side by side."""

    sessions: list[ComparedSession]
    tables: list[SessionTable]
    remarks: list[str]


Cells = Mapping[tuple[uuid.UUID, uuid.UUID], Cell]


def session_tables(
    sessions: Sequence[Session], metrics: Sequence[Metric], player_ids: Sequence[uuid.UUID] | None
) -> SessionTables:
    """Put sessions of one team beside each other (three queries).

    Args:
        player_ids: whose figures; `None` for everybody's.
    """
    rows = kpi_rows(sessions[0].team_id, player_ids=player_ids).filter(session__in=[session.pk for session in sessions])
    rows, split = without_split_players(rows)
    found = cells(rows, metrics, {"session": F("session_id"), "player": F("player_id")})
    names = {player.pk: player for player in Player.objects.filter(pk__in=rows.values("player_id"))}
    by_pair: list[Cells] = [{(cell.keys[0], cell.keys[1]): cell for cell in of} for of in found]
    there = {key for of in by_pair for key in of}
    return SessionTables(
        sessions=[_session(session, there) for session in sessions],
        tables=[
            SessionTable(metric=metric.text(), players=_players(metric, of, sessions, names))
            for metric, of in zip(metrics, by_pair, strict=True)
        ],
        remarks=_remarks(split),
    )


def _remarks(split: int) -> list[str]:
    if not split:
        return []
    who = "A player has" if split == 1 else f"{split} times a player has"
    return [f"{who} two tracks in one session, each with a part of the truth; merge them to see the figures."]


def _session(session: Session, there: set[tuple[uuid.UUID, uuid.UUID]]) -> ComparedSession:
    return ComparedSession(
        id=str(session.pk),
        title=str(session),
        session_type=session.session_type,
        start=session.start,
        synthetic=session.synthetic,
        players=len({player for at, player in there if at == session.pk}),
    )


def _players(
    metric: Metric, of: Cells, sessions: Sequence[Session], names: Mapping[uuid.UUID, Player]
) -> list[PlayerRow]:
    seen = {player for _, player in of}
    ordered = sorted((names[key] for key in seen), key=lambda who: (who.last_name, who.first_name, str(who.pk)))
    return [_player(metric, of, sessions, player) for player in ordered]


def _player(metric: Metric, of: Cells, sessions: Sequence[Session], player: Player) -> PlayerRow:
    mine = [of.get((session.pk, player.pk)) for session in sessions]
    return PlayerRow(
        player_id=str(player.pk),
        display_name=player.display_name,
        values=[_value(metric, session, cell) for session, cell in zip(sessions, mine, strict=True)],
        differences=[
            _difference(metric, session, mine[0], cell) for session, cell in zip(sessions[1:], mine[1:], strict=True)
        ],
    )


def _value(metric: Metric, session: Session, cell: Cell | None) -> SessionValue:
    unit = metric.scale.unit
    if cell is None:
        return SessionValue(
            session_id=str(session.pk), value=absent(NOT_HERE, unit), grade=None, catalogue_version=None
        )
    limits = None if cell.low is None or cell.high is None else (cell.low, cell.high)
    return SessionValue(
        session_id=str(session.pk),
        value=figure(cell.mean, unit, cell.n, limits=limits),
        grade=cell.basis.grade or None,
        catalogue_version=cell.basis.catalogue_version,
    )


def _difference(metric: Metric, session: Session, first: Cell | None, cell: Cell | None) -> SessionDifference:
    """Independent errors add up as squares, so half of the difference's 90 % interval is the root of their sum."""
    unit, key = metric.scale.unit, str(session.pk)
    if first is None or cell is None:
        return SessionDifference(session_id=key, difference=absent(NOT_HERE, unit), distinguishable=None)
    if first.basis != cell.basis:
        reason = f"Not comparable: {why_not(cell.basis, first.basis)}."
        return SessionDifference(session_id=key, difference=absent(reason, unit), distinguishable=None)
    change = cell.mean - first.mean
    if first.half_width is None or cell.half_width is None:
        return SessionDifference(session_id=key, difference=absent(NO_INTERVAL, unit, 1), distinguishable=None)
    width = math.hypot(first.half_width, cell.half_width)
    told = figure(change, unit, 1, limits=(change - width, change + width))
    return SessionDifference(session_id=key, difference=told, distinguishable=abs(change) > width)
