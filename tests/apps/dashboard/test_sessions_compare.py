"""Sessions side by side, player by player."""

from __future__ import annotations

import pytest

from apps.accounts.models import Player, Team, User
from tests.apps.dashboard.conftest import Get, weekly_sessions
from tests.factories.figures import entry, make_figures
from tests.factories.sessions import make_session
from vision.kpi.catalogue import CATALOGUE_VERSION


def test_every_player_in_each(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    first, second = weekly_sessions(team, 2)
    make_figures(first, players[0], {"max_speed_mps": entry(7.0, half=0.3)})
    make_figures(second, players[0], {"max_speed_mps": entry(7.4, half=0.4)}, grade="B")
    make_figures(first, players[1], {"max_speed_mps": entry(6.0, half=0.1)}, track_id=2)
    make_figures(second, players[1], {"max_speed_mps": entry(6.5, half=0.1)}, track_id=2)
    make_figures(second, players[2], {"max_speed_mps": 8.0}, track_id=3)
    data = get(coach, "sessions/compare", session_ids=f"{first.pk},{second.pk}", metrics="max_speed_mps")
    assert [(session["title"], session["players"]) for session in data["sessions"]] == [("Week 1", 2), ("Week 2", 3)]
    [table] = data["tables"]
    rows = {row["player_id"]: row for row in table["players"]}
    alike, clear, alone = (rows[str(player.pk)] for player in players[:3])
    assert [value["value"]["value"] for value in alike["values"]] == [7.0, 7.4]
    assert [value["grade"] for value in alike["values"]] == ["B", "B"]
    [difference] = alike["differences"]
    assert (difference["difference"]["value"], difference["distinguishable"]) == (pytest.approx(0.4), False)
    assert (difference["difference"]["low"], difference["difference"]["high"]) == pytest.approx((-0.1, 0.9))
    assert clear["differences"][0]["distinguishable"] is True
    assert alone["values"][0]["value"]["absent"] == "No figure of this player in this session."
    assert alone["differences"][0]["distinguishable"] is None


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"grade": "D"}, "Not comparable: grade D, compared is grade B."),
        ({"catalogue_version": "0.9"}, f"Not comparable: definitions 0.9, compared are those of {CATALOGUE_VERSION}."),
        ({"synthetic": True}, "Not comparable: made-up movement."),
    ],
)
def test_what_is_not_comparable_has_no_difference(
    get: Get, coach: User, team: Team, players: list[Player], other: dict[str, object], reason: str
) -> None:
    first, second = weekly_sessions(team, 2)
    make_figures(first, players[0], {"max_speed_mps": 7.0})
    make_figures(second, players[0], {"max_speed_mps": 7.9}, **other)
    [table] = get(coach, "sessions/compare", session_ids=f"{first.pk},{second.pk}", metrics="max_speed_mps")["tables"]
    [difference] = table["players"][0]["differences"]
    assert (difference["difference"]["value"], difference["difference"]["absent"]) == (None, reason)


def test_a_figure_without_an_interval_is_shown_and_not_judged(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    first, second = weekly_sessions(team, 2)
    for session, speed in ((first, 7.0), (second, 9.0)):
        make_figures(session, players[0], {"max_speed_mps": entry(speed, half=None)})
    [table] = get(coach, "sessions/compare", session_ids=f"{first.pk},{second.pk}", metrics="max_speed_mps")["tables"]
    assert table["players"][0]["values"][1]["value"]["value"] == 9.0
    assert table["players"][0]["differences"][0]["difference"]["absent"].startswith("Not assessed")


def test_imperial(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    first, second = weekly_sessions(team, 2)
    for session, speed in ((first, 4.4704), (second, 8.9408)):
        make_figures(session, players[0], {"max_speed_mps": speed})
    ask = {"session_ids": f"{first.pk},{second.pk}", "metrics": "max_speed_mps", "units": "imperial"}
    [table] = get(coach, "sessions/compare", **ask)["tables"]
    row = table["players"][0]
    assert [value["value"]["value"] for value in row["values"]] == pytest.approx([10, 20])
    assert row["differences"][0]["difference"]["unit"] == "mph"


def test_two_tracks_of_one_player_are_named(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    first, second = weekly_sessions(team, 2)
    for session, tracks in ((first, (1,)), (second, (1, 2))):
        for track in tracks:
            make_figures(session, players[0], {"max_speed_mps": 7.0}, track_id=track)
    data = get(coach, "sessions/compare", session_ids=f"{first.pk},{second.pk}", metrics="max_speed_mps")
    assert data["remarks"] == [
        "A player has two tracks in one session, each with a part of the truth; merge them to see the figures."
    ]
    assert data["tables"][0]["players"][0]["values"][1]["value"]["value"] is None


@pytest.mark.parametrize("number", [0, 1, 5])
def test_two_to_four(get: Get, coach: User, team: Team, number: int) -> None:
    ids = ",".join(str(session.pk) for session in weekly_sessions(team, number))
    error = get(coach, "sessions/compare", expect=400, session_ids=ids)
    assert "session_ids" in " ".join([error["message"], *error["details"]])


def test_the_same_session_twice_is_one(get: Get, coach: User, team: Team) -> None:
    [session] = weekly_sessions(team, 1)
    error = get(coach, "sessions/compare", expect=400, session_ids=f"{session.pk},{session.pk}")
    assert error["message"] == "Name 2 to 4 different session_ids, separated by commas; got 1."


def test_without_figures_the_tables_are_empty(get: Get, coach: User, team: Team) -> None:
    first, second = weekly_sessions(team, 2)
    data = get(coach, "sessions/compare", session_ids=f"{first.pk},{second.pk}")
    assert [table["players"] for table in data["tables"]] == [[]] * 5


def test_other_teams_do_not_exist(get: Get, coach: User, team: Team, other_team: Team) -> None:
    [session] = weekly_sessions(team, 1)
    get(coach, "sessions/compare", expect=404, session_ids=f"{session.pk},{make_session(other_team).pk}")
