"""How long and how hard sessions were, player by player."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet

from apps.accounts.models import Player, User
from apps.core.errors import NotFound
from apps.sessions.models import MAX_LOAD_MINUTES, Session, SessionLoad, SessionPlayer, SessionType

SECONDS_PER_MINUTE = 60
RELIABLE_FROM_YEARS = 14
"""Sub-elite youth judge effort poorly (Teixeira; kpis.md 7): below this age a rating is flagged."""
TRUST = Literal["usual", "low", "unknown"]
Span = tuple[datetime, datetime]
"""From, included; to, excluded."""
_THROUGH_SESSION = ("player_id", "session_id", "session__start", "session__end", "session__session_type")


@dataclass(frozen=True, slots=True)
class PlayerLoad:
    """One player's part in one session, for the rules and the dashboard; `None` = nobody said: not assessed.

    Attributes:
        minutes: as entered, else the session's end less its start where that is possible (at most 10 hours).
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


def unattributed_loads(player_ids: Iterable[uuid.UUID], since: datetime, until: datetime) -> list[PlayerLoad]:
    """Return the team's sessions of which nobody said who took part, for each of its players asked for; two queries.

    Nothing is known of anybody's load there: whoever adds up loads must not take such a day for rest. Analyses of films
    are nobody's training.
    """
    teams = dict(Player.objects.filter(pk__in=set(player_ids)).values_list("pk", "team_id"))
    entered = SessionLoad.objects.filter(session=OuterRef("pk"))
    named = SessionPlayer.objects.filter(session=OuterRef("pk"), player__isnull=False)
    rows = Session.objects.filter(~Exists(entered), ~Exists(named), player__isnull=True, team__in=set(teams.values()))
    held = rows.filter(start__gte=since, start__lt=until).exclude(session_type=SessionType.ANALYSIS)
    found = list(held.order_by("start", "pk").values_list("team_id", "pk", "start", "end", "session_type"))
    return [PlayerLoad(player, *row[1:]) for player, team in teams.items() for row in found if row[0] == team]


def _with_minutes(load: PlayerLoad) -> PlayerLoad:
    if load.minutes is not None:
        return load
    return replace(load, minutes=length_min(load.start, load.end))


def length_min(start: datetime, end: datetime | None) -> float | None:
    """Return a session's length [min]; `None` where it is open, or longer than anybody plays: then it is no load."""
    minutes = (end - start).total_seconds() / SECONDS_PER_MINUTE if end is not None else None
    return minutes if minutes is not None and minutes <= MAX_LOAD_MINUTES else None


def _entered(wanted: set[uuid.UUID], span: Span) -> list[PlayerLoad]:
    rows = SessionLoad.objects.filter(player__in=wanted, session__start__gte=span[0], session__start__lt=span[1])
    return [PlayerLoad(*row) for row in rows.values_list(*_THROUGH_SESSION, "minutes", "rpe", "match_minutes")]


def _named(wanted: set[uuid.UUID], span: Span) -> list[PlayerLoad]:
    rows = SessionPlayer.objects.filter(player__in=wanted, session__start__gte=span[0], session__start__lt=span[1])
    return [PlayerLoad(*row) for row in rows.order_by().values_list(*_THROUGH_SESSION).distinct()]


def _about(wanted: set[uuid.UUID], span: Span) -> list[PlayerLoad]:
    rows = Session.objects.filter(player__in=wanted, start__gte=span[0], start__lt=span[1])
    return [PlayerLoad(*row) for row in rows.values_list("player_id", "pk", "start", "end", "session_type")]


def get_loaded_session(user: User, session_id: uuid.UUID) -> Session:
    """Return a session of a team that the user staffs, or that a player who they are, or guard, plays for.

    Wider than `get_session`: a player may say how hard the team's training was without reading the session.

    Raises:
        NotFound: no such session for this user.
    """
    reachable = Q(team__in=user.staffed_team_ids()) | Q(
        team__in=Player.objects.filter(pk__in=user.own_player_ids()).values("team")
    )
    session = Session.objects.filter(reachable, pk=session_id).first()
    if session is None:
        raise NotFound("There is no such session.")
    found: Session = session
    return found


def own_player(user: User, team_id: uuid.UUID) -> Player | None:
    """Return the player of a team who the user is."""
    player: Player | None = Player.objects.visible_to(user).filter(team_id=team_id, user_id=user.pk).first()
    return player


def list_loads(user: User, session: Session) -> QuerySet[SessionLoad]:
    """Return what was entered for a session: all for the staff, their own for a player or guardian."""
    return SessionLoad.objects.visible_to(user).filter(session=session).select_related("player", "session")


def load_au(load: SessionLoad) -> float | None:
    """Return rpe times minutes [AU], minutes else from the session's length; `None` where either is unknown."""
    session = load.session
    minutes = length_min(session.start, session.end) if load.minutes is None else load.minutes
    return None if load.rpe is None or minutes is None else round(load.rpe * minutes, 1)


def trust_in(load: SessionLoad) -> TRUST:
    """Tell how far the rating can be relied on: low below 14 years on the day, unknown without a date of birth."""
    age = load.player.age_years_on(load.session.start.date())
    if age is None:
        return "unknown"
    return "low" if age < RELIABLE_FROM_YEARS else "usual"


def notes_on(load: SessionLoad) -> list[str]:
    """Return what to keep in mind when reading a load."""
    notes = []
    if load.rpe is None:
        notes.append("Nobody rated the effort: the load is not assessed.")
    elif trust_in(load) == "low":
        notes.append(f"Players under {RELIABLE_FROM_YEARS} judge their effort poorly: take the rating as a hint only.")
    elif trust_in(load) == "unknown":
        notes.append("The date of birth is missing, so it is unknown whether the rating can be relied on.")
    if load.minutes is None and length_min(load.session.start, load.session.end) is not None:
        notes.append("No minutes were entered: the session's whole length is counted.")
    elif load.minutes is None:
        notes.append("Neither minutes nor a possible end of the session were entered: the load is not assessed.")
    return notes
