"""Where a player was in a session."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any, TypedDict

from django.db.models.fields.json import KeyTransform

from apps.accounts.models import Player
from apps.core.errors import NotFound
from apps.dashboard.selectors.facts import kpi_rows, without_split_players


class HeatMap(TypedDict):
    """Seconds spent per cell of the pitch, smoothed; row = y ascending, column = x ascending."""

    session_id: str
    start: datetime
    title: str
    grade: str | None
    synthetic: bool
    coverage: float | None
    x_edges_m: list[float]
    y_edges_m: list[float]
    seconds: list[list[float]]


def heat_map(player: Player, session_id: uuid.UUID) -> HeatMap:
    """Return a player's heat map of one session (two queries).

    Raises:
        NotFound: no such session of the player, or none with positions on a pitch.
    """
    rows = kpi_rows(player.team_id, player_ids=[player.pk]).filter(session_id=session_id)
    whole, split = without_split_players(rows)
    if split:
        raise NotFound("The player has two tracks in this session; merge them on the session's page first.")
    columns = ("session_id", "session__start", "session__title", "grade", "synthetic")
    row: dict[str, Any] | None = (
        whole.annotate(map=KeyTransform("heat_map", "details"), coverage=KeyTransform("coverage", "quality"))
        .values(*columns, "map", "coverage")
        .first()
    )
    if row is None or not row["map"]:
        raise NotFound("There is no heat map of this player in this session: it needs positions on a pitch.")
    return HeatMap(
        session_id=str(row["session_id"]),
        start=row["session__start"],
        title=row["session__title"],
        grade=row["grade"] or None,
        synthetic=row["synthetic"],
        coverage=row["coverage"],
        x_edges_m=row["map"]["x_edges_m"],
        y_edges_m=row["map"]["y_edges_m"],
        seconds=row["map"]["seconds"],
    )
