"""How long and how hard sessions were, player by player."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from apps.sessions.models import Session, SessionLoad, SessionPlayer

SECONDS_PER_MINUTE = 60
Span = tuple[datetime, datetime]
"""From, included; to, excluded."""
_THROUGH_SESSION = ("player_id", "session_id", "session__start", "session__end", "session__session_type")


@dataclass(frozen=True, slots=True)
class PlayerLoad:
    """One player's part in one session, for the rules and the dashboard; `None` = nobody said: not assessed.

    Attributes:
        minutes: as entered, else the session's end less its start.
        rpe: 0–10.
        match_minutes: as entered; a match without them is not taken for a full one.
    """

    player_id: uuid.UUID
    session_id: uuid.UUID
    start: datetime
    end: datetime | None
    session_type: str
    minutes: float | None = None
    rpe: float | None = None
    match_minutes: float | None = None

    @property
    def key(self) -> tuple[uuid.UUID, uuid.UUID]:
        """Session and player: what there is one load of."""
        return self.session_id, self.player_id


def player_loads(player_ids: Iterable[uuid.UUID], since: datetime, until: datetime) -> list[PlayerLoad]:
    """Return who took part in what that starts from `since` to before `until`, oldest first, in three queries.

    A player took part where a load was entered for them, where the session is about them, or where a track of its film
    has their name. The caller has checked that these players may be asked for.
    """
    wanted = set(player_ids)
    span = (since, until)
    loads = {load.key: load for load in [*_named(wanted, span), *_about(wanted, span), *_entered(wanted, span)]}
    return sorted(map(_with_minutes, loads.values()), key=lambda load: (load.start, *load.key))


def _with_minutes(load: PlayerLoad) -> PlayerLoad:
    if load.minutes is not None or load.end is None:
        return load
    return replace(load, minutes=(load.end - load.start).total_seconds() / SECONDS_PER_MINUTE)


def _entered(wanted: set[uuid.UUID], span: Span) -> list[PlayerLoad]:
    rows = SessionLoad.objects.filter(player__in=wanted, session__start__gte=span[0], session__start__lt=span[1])
    return [PlayerLoad(*row) for row in rows.values_list(*_THROUGH_SESSION, "minutes", "rpe", "match_minutes")]


def _named(wanted: set[uuid.UUID], span: Span) -> list[PlayerLoad]:
    rows = SessionPlayer.objects.filter(player__in=wanted, session__start__gte=span[0], session__start__lt=span[1])
    return [PlayerLoad(*row) for row in rows.order_by().values_list(*_THROUGH_SESSION).distinct()]


def _about(wanted: set[uuid.UUID], span: Span) -> list[PlayerLoad]:
    rows = Session.objects.filter(player__in=wanted, start__gte=span[0], start__lt=span[1])
    return [PlayerLoad(*row) for row in rows.values_list("player_id", "pk", "start", "end", "session_type")]
