"""The truth of games and bodies must be true: balls obey their laws, feet meet them, stances stand still."""

from __future__ import annotations

import numpy as np
import pytest

from vision.synthetic.ball_flight import RADIUS_M, Leg, flight_time, kick_for, rolled_m, time_for
from vision.synthetic.ball_play import PlayParams, play_game
from vision.synthetic.bodies import (
    ANKLE_M,
    SHANK_M,
    THIGH_M,
    JumpScript,
    RunScript,
    jumping_body,
    running_body,
)
from vision.synthetic.play_film import PlayFaults, film_play, ground_of, side_camera


def test_a_kicked_ball_slides_then_rolls_then_stands() -> None:
    t_s = np.arange(0, 20, 0.001)
    speed = np.gradient(rolled_m(10.0, t_s), t_s)
    assert speed[1] == pytest.approx(10.0, abs=0.02) and speed[-1] == pytest.approx(0.0, abs=1e-6)
    slow = -np.diff(speed) / 0.001
    assert np.median(slow[200:600]) == pytest.approx(4.0, abs=0.1)
    assert np.median(slow[2000:6000]) == pytest.approx(0.8, abs=0.05)


def test_kicks_reach_where_and_when_they_should() -> None:
    for way, time in ((3.0, 0.6), (12.0, 1.3), (25.0, 2.5)):
        kick = kick_for(way, time)
        assert float(rolled_m(kick, np.array([time]))[0]) == pytest.approx(way, abs=1e-6)
        assert time_for(way, kick) == pytest.approx(time, abs=0.006)
    assert time_for(500.0, 5.0) == float("inf")


def test_a_lofted_ball_falls_with_gravity_and_bounces() -> None:
    leg = Leg(0.0, flight_time(2.0), (0.0, 0.0), (10.0, 0.0), 2.0)
    height = leg.at(np.arange(0, leg.t1_s, 0.001))[:, 2] - RADIUS_M
    assert height.max() == pytest.approx(2.0, abs=1e-3)
    np.testing.assert_allclose(np.diff(height, 2) / 1e-6, -9.80665, atol=1e-3)
    bounced = Leg(0.0, 1.2, (0.0, 0.0), (10.0, 0.0), 2.0, 0.7).at(np.array([0.84]))
    assert bounced[0, 2] == pytest.approx(RADIUS_M, abs=1e-6)


@pytest.mark.parametrize("seed", range(3))
def test_in_a_game_the_ball_is_where_feet_meet_it(seed: int) -> None:
    play = play_game(np.random.default_rng(seed), 60.0, PlayParams(shot=0.1))
    assert len(play.touches) > 30 and {play.team(p) for p in range(play.count)} == {"a", "b"}
    times = np.array([touch.t_s for touch in play.touches])
    assert (np.diff(times) > 0.3).all()
    bodies, ball = play.bodies(times), play.ball(times)
    for row, touch in enumerate(play.touches):
        foot = bodies[touch.player, row, 15 if touch.foot == "left" else 16]
        other = bodies[touch.player, row, 16 if touch.foot == "left" else 15]
        assert np.linalg.norm(ball[row, :2] - touch.place_m) < 0.02
        assert np.linalg.norm(foot - ball[row]) < 0.3 < np.linalg.norm(other - ball[row]) + 0.15


def test_passes_join_the_touches() -> None:
    play = play_game(np.random.default_rng(1), 90.0)
    touched = {(round(touch.t_s, 6), touch.player) for touch in play.touches}
    for one in play.passes:
        assert (round(one.t0_s, 6), one.giver) in touched
        assert one.completed == (play.team(one.giver) == play.team(one.taker))


def test_legs_keep_their_length_and_stances_stand_still() -> None:
    script, t_s = RunScript(), np.arange(0, 4, 0.01)
    joints = running_body(script, t_s)
    for side in (0, 1):
        thigh = np.linalg.norm(joints[:, 13 + side] - joints[:, 11 + side], axis=1)
        shank = np.linalg.norm(joints[:, 15 + side] - joints[:, 13 + side], axis=1)
        leg = np.linalg.norm(joints[:, 15 + side] - joints[:, 11 + side], axis=1)
        bent = leg < THIGH_M + SHANK_M - 0.01
        assert bent.mean() > 0.5
        np.testing.assert_allclose(thigh[bent], THIGH_M, atol=1e-6)
        np.testing.assert_allclose(shank[bent], SHANK_M, atol=1e-6)
        low = joints[:, 15 + side, 2] < ANKLE_M + 1e-9
        assert low.mean() == pytest.approx(script.contact_s[side] * script.stride_hz, abs=0.03)
        still = low[1:] & low[:-1]
        assert np.abs(np.diff(joints[:, 15 + side, 0])[still]).max() < 1e-9


def test_nobody_touches_the_ground_in_flight_and_the_hip_falls_freely() -> None:
    script, t_s = RunScript(), np.arange(1, 3, 0.002)
    joints = running_body(script, t_s)
    flying = (joints[:, 15:17, 2] > ANKLE_M + 1e-6).all(axis=1)
    assert flying.mean() == pytest.approx(script.flight_s * 2 * script.stride_hz, abs=0.02)
    fall = np.gradient(np.gradient(joints[:, 11, 2], t_s), t_s)
    inner = np.convolve(~flying, np.ones(9), "same") == 0
    inner[:5] = inner[-5:] = False
    np.testing.assert_allclose(fall[inner], -9.80665, atol=0.3)


def test_jumps_are_as_high_as_their_time_in_the_air() -> None:
    script, t_s = JumpScript(), np.arange(0, 10, 0.001)
    ankles = jumping_body(script, t_s)[:, 15, 2] - ANKLE_M
    for begin, air, height in zip(script.take_off_s, script.air_s, script.heights_m, strict=True):
        part = ankles[(t_s >= begin) & (t_s <= begin + air)]
        assert part.max() == pytest.approx(height, abs=1e-4)
    assert (ankles > 0).mean() == pytest.approx(sum(script.air_s) / 10, abs=2e-3)


def test_the_film_shows_what_was_played() -> None:
    """Without faults the ball's places on the ground are the script's, and everybody is in view."""
    play = play_game(np.random.default_rng(2), 30.0, PlayParams(lofted=0.0, shot=0.0))
    clean = PlayFaults(ball_px=0.0, ball_misses=0.0, ball_gaps_per_min=0.0, person_misses=0.0, place_m=0.0)
    scene = film_play(play, side_camera(), np.random.default_rng(2), clean)
    assert scene.ball.xy_m is not None
    off = np.linalg.norm(scene.ball.xy_m - play.ball(scene.ball.t_s)[:, :2], axis=1)
    assert np.median(off) < 0.05
    camera = side_camera()
    marks = np.array([[0.0, 0.0], [8.0, -5.0], [-9.0, 6.0]])
    np.testing.assert_allclose(ground_of(camera.project_ground(marks), camera), marks, atol=1e-6)
