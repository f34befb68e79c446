"""Tiles cover the frame, and joining gives every person once."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vision.detection.tiles import TiledDetector, TileRule
from vision.types import CLASS_BALL, CLASS_PERSON, Detections, ImageBGR, ModelInfo

RULE = TileRule(long_side=200, shrink_max=2.0)  # tiles of at most 400 px, which overlap by 80
LARGEST_PERSON = (40, 70)


class ColourDetector:
    """Finds every coloured rectangle, or the part of it that is in the image: blue is its score, green its class."""

    info = ModelInfo("colours", "1", "0")

    def detect(self, images_bgr: Sequence[ImageBGR]) -> list[Detections]:
        return [self._find(image) for image in images_bgr]

    def _find(self, image: ImageBGR) -> Detections:
        rows = []
        person = image[..., 2]  # no two rectangles share their red
        for red in np.flatnonzero(np.bincount(person.ravel())[1:]) + 1:
            y, x = np.nonzero(person == red)
            blue, green, _ = image[y[0], x[0]]
            rows.append((x.min(), y.min(), x.max() + 1, y.max() + 1, blue / 255, green))
        table = np.asarray(rows, np.float32).reshape(-1, 6)
        return Detections(table[:, :4], table[:, 4], table[:, 5].astype(np.int16))


@given(height=st.integers(1, 5000), width=st.integers(1, 7000), shrink=st.sampled_from([1.0, 2.0, 4.0]))
def test_tiles_cover_the_frame_and_overlap_enough(height: int, width: int, shrink: float) -> None:
    rule = TileRule(long_side=640, shrink_max=shrink)
    tiles = rule.tiles((height, width))
    for low, high, side in (("left", "right", width), ("top", "bottom", height)):
        spans = sorted({(getattr(tile, low), getattr(tile, high)) for tile in tiles})
        assert spans[0][0] == 0
        assert spans[-1][1] == side
        lengths = {end - start for start, end in spans}
        assert max(lengths) <= 640 * shrink
        for (_, end), (start, _) in pairwise(spans):
            assert end - start >= rule.overlap * max(lengths) - 2


def test_small_frame_stays_whole() -> None:
    assert TileRule(736, 4.0).tiles((1080, 1920)) == [(0, 0, 1920, 1080)]


@st.composite
def people(draw: st.DrawFn) -> list[tuple[int, int, int, int]]:
    """Boxes (left, top, width, height) in a 1200 x 300 frame, one in each of some cells, none overlapping."""
    cells = draw(st.lists(st.integers(0, 23), unique=True, max_size=24))
    boxes = []
    for cell in cells:
        width, height = draw(st.integers(8, LARGEST_PERSON[0])), draw(st.integers(8, LARGEST_PERSON[1]))
        left = cell * 50 + draw(st.integers(0, 50 - width - 1))
        boxes.append((left, draw(st.integers(0, 300 - height)), width, height))
    return boxes


@settings(max_examples=60, deadline=None)
@given(boxes=people(), seed=st.integers(0, 99))
def test_everybody_is_found_once_and_whole(boxes: list[tuple[int, int, int, int]], seed: int) -> None:
    image = np.zeros((300, 1200, 3), np.uint8)
    scores = np.random.default_rng(seed).permutation(200)[: len(boxes)] + 40
    expected = []
    for red, ((left, top, width, height), score) in enumerate(zip(boxes, scores, strict=True), start=1):
        image[top : top + height, left : left + width] = (score, CLASS_PERSON, red)
        expected.append((left, top, left + width, top + height))
    found = TiledDetector(ColourDetector(), RULE).detect([image])[0]
    assert sorted(map(tuple, found.xyxy.astype(int).tolist())) == sorted(expected)


def test_ball_at_a_player_s_feet_is_no_double() -> None:
    image = np.zeros((300, 1200, 3), np.uint8)
    image[100:170, 380:410] = (200, CLASS_PERSON, 1)
    image[160:168, 390:398] = (100, CLASS_BALL, 2)
    found = TiledDetector(ColourDetector(), RULE).detect([image])[0]
    assert sorted(found.class_id.tolist()) == [CLASS_PERSON, CLASS_BALL]


def test_two_in_one_tile_are_left_to_the_detector() -> None:
    """Two overlapping players stand in the first tile only: joining does not judge them again."""

    class Pair(ColourDetector):
        def detect(self, images_bgr: Sequence[ImageBGR]) -> list[Detections]:
            pair = np.float32([[50, 50, 90, 150], [52, 50, 92, 150]])
            first = Detections(pair, np.float32([0.9, 0.8]), np.int16([0, 0]))
            return [first, *[Detections.empty()] * (len(images_bgr) - 1)]

    found = TiledDetector(Pair(), RULE).detect([np.zeros((300, 1200, 3), np.uint8)])[0]
    assert len(found) == 2


@pytest.mark.parametrize("sizes", [[(300, 1200), (100, 100)], [(100, 100)], []], ids=["mixed", "small", "none"])
def test_each_image_gets_its_own_boxes(sizes: list[tuple[int, int]]) -> None:
    images = []
    for index, size in enumerate(sizes):
        image = np.zeros((*size, 3), np.uint8)
        image[10:30, 10 + index : 30] = (100, 0, 1)
        images.append(image)
    found = TiledDetector(ColourDetector(), RULE).detect(images)
    assert [each.xyxy.tolist() for each in found] == [[[10 + i, 10, 30, 30]] for i in range(len(sizes))]
