"""A camera that stands is told from one that pans, people notwithstanding."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.video.steadiness import SteadinessMeter

NOBODY = np.zeros((0, 4), np.float32)


@pytest.fixture(scope="module")
def stadium() -> np.ndarray:
    """A picture wider than the camera's, full of structure."""
    rng = np.random.default_rng(3)
    coarse = rng.integers(0, 255, (90, 240, 3), np.uint8)
    return cv2.resize(coarse, (1600, 600), interpolation=cv2.INTER_CUBIC)


def view(stadium: np.ndarray, left: float, *, noise: int = 4, seed: int = 0) -> np.ndarray:
    """What a camera sees that looks at `left` [px], with sensor noise."""
    shift = np.array([[1, 0, -left], [0, 1, 0]], np.float64)
    picture = cv2.warpAffine(stadium, shift, (960, 540)).astype(np.int16)
    grain = np.random.default_rng(seed).integers(-noise, noise + 1, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def test_a_still_camera_has_shifted_by_nothing(stadium: np.ndarray) -> None:
    meter = SteadinessMeter(view(stadium, 100, seed=1), NOBODY)
    assert meter.shift(view(stadium, 100, seed=2), NOBODY) < 0.0005


@pytest.mark.parametrize("way_px", [5.0, 24.0, 96.0])
def test_a_pan_is_measured_as_a_share_of_the_width(way_px: float, stadium: np.ndarray) -> None:
    meter = SteadinessMeter(view(stadium, 100), NOBODY)
    assert meter.shift(view(stadium, 100 + way_px), NOBODY) == pytest.approx(way_px / 960, rel=0.05)


def test_another_view_is_infinitely_far(stadium: np.ndarray) -> None:
    meter = SteadinessMeter(view(stadium, 0), NOBODY)
    street = cv2.resize(np.random.default_rng(4).integers(0, 255, (90, 240, 3), np.uint8), (1600, 600))
    assert meter.shift(view(street, 300), NOBODY) == np.inf


def test_bare_grass_proves_nothing() -> None:
    grass = np.full((540, 960, 3), (60, 120, 60), np.uint8)
    assert np.isnan(SteadinessMeter(grass, NOBODY).shift(grass, NOBODY))


def test_people_who_run_do_not_move_the_camera(stadium: np.ndarray) -> None:
    rng = np.random.default_rng(9)
    player = rng.integers(0, 255, (200, 80, 3), np.uint8)
    pictures, boxes = [], []
    for step in range(2):
        picture = view(stadium, 100, seed=step)
        left = [60 + 200 * n + 60 * step for n in range(4)]
        for x in left:
            picture[150:350, x : x + 80] = player
        pictures.append(picture)
        boxes.append(np.array([[x, 150, x + 80, 350] for x in left], np.float32))
    meter = SteadinessMeter(pictures[0], boxes[0])
    assert meter.shift(pictures[1], boxes[1]) < 0.0005
