"""Pictures of the game: who hides whom, colours, boxes, and the film as a file."""

from __future__ import annotations

import json
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from vision.body.model import open_body
from vision.synthetic.rendered.__main__ import main
from vision.synthetic.rendered.film import FilmParams, GameFilm, render_film
from vision.synthetic.rendered.game import GameParams
from vision.synthetic.rendered.painter import visible_shares
from vision.video.probe import probe

SECONDS = 1.0


@pytest.fixture(scope="module")
def film() -> GameFilm:
    return GameFilm(open_body(), FilmParams(GameParams(duration_s=SECONDS)))


def test_a_frame_is_the_same_every_time(film: GameFilm) -> None:
    assert np.array_equal(film.frame(3), film.frame(3))
    assert not np.array_equal(film.frame(3), film.frame(20))


def test_boxes_hold_the_players(film: GameFilm) -> None:
    film.frame(5)
    truth = film.truth()
    boxes = truth.xyxy[:, 5]
    middles = film.camera.project(np.column_stack([truth.game.xy_m[:, 5], np.full(14, 0.9)]))
    assert (middles > boxes[:, :2]).all() and (middles < boxes[:, 2:]).all()
    feet = film.camera.project_ground(truth.game.xy_m[:, 5])
    tall = boxes[:, 3] - boxes[:, 1]
    assert (np.abs(boxes[:, 3] - feet[:, 1]) < 0.2 * tall).all()
    assert ((tall > 35) & (tall < 110)).all()
    assert ((truth.visible[:, 5] > 0.3) & (truth.visible[:, 5] <= 1.0)).all()


def test_kits_can_be_told_apart(film: GameFilm) -> None:
    image = film.frame(5).astype(int)
    truth = film.truth()
    for player, team in enumerate(truth.game.teams):
        if truth.game.keepers[player] or truth.visible[player, 5] < 0.9:
            continue
        left, top, right, bottom = truth.xyxy[player, 5]
        third = (right - left) / 3
        chest = image[
            round(top + 0.22 * (bottom - top)) : round(top + 0.42 * (bottom - top)),
            round(left + third) : round(right - third),
        ]
        blue, _, red = np.median(chest.reshape(-1, 3), axis=0)
        assert (red > 1.3 * blue) == (team == "a"), player


def test_who_is_nearer_hides_who_is_behind(film: GameFilm) -> None:
    painter, figure, moves = film._painter, film.figures[1], film._transforms[1][0]
    near = painter.patch(figure, moves)
    behind = moves.copy()
    away = (moves[0, :2, 3] + moves[0, :2, :3] @ figure.measures.joints[0]) - film.camera.position_m[:2]
    behind[:, :2, 3] += (away / np.linalg.norm(away) * 0.5).astype(np.float32)
    far = painter.patch(figure, behind)
    hidden, free = visible_shares([far, near], film.camera.image_size)
    assert free == pytest.approx(1.0)
    assert hidden < 0.5


def test_a_shadow_darkens_the_grass_only_near_its_player(film: GameFilm) -> None:
    grass = np.full((1080, 1920, 3), 100, np.uint8)
    film._painter.cast_shadow(grass, film.figures[1], film._transforms[1][0])
    dark = np.argwhere(grass[..., 0] < 80)
    foot = film.camera.project_ground(film.game.xy_m[1, :1])[0]
    assert len(dark) > 100
    assert np.abs(dark[:, ::-1] - foot).max() < 150
    assert grass.min() >= 100 * (1 - 0.45) - 1


def test_film_and_truth_as_files(film: GameFilm, tmp_path: Path) -> None:
    path = tmp_path / "game.mp4"
    shares: list[float] = []
    truth = render_film(film, path, shares.append)
    assert shares == sorted(shares) and shares[-1] == 1.0
    found = probe(path)
    assert (found.width, found.height) == (1920, 1080)
    assert found.fps == Fraction(25)
    words = json.loads(path.with_suffix(".truth.json").read_text())
    assert [player["team"] for player in words["players"]] == list(truth.game.teams)
    assert all(1.4 < player["height_m"] < 2.1 for player in words["players"])
    assert len(words["marks"]) >= 10
    with np.load(path.with_suffix(".truth.npz")) as arrays:
        assert arrays["xyxy"].shape == (14, 25, 4)
        assert np.allclose(arrays["xy_m"], truth.game.xy_m, atol=1e-5)
        assert (arrays["visible"] > 0).all()
        pelvis = arrays["joints_m"][:, :, 0]
        assert np.linalg.norm(pelvis[..., :2] - truth.game.xy_m, axis=-1).max() < 0.15


def test_the_command_keeps_a_film_that_is_there(tmp_path: Path) -> None:
    path = tmp_path / "game.mp4"
    path.write_bytes(b"a film")
    path.with_suffix(".truth.json").write_text("{}")
    assert main([str(path)]) == 0
    assert path.read_bytes() == b"a film"


def test_the_command_refuses_what_it_cannot_make(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for wish, words in ((["game.avi"], "must end in .mp4"), (["game.mp4", "--seconds", "0"], "at least one second")):
        with pytest.raises(SystemExit):
            main([str(tmp_path / wish[0]), *wish[1:]])
        assert words in capsys.readouterr().err
