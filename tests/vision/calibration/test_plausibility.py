"""Marks that agree with each other and are all wrong show in the size of people."""

from __future__ import annotations

import numpy as np
import pytest

from vision.calibration.homography import PitchHomography
from vision.calibration.plausibility import body_doubt, body_refusal, people_height_m
from vision.types import Float64Array

SIZE = (1920, 1080)
FOCAL_PX = 1500.0
CAMERA_HEIGHT_M = 3.0
TILT = np.radians(8.0)


def seen(points_m: Float64Array) -> Float64Array:
    """Pixels of points `(N, 3)` [m; x right, y away, z up] before a camera on a tripod that looks slightly down."""
    x, y, z = (points_m - [0.0, 0.0, CAMERA_HEIGHT_M]).T
    depth = y * np.cos(TILT) - z * np.sin(TILT)
    down = -z * np.cos(TILT) - y * np.sin(TILT)
    return np.column_stack([SIZE[0] / 2 + FOCAL_PX * x / depth, SIZE[1] / 2 + FOCAL_PX * down / depth])


def people(count: int, height_m: float) -> Float64Array:
    """Boxes of people who stand 12 to 40 m away."""
    rng = np.random.default_rng(3)
    feet = np.column_stack([rng.uniform(-4, 4, count), rng.uniform(12, 40, count), np.zeros(count)])
    foot, head = seen(feet), seen(feet + np.array([0.0, 0.0, height_m]))
    width = (foot[:, 1] - head[:, 1]) * 0.35
    return np.column_stack([foot[:, 0] - width / 2, head[:, 1], foot[:, 0] + width / 2, foot[:, 1]])


def marked(factor: float = 1.0) -> PitchHomography:
    """The pitch marked by someone who takes it for `factor` times its size."""
    ground = np.array([[-5.0, 10], [5, 10], [8, 40], [-8, 40], [0, 20], [3, 30]])
    image = seen(np.column_stack([ground, np.zeros(len(ground))]))
    return PitchHomography.fit(image, (ground - [0, 25]) * factor, image_size=SIZE)


@pytest.mark.parametrize("height_m", [1.2, 1.8])
def test_people_of_a_well_marked_film_have_their_height(height_m: float) -> None:
    found = people_height_m(marked(), people(50, height_m))
    assert found == pytest.approx(height_m, rel=0.06)
    assert body_refusal(found) is None and body_doubt(found) is None


def test_a_small_pitch_taken_for_a_large_one_gives_no_metres() -> None:
    found = people_height_m(marked(105 / 40), people(50, 1.75))
    refusal = body_refusal(found)
    assert refusal is not None and refusal.startswith("By these marks the people in the film would be 4.")
    assert body_doubt(found) is None


def test_a_large_pitch_taken_for_a_small_one_is_doubted() -> None:
    found = people_height_m(marked(40 / 105), people(50, 1.75))
    assert body_refusal(found) is None
    doubt = body_doubt(found)
    assert doubt is not None and "look 0.7 m tall" in doubt


def test_a_few_boxes_say_nothing() -> None:
    found = people_height_m(marked(), people(9, 1.8))
    assert found is None
    assert body_refusal(found) is None and body_doubt(found) is None


def test_people_above_the_horizon_say_nothing() -> None:
    boxes = people(50, 1.8)
    boxes[:, [1, 3]] -= 600
    assert people_height_m(marked(), boxes) is None
