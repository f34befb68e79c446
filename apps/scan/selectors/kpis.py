"""KPIs of a session, and what each of them means."""

from __future__ import annotations

import uuid
from typing import Any, TypedDict

from apps.accounts.models import STAFF_ROLES, Player, User
from apps.accounts.permissions import role_in
from apps.scan.models import SessionKPI
from apps.sessions.models import Session
from vision.kpi.catalogue import CATALOGUE, CATALOGUE_VERSION
from vision.kpi.catalogue_es import SPANISH


class PlayerName(TypedDict):
    """A player by name."""

    id: str
    display_name: str


class PlayerKpis(TypedDict):
    """KPIs of one player or unnamed track."""

    track_id: int
    player: PlayerName | None
    grade: str | None
    groups: dict[str, Any]
    quality: dict[str, Any]
    series: dict[str, Any] | None


class SessionKpis(TypedDict):
    """KPIs as last computed."""

    session_id: str
    version: int
    players: list[PlayerKpis]


def name_of(player: Player | None) -> PlayerName | None:
    """A player by name, for an answer."""
    return PlayerName(id=str(player.pk), display_name=player.display_name) if player else None


def reads_whole_team(user: User, team_id: uuid.UUID) -> bool:
    """Whether the user may read every player of the team, not only themselves or their child."""
    return role_in(user, team_id) in STAFF_ROLES


def session_kpis(user: User, session: Session, *, track_id: int | None = None, series: bool = True) -> SessionKpis:
    """What was measured; a player or guardian gets only their own row (three queries).

    Args:
        track_id: only of this track; `None` for everybody.
        series: with the curves of speed, which are most of a match's bytes.
    """
    rows = SessionKPI.objects.visible_to(user).filter(session=session, is_current=True)
    if not reads_whole_team(user, session.team_id):
        rows = rows.filter(player__in=user.own_player_ids())
    if track_id is not None:
        rows = rows.filter(track_id=track_id)
    unread = ("details",) if series else ("details", "series")
    found = list(rows.select_related("player").defer(*unread).order_by("track_id"))
    return SessionKpis(
        session_id=str(session.pk),
        version=max((row.version for row in found), default=0),
        players=[
            PlayerKpis(
                track_id=row.track_id,
                player=name_of(row.player),
                grade=row.grade or None,
                groups=row.groups,
                quality=row.quality,
                series=row.series if series else None,
            )
            for row in found
        ],
    )


def catalogue(language: str | None = None) -> list[dict[str, Any]]:
    """Every KPI: what it means to a coach, how it is computed, what it needs; in Spanish name and definition are."""
    words = SPANISH if (language or "").startswith("es") else {}
    return [
        {
            "key": entry.key,
            "group": entry.group,
            "unit": entry.unit,
            "name": words.get(entry.key, (entry.title, ""))[0],
            "definition": words.get(entry.key, ("", entry.definition))[1],
            "formula": entry.formula,
            "smoothing": entry.smoothing,
            "sources": [entry.source],
            "min_quality": {"needs": list(entry.needs)},
            "count": entry.count,
            "experimental": entry.experimental,
            "version": CATALOGUE_VERSION,
        }
        for entry in CATALOGUE.values()
    ]
