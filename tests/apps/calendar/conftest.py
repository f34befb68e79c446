"""A U15 team of three on Madrid's clock, and its calendar's routes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rest_framework.test import APIClient

from apps.accounts.models import Player, Role, Team, User
from tests.factories.accounts import make_member, make_player, make_team

EVENTS = "/api/calendar/events"


@pytest.fixture
def team(db: None) -> Team:
    return make_team(name="U15", age_group="U15", time_zone="Europe/Madrid")


@pytest.fixture
def roster(team: Team) -> list[Player]:
    return [
        make_player(team, external_id=f"player_{n}", first_name=name, last_name="Berg", date_of_birth=f"2012-0{n}-04")
        for n, name in enumerate(("Kim", "Lou", "Mia"), start=1)
    ]


@pytest.fixture
def client(coach: User, roster: list[Player], api_client: Callable[..., APIClient]) -> APIClient:
    return api_client(coach)


@pytest.fixture
def second_coach(team: Team) -> User:
    return make_member(team, Role.COACH)


@pytest.fixture
def plan(client: APIClient, team: Team) -> Callable[..., dict[str, Any]]:
    """Plan an event as the coach; answers its data."""

    def make(**fields: Any) -> dict[str, Any]:
        answer = client.post(EVENTS, training(team, **fields))
        assert answer.status_code == 201, answer.json()
        data: dict[str, Any] = answer.json()["data"]
        return data

    return make


def training(team: Team, **fields: Any) -> dict[str, Any]:
    """An hour's training on Monday, 1 March 2027, that no rule minds."""
    plain = {
        "team_id": str(team.pk),
        "title": "Training",
        "start": "2027-03-01T18:00:00+01:00",
        "end": "2027-03-01T19:00:00+01:00",
        "intensity": "moderate",
        "headers": 0,
        "head_contact": False,
        "conditioning": False,
    }
    return {name: value for name, value in {**plain, **fields}.items() if value is not ...}


def match(team: Team, **fields: Any) -> dict[str, Any]:
    """A league match on Saturday, 6 March 2027."""
    plain = {
        "start": "2027-03-06T11:00:00+01:00",
        "end": "2027-03-06T12:20:00+01:00",
        "event_type": "match",
        "half_minutes": 35,
        "match_minutes": 60,
    }
    return training(team, **{"intensity": ..., "headers": ..., **plain, **fields})
