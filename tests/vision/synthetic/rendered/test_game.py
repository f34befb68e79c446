"""The scripted 7v7: human, exact, and in the picture."""

from __future__ import annotations

import numpy as np
import pytest

from vision.synthetic.ball_flight import RADIUS_M
from vision.synthetic.rendered.film import SEED, side_camera
from vision.synthetic.rendered.game import BALL_AHEAD_M, Game, GameParams, play_sevens


@pytest.fixture(scope="module")
def game() -> Game:
    return play_sevens(SEED)


def test_seven_play_seven_for_a_minute(game: Game) -> None:
    assert game.xy_m.shape == (14, 1500, 2)
    assert game.teams.count("a") == game.teams.count("b") == 7
    assert [number for number, keeper in enumerate(game.keepers) if keeper] == [0, 7]


def test_the_same_seed_gives_the_same_game() -> None:
    short = GameParams(duration_s=3.0)
    one, other, another = (play_sevens(seed, short) for seed in (4, 4, 5))
    assert np.array_equal(one.xy_m, other.xy_m) and np.array_equal(one.ball_m, other.ball_m)
    assert not np.allclose(one.xy_m, another.xy_m)


def test_speed_and_distance_belong_to_the_places(game: Game) -> None:
    steps = np.linalg.norm(np.diff(game.xy_m, axis=1), axis=2)
    middle = (game.speed_mps[:, 1:] + game.speed_mps[:, :-1]) / 2
    assert np.abs(steps * 25.0 - middle).max() < 0.1  # a frame's chord against the mean of its ends
    assert np.abs(np.diff(game.distance_m, axis=1) - steps).max() < 0.002
    assert (np.diff(game.distance_m, axis=1) >= 0).all()


def test_nobody_does_what_legs_cannot(game: Game) -> None:
    velocity = np.gradient(game.xy_m, 0.04, axis=1)
    push = np.linalg.norm(np.gradient(velocity, 0.04, axis=1), axis=2)
    assert push.max() < 5.1
    assert 5.5 < game.speed_mps.max() < 7.5
    apart = np.linalg.norm(game.xy_m[:, None] - game.xy_m[None], axis=-1)
    apart[np.arange(14), np.arange(14)] = np.inf
    assert apart.min() > 1.2


def test_everybody_is_in_the_picture_all_the_time(game: Game) -> None:
    camera = side_camera()
    feet = game.xy_m.reshape(-1, 2)
    heads = np.column_stack([feet, np.full(len(feet), 1.9)])
    assert camera.inside(camera.project_ground(feet)).all()
    assert camera.inside(camera.project(heads)).all()


def test_the_ball_is_at_somebodys_feet_or_on_its_way(game: Game) -> None:
    assert np.isfinite(game.ball_m).all()
    held = np.flatnonzero(game.holder >= 0)
    assert 0.3 < len(held) / len(game.t_s) < 0.9
    away = np.linalg.norm(game.ball_m[held, :2] - game.xy_m[game.holder[held], held], axis=1)
    assert away.max() <= 2 * BALL_AHEAD_M + 1e-9
    assert (game.ball_m[held, 2] == RADIUS_M).all()
    speed = np.linalg.norm(np.diff(game.ball_m, axis=0), axis=1) * 25.0
    assert speed.max() < 30.0


def test_nobody_turns_round_in_a_frame(game: Game) -> None:
    assert np.abs(np.diff(game.heading_rad, axis=1)).max() * 25.0 < 8.0  # rad/s; a quick turn on the spot
