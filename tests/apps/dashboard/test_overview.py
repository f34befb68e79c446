"""A team at a glance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest
from django.utils import timezone

from apps.accounts.models import Player, Team, User
from apps.dashboard.selectors import loads
from apps.sessions.models import Session
from tests.apps.dashboard.conftest import Get
from tests.factories.accounts import make_guardian, make_member, make_player, make_player_user, make_team
from tests.factories.figures import make_figures
from tests.factories.scans import make_job
from tests.factories.sessions import make_load, make_session
from vision.kpi.load import ewma

NOW = datetime(2026, 5, 7, 20, 0, tzinfo=UTC)
"""A Thursday evening: 22:00 in Berlin."""


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    yield


def trained(team: Team, day: date, *players: Player, rpe: float | None = 6, minutes: float = 60) -> Session:
    """A training on a day, with its load."""
    start = datetime(day.year, day.month, day.day, 16, tzinfo=UTC)
    session = make_session(team, start=start, end=start + timedelta(minutes=minutes))
    for player in players:
        make_load(session, player, rpe=rpe, minutes=minutes)
    return session


def daily(team: Team, player: Player, rpes: Sequence[float]) -> None:
    """One training a day of an hour, up to today; 0 = a day of rest."""
    for back, rpe in enumerate(reversed(rpes)):
        if rpe:
            trained(team, NOW.date() - timedelta(days=back), player, rpe=rpe)


def test_who_was_active(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    today = NOW.date()
    make_figures(trained(team, today - timedelta(days=3)), players[0], {"max_speed_mps": 7})
    trained(team, today - timedelta(days=4), players[1])
    session = make_session(team, player=players[2], start=NOW - timedelta(days=5))
    session.session_players.create(track_id=1, player=players[3])
    make_figures(trained(team, today - timedelta(days=60)), players[4], {"max_speed_mps": 7})
    make_figures(session, players[5], {"max_speed_mps": 7}, is_current=False, version=9)
    data = get(coach, "dashboard/overview", team_id=team.pk, period="28d")
    assert (data["active_players"]["value"], data["active_players"]["n"], data["roster"]) == (4, 6, 6)
    longer = get(coach, "dashboard/overview", team_id=team.pk, period="90d")
    assert longer["active_players"]["value"] == 5


def test_this_week_is_the_teams(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    for start, kind in (
        (datetime(2026, 5, 3, 21, 59, tzinfo=UTC), "training"),  # Sunday 23:59 in Berlin
        (datetime(2026, 5, 3, 22, 1, tzinfo=UTC), "match"),  # Monday 00:01
        (datetime(2026, 5, 7, 18, 0, tzinfo=UTC), "training"),
        (datetime(2026, 5, 8, 18, 0, tzinfo=UTC), "training"),  # tomorrow: has not been yet
        (datetime(2026, 4, 27, 12, 0, tzinfo=UTC), "training"),
        (datetime(2026, 4, 26, 12, 0, tzinfo=UTC), "training"),  # two weeks ago
    ):
        make_session(team, start=start, session_type=kind)
    week = get(coach, "dashboard/overview", team_id=team.pk)["week"]
    assert (week["iso_week"], week["start"], week["end"]) == ("2026-W19", "2026-05-04", "2026-05-10")
    assert (week["sessions"]["value"], week["sessions"]["n"]) == (2, 4)
    assert (week["trainings"], week["matches"], week["last_week"]["value"]) == (1, 1, 2)


def test_the_load_and_its_lines(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    rng = np.random.default_rng(1)
    rpes = rng.integers(0, 9, 35).astype(float)
    rpes[0] = 5
    daily(team, players[0], rpes.tolist())
    load = get(coach, "dashboard/overview", team_id=team.pk, period="28d")["load"]
    days = 60.0 * rpes
    week, before = days[-7:], days[-14:-7]
    assert (load["until"], load["days"]) == ("2026-05-07", 35)
    assert (load["week"]["value"], load["previous_week"]["value"]) == (week.sum(), before.sum())
    assert load["change"]["value"] == pytest.approx(week.sum() / before.sum() - 1)
    assert load["monotony"]["value"] == pytest.approx(week.mean() / week.std())
    assert load["strain"]["value"] == pytest.approx(week.sum() * week.mean() / week.std())
    [line] = load["players"]
    assert line["ratio"]["value"] == pytest.approx(week.mean() / days[-28:-7].mean())
    assert load["lines"][0]["date"] == "2026-04-10"
    assert len(load["lines"]) == 28
    assert [point["acute"] for point in load["lines"]] == pytest.approx(ewma(days, 7)[-28:])
    chronic = [point["chronic"] for point in load["lines"]]
    assert chronic[:20] == [None] * 20  # fewer than 28 days lie behind them
    assert chronic[20:] == pytest.approx(ewma(days, 28)[-8:])
    assert [point["load"] for point in load["lines"]] == pytest.approx(days[-28:])


def test_marks_describe_and_name_no_injury(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    daily(team, players[0], [5, 0, 5, 0, 5, 0, 0] * 3 + [3, 0, 3, 0, 3, 0, 0] + [8] * 6 + [7])
    load = get(coach, "dashboard/overview", team_id=team.pk)["load"]
    assert [(flag["kind"], flag["players"]) for flag in load["flags"]] == [
        ("monotony", 1),
        ("strain", 1),
        ("week_change", 1),
    ]
    assert load["players"][0]["flags"] == ["monotony", "strain", "week_change"]
    words = " ".join(flag["text"] for flag in load["flags"]).lower()
    assert "injur" not in words and "risk" not in words
    assert "does not predict injury" in load["description"]


def test_the_same_load_every_day_is_undefined_not_infinite(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    daily(team, players[0], [5.0] * 8)
    load = get(coach, "dashboard/overview", team_id=team.pk)["load"]
    assert load["monotony"]["value"] is None
    assert "undefined" in load["monotony"]["absent"]
    assert [flag["kind"] for flag in load["flags"]] == ["monotony"]


def test_a_rise_is_not_named_before_four_weeks(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    daily(team, players[0], [1, 0, 0, 0, 0, 0, 0, 9, 0, 9, 0, 9, 0, 9])
    load = get(coach, "dashboard/overview", team_id=team.pk)["load"]
    assert load["change"]["value"] > 5
    assert [flag["kind"] for flag in load["flags"]] == []
    assert "Needs 28 days" in load["players"][0]["ratio"]["absent"]


def test_an_effort_that_nobody_entered_is_not_rest(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    daily(team, players[0], [6.0, 0.0] * 20)
    trained(team, NOW.date() - timedelta(days=2), players[0], rpe=None)
    load = get(coach, "dashboard/overview", team_id=team.pk)["load"]
    assert load["week"]["value"] is None
    assert load["week"]["absent"] == (
        "1 session has no effort or minutes entered in these 7 days; the load would read too low."
    )
    assert load["players"][0]["week"]["coverage"] == pytest.approx(4 / 5)
    assert load["previous_week"]["value"] is not None
    assert load["flags"] == []
    assert [point["load"] is None for point in load["lines"][-4:]] == [False, False, True, False]
    assert [point["acute"] is None for point in load["lines"][-4:]] == [False, False, True, True]


def test_a_session_about_a_player_without_a_load_is_not_rest(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    daily(team, players[0], [6.0, 0.0] * 10)
    make_session(team, player=players[0], start=NOW - timedelta(days=1))
    load = get(coach, "dashboard/overview", team_id=team.pk)["load"]
    assert load["week"]["value"] is None


@pytest.mark.parametrize(("session_type", "is_rest"), [("training", False), ("match", False), ("analysis", True)])
def test_a_session_of_which_nobody_said_who_was_there_is_rest_for_nobody(
    get: Get, coach: User, team: Team, players: list[Player], *, session_type: str, is_rest: bool
) -> None:
    daily(team, players[0], [5] * 8)
    make_session(team, start=NOW - timedelta(days=3), session_type=session_type)
    load = get(coach, "dashboard/overview", team_id=team.pk)["load"]
    [row] = [row for row in load["players"] if row["player"]["id"] == str(players[0].pk)]
    assert (row["week"]["value"] is not None) == is_rest
    if not is_rest:
        assert row["week"]["absent"].startswith("1 session has no effort or minutes entered in these 7 days")


def test_today_counts_once_something_was_entered(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    daily(team, players[0], [6.0] * 9 + [0.0])
    ask = {"team_id": team.pk}
    assert get(coach, "dashboard/overview", **ask)["load"]["until"] == "2026-05-06"
    trained(team, NOW.date(), players[0])
    assert get(coach, "dashboard/overview", **ask)["load"]["until"] == "2026-05-07"


def test_means_are_over_those_of_whom_it_is_known(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    daily(team, players[0], [5.0, 0.0] * 8)
    daily(team, players[1], [3.0, 0.0] * 8)
    daily(team, players[2], [9.0])
    load = get(coach, "dashboard/overview", team_id=team.pk)["load"]
    mine, yours = 60 * 5 * 3, 60 * 3 * 3
    assert load["week"]["value"] == pytest.approx((mine + yours) / 2)
    assert (load["week"]["n"], load["week"]["coverage"]) == (2, pytest.approx(2 / 6))  # of six in the team
    assert "Needs 7 days" in load["players"][2]["week"]["absent"]


def test_children_judge_effort_poorly(get: Get, coach: User, team: Team) -> None:
    child = make_player(team, last_name="A", date_of_birth=date(2012, 5, 8))  # 13 for another day
    youth = make_player(team, last_name="B", date_of_birth=date(2012, 5, 7))
    for player in (child, youth):
        daily(team, player, [5.0] * 3)
    players = get(coach, "dashboard/overview", team_id=team.pk)["load"]["players"]
    assert [entry["low_trust"] for entry in players] == [True, False]


def test_how_good_the_films_are(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    day = NOW.date() - timedelta(days=2)
    grades = ["AAB", "BCC", "AB", "", "D"]
    for number, of in enumerate(grades):
        session = trained(team, day - timedelta(days=number))
        for track, grade in enumerate(of):
            make_figures(session, players[track], {"max_speed_mps": 7}, grade=grade, track_id=track)
    without_metres = trained(team, day)
    make_figures(without_metres, players[0], {"cadence_spm": 170}, grade="")
    make_session(team, start=NOW - timedelta(days=1), synthetic=True)
    quality = get(coach, "dashboard/overview", team_id=team.pk)["data_quality"]
    assert quality["sessions"] == 7
    assert {row["grade"]: row["sessions"] for row in quality["by_grade"]} == {"A": 1, "B": 1, "C": 1, "D": 1}
    assert [row["share"] for row in quality["by_grade"]] == pytest.approx([1 / 7] * 4)
    assert (quality["no_metres"], quality["not_assessed"], quality["synthetic"]) == (1, 2, 1)


def test_what_was_last_and_what_runs(get: Get, coach: User, team: Team, other_team: Team) -> None:
    for back in range(7):
        make_session(team, title=f"{back} days ago", start=NOW - timedelta(days=back))
    make_session(team, title="tomorrow", start=NOW + timedelta(days=1))
    session = Session.objects.get(title="2 days ago")
    running = make_job(session, status="running", progress=41.26, current_step="track")
    make_job(session, status="completed")
    make_job(make_session(other_team), status="running")
    data = get(coach, "dashboard/overview", team_id=team.pk)
    assert [row["title"] for row in data["recent_sessions"]] == [f"{back} days ago" for back in range(5)]
    [job] = data["jobs"]
    assert (job["job_id"], job["progress"], job["step"], job["title"]) == (str(running.pk), 41.3, "track", "2 days ago")


def test_an_empty_team(get: Get, coach: User, team: Team) -> None:
    data = get(coach, "dashboard/overview", team_id=team.pk)
    assert data["active_players"]["absent"] == "The team has no players yet."
    assert data["data_quality"]["absent"] == "There was no session in this period."
    assert data["load"]["week"]["absent"] == loads.NOBODY
    assert (data["load"]["lines"], data["recent_sessions"], data["jobs"]) == ([], [], [])
    assert data["week"]["sessions"]["value"] == 0


def test_without_an_id_it_is_the_only_team(get: Get, coach: User, team: Team) -> None:
    assert get(coach, "dashboard/overview")["team"]["id"] == str(team.pk)
    make_member(make_team(), user=coach)
    assert get(coach, "dashboard/overview", expect=400)["message"] == "Say which team: team_id is needed."
    parent = make_guardian(make_player(team))
    assert "/api/dashboard/player/" in get(parent, "dashboard/overview", expect=400)["message"]


def test_a_player_sees_only_their_part(get: Get, team: Team, players: list[Player]) -> None:
    user = make_player_user(team)
    own = user.players.get()
    day = NOW.date() - timedelta(days=1)
    session = trained(team, day, own, players[0])
    make_figures(session, own, {"max_speed_mps": 7}, grade="A")
    make_figures(session, players[0], {"max_speed_mps": 8}, grade="C", track_id=2)
    make_figures(trained(team, day - timedelta(days=1), players[0]), players[0], {"max_speed_mps": 8})
    data = get(user, "dashboard/overview", team_id=team.pk)
    assert (data["roster"], data["active_players"]["value"]) == (1, 1)
    assert [entry["player"]["id"] for entry in data["load"]["players"]] == [str(own.pk)]
    assert [(row["grade"], row["sessions"]) for row in data["data_quality"]["by_grade"]] == [("A", 1)]
    assert (data["data_quality"]["sessions"], data["week"]["sessions"]["value"]) == (1, 1)
    assert data["recent_sessions"] == []  # the session is about nobody in particular


def test_a_player_after_a_coach_gets_no_kept_answer_of_theirs(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    user = make_player_user(team)
    trained(team, NOW.date(), players[0])
    assert len(get(coach, "dashboard/overview", team_id=team.pk)["load"]["players"]) == 1
    assert get(user, "dashboard/overview", team_id=team.pk)["load"]["players"] == []


@pytest.mark.parametrize("period", ["2026-05-01..2026-04-01", "week", "11y"])
def test_nonsense_is_refused(get: Get, coach: User, team: Team, period: str) -> None:
    get(coach, "dashboard/overview", expect=400, team_id=team.pk, period=period)


def test_other_teams_do_not_exist(get: Get, other_coach: User, team: Team) -> None:
    get(other_coach, "dashboard/overview", expect=404, team_id=team.pk)
