"""Players and sessions beside each other: every number against NumPy and SciPy."""

from __future__ import annotations

import uuid

import numpy as np
import pytest
from scipy import stats

from apps.accounts.models import Player, Team, User
from tests.apps.dashboard.conftest import PERIOD, Get, season, weekly_sessions
from tests.factories.accounts import make_guardian, make_member, make_player
from tests.factories.figures import entry, make_figures
from tests.factories.sessions import make_session

RNG = np.random.default_rng(8)
LEVELS = (6.8, 7.0, 7.3, 7.4, 7.9, 6.5)
SPEEDS = [RNG.normal(level, 0.15, 8) for level in LEVELS]


@pytest.fixture
def filmed(team: Team, players: list[Player]) -> list[Player]:
    season(team, {player: of.tolist() for player, of in zip(players, SPEEDS, strict=True)})
    return players


def test_players_beside_each_other(get: Get, coach: User, filmed: list[Player]) -> None:
    data = get(coach, "dashboard/comparisons", player_ids="p0,p4", metrics="max_speed_mps", period=PERIOD)
    assert data["kind"] == "players"
    assert [subject["name"] for subject in data["subjects"]] == [filmed[0].display_name, filmed[4].display_name]
    [found] = data["metrics"]
    means = [of.mean() for of in SPEEDS]
    for value, number in zip(found["values"], (0, 4), strict=True):
        low, high = stats.t.interval(0.95, 7, means[number], stats.sem(SPEEDS[number]))
        assert value["id"] == str(filmed[number].pk)
        assert (value["value"]["value"], value["value"]["low"], value["value"]["high"]) == pytest.approx(
            (means[number], low, high)
        )
        assert (value["value"]["n"], value["own_interval"]) == (8, pytest.approx(0.1))
        assert value["z_score"]["value"] == pytest.approx(stats.zscore(means, ddof=1)[number])
        assert value["percentile"]["value"] == pytest.approx(stats.percentileofscore(means, means[number], kind="mean"))
        assert value["z_score"]["n"] == 6
    assert found["team"]["value"] == pytest.approx(np.mean(means))
    [pair] = found["pairs"]
    welch = stats.ttest_ind(SPEEDS[4], SPEEDS[0], equal_var=False).confidence_interval(0.95)
    assert pair["difference"]["value"] == pytest.approx(means[4] - means[0])
    assert (pair["difference"]["low"], pair["difference"]["high"]) == pytest.approx((welch.low, welch.high))
    t = stats.ttest_ind(SPEEDS[4], SPEEDS[0]).statistic
    assert pair["effect"]["value"] == pytest.approx(t * np.sqrt(2 / 8) * (1 - 3 / (4 * 14 - 1)), rel=1e-3)
    assert stats.nct.cdf(t, 14, pair["effect"]["high"] / np.sqrt(2 / 8)) == pytest.approx(0.025, abs=1e-6)
    assert (pair["effect_kind"], pair["distinguishable"]) == ("hedges_g", True)
    assert pair["text"].startswith("Beyond the figures' own interval")


def test_a_difference_within_the_figures_own_interval(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    for number, session in enumerate(weekly_sessions(team)):
        for track, level in enumerate((7.0, 7.2)):
            value = entry(level + 0.01 * (number % 2), half=0.5)
            make_figures(session, players[track], {"max_speed_mps": value}, track_id=track)
    [found] = get(coach, "dashboard/comparisons", player_ids="p0,p1", metrics="max_speed_mps", period=PERIOD)["metrics"]
    [pair] = found["pairs"]
    assert pair["difference"]["low"] > 0
    assert pair["distinguishable"] is False
    assert "within the figures' own interval of ±0.707 m/s" in pair["text"]
    assert found["values"][0]["z_score"]["absent"] == (
        "Not assessed: a place in the team needs 5 players with comparable figures; there are 2."
    )


def test_too_few_sessions_are_not_assessed(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    season(team, {players[0]: [7.0, 7.1, 7.0, 7.1], players[1]: [7.5] * 8})
    [found] = get(coach, "dashboard/comparisons", player_ids="p0,p1,p5", metrics="max_speed_mps", period=PERIOD)[
        "metrics"
    ]
    texts = [pair["text"] for pair in found["pairs"]]
    assert texts == [
        "Not assessed: 5 comparable sessions of each are needed; there are 4.",
        "Not assessed: 5 comparable sessions of each are needed; there are 0.",
        "Not assessed: 5 comparable sessions of each are needed; there are 0.",
    ]
    assert {pair["distinguishable"] for pair in found["pairs"]} == {None}
    assert found["values"][2]["value"]["absent"] == "No comparable figure here."
    assert found["values"][0]["value"]["n"] == 4


def test_players_of_other_zones_are_not_compared(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    for session in weekly_sessions(team):
        for track, zones in enumerate(("u14 2026-11", "u16 2026-11")):
            figures = {"sprint_count": 4 + track, "max_speed_mps": 7 + track}
            make_figures(session, players[track], figures, track_id=track, quality={"zones": zones})
    ask = {"player_ids": "p0,p1", "metrics": "max_speed_mps,sprint_count", "period": PERIOD}
    speed, sprints = get(coach, "dashboard/comparisons", **ask)["metrics"]
    assert [value["value"]["value"] for value in speed["values"]] == [7.0, 8.0]
    assert [value["value"]["value"] for value in sprints["values"]] == [4.0, None]
    assert sprints["comparable"]["left_out"] == [
        {"n": 8, "reason": "speed zones of another group: under 16; compared are under 14"}
    ]


def test_players_who_are_all_alike(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    season(team, {player: [7.0] * 6 for player in players})
    [found] = get(coach, "dashboard/comparisons", player_ids="p0,p1", metrics="max_speed_mps", period=PERIOD)["metrics"]
    assert found["values"][0]["z_score"]["absent"] == "Not assessed: all figures are the same."
    assert found["values"][0]["percentile"]["value"] == 50.0
    [pair] = found["pairs"]
    assert (pair["difference"]["value"], pair["effect"]["value"], pair["distinguishable"]) == (0.0, None, False)


def test_the_same_player_by_two_names_is_one(get: Get, coach: User, filmed: list[Player]) -> None:
    ask = {"player_ids": f"p0,{filmed[0].pk},p0", "metrics": "max_speed_mps", "period": PERIOD}
    data = get(coach, "dashboard/comparisons", **ask)
    assert len(data["subjects"]) == 1
    assert data["metrics"][0]["pairs"] == []


def test_sessions_beside_each_other(get: Get, coach: User, filmed: list[Player], team: Team) -> None:
    first, last = team.sessions.order_by("start")[:8:7]
    ask = {"session_ids": f"{first.pk},{last.pk}", "metrics": "max_speed_mps", "period": PERIOD}
    data = get(coach, "dashboard/comparisons", **ask)
    [found] = data["metrics"]
    per_session = np.mean(SPEEDS, axis=0)
    assert [value["value"]["value"] for value in found["values"]] == pytest.approx(per_session[[0, 7]])
    assert found["values"][0]["z_score"]["value"] == pytest.approx(stats.zscore(per_session, ddof=1)[0])
    assert found["values"][0]["z_score"]["n"] == 8
    changes = np.array([of[7] - of[0] for of in SPEEDS])
    [pair] = found["pairs"]
    truth = stats.ttest_1samp(changes, 0)
    interval = truth.confidence_interval(0.95)
    assert (pair["difference"]["value"], pair["difference"]["low"], pair["difference"]["high"]) == pytest.approx(
        (changes.mean(), interval.low, interval.high)
    )
    assert (pair["effect_kind"], pair["difference"]["n"]) == ("hedges_g_paired", 6)


def test_a_session_outside_the_period_is_still_among_the_others(
    get: Get, coach: User, filmed: list[Player], team: Team
) -> None:
    first = team.sessions.order_by("start")[0]
    ask = {"session_ids": str(first.pk), "metrics": "max_speed_mps", "period": "2026-03-09..2026-04-26"}
    [found] = get(coach, "dashboard/comparisons", **ask)["metrics"]
    assert found["values"][0]["percentile"]["n"] == 8
    assert found["values"][0]["value"]["value"] == pytest.approx(np.mean([of[0] for of in SPEEDS]))


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({}, "player_ids or session_ids"),
        ({"player_ids": "p0", "session_ids": str(uuid.uuid4())}, "one of the two"),
        ({"player_ids": "p0,p1,p2,p3,p4"}, "1 to 4 different player_ids"),
        ({"player_ids": ",,"}, "player_ids or session_ids"),
        ({"player_ids": "p0", "metrics": "speed"}, "There is no metric 'speed'. There are: max_speed_mps"),
        ({"player_ids": "p0", "metrics": "srpe_load_au"}, "no metric 'srpe_load_au'"),
        ({"player_ids": "p0", "period": "2026-04-01..2026-03-01"}, "before it starts"),
        ({"session_ids": "one,two"}, "UUID"),
        ({"player_ids": ",".join(f"p{n}" for n in range(60))}, "at most 40"),
    ],
)
def test_nonsense_is_refused(get: Get, coach: User, players: list[Player], query: dict[str, str], word: str) -> None:
    error = get(coach, "dashboard/comparisons", expect=400, **query)
    assert word in " ".join([error["message"], *error["details"]])


def test_mixed_teams_are_refused(get: Get, coach: User, other_team: Team, players: list[Player]) -> None:
    make_member(other_team, user=coach)
    elsewhere, session = make_player(other_team), make_session(other_team)
    error = get(coach, "dashboard/comparisons", expect=400, player_ids=f"p0,{elsewhere.pk}")
    assert "different teams" in error["message"]
    ours = make_session(players[0].team)
    error = get(coach, "dashboard/comparisons", expect=400, session_ids=f"{ours.pk},{session.pk}")
    assert "different teams" in error["message"]


def test_other_teams_do_not_exist(get: Get, coach: User, other_team: Team, players: list[Player]) -> None:
    elsewhere, session = make_player(other_team), make_session(other_team)
    get(coach, "dashboard/comparisons", expect=404, player_ids=f"p0,{elsewhere.pk}")
    get(coach, "dashboard/comparisons", expect=404, session_ids=str(session.pk))


def test_a_guardian_gets_no_place_in_the_team(get: Get, filmed: list[Player]) -> None:
    parent = make_guardian(filmed[0])
    [found] = get(parent, "dashboard/comparisons", player_ids=filmed[0].pk, metrics="max_speed_mps", period=PERIOD)[
        "metrics"
    ]
    assert found["values"][0]["value"]["n"] == 8
    assert found["values"][0]["z_score"]["absent"].endswith("there are 1.")
    assert found["team"]["n"] == 1  # the child alone
    get(parent, "dashboard/comparisons", expect=404, player_ids=f"{filmed[0].pk},{filmed[1].pk}")


def test_a_guardian_compares_the_childs_sessions_alone(get: Get, team: Team, players: list[Player]) -> None:
    parent = make_guardian(players[0])
    sessions = weekly_sessions(team, 2, player=players[0])
    for session in sessions:
        make_figures(session, players[0], {"max_speed_mps": 7.0})
        make_figures(session, players[1], {"max_speed_mps": 9.0}, track_id=2)
    ids = ",".join(str(session.pk) for session in sessions)
    [found] = get(parent, "dashboard/comparisons", session_ids=ids, metrics="max_speed_mps", period=PERIOD)["metrics"]
    assert [value["value"]["value"] for value in found["values"]] == [7.0, 7.0]
    tables = get(parent, "sessions/compare", session_ids=ids, metrics="max_speed_mps")["tables"]
    assert [row["player_id"] for row in tables[0]["players"]] == [str(players[0].pk)]


def test_an_interval_of_a_figure_that_cannot_be_negative_begins_at_zero(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    """Two sessions: Student's t reaches far below zero, where no mean of distances can be; it still holds the rest."""
    values = ((1500.0, -4.0), (3000.0, 2.0))
    for session, (distance, position) in zip(weekly_sessions(team), values, strict=False):
        make_figures(session, players[0], {"total_distance_m": distance, "mean_position_x_m": position})
    data = get(
        coach, "dashboard/comparisons", player_ids="p0", metrics="total_distance_m,mean_position_x_m", period=PERIOD
    )
    distance, position = (found["values"][0]["value"] for found in data["metrics"])
    _, high = stats.t.interval(0.95, 1, 2250.0, stats.sem([1500.0, 3000.0]))
    low_x, high_x = stats.t.interval(0.95, 1, -1.0, stats.sem([-4.0, 2.0]))
    assert (distance["low"], distance["high"]) == (0.0, pytest.approx(high))
    assert (position["low"], position["high"]) == pytest.approx((low_x, high_x))
    page = get(coach, f"dashboard/player/{players[0].pk}", metrics="total_distance_m", period=PERIOD)
    assert page["metrics"][0]["mean"]["low"] == 0.0
