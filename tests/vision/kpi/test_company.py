"""Distances to the nearest team-mate and to the ball, against scripted truth."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vision.kpi.tracks import POLICY
from vision.events.scene import BallTrack, Person, Scene
from vision.kpi.company import (
    BALL,
    BALL_AWAY,
    BALL_DOUBTFUL,
    MATES_AWAY,
    NEAREST,
    NO_BALL_PLACE,
    NO_MATES,
    NO_TEAM,
    Company,
    CompanyParams,
    Typical,
    averaged,
    company_entries,
    company_of_scene,
    company_of_side,
)
from vision.kpi.player import NO_PITCH, calculate_player_kpis
from vision.kpi.track import Measurement, PlayerTrack
from vision.kpi.values import is_measured

HZ = 10.0
T_S = np.arange(0.0, 120.0, 1 / HZ)


def path(number: int) -> np.ndarray:
    """Where a player is: loops of their own, up to 5 m/s."""
    phase, t_s = 1.7 * number, T_S
    x = 15 * np.sin(0.17 * t_s + phase) + 6 * np.sin(0.41 * t_s + 2 * phase)
    y = 10 * np.cos(0.23 * t_s + 1.3 * phase) + 4 * np.sin(0.5 * t_s + phase)
    return np.stack([x, y], axis=1)


def person(number: int, team: str, xy_m: np.ndarray | None) -> Person:
    boxes = np.zeros((len(T_S), 4))
    return Person(number, team, T_S, boxes, xy_m, np.zeros(0), np.zeros((0, 17, 3), np.float32))


def ball_at(xy_m: np.ndarray | None, score: float = 0.6) -> BallTrack:
    seen = np.zeros(len(T_S), bool)
    return BallTrack(T_S, np.zeros((len(T_S), 2)), seen, xy_m, np.full(len(T_S), score))


def scene(paths: list[np.ndarray], teams: str, ball: BallTrack | None = None) -> Scene:
    people = [person(n, team, xy) for n, (xy, team) in enumerate(zip(paths, teams, strict=True))]
    return Scene(T_S, ball or BallTrack.none(), people)


def true_median(paths: list[np.ndarray], number: int, mates: list[int]) -> float:
    apart = [np.linalg.norm(paths[mate] - paths[number], axis=1) for mate in mates]
    return float(np.median(np.min(apart, axis=0)))


def test_the_nearest_in_the_same_shirt_counts() -> None:
    still = [np.broadcast_to(place, (len(T_S), 2)).copy() for place in ([0.0, 0.0], [3.0, 4.0], [6.0, 8.0], [0.0, 1.0])]
    found = company_of_scene(scene(still, "aaab"))
    assert [found[n].figures[NEAREST].metres for n in range(3)] == pytest.approx([5.0, 5.0, 5.0])
    assert found[3].absent[NEAREST] == NO_MATES
    assert found[0].figures[NEAREST] == Typical(pytest.approx(5.0), 300, 1.0)


def test_against_scripted_truth() -> None:
    """Noise of 0.15 m a frame, places off by 0.1 m all the time, a scale of ± 2 %: in the interval as often as it says,
    and never off by more than three times what these errors make.
    """
    paths = [path(n) for n in range(7)]
    truth = [true_median(paths, n, [m for m in range(7) if m != n]) for n in range(7)]
    inside, errors = [], []
    for seed in range(12):
        rng = np.random.default_rng(seed)
        scale = 1 + rng.normal(0, 0.02)
        # The places are off by the calibration, everybody's by their own amount and all the time.
        seen = [scale * xy + rng.normal(0, 0.1, 2) + rng.normal(0, 0.15, xy.shape) for xy in paths]
        found = company_of_scene(scene(seen, "aaaaaaa"))
        for number, true in enumerate(truth):
            entry = company_entries(found[number], 0.02, 0.1)[NEAREST]
            assert is_measured(entry)
            errors.append((entry["value"] - true) / np.hypot(0.02 * true, np.sqrt(2) * 0.1))
            inside.append(entry["low"] <= true <= entry["high"])
    assert np.abs(errors).max() < 3.0
    assert abs(float(np.mean(errors))) < 0.5, "noise must not push people apart"
    assert np.mean(inside) >= 0.85


def test_the_ball_on_the_ground() -> None:
    """1σ of 0.1 m on both moves the median by a few centimetres at most; a ball in the air is left out."""
    paths, rng = [path(0)], np.random.default_rng(1)
    ball = path(3)
    flights = [(20.0, 24.0), (60.0, 66.0)]
    flying = np.any([(a <= T_S) & (b >= T_S) for a, b in flights], axis=0)
    seen = ball + rng.normal(0, 0.1, ball.shape)
    seen[flying] += 40.0  # where the line of sight meets the ground
    exact = company_of_scene(scene(paths, "a", ball_at(ball)), flights)[0].figures[BALL]
    apart = np.linalg.norm(ball - paths[0], axis=1)[~flying]
    # A look that holds a kick counts whole: that moves the median by a rank or two of three hundred.
    low, high = np.percentile(apart, [49, 51])
    assert low <= exact.metres <= high
    noisy = [paths[0] + rng.normal(0, 0.1, ball.shape)]
    found = company_of_scene(scene(noisy, "a", ball_at(seen)), flights)[0].figures[BALL]
    assert found.metres == pytest.approx(exact.metres, abs=0.05)
    assert found.share == pytest.approx(1 - flying.mean(), abs=0.02)


def test_what_cannot_be_told_says_why() -> None:
    paths = [path(0), path(1)]
    assert company_of_scene(scene(paths, "aa"))[0].absent == {BALL: NO_BALL_PLACE}
    for team in ("unknown", "referee", "goalkeeper"):
        assert company_of_scene(Scene(T_S, BallTrack.none(), [person(0, team, paths[0])]))[0].absent[NEAREST] == NO_TEAM
    assert company_of_scene(scene(paths, "ab"))[0].absent[NEAREST] == NO_MATES
    doubtful = company_of_scene(scene(paths, "aa", ball_at(path(3), score=0.33)))
    assert doubtful[0].absent[BALL] == BALL_DOUBTFUL
    in_air = company_of_scene(scene(paths, "aa", ball_at(path(3))), [(0.0, 60.0)])
    assert in_air[0].absent[BALL] == BALL_AWAY
    assert company_of_scene(scene(paths, "aa", ball_at(None)))[0].absent[BALL] == NO_BALL_PLACE
    without = Scene(T_S, BallTrack.none(), [person(0, "a", None), person(1, "a", paths[1])])
    assert company_of_scene(without)[0].absent[NEAREST] == NO_MATES
    assert company_of_scene(Scene(np.zeros(0), BallTrack.none(), [])) == {}


def test_team_mates_out_of_the_picture_are_not_passed_over() -> None:
    """The nearest may be the one who is not filmed: told only where nearly all are in view nearly all the time."""
    paths = [path(n) for n in range(5)]
    truth = company_of_scene(scene(paths, "aaaaa"))[0].figures[NEAREST].metres
    for n in (1, 2, 3, 4):
        paths[n] = paths[n].copy()
    for n in (1, 2):
        paths[n][500:] = np.nan  # two of four are gone for more than half of the time
    assert company_of_scene(scene(paths, "aaaaa"))[0].absent[NEAREST] == MATES_AWAY
    for n in (1, 2):
        paths[n] = path(n)
        paths[n][1000:] = np.nan
    found = company_of_scene(scene(paths, "aaaaa"))[0].figures[NEAREST]
    assert found.share == pytest.approx(1000 / 1200, abs=0.01)
    assert found.metres == pytest.approx(truth, abs=0.8)


def test_looks_hold_what_was_seen_in_them() -> None:
    since = np.array([0.0, 0.1, 0.4, 0.8, 0.8 + 0.3])
    xy = np.array([[1.0, 2.0], [3.0, 4.0], [np.nan, np.nan], [5.0, 6.0], [7.0, 8.0]])
    np.testing.assert_array_equal(averaged(since, xy, 4, 0.4), [[2, 3], [np.nan, np.nan], [6, 7], [np.nan, np.nan]])


def test_a_side_of_another_system() -> None:
    paths = np.stack([path(n) for n in range(4)], axis=1)
    found = company_of_side(T_S + 1000.0, paths)
    assert found[2].figures[NEAREST].metres == pytest.approx(
        true_median([path(n) for n in range(4)], 2, [0, 1, 3]), abs=0.1
    )
    assert found[0].absent == {BALL: NO_BALL_PLACE}


def test_few_looks_tell_nothing() -> None:
    short = CompanyParams(min_looks=400)
    assert company_of_scene(scene([path(0), path(1)], "aa"), params=short)[0].absent[NEAREST] == MATES_AWAY


def kpis(company: Company | None, measurement: Measurement) -> dict:
    track = PlayerTrack(T_S, path(0), np.full(len(T_S), 0.1), np.ones(len(T_S), bool), company=company)
    return calculate_player_kpis(track, POLICY, rng=np.random.default_rng(0), measurement=measurement)["distance"]


def test_beside_the_other_figures() -> None:
    company = Company({NEAREST: Typical(6.0, 250, 0.83)}, {BALL: BALL_AWAY})
    found = kpis(company, Measurement(scale_sigma=0.02))
    half = 1.645 * np.sqrt((0.02 * 6.0) ** 2 + 2 * 0.1**2)
    assert found[NEAREST] == {
        "value": 6.0,
        "unit": "m",
        "low": pytest.approx(6.0 - half, abs=1e-3),
        "high": pytest.approx(6.0 + half, abs=1e-3),
        "n": 250,
        "coverage": 0.83,
    }
    assert found[BALL] == {"absent": BALL_AWAY}
    assert "absent" in kpis(None, Measurement())[NEAREST]
    by_height = kpis(company, Measurement("player_height"))
    assert by_height[NEAREST] == {"absent": NO_PITCH}, "one player's metres do not reach to another"
