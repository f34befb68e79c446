"""How long and how hard sessions were: what other apps read of it."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import Player, Team
from apps.sessions import selectors
from apps.sessions.models import SessionPlayer
from apps.sessions.selectors import PlayerLoad
from tests.factories.accounts import make_player
from tests.factories.sessions import START, make_load, make_session

DAY = timedelta(days=1)


def test_a_load_is_as_entered(team: Team, player: Player) -> None:
    session = make_session(team, session_type="match", end=START + timedelta(minutes=95))
    make_load(session, player, minutes=70.0, rpe=7.5, match_minutes=65.0)
    assert selectors.player_loads([player.pk], START, START + DAY) == [
        PlayerLoad(player.pk, session.pk, START, session.end, "match", 70.0, 7.5, 65.0)
    ]


def test_minutes_fall_back_to_the_sessions_length_and_else_are_unknown(team: Team, player: Player) -> None:
    timed = make_session(team, end=START + timedelta(minutes=90))
    open_ended = make_session(team, start=START + DAY)
    for session in (timed, open_ended):
        make_load(session, player, minutes=None)
    loads = selectors.player_loads([player.pk], START, START + 2 * DAY)
    assert [(load.session_id, load.minutes, load.rpe) for load in loads] == [
        (timed.pk, 90.0, 6.0),
        (open_ended.pk, None, 6.0),
    ]


def test_zero_minutes_stay_zero(team: Team, player: Player) -> None:
    make_load(make_session(team, end=START + timedelta(hours=1)), player, minutes=0.0, rpe=None)
    assert [load.minutes for load in selectors.player_loads([player.pk], START, START + DAY)] == [0.0]


def test_who_was_filmed_took_part_once(team: Team, player: Player) -> None:
    session = make_session(team, player=player)
    for track_id in (3, 7):
        SessionPlayer.objects.create(session=session, track_id=track_id, player=player)
    SessionPlayer.objects.create(session=session, track_id=8, player=make_player(team))
    loads = selectors.player_loads([player.pk], START, START + DAY)
    assert [(load.session_id, load.minutes, load.rpe, load.match_minutes) for load in loads] == [
        (session.pk, None, None, None)
    ]


def test_what_was_entered_wins_over_having_been_filmed(team: Team, player: Player) -> None:
    session = make_session(team, player=player, end=START + timedelta(hours=2))
    SessionPlayer.objects.create(session=session, track_id=1, player=player)
    make_load(session, player, minutes=30.0)
    assert [load.minutes for load in selectors.player_loads([player.pk], START, START + DAY)] == [30.0]


def test_the_span_holds_its_start_and_not_its_end(team: Team, player: Player) -> None:
    for number in range(3):
        make_load(make_session(team, start=START + number * DAY), player)
    loads = selectors.player_loads([player.pk], START, START + 2 * DAY)
    assert [load.start for load in loads] == [START, START + DAY]


def test_others_are_left_out(team: Team, player: Player) -> None:
    other = make_player(team)
    session = make_session(team, player=other)
    make_load(session, other)
    assert selectors.player_loads([player.pk], START, START + DAY) == []
    assert selectors.player_loads([], START, START + DAY) == []


def test_a_season_costs_three_queries(team: Team, django_assert_num_queries: Any) -> None:
    players = [make_player(team) for _ in range(4)]
    for number in range(12):
        session = make_session(team, player=players[0], start=START + number * DAY)
        for player in players[1:]:
            make_load(session, player)
    with django_assert_num_queries(3):
        loads = selectors.player_loads([player.pk for player in players], START, START + 30 * DAY)
    assert len(loads) == 48


@pytest.mark.parametrize(
    "fields", [{"rpe": 10.5}, {"rpe": -1.0}, {"minutes": -1.0}, {"minutes": 601.0}, {"match_minutes": 601.0}]
)
def test_the_database_refuses_the_impossible(team: Team, player: Player, fields: dict[str, float]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_load(make_session(team), player, **fields)


def test_a_player_has_one_load_a_session(team: Team, player: Player) -> None:
    session = make_session(team)
    make_load(session, player)
    with pytest.raises(IntegrityError), transaction.atomic():
        make_load(session, player)
