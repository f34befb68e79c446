"""Shirt descriptors from painted people."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.errors import ShapeError
from vision.tracking.kit_colour import KIT_SIZE, describe_kits, kit_distance, kit_hex, torso_colour

GRASS = (60, 140, 70)
KITS = {
    "red": (40, 30, 200),
    "blue": (200, 60, 30),
    "white": (235, 235, 235),
    "black": (25, 25, 25),
    "green": (70, 230, 120),
}


def picture_of(colours, *, light=1.0, seed=0):
    """People side by side on grass: head, shirt, dark shorts, bare legs."""
    rng = np.random.default_rng(seed)
    image = np.empty((300, 100 + 120 * len(colours), 3), np.float32)
    image[:] = GRASS
    boxes = []
    for number, colour in enumerate(colours):
        left, top = 50 + 120 * number, 60
        cv2.circle(image, (left + 30, top + 15), 12, (120, 150, 200), -1)
        cv2.rectangle(image, (left + 12, top + 28), (left + 48, top + 85), colour, -1)
        cv2.rectangle(image, (left + 14, top + 86), (left + 46, top + 115), (40, 40, 40), -1)
        cv2.rectangle(image, (left + 18, top + 116), (left + 42, top + 170), (120, 150, 200), -1)
        boxes.append([left, top, left + 60, top + 172])
    noisy = image * light + rng.normal(0, 6, image.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8), np.array(boxes, np.float32)


def test_the_shirt_is_found_and_named():
    image, boxes = picture_of(list(KITS.values()))
    found = describe_kits(image, boxes)
    assert found.shape == (5, KIT_SIZE) and found.dtype == np.float32
    for (blue, green, red), row in zip(KITS.values(), found, strict=True):
        text = kit_hex(row)
        got = [int(text[i : i + 2], 16) for i in (1, 3, 5)]
        assert np.abs(np.array(got) - [red, green, blue]).max() <= 12


def test_every_pair_of_kits_is_farther_apart_than_sun_and_shade():
    sun, boxes = picture_of(list(KITS.values()))
    shade, _ = picture_of(list(KITS.values()), light=0.75, seed=1)
    a, b = describe_kits(sun, boxes), describe_kits(shade, boxes)
    between = kit_distance(a[:, None], a[None])
    np.fill_diagonal(between, np.inf)
    assert kit_distance(a, b).max() < 0.75 * between.min()


def test_a_green_shirt_on_grass_is_not_mistaken_for_grass():
    image, boxes = picture_of([GRASS, KITS["red"]])
    own, other = describe_kits(image, boxes)
    assert np.isfinite(own).all()
    assert kit_distance(own, other) > 0.5


def test_grass_around_a_thin_player_does_not_count():
    """The same shirt in a box twice too wide is half grass; the limit is half of what makes two teams."""
    image, boxes = picture_of([KITS["blue"]])
    wide = boxes + np.array([[-40, 0, 40, 0]], np.float32)
    assert kit_distance(describe_kits(image, boxes), describe_kits(image, wide))[0] < 0.15


def test_keypoints_say_where_the_shirt_is():
    """A player bent sideways: the middle of the box is grass, shoulders and hips are to the left."""
    image, boxes = picture_of([KITS["red"]])
    box = boxes[0] + np.array([0, 0, 150, 0], np.float32)
    marks = np.zeros((17, 3), np.float32)
    marks[[5, 6, 11, 12]] = [[64, 92, 0.9], [96, 92, 0.9], [66, 140, 0.9], [94, 140, 0.9]]
    straight = torso_colour(image, boxes[0])
    assert kit_distance(torso_colour(image, box, marks), straight) < 0.1
    assert kit_distance(torso_colour(image, box), straight) > 0.3


@pytest.mark.parametrize("box", [[0, 0, 4, 9], [-300, 0, -200, 200], [5000, 0, 5100, 200], [np.nan] * 4, [9, 9, 9, 9]])
def test_what_cannot_be_seen_has_no_colour(box):
    image, _ = picture_of([KITS["red"]])
    found = describe_kits(image, np.array([box], np.float32))
    assert np.isnan(found).all()
    assert kit_hex(found[0]) is None


def test_nobody_and_wrong_shapes():
    image, _ = picture_of([KITS["red"]])
    assert describe_kits(image, np.zeros((0, 4), np.float32)).shape == (0, KIT_SIZE)
    with pytest.raises(ShapeError, match=r"xyxy: expected \(N, 4\)"):
        describe_kits(image, np.zeros(4, np.float32))
