"""Users, teams, members, players."""

from __future__ import annotations

import itertools
from datetime import UTC, date, datetime
from typing import Any

from apps.accounts.models import (
    Concussion,
    ConsentRecord,
    FitnessTest,
    Guardianship,
    Measurement,
    Membership,
    Player,
    Role,
    Team,
    User,
    WellnessReport,
)

PASSWORD = "correct horse battery staple"
_numbers = itertools.count(1)


def make_user(**fields: Any) -> User:
    """A user who can log in with `PASSWORD`."""
    number = next(_numbers)
    values: dict[str, Any] = {"email": f"user{number}@example.org", "password": PASSWORD, "name": f"User {number}"}
    return User.objects.create_user(**{**values, **fields})


def make_team(**fields: Any) -> Team:
    """A team without members."""
    values: dict[str, Any] = {"name": f"U15 {next(_numbers)}", "club": "SV Axolotl", "age_group": "U15"}
    return Team.objects.create(**{**values, **fields})


def make_member(team: Team, role: Role = Role.COACH, user: User | None = None) -> User:
    """A user in a team."""
    member = user or make_user()
    Membership.objects.create(team=team, user=member, role=role)
    return member


def make_player(team: Team, **fields: Any) -> Player:
    """A player of a team."""
    values: dict[str, Any] = {"first_name": "Kim", "last_name": f"Player{next(_numbers)}"}
    return Player.objects.create(team=team, **{**values, **fields})


def make_consent(player: Player, purpose: str = "film", **fields: Any) -> ConsentRecord:
    """A yes on paper to being filmed."""
    values: dict[str, Any] = {"given": True, "on_paper": True, "note": "The form of August, in the club's folder"}
    return ConsentRecord.objects.create(player=player, purpose=purpose, **{**values, **fields})


def make_player_user(team: Team, **fields: Any) -> User:
    """A user who is a player of the team (`user.players.get()`)."""
    user = make_member(team, Role.PLAYER)
    make_player(team, user=user, **fields)
    return user


def make_guardian(player: Player) -> User:
    """A user who is the guardian of a player, and in no team."""
    user = make_user()
    Guardianship.objects.create(guardian=user, player=player)
    return user


def make_measurement(player: Player, **fields: Any) -> Measurement:
    """A body measured: 165 cm, 86 cm sitting, 54 kg."""
    values: dict[str, Any] = {
        "date": date(2026, 3, 1),
        "height_cm": 165.0,
        "sitting_height_cm": 86.0,
        "weight_kg": 54.0,
    }
    return Measurement.objects.create(player=player, **{**values, **fields})


def make_fitness_test(player: Player, **fields: Any) -> FitnessTest:
    """A fastest sprint of 7 m/s."""
    values: dict[str, Any] = {"date": date(2026, 3, 1), "kind": "mss", "value_mps": 7.0, "method": "timing gates"}
    return FitnessTest.objects.create(player=player, **{**values, **fields})


def make_wellness(player: Player, **fields: Any) -> WellnessReport:
    """A day without pain."""
    values: dict[str, Any] = {"date": date(2026, 3, 1), "pain": 0, "fever": False, "sleep_h": 8.5}
    return WellnessReport.objects.create(player=player, **{**values, **fields})


def make_concussion(player: Player, **fields: Any) -> Concussion:
    """A concussion that is not over."""
    values: dict[str, Any] = {"injured_at": datetime(2026, 3, 1, 17, tzinfo=UTC)}
    return Concussion.objects.create(player=player, **{**values, **fields})
