"""A session in a few plain sentences: always the same for the same rows, every number with its unit.

Search reads them now, the assistant will later. A digest says only what everybody who may read the session may know:
efforts as the mean of several players, or those of the player whom the session is about.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from statistics import fmean
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from apps.sessions.models import Session, SessionLoad
from apps.sessions.selectors.loads import SECONDS_PER_MINUTE
from apps.sessions.summaries import KpiSummary, figures_of

ENOUGH_RATINGS = 3
"""Fewer ratings than this point at persons; they are left out of what is not about one."""


def digest(session: Session) -> str:
    """Return one session's digest."""
    return digests([session])[session.pk]


def digests(sessions: Sequence[Session]) -> dict[uuid.UUID, str]:
    """Return the digests of sessions (with `team` and `player` loaded) in a constant number of queries."""
    ids = [session.pk for session in sessions]
    figures = figures_of(ids)
    ratings: dict[uuid.UUID, dict[uuid.UUID, float]] = defaultdict(dict)
    rows = SessionLoad.objects.filter(session__in=ids, rpe__isnull=False)
    for session_id, player_id, rpe in rows.values_list("session", "player", "rpe").order_by("player"):
        ratings[session_id][player_id] = rpe
    return {session.pk: _digest(session, figures.get(session.pk), ratings[session.pk]) for session in sessions}


def _digest(session: Session, figures: KpiSummary | None, ratings: Mapping[uuid.UUID, float]) -> str:
    sentences = [_what(session), _about(session), _measured(session, figures), _effort(session, ratings)]
    if session.synthetic:
        sentences.append("Made from computed trajectories, not from a film.")
    return " ".join(sentence for sentence in sentences if sentence)


def _what(session: Session) -> str:
    kind = session.get_session_type_display()
    name = f'{kind} "{session.title}"' if session.title else kind
    length = ""
    if session.end is not None:
        length = f", {(session.end - session.start).total_seconds() / SECONDS_PER_MINUTE:.0f} min"
    return f"{name} on {_moment(session.start, session.team.time_zone)}{length}."


def _moment(start: datetime, zone: str) -> str:
    """As the team's clock showed it."""
    try:
        local = start.astimezone(ZoneInfo(zone))
    except (ZoneInfoNotFoundError, ValueError, OverflowError):
        local, zone = start, "UTC"
    return f"{local.day} {local:%B %Y, %H:%M} ({zone})"


def _about(session: Session) -> str:
    return f"About {session.player.display_name}." if session.player is not None else ""


def _measured(session: Session, figures: KpiSummary | None) -> str:
    if figures is None or (figures["max_speed_mps"] is None and figures["total_distance_m"] is None):
        return "No figures."
    best = "" if session.player_id else " of the best"
    parts = []
    if figures["max_speed_mps"] is not None:
        parts.append(f"top speed{best} {figures['max_speed_mps']:.1f} m/s")
    if figures["total_distance_m"] is not None:
        parts.append(f"total distance{best} {figures['total_distance_m']:.0f} m")
    if session.player_id and figures["grade"]:
        parts.append(f"grade {figures['grade']}")
    return f"Measured: {', '.join(parts)}."


def _effort(session: Session, ratings: Mapping[uuid.UUID, float]) -> str:
    if session.player_id is not None:
        own = ratings.get(session.player_id)
        return f"Effort {own:.1f} of 10." if own is not None else ""
    if len(ratings) < ENOUGH_RATINGS:
        return ""
    return f"Mean effort {fmean(ratings.values()):.1f} of 10, {len(ratings)} players."
