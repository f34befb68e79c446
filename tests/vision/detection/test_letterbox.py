"""Fitting images into a model's input and bringing boxes back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.detection.letterbox import FILL_GREY, fit, tight_size
from vision.errors import ShapeError

SIDES = st.integers(1, 4000)
INPUTS = st.integers(1, 40).map(lambda steps: 32 * steps)


@given(
    height=SIDES, width=SIDES, input_height=INPUTS, input_width=INPUTS, centre=st.booleans(), seed=st.integers(0, 99)
)
def test_boxes_come_back_where_they_were(
    height: int, width: int, input_height: int, input_width: int, centre: bool, seed: int
) -> None:
    box = fit((height, width), (input_height, input_width), centre=centre)
    corners = np.random.default_rng(seed).uniform(0, 1, (5, 2, 2)) * [width, height]
    xyxy = np.sort(corners, axis=1).reshape(5, 4).astype(np.float32)
    there = box.to_input(xyxy)
    assert (there >= -1).all()
    assert (there[:, [0, 2]] <= input_width + 1).all()
    assert (there[:, [1, 3]] <= input_height + 1).all()
    np.testing.assert_allclose(box.to_image(there), xyxy, atol=1e-3 * max(1, 1 / box.scale))


@given(height=SIDES, width=SIDES, long_side=st.sampled_from([320, 640, 736, 1280]))
def test_tight_input_holds_the_image_and_nothing_to_spare(height: int, width: int, long_side: int) -> None:
    size = tight_size((height, width), long_side, 32)
    box = fit((height, width), size, centre=False)
    assert size[0] % 32 == size[1] % 32 == 0
    assert max(size) == long_side
    assert all(0 <= side - inside < 32 or side == 32 for side, inside in zip(size, box.resized, strict=True))


def test_hd_frame_saves_two_fifths_of_a_square_input() -> None:
    assert tight_size((1080, 1920), 640, 32) == (384, 640)


@pytest.mark.parametrize("centre", [False, True])
def test_image_lies_where_the_letterbox_says(centre: bool) -> None:
    image = np.zeros((90, 160, 3), np.uint8)
    image[40:50, 70:90] = (10, 200, 30)
    box = fit((90, 160), (256, 256), centre=centre)
    canvas = box.apply(image)
    assert canvas.shape == (256, 256, 3)
    left, top, right, bottom = box.to_input(np.asarray([[70, 40, 90, 50]], np.float32))[0].round().astype(int)
    assert (canvas[top + 1 : bottom - 1, left + 1 : right - 1] == (10, 200, 30)).all()
    assert (canvas[-1] == FILL_GREY).all()
    assert (canvas[0] == (FILL_GREY if centre else 0)).all()
    coloured = np.argwhere((canvas == (10, 200, 30)).all(axis=2))
    assert abs(coloured.min(axis=0) - (top, left)).max() <= 1
    assert abs(coloured.max(axis=0) + 1 - (bottom, right)).max() <= 1


def test_boxes_outside_the_image_are_cut_at_its_border() -> None:
    box = fit((100, 200), (320, 640), centre=False)
    back = box.to_image(np.asarray([[-50, -50, 1000, 1000]], np.float32))
    assert back.tolist() == [[0, 0, 200, 100]]


def test_empty_image_is_refused() -> None:
    with pytest.raises(ShapeError, match="at least 1 x 1"):
        fit((0, 10), (32, 32), centre=True)
