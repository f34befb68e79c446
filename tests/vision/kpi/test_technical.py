"""Technical figures against scripted games: values, intervals that hold the truth, reasons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from tests.vision.events.games import Game, game
from tests.vision.kpi.tracks import measured, reason
from vision.events.find import Coverage
from vision.events.scene import Event
from vision.kpi.catalogue import keys_of
from vision.kpi.technical import NO_BALL, NO_EVENTS, technical_group
from vision.kpi.track import PlayerEvents
from vision.kpi.values import KPIGroup, is_measured
from vision.synthetic.play_film import PlayFaults

SEEDS = (40, 41, 42, 43)
"""Not the games on which the share of missed events was measured."""


def events_of(one: Game, player: int) -> PlayerEvents:
    """What the KPIs are given of a player."""
    return PlayerEvents(one.found.of(player + 1), one.found.coverage[player + 1], one.scene.rate_hz)


def groups(rate_hz: float = 25.0) -> Iterator[tuple[Game, int, KPIGroup]]:
    """Every player's technical group in several games."""
    for seed in SEEDS:
        one = game(seed, PlayFaults(rate_hz=rate_hz))
        for player in range(one.play.count):
            yield one, player, technical_group(events_of(one, player), ball_tracked=True)


def turned(one: Game, player: int) -> tuple[int, int]:
    """How often a player won the ball from the other team and lost it to it, by the script."""
    played = one.play.possessions()
    team = [one.scene.people[each[0]].team for each in played]
    shots = {(shot.player, round(shot.t_s, 2)) for shot in one.play.shots}
    held = [
        place
        for place, each in enumerate(played)
        if each[3] > 1 or team[place : place + 1] == team[place + 1 : place + 2]
    ]
    won = lost = 0
    for before, place, after in zip([None, *held], held, [*held[1:], None], strict=False):
        if played[place][0] == player:
            won += before is not None and team[before] != team[place]
            shot = (player, round(played[place][2], 2)) in shots
            lost += after is not None and team[after] != team[place] and not shot
    return won, lost


def truth(one: Game, player: int) -> dict[str, float]:
    """The script's own counts."""
    won, lost = turned(one, player)
    touches = [touch for touch in one.play.touches if touch.player == player]
    passes = [each for each in one.play.passes if each.giver == player]
    return {
        "touches": len(touches),
        "touches_left": sum(touch.foot == "left" for touch in touches),
        "touches_right": sum(touch.foot == "right" for touch in touches),
        "possessions": sum(each[0] == player for each in one.play.possessions()),
        "regains": won,
        "lost_balls": lost,
        "passes_attempted": len(passes),
        "passes_completed": sum(each.completed for each in passes),
    }


@pytest.mark.parametrize("rate_hz", [25.0, 15.0])
def test_intervals_of_counts_hold_the_truth(rate_hz: float) -> None:
    """Between 80 and 100 % of 192 intervals at 25 frames a second, and at 15, where a third of the touches is missed.

    The target is 85-95 %; counts are small whole numbers, so an interval cannot hold exactly 90 %.
    """
    inside = {key: [] for key in truth(game(SEEDS[0], PlayFaults()), 0)}
    for one, player, group in groups(rate_hz):
        for key, true in truth(one, player).items():
            entry = measured(group[key])
            inside[key].append(entry["low"] <= true <= entry["high"])
    every = np.concatenate(list(inside.values()))
    assert 0.85 <= every.mean() <= 0.98, {key: np.mean(rows) for key, rows in inside.items()}
    assert min(np.mean(rows) for rows in inside.values()) >= 0.75


def test_time_on_the_ball() -> None:
    """From the first touch until the ball is 1.25 m away for good; nine intervals of ten hold the script's time."""
    inside, ratios = [], []
    t_s = np.arange(0.0, 90.0, 0.02)
    for one, player, group in groups():
        ball, place = one.play.ball(t_s)[:, :2], one.play.places(t_s)[player]
        near = np.linalg.norm(ball - place, axis=1) <= 1.25
        true = 0.0
        for who, begin, last, _ in one.play.possessions():
            if who == player:
                row = int(last / 0.02)
                away = np.flatnonzero(~near[row:])
                true += t_s[row + (away[0] if len(away) else len(t_s) - row - 1)] - begin
        entry = group["time_on_ball_s"]
        if is_measured(entry) and true > 0:
            inside.append(entry["low"] <= true <= entry["high"])
            ratios.append(entry["value"] / true)
    assert np.median(ratios) == pytest.approx(1.0, abs=0.06)
    assert np.mean(inside) >= 0.75


def test_lengths_and_shares() -> None:
    lengths, shares = [], []
    for one, player, group in groups():
        true = [each.length_m for each in one.play.passes if each.giver == player]
        entry = group["pass_length_m"]
        if is_measured(entry) and len(true) >= 3:
            lengths.append(entry["low"] <= np.mean(true) <= entry["high"])
        own = [each for each in one.play.possessions() if each[0] == player]
        share = group["one_touch_share"]
        if is_measured(share) and own:
            shares.append(share["low"] <= np.mean([each[3] == 1 for each in own]) <= share["high"])
    assert np.mean(lengths) >= 0.8 and np.mean(shares) >= 0.75


FULL = Coverage(0.9, 1.0, {})


def event(kind: str, t0_s: float, t1_s: float, **data: float | str | bool | None) -> Event:
    """An event of one player."""
    return Event(kind, t0_s, t1_s, 1, 0.8, dict(data))


def test_values_by_hand() -> None:
    events = PlayerEvents(
        [
            event("possession", 0.0, 0.2, touches=1, duration_s=0.2, first_touch_m=None, won=None, lost=True),
            event("possession", 5.0, 9.0, touches=5, duration_s=4.0, first_touch_m=1.5, won=True, lost=False),
            event("possession", 20.0, 21.5, touches=1, duration_s=1.5, first_touch_m=None),
            event("touch", 5.0, 5.0, foot="left"),
            event("touch", 6.0, 6.0, foot="unknown"),
            event("pass", 9.0, 10.0, completed=True, length_m=12.0, ball_speed_mps=9.0),
            event("pass", 21.5, 22.0, completed=False, length_m=8.0, ball_speed_mps=None),
            event("dribble", 5.0, 9.0, distance_m=14.0, speed_mps=3.5, touches=5),
            event("shot", 30.0, 31.0, ball_speed_mps=21.0),
            event("shot", 40.0, 41.0, ball_speed_mps=17.0),
        ],
        FULL,
    )
    group = technical_group(events, ball_tracked=True)
    values = {key: measured(entry)["value"] for key, entry in group.items()}
    assert values == pytest.approx(
        {
            "touches": 2,
            "touches_left": 1,
            "touches_right": 0,
            "time_on_ball_s": 5.7,
            "possessions": 3,
            "regains": 1,
            "lost_balls": 1,
            "one_touch_share": 1 / 3,  # the third lasted 1.5 s: it had a touch that was missed
            "passes_attempted": 2,
            "passes_completed": 1,
            "pass_length_m": 10.0,
            "pass_ball_speed_mps": 9.0,
            "shot_ball_speed_mps": 21.0,
            "dribble_distance_m": 14.0,
            "dribble_speed_mps": 3.5,
            "first_touch_displacement_m": 1.5,
        }
    )
    for entry in group.values():
        told = measured(entry)
        assert told["low"] <= told["value"] <= told["high"] and told["coverage"] == 0.9
    assert measured(group["touches_right"])["high"] >= 1, "the unknown foot may have been the right one"


def test_reasons() -> None:
    assert {reason(entry) for entry in technical_group(None, ball_tracked=False).values()} == {NO_BALL}
    assert {reason(entry) for entry in technical_group(None, ball_tracked=True).values()} == {NO_EVENTS}
    unseen = PlayerEvents([], replace(FULL, absent={"touches": "Too dark."}))
    group = technical_group(unseen, ball_tracked=True)
    assert tuple(group) == keys_of("technical") and {reason(entry) for entry in group.values()} == {"Too dark."}


def test_what_did_not_happen_is_absent_and_counts_are_nought() -> None:
    group = technical_group(PlayerEvents([], FULL), ball_tracked=True)
    assert measured(group["touches"])["value"] == 0 and measured(group["passes_attempted"])["low"] == 0
    assert "not seen with the ball" in reason(group["time_on_ball_s"])
    assert "not seen to shoot" in reason(group["shot_ball_speed_mps"])
    assert "run with the ball" in reason(group["dribble_speed_mps"])


def test_each_need_forbids_its_own_figures() -> None:
    needs = {"passes": "No teams.", "places": "No places.", "ball_metres": "No ball places.", "shots": "No goals."}
    for need, text in needs.items():
        group = technical_group(PlayerEvents([], replace(FULL, absent={need: text})), ball_tracked=True)
        silent = {key for key, entry in group.items() if not is_measured(entry) and reason(entry) == text}
        assert silent and "touches" not in silent and "possessions" not in silent
