"""A training with figures of two players, and a worker that writes at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest

from apps.accounts.models import Player, Role, Team, User
from apps.feedback import messages
from apps.scan.models import SessionKPI
from apps.search import asking
from apps.sessions.models import Session
from tests.factories.accounts import make_guardian, make_member, make_player, make_player_user, make_team
from tests.factories.calendar import make_drill
from tests.factories.figures import entry, make_figures
from tests.factories.sessions import START, make_load, make_session

LENGTH = timedelta(minutes=60)


@dataclass
class Scene:
    """A U15 with Kim and Lou; four trainings, the newest of which is asked about."""

    team: Team
    coach: User
    kim: Player
    lou: Player
    session: Session
    earlier: list[Session]
    kims: User
    player_user: User


def values(speed: float, distance: float, sprints: float) -> dict[str, Any]:
    """What is measured of a player."""
    return {
        "max_speed_mps": entry(speed, unit="m/s"),
        "total_distance_m": entry(distance, half=40.0, unit="m"),
        "sprint_count": entry(sprints, half=0.0),
        "high_speed_distance_m": entry(distance / 10, half=20.0, unit="m"),
        "touches": {"absent": "Not measured: the ball was not tracked in this film."},
    }


@pytest.fixture
def scene(db: None) -> Scene:
    """Kim ran further than before; Lou as always."""
    team = make_team(age_group="U15", time_zone="Europe/Madrid")
    kim = make_player(team, first_name="Kim", last_name="Berg", external_id="kim", date_of_birth=date(2012, 3, 4))
    lou = make_player(team, first_name="Lou", last_name="Winter", external_id="lou", date_of_birth=date(2012, 5, 4))
    earlier = []
    for week, (distance, sprints) in enumerate(((2000.0, 5.0), (2100.0, 7.0), (1900.0, 6.0)), start=1):
        start = START - timedelta(weeks=week)
        one = make_session(team, title=f"Training {week}", start=start, end=start + LENGTH)
        make_figures(one, kim, values(7.0 + week / 100, distance, sprints), track_id=1)
        make_figures(one, lou, values(6.5, distance, sprints), track_id=2)
        earlier.append(one)
    session = make_session(team, title="Newest", start=START, end=START + LENGTH)
    make_figures(session, kim, values(7.02, 3000.0, 6.0), track_id=1)
    make_figures(session, lou, values(6.5, 2000.0, 6.0), track_id=2)
    make_load(session, kim, minutes=60.0, rpe=6.0)
    for key, focus in (("touch", "first_touch"), ("pass", "passing"), ("calm", "recovery"), ("fast", "speed")):
        intensity = "low" if key == "calm" else "moderate"
        make_drill(f"{key}-{team.pk.hex[:8]}", title=f"The {key} drill", focus=[focus], intensity=intensity)
    return Scene(
        team=team,
        coach=make_member(team, Role.COACH),
        kim=kim,
        lou=lou,
        session=session,
        earlier=earlier,
        kims=make_guardian(kim),
        player_user=make_player_user(team, first_name="Ola"),
    )


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """Ids for which a worker was rung; nobody comes."""
    ids: list[Any] = []
    monkeypatch.setattr(messages, "ring", ids.append)
    return ids


@pytest.fixture(autouse=True)
def _by_words_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """No model here: search goes by words, without waiting for a worker."""
    monkeypatch.setattr(asking, "direction_of", lambda question: None)


@pytest.fixture
def figures_of() -> Callable[[Session, Player], SessionKPI]:
    """The row of a player in a session."""
    return lambda session, player: SessionKPI.objects.get(session=session, player=player)
