"""How long and how hard sessions were: what other apps read of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from rest_framework.test import APIClient

from apps.accounts.models import Player, Role, Team, User
from apps.core.models import AuditEvent
from apps.sessions import selectors
from apps.sessions.models import Session, SessionLoad, SessionPlayer
from apps.sessions.selectors import PlayerLoad
from tests.factories.accounts import make_guardian, make_member, make_player, make_team
from tests.factories.sessions import START, make_load, make_session

Clients = Callable[..., APIClient]
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


def test_a_session_that_was_never_ended_is_no_load(team: Team, player: Player) -> None:
    make_load(make_session(team, end=START + timedelta(hours=10)), player, minutes=None)
    make_load(make_session(team, start=START + DAY, end=START + 2 * DAY), player, minutes=None)
    loads = selectors.player_loads([player.pk], START, START + 2 * DAY)
    assert [load.minutes for load in loads] == [600.0, None]


def test_zero_minutes_stay_zero(team: Team, player: Player) -> None:
    make_load(make_session(team, end=START + timedelta(hours=1)), player, minutes=0.0, rpe=None)
    assert [load.minutes for load in selectors.player_loads([player.pk], START, START + DAY)] == [0.0]


def test_of_whom_nobody_said_anything_anybody_may_have_taken_part(team: Team, player: Player) -> None:
    mate, stranger = make_player(team), make_player(make_team(name="Other"))
    silent = make_session(team, end=START + timedelta(minutes=60))
    SessionPlayer.objects.create(session=silent, track_id=1, player=None)
    make_load(make_session(team), mate)
    SessionPlayer.objects.create(session=make_session(team), track_id=1, player=mate)
    make_session(team, player=mate)
    make_session(team, session_type="analysis")
    make_session(team, start=START + DAY)
    found = selectors.unattributed_loads([player.pk, mate.pk, stranger.pk], START, START + DAY)
    assert {(load.player_id, load.session_id, load.rpe, load.minutes) for load in found} == {
        (player.pk, silent.pk, None, None),
        (mate.pk, silent.pk, None, None),
    }


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


# Over the API ------------------------------------------------------------------------------------------------------


def rpe_url(session: Session) -> str:
    return f"/api/sessions/{session.pk}/rpe"


def test_a_coach_enters_and_corrects_a_load(api_client: Clients, coach: User, team: Team, player: Player) -> None:
    session = make_session(team)
    client = api_client(coach)
    first = client.post(rpe_url(session), {"player_id": "player_1", "rpe": 6, "minutes": 75})
    assert first.status_code == 201
    again = client.post(rpe_url(session), {"player_id": str(player.pk), "rpe": 7, "match_minutes": 20})
    assert again.status_code == 200
    load = SessionLoad.objects.get()
    assert (load.player, load.rpe, load.minutes, load.match_minutes) == (player, 7.0, 75.0, 20.0)
    assert (load.source, load.minutes_source, load.entered_by) == ("coach", "coach", coach)
    data = again.json()["data"]
    assert data["player"] == {"id": str(player.pk), "display_name": player.display_name}
    assert (data["rpe"], data["minutes"], data["match_minutes"], data["load_au"]) == (7.0, 75.0, 20.0, 525.0)
    events = AuditEvent.objects.order_by("created_at")
    assert [event.action for event in events] == ["load.entered", "load.changed"]
    assert (events[1].before["rpe"], events[1].after["rpe"]) == (6.0, 7.0)


def test_what_is_null_is_taken_back(api_client: Clients, coach: User, team: Team, player: Player) -> None:
    load = make_load(make_session(team), player)
    answer = api_client(coach).post(rpe_url(load.session), {"player_id": str(player.pk), "rpe": None})
    data = answer.json()["data"]
    assert (data["rpe"], data["load_au"], data["minutes"]) == (None, None, 60.0)
    assert data["notes"] == ["Nobody rated the effort: the load is not assessed."]


def test_the_load_takes_the_sessions_length_where_no_minutes_are(
    api_client: Clients, coach: User, team: Team, player: Player
) -> None:
    session = make_session(team, end=START + timedelta(minutes=90))
    data = api_client(coach).post(rpe_url(session), {"player_id": "player_1", "rpe": 5}).json()["data"]
    assert (data["minutes"], data["load_au"]) == (None, 450.0)
    assert data["notes"] == ["No minutes were entered: the session's whole length is counted."]


@pytest.mark.parametrize(
    ("born", "trust", "words"),
    [
        ("2012-05-03", "low", "judge their effort poorly"),  # 13 on the day, 14 the day after
        ("2012-05-02", "usual", ""),
        (None, "unknown", "date of birth is missing"),
    ],
)
def test_a_childs_rating_is_flagged(
    api_client: Clients, coach: User, team: Team, born: str | None, trust: str, words: str
) -> None:
    child = make_player(team, date_of_birth=born)
    body = {"player_id": str(child.pk), "rpe": 5, "minutes": 60}
    data = api_client(coach).post(rpe_url(make_session(team)), body).json()["data"]
    assert data["trust"] == trust
    assert words in " ".join(data["notes"])
    assert bool(data["notes"]) == bool(words)


def test_players_enter_their_own_and_read_only_that(api_client: Clients, player_user: User, team: Team) -> None:
    session = make_session(team)
    other = make_load(session, make_player(team))
    client = api_client(player_user)
    answer = client.post(rpe_url(session), {"rpe": 6.5, "minutes": 80})
    assert answer.status_code == 201
    load = SessionLoad.objects.get(player=player_user.players.get())
    assert (load.rpe, load.source, load.minutes_source) == (6.5, "player", "player")
    assert [row["id"] for row in client.get(rpe_url(session)).json()["data"]] == [str(load.pk)]
    refused = client.post(rpe_url(session), {"player_id": str(other.player_id), "rpe": 1})
    assert refused.status_code == 404
    other.refresh_from_db()
    assert other.rpe == 6.0


def test_a_player_does_not_change_minutes_that_the_coach_entered(
    api_client: Clients, player_user: User, team: Team
) -> None:
    load = make_load(make_session(team), player_user.players.get(), rpe=None, match_minutes=60.0)
    client = api_client(player_user)
    assert client.post(rpe_url(load.session), {"rpe": 8, "match_minutes": 60}).status_code == 200
    refused = client.post(rpe_url(load.session), {"match_minutes": 0})
    assert refused.status_code == 403
    assert "entered by the coach" in refused.json()["error"]["message"]
    load.refresh_from_db()
    assert (load.rpe, load.source, load.match_minutes, load.minutes_source) == (8.0, "player", 60.0, "coach")


def test_a_guardian_reads_and_does_not_enter(api_client: Clients, team: Team, player: Player) -> None:
    load = make_load(make_session(team), player)
    make_load(load.session, make_player(team))
    client = api_client(make_guardian(player))
    assert [row["id"] for row in client.get(rpe_url(load.session)).json()["data"]] == [str(load.pk)]
    assert client.post(rpe_url(load.session), {"player_id": str(player.pk), "rpe": 1}).status_code == 403
    load.refresh_from_db()
    assert load.rpe == 6.0


def test_another_teams_player_is_not_found(api_client: Clients, coach: User, team: Team, other_team: Team) -> None:
    make_member(other_team, Role.COACH, coach)  # even where the coach knows both
    stranger = make_player(other_team)
    answer = api_client(coach).post(rpe_url(make_session(team)), {"player_id": str(stranger.pk), "rpe": 5})
    assert answer.status_code == 404
    assert SessionLoad.objects.count() == 0


@pytest.mark.parametrize(
    ("body", "word"),
    [
        ({}, "at least one"),
        ({"rpe": 11}, "rpe"),
        ({"rpe": -0.5}, "rpe"),
        ({"rpe": "NaN"}, "rpe"),
        ({"rpe": 10**400}, "rpe"),
        ({"rpe": True}, "rpe"),
        ({"minutes": 601}, "minutes"),
        ({"minutes": 30, "match_minutes": 31}, "cannot be more"),
        ({"rpe": 5, "player_id": ""}, "player_id"),
        ({"rpe": [5]}, "rpe"),
    ],
)
def test_nonsense_is_refused(
    api_client: Clients, coach: User, team: Team, player: Player, body: dict[str, Any], word: str
) -> None:
    answer = api_client(coach).post(rpe_url(make_session(team)), {"player_id": "player_1", **body})
    error = answer.json()["error"]
    assert (answer.status_code, error["code"]) == (400, "VALIDATION_ERROR")
    assert word in error["message"] + " ".join(error["details"])
    assert SessionLoad.objects.count() == 0


def test_staff_say_whose_load_it_is(api_client: Clients, coach: User, team: Team) -> None:
    answer = api_client(coach).post(rpe_url(make_session(team)), {"rpe": 5})
    assert (answer.status_code, answer.json()["error"]["message"]) == (
        400,
        "Say whose load it is: player_id is needed.",
    )


def test_match_minutes_are_held_against_the_minutes_that_stand(
    api_client: Clients, coach: User, team: Team, player: Player
) -> None:
    load = make_load(make_session(team), player, minutes=40.0)
    answer = api_client(coach).post(rpe_url(load.session), {"player_id": "player_1", "match_minutes": 41})
    assert answer.status_code == 400
    load.refresh_from_db()
    assert load.match_minutes is None


def test_a_repeated_request_enters_once(api_client: Clients, coach: User, team: Team, player: Player) -> None:
    session = make_session(team)
    headers = {"Idempotency-Key": "k1"}
    body = {"player_id": "player_1", "rpe": 5}
    client = api_client(coach)
    answers = [client.post(rpe_url(session), body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json()["data"] == answers[1].json()["data"]
    assert AuditEvent.objects.count() == 1
    assert client.post(rpe_url(session), {**body, "rpe": 6}, headers=headers).status_code == 409
    assert SessionLoad.objects.get().rpe == 5.0


def test_a_list_of_loads_costs_the_same_however_long(
    api_client: Clients, coach: User, team: Team, django_assert_num_queries: Any
) -> None:
    session = make_session(team)
    client = api_client(coach)
    make_load(session, make_player(team))
    with django_assert_num_queries(4):  # user, session, count, loads with players
        client.get(rpe_url(session))
    for _ in range(10):
        make_load(session, make_player(team))
    with django_assert_num_queries(4):
        assert len(client.get(rpe_url(session)).json()["data"]) == 11


def test_a_player_who_left_the_team_enters_nothing(api_client: Clients, player_user: User, team: Team) -> None:
    session = make_session(team)
    player_user.memberships.all().delete()
    assert api_client(player_user).post(rpe_url(session), {"rpe": 5}).status_code == 404
    assert SessionLoad.objects.count() == 0
