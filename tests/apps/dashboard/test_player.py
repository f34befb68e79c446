"""A player's page: figures, records, load, left and right, where they were."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.utils import timezone
from scipy import stats

from apps.accounts.models import Player, Team, User
from tests.apps.dashboard.conftest import PERIOD, Get, season, weekly_sessions
from tests.factories.accounts import make_guardian
from tests.factories.calendar import make_event
from tests.factories.figures import HEAT_MAP, entry, make_figures
from tests.factories.sessions import make_session

SPEEDS = [7.0, 7.4, 7.2, 7.9, 7.3, 7.1]


def page(get: Get, user: User, player: Player, metrics: str = "max_speed_mps", **query: Any) -> Any:
    return get(user, f"dashboard/player/{player.pk}", **{"period": PERIOD, "metrics": metrics, **query})


def test_figures_session_by_session(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    season(team, {players[0]: list(SPEEDS), players[1]: [9.0] * 6})
    data = page(get, coach, players[0])
    assert data["player"]["display_name"] == players[0].display_name
    [found] = data["metrics"]
    assert [point["value"] for point in found["points"]] == SPEEDS
    first = found["points"][0]
    assert (first["title"], first["grade"], first["comparable"], first["start"]) == (
        "Week 1",
        "B",
        True,
        "2026-03-02T17:30:00Z",
    )
    assert (first["low"], first["high"]) == pytest.approx((6.9, 7.1))
    assert (found["latest"]["value"], found["latest"]["low"], found["latest"]["n"]) == (7.1, pytest.approx(7.0), 1)
    limits = stats.t.interval(0.95, 5, np.mean(SPEEDS), stats.sem(SPEEDS))
    assert (found["mean"]["low"], found["mean"]["value"], found["mean"]["high"]) == pytest.approx(
        (limits[0], np.mean(SPEEDS), limits[1])
    )


def test_the_best_is_of_all_time_with_its_date_and_grade(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    rows = season(team, {players[0]: list(SPEEDS)})
    data = page(get, coach, players[0], period="2026-04-01..2026-04-26")
    best = data["metrics"][0]["best"]
    assert (best["value"], best["grade"], best["session_id"]) == (7.9, "B", str(rows[3].session_id))
    assert best["start"] == "2026-03-23T17:30:00Z"
    assert best["clear"] is True  # 7.8 to 8.0 lies above 7.3 to 7.5


def test_a_best_within_the_noise_of_the_next_is_not_clear(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    season(team, {players[0]: [7.0, 7.15]})
    assert page(get, coach, players[0])["metrics"][0]["best"]["clear"] is False


@pytest.mark.parametrize("other", [{"synthetic": True}, {"catalogue_version": "0.9"}, {"is_current": False}])
def test_records_are_not_made_of_other_stuff(
    get: Get, coach: User, team: Team, players: list[Player], other: dict[str, Any]
) -> None:
    first, second = weekly_sessions(team, 2)
    make_figures(first, players[0], {"max_speed_mps": 7.0})
    make_figures(second, players[0], {"max_speed_mps": 9.9}, **other)
    assert page(get, coach, players[0])["metrics"][0]["best"]["value"] == 7.0


def test_an_impossible_speed_is_no_record(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    first, second = weekly_sessions(team, 2)
    make_figures(first, players[0], {"p95_speed_mps": 7.0})
    make_figures(second, players[0], {"p95_speed_mps": entry(14.0, implausible=True)})
    [found] = page(get, coach, players[0], "p95_speed_mps")["metrics"]
    assert [point["value"] for point in found["points"]] == [7.0]
    assert (found["best"], found["best_absent"]) == (None, "Higher is not better here.")


def test_figures_of_another_grade_are_shown_and_set_apart(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    for session, grade in zip(weekly_sessions(team, 3), "BCB", strict=True):
        make_figures(session, players[0], {"max_speed_mps": 7.0}, grade=grade)
    [found] = page(get, coach, players[0])["metrics"]
    assert [point["reason"] for point in found["points"]] == [None, "grade C, compared is grade B", None]
    assert (found["mean"]["n"], found["comparable"]["grade"]) == (2, "B")


def test_sessions_in_which_players_may_have_been_mixed_up(
    get: Get, coach: User, team: Team, players: list[Player]
) -> None:
    rows = season(team, {players[0]: list(SPEEDS)})
    for row, doubt, moments in ((rows[1], 0.34, [31.2, 65.0]), (rows[2], 0.05, [])):
        row.quality |= {"identity_doubt": doubt, "doubtful_s": moments}
        row.save(update_fields=["quality"])
    [found] = page(get, coach, players[0])["doubts"]
    assert (found["session_id"], found["title"]) == (str(rows[1].session_id), "Week 2")
    assert (found["identity_doubt"], found["doubtful_s"]) == (0.34, [31.2, 65.0])
    assert page(get, coach, players[0], period="2026-03-16..2026-04-26")["doubts"] == []


def test_nothing_yet(get: Get, coach: User, players: list[Player]) -> None:
    data = page(get, coach, players[0], metrics="")
    assert [found["metric"]["key"] for found in data["metrics"]] == [
        "max_speed_mps",
        "mean_speed_mps",
        "total_distance_m",
        "high_speed_distance_m",
        "sprint_count",
    ]
    assert {found["latest"]["absent"] for found in data["metrics"]} == {"No session with this figure in the period."}
    assert data["metrics"][0]["best_absent"] == "No session with this figure yet."
    assert (data["asymmetries"], data["heat_map"]) == ([], None)
    assert "left against right" in data["asymmetries_absent"]
    assert "effort" in data["load"]["week"]["absent"]


def test_left_and_right_where_it_was_measured(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    [session] = weekly_sessions(team, 1)
    make_figures(session, players[0], {"asymmetry_share": 0.08})
    [found] = page(get, coach, players[0])["asymmetries"]
    assert (found["points"][0]["value"], found["metric"]["unit"]) == (0.08, "share")


def test_the_newest_heat_map(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    older, newer, without = weekly_sessions(team, 3)
    for session in (older, newer):
        make_figures(session, players[0], {}, details={"heat_map": HEAT_MAP}, quality={"coverage": 0.8})
    make_figures(without, players[0], {}, details={"heat_map": None})
    reference = page(get, coach, players[0])["heat_map"]
    assert reference["session_id"] == str(newer.pk)
    found = get(coach, reference["url"].removeprefix("/api/"))
    assert {name: found[name] for name in HEAT_MAP} == HEAT_MAP
    assert (found["coverage"], found["grade"], found["title"]) == (0.8, "B", "Week 2")
    address = f"dashboard/player/{players[0].pk}/heat-map"
    assert "needs positions" in get(coach, address, expect=404, session_id=without.pk)["message"]
    get(coach, address, expect=400)
    make_figures(newer, players[0], {}, details={"heat_map": HEAT_MAP}, track_id=2)
    assert "merge them" in get(coach, address, expect=404, session_id=newer.pk)["message"]


def test_who_reads_whom(get: Get, player_user: User, other_coach: User, team: Team, players: list[Player]) -> None:
    own, parent = player_user.players.get(), make_guardian(players[0])
    session_id = season(team, {own: [7.0], players[0]: [8.0]})[0].session_id
    assert page(get, player_user, own)["metrics"][0]["latest"]["value"] == 7.0
    assert page(get, parent, players[0])["metrics"][0]["latest"]["value"] == 8.0
    for user, player in ((player_user, players[0]), (parent, own), (other_coach, own)):
        for address in (f"dashboard/player/{player.pk}", f"dashboard/player/{player.pk}/heat-map"):
            get(user, address, expect=404, session_id=session_id)


def test_by_the_teams_own_name(get: Get, coach: User, players: list[Player]) -> None:
    assert get(coach, "dashboard/player/p3")["player"]["id"] == str(players[3].pk)
    get(coach, "dashboard/player/nobody", expect=404)


def test_imperial(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    session = make_session(team, start=weekly_sessions(team, 1)[0].start + timedelta(days=1))
    make_figures(session, players[0], {"total_distance_m": entry(914.4, half=9.144)})
    [found] = page(get, coach, players[0], "total_distance_m", units="imperial")["metrics"]
    assert (found["latest"]["value"], found["latest"]["unit"]) == (pytest.approx(1000), "yd")
    assert (found["best"]["low"], found["best"]["unit"]) == (pytest.approx(990), "yd")
    assert "length of the film" in found["metric"]["remark"]


def test_what_planned_events_aim_at(get: Get, coach: User, team: Team, players: list[Player]) -> None:
    now = timezone.now()
    aim = {"target_kpis": ["max_speed_mps"]}
    ours = make_event(team, title="Sprints", start=now + timedelta(days=2), **aim)
    make_event(team, title="Another's", player=players[1], start=now + timedelta(days=1), **aim)
    make_event(team, title="No aim", start=now + timedelta(days=1))
    make_event(team, title="Called off", start=now + timedelta(days=1), status="cancelled", **aim)
    make_event(team, title="Excused", start=now + timedelta(days=1), **aim).excused.add(players[0])
    make_event(team, title="Over", start=now - timedelta(days=1), **aim)
    [target] = page(get, coach, players[0])["targets"]
    assert (target["event_id"], target["title"], target["metrics"]) == (str(ours.pk), "Sprints", ["max_speed_mps"])
