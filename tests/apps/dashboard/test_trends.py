"""Trends over the API: points, slopes and jumps of figures whose truth is known."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from django.db import connection
from scipy import stats

from apps.accounts.models import Player, Team, User
from tests.apps.dashboard.conftest import MONDAY, PERIOD, Get, season, weekly_sessions
from tests.factories.figures import entry, make_figures
from tests.factories.sessions import make_load, make_session
from vision.kpi.catalogue import CATALOGUE_VERSION

SPEEDS = [7.0, 7.1, 7.15, 7.3, 7.35, 7.5, 7.55, 7.7]


def test_a_players_trend(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    season(team, {players[0]: list(SPEEDS), players[1]: [5.0] * 8})
    data = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD)
    assert data["subject"] == {"kind": "player", "id": str(players[0].pk), "name": players[0].display_name}
    assert data["period"] == {"start": "2026-03-02", "end": "2026-04-26", "days": 56, "time_zone": "Europe/Berlin"}
    assert [point["value"] for point in data["points"]] == pytest.approx(SPEEDS)
    first = data["points"][0]
    assert (first["start"], first["end"], first["n"], first["players"]) == ("2026-03-02", "2026-03-08", 1, 1)
    assert (first["low"], first["high"]) == pytest.approx((6.9, 7.1))
    truth = stats.linregress(range(8), SPEEDS)
    margin = stats.t.ppf(0.975, 6) * truth.stderr
    slope = data["slope_per_week"]
    assert (slope["value"], slope["low"], slope["high"]) == pytest.approx(
        (truth.slope, truth.slope - margin, truth.slope + margin)
    )
    assert (slope["n"], slope["unit"], slope["absent"]) == (8, "m/s per week", None)
    assert data["change"]["direction"] == "up"
    assert data["change"]["change"] == pytest.approx(7 * truth.slope)
    assert data["change"]["own_interval"] == pytest.approx(0.1)
    moving = [point["moving_average"] for point in data["points"]]
    assert moving[0] is None
    assert moving[1:3] == pytest.approx([np.mean(SPEEDS[:2]), np.mean(SPEEDS[:3])])
    assert moving[7] == pytest.approx(np.mean(SPEEDS[4:]))
    assert (
        data["change_points"]["absent"]
        == "Not assessed: at least 10 points with comparable figures are needed; there are 8."
    )


def test_imperial_is_the_same_in_other_units(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    season(team, {players[0]: list(SPEEDS)})
    ask = {"metric": "max_speed_mps", "player_id": "p0", "period": PERIOD}
    metric, imperial = get(coach, "dashboard/trends", **ask), get(coach, "dashboard/trends", **ask, units="imperial")
    assert imperial["metric"]["unit"] == "mph"
    assert imperial["slope_per_week"]["unit"] == "mph per week"
    for ours, theirs in zip(metric["points"], imperial["points"], strict=True):
        for name in ("value", "low", "high", "adjusted", "least", "most"):
            assert theirs[name] == pytest.approx(ours[name] / 0.44704)
    for name in ("value", "low", "high"):
        assert imperial["slope_per_week"][name] == pytest.approx(metric["slope_per_week"][name] / 0.44704)
    assert imperial["change"]["direction"] == metric["change"]["direction"] == "up"


def test_a_change_within_the_figures_own_interval_is_not_spoken_of(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    for week, session in enumerate(weekly_sessions(team)):
        make_figures(session, players[0], {"max_speed_mps": entry(7 + 0.01 * week, half=0.3)})
    data = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD)
    assert data["slope_per_week"]["low"] > 0  # the line is clear …
    assert data["change"]["direction"] == "no_clear_change"  # … and too small to be told from noise
    assert "within the figure's own interval of ±0.3 m/s" in data["change"]["text"]


def test_an_unknown_own_interval_is_not_taken_for_none(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    for week, session in enumerate(weekly_sessions(team)):
        make_figures(session, players[0], {"max_speed_mps": entry(7 + 0.1 * week, half=None)})
    data = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD)
    assert (data["change"]["direction"], data["change"]["own_interval"]) == ("not_assessed", None)
    assert (data["points"][0]["low"], data["points"][0]["high"]) == (None, None)


def test_only_comparable_figures_are_put_together(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    sessions = weekly_sessions(team)
    kinds: list[dict[str, object]] = [{}, {}, {}, {}, {"grade": "C"}, {"synthetic": True}, {"catalogue_version": "0.9"}]
    for session, kind in zip(sessions, kinds, strict=False):
        older = {"version": 1, "is_current": False, "track_id": 7}
        make_figures(session, players[0], {"max_speed_mps": 9.9}, **older)
        make_figures(session, players[0], {"max_speed_mps": 7.0 if kind == {} else 3.0}, **kind)
    data = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD)
    assert {point["value"] for point in data["points"]} == {7.0, None}
    shared = data["comparable"]
    assert (shared["grade"], shared["synthetic"], shared["catalogue_version"], shared["n"]) == (
        "B",
        False,
        CATALOGUE_VERSION,
        4,
    )
    assert {row["reason"]: row["n"] for row in shared["left_out"]} == {
        "grade C, compared is grade B": 1,
        "made-up movement": 1,
        f"definitions 0.9, compared are those of {CATALOGUE_VERSION}": 1,
    }
    other = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD, grade="C")
    assert [point["value"] for point in other["points"] if point["n"]] == [3.0]
    none = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD, grade="A")
    assert none["comparable"]["n"] == 0


def test_sprints_of_other_zones_are_no_sprints(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    """A player's birthday moves the sprint edge; a count across it would fall without a step run less."""
    for week, session in enumerate(weekly_sessions(team)):
        zones = "u14 2026-11" if week < 5 else "u16 2026-11"
        values = {"sprint_count": 9 if week < 5 else 4, "max_speed_mps": 7}
        make_figures(session, players[0], values, quality={"zones": zones})
    sprints = get(coach, "dashboard/trends", metric="sprint_count", player_id="p0", period=PERIOD)
    assert [point["value"] for point in sprints["points"] if point["n"]] == [9.0] * 5
    assert sprints["comparable"]["zones"] == "u14 2026-11"
    assert sprints["comparable"]["left_out"] == [
        {"n": 3, "reason": "speed zones of another group: under 16; compared are under 14"}
    ]
    speed = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD)
    assert (speed["comparable"]["n"], speed["comparable"]["zones"]) == (8, None)


def test_two_tracks_of_one_player_are_left_out(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    rows = season(team, {players[0]: list(SPEEDS)})
    make_figures(rows[2].session, players[0], {"max_speed_mps": 3.0}, track_id=99)
    data = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD)
    assert [point["n"] for point in data["points"]] == [1, 1, 0, 1, 1, 1, 1, 1]
    assert data["comparable"]["left_out"] == [
        {"n": 1, "reason": "the player has two tracks in one session; merge them on the session's page"}
    ]


def test_a_team_without_its_fast_winger_is_not_slower(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    steady, winger = [7.0] * 8, [9.0] * 4 + [None] * 4
    season(team, {players[0]: list(steady), players[1]: list(steady), players[2]: winger})
    data = get(coach, "dashboard/trends", metric="max_speed_mps", team_id=team.pk, period=PERIOD)
    assert [point["value"] for point in data["points"]] == pytest.approx([23 / 3] * 4 + [7.0] * 4)
    assert [point["adjusted"] for point in data["points"]] == pytest.approx([data["points"][0]["adjusted"]] * 8)
    assert [point["players"] for point in data["points"]] == [3] * 4 + [2] * 4
    assert data["slope_per_week"]["value"] == pytest.approx(0, abs=1e-9)
    assert data["change"]["direction"] == "no_clear_change"


def test_teams_that_never_met_have_no_trend(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    season(team, {players[0]: [7.0] * 4 + [None] * 4, players[1]: [None] * 4 + [5.0] * 4})
    data = get(coach, "dashboard/trends", metric="max_speed_mps", team_id=team.pk, period=PERIOD)
    assert data["points"][0]["value"] == 7.0
    assert data["points"][0]["adjusted"] is None
    assert data["change"]["direction"] == "not_assessed"
    assert any("Different players" in remark for remark in data["remarks"])


def test_a_jump_is_named(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    rng = np.random.default_rng(3)
    speeds = np.concatenate([rng.normal(7.0, 0.08, 9), rng.normal(7.6, 0.08, 9)]).tolist()
    season(team, {players[0]: speeds})
    data = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period="2026-03-02..2026-07-05")
    [jump] = data["change_points"]["points"]
    assert jump["start"] == "2026-05-04"
    assert jump["before"] == pytest.approx(np.mean(speeds[:9]))
    assert jump["difference"] == pytest.approx(np.mean(speeds[9:]) - np.mean(speeds[:9]))
    assert jump["beyond_own_interval"] is True
    assert "permutation" in data["change_points"]["method"]
    assert "Scott & Knott" in data["change_points"]["reference"]


def test_one_day_without_a_sprint_is_named(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    season(team, {players[0]: [7.0, 7.1, 7.2, 7.3, 7.4, 7.5, 3.0, 7.7]})
    data = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD)
    assert data["change"]["direction"] == "no_clear_change"
    assert data["remarks"] == ["One point decides this: without that of 2026-04-13 there would be a clear rise."]


@pytest.mark.parametrize(
    ("zone", "bucket", "expected"),
    [
        # Sunday 22:30 UTC before the change of clocks is Sunday 23:30 in Berlin, after it Monday 00:30.
        ("Europe/Berlin", "day", ["2026-03-22", "2026-03-30"]),
        ("Europe/Berlin", "week", ["2026-03-16", "2026-03-30"]),
        ("Europe/Berlin", "month", ["2026-03-01", "2026-03-01"]),
        ("UTC", "week", ["2026-03-16", "2026-03-23"]),
        ("America/New_York", "day", ["2026-03-22", "2026-03-29"]),
        ("Pacific/Kiritimati", "week", ["2026-03-23", "2026-03-30"]),
    ],
)
def test_days_and_weeks_are_those_of_the_teams_time_zone(
    get: Get, coach: User, team: Team, players: list[Player], zone: str, bucket: str, expected: list[str]
) -> None:
    team.time_zone = zone
    team.save(update_fields=["time_zone"])
    for day in (22, 29):
        session = make_session(team, start=datetime(2026, 3, day, 22, 30, tzinfo=UTC))
        make_figures(session, players[0], {"max_speed_mps": 7.0 + day / 100})
    ask = {"metric": "max_speed_mps", "player_id": "p0", "bucket": bucket, "period": "2026-03-01..2026-04-02"}
    points = get(coach, "dashboard/trends", **ask)["points"]
    there = [point["start"] for point in points for _ in range(point["n"])]
    assert there == expected


def test_iso_weeks_at_new_year(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    for day in (datetime(2025, 12, 29, 12, tzinfo=UTC), datetime(2026, 1, 4, 12, tzinfo=UTC)):
        make_figures(make_session(team, start=day), players[0], {"max_speed_mps": 7.0})
    ask = {"metric": "max_speed_mps", "player_id": "p0", "period": "2025-12-22..2026-01-11"}
    points = get(coach, "dashboard/trends", **ask)["points"]
    assert [(point["start"], point["n"]) for point in points] == [
        ("2025-12-22", 0),
        ("2025-12-29", 2),
        ("2026-01-05", 0),
    ]


def test_figures_in_json_are_followed_too(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    for week, session in enumerate(weekly_sessions(team)):
        impossible = {"implausible": True} if week == 7 else {}
        make_figures(session, players[0], {"p95_speed_mps": entry(5 + 0.1 * week, **impossible)})
    data = get(coach, "dashboard/trends", metric="p95_speed_mps", player_id="p0", period=PERIOD)
    values = [point["value"] for point in data["points"]]
    assert values[:7] == pytest.approx([5 + 0.1 * week for week in range(7)])
    assert values[7] is None
    assert (data["points"][0]["low"], data["points"][0]["high"]) == pytest.approx((4.9, 5.1))


def test_absent_and_empty_figures_are_not_zero(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    rows = [
        make_figures(
            session, players[0], {"p95_speed_mps": {"absent": "too noisy", "value": None, "low": None, "high": None}}
        )
        for session in weekly_sessions(team, 3)
    ]
    assert all(row.max_speed_mps is None for row in rows)
    for metric in ("p95_speed_mps", "max_speed_mps"):
        data = get(coach, "dashboard/trends", metric=metric, player_id="p0", period=PERIOD)
        assert all(point["value"] is None and point["n"] == 0 for point in data["points"])
        assert data["slope_per_week"]["value"] is None
        assert "there are 0" in data["slope_per_week"]["absent"]


@pytest.mark.postgres
def test_numbers_that_are_none_do_not_spread(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    assert connection.vendor == "postgresql"  # SQLite keeps NaN as NULL
    values = [7.0, float("nan"), float("inf"), float("-inf"), 7.2]
    for session, value in zip(weekly_sessions(team), values, strict=False):
        make_figures(session, players[0], {}, max_speed_mps=value, max_speed_mps_low=value, max_speed_mps_high=value)
    data = get(coach, "dashboard/trends", metric="max_speed_mps", player_id="p0", period=PERIOD)
    assert [point["value"] for point in data["points"]] == [7.0, None, None, None, 7.2, None, None, None]


def test_one_session_and_none(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    ask = {"metric": "max_speed_mps", "team_id": team.pk, "period": PERIOD}
    empty = get(coach, "dashboard/trends", **ask)
    assert (len(empty["points"]), empty["comparable"]["n"], empty["comparable"]["grade"]) == (8, 0, None)
    season(team, {players[0]: [7.0]})
    ask["period"] = "2026-03-02..2026-04-27"  # another question, not the kept answer
    one = get(coach, "dashboard/trends", **ask)
    assert one["points"][0]["adjusted"] == pytest.approx(7.0)
    assert one["slope_per_week"]["absent"] == (
        "Not assessed: at least 5 points with comparable figures are needed; there are 1."
    )


def test_the_load_over_time(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    sessions = weekly_sessions(team, 6)
    for week, session in enumerate(sessions):
        make_load(session, players[0], rpe=5 + week / 2, minutes=60)
    make_load(make_session(team, start=MONDAY + timedelta(days=2)), players[0], rpe=2, minutes=30)
    make_load(sessions[3], players[1], rpe=None, minutes=60)
    data = get(coach, "dashboard/trends", metric="srpe_load_au", player_id="p0", period=PERIOD)
    assert [point["value"] for point in data["points"]] == pytest.approx([360, 330, 360, 390, 420, 450, 0, 0])
    assert data["metric"]["unit"] == "AU"
    assert data["change"]["direction"] == "no_clear_change" or data["change"]["own_interval"] is None
    nobody = get(coach, "dashboard/trends", metric="srpe_load_au", player_id="p1", period=PERIOD)
    assert all(point["value"] is None for point in nobody["points"])


def test_a_week_with_an_unknown_effort_is_not_summed(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    sessions = weekly_sessions(team, 3)
    for session, rpe in zip(sessions, (5, None, 6), strict=True):
        make_load(session, players[0], rpe=rpe)
    data = get(coach, "dashboard/trends", metric="srpe_load_au", player_id="p0", period="2026-03-02..2026-03-22")
    assert [point["value"] for point in data["points"]] == [300.0, None, 360.0]
    assert data["comparable"]["left_out"] == [
        {"n": 1, "reason": "week left out: a session in it has no effort or minutes; the sum would read too low"}
    ]


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ({"metric": "speed"}, "There is no metric 'speed'. There are: max_speed_mps"),
        ({}, "Field 'metric' is required"),
        ({"metric": "max_speed_mps", "period": "2026-04-01..2026-03-01"}, "before it starts"),
        ({"metric": "max_speed_mps", "period": "10y", "bucket": "day"}, "Choose bucket=week"),
        ({"metric": "max_speed_mps", "bucket": "year"}, "bucket"),
        ({"metric": "max_speed_mps", "units": "furlongs"}, "units"),
        ({"metric": "max_speed_mps", "grade": "E"}, "grade"),
        ({"metric": "max_speed_mps", "player_id": "p0"}, "one of the two"),
        ({"metric": "max_speed_mps", "team_id": "x"}, "team_id"),
    ],
)
def test_nonsense_is_refused(
    get: Get, coach: User, team: Team, players: list[Player], query: dict[str, str], word: str
) -> None:
    error = get(coach, "dashboard/trends", expect=400, **{"team_id": str(team.pk), **query})
    assert error["code"] == "VALIDATION_ERROR"
    assert word in " ".join([error["message"], *error["details"]])


def test_other_teams_do_not_exist(get: Get, other_coach: User, team: Team, players: list[Player]) -> None:
    for whose in ({"team_id": team.pk}, {"player_id": players[0].pk}, {"player_id": "p0"}):
        get(other_coach, "dashboard/trends", expect=404, metric="max_speed_mps", **whose)


def test_without_a_name_it_is_the_only_team(get: Get, coach: User, team: Team) -> None:
    data = get(coach, "dashboard/trends", metric="max_speed_mps")
    assert data["subject"] == {"kind": "team", "id": str(team.pk), "name": str(team)}


def test_a_player_reads_only_their_own(get: Get, player_user: User, team: Team, players: list[Player]) -> None:
    own = player_user.players.get()
    season(team, {own: [7.0] * 6, players[0]: [5.0] * 6})
    data = get(player_user, "dashboard/trends", metric="max_speed_mps", team_id=team.pk, period=PERIOD)
    assert {(point["value"], point["players"]) for point in data["points"]} == {(7.0, 1), (None, 0)}
    get(player_user, "dashboard/trends", expect=404, metric="max_speed_mps", player_id=players[0].pk)
