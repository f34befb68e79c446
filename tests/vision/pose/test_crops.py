"""Crops are exact to a part of a pixel, and keypoints come back through them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vision.errors import ShapeError
from vision.pose.crops import CropShape, keypoints_in_image, usable


@given(
    left=st.floats(-200, 2000),
    top=st.floats(-200, 1000),
    width=st.floats(2, 800),
    height=st.floats(2, 800),
    shape=st.sampled_from([CropShape(256, 256, 1.2), CropShape(256, 192, 1.25), CropShape(384, 288, 1.25)]),
)
def test_region_holds_the_box_in_the_model_s_proportions(
    left: float, top: float, width: float, height: float, shape: CropShape
) -> None:
    box = np.float32([[left, top, left + width, top + height]])
    region = shape.regions(box)[0]
    assert region[2] / region[3] == pytest.approx(shape.width / shape.height)
    tolerance = 1e-3 * shape.padding
    assert region[2] >= width * shape.padding - tolerance
    assert region[3] >= height * shape.padding - tolerance
    assert min(region[2] - width * shape.padding, region[3] - height * shape.padding) < tolerance
    np.testing.assert_allclose(region[:2] + region[2:] / 2, (box[0, :2] + box[0, 2:]) / 2, atol=1e-3)


def _ramp(height: int, width: int) -> np.ndarray:
    """An image whose blue is the x of its pixel and whose green is the y."""
    y, x = np.mgrid[0:height, 0:width]
    return np.stack([x, y, np.full_like(x, 255)], axis=2).astype(np.uint8)


@pytest.mark.parametrize("half_pixel", [True, False])
@pytest.mark.parametrize("start", [(20.0, 30.0), (20.25, 30.75), (61.5, 12.125)])
def test_crop_samples_the_image_at_the_right_place(start: tuple[float, float], half_pixel: bool) -> None:
    shape = CropShape(32, 32, 1.0)
    side = 96.0
    region = np.asarray([*start, side, side])
    crop = shape.cut(_ramp(200, 200), region, half_pixel=half_pixel).astype(float)
    step = side / 32
    index = np.arange(32)
    expected = start[0] + ((index + 0.5) * step - 0.5 if half_pixel else index * step)
    np.testing.assert_allclose(crop[16, :, 0], expected, atol=0.6)
    expected = start[1] + ((index + 0.5) * step - 0.5 if half_pixel else index * step)
    np.testing.assert_allclose(crop[:, 16, 1], expected, atol=0.6)


def test_outside_the_image_is_black() -> None:
    crop = CropShape(16, 16, 1.0).cut(_ramp(50, 50), np.asarray([-25.0, -25.0, 50.0, 50.0]), half_pixel=True)
    assert not crop[:7].any()
    assert not crop[:, :7].any()
    assert (crop[9:, 9:, 2] == 255).all()


def test_only_boxes_that_show_something_are_usable() -> None:
    nan, inf = np.nan, np.inf
    boxes = np.float32(
        [
            [10, 10, 20, 40],
            [-30, -30, 5, 5],  # reaches in
            [90, 45, 200, 300],  # reaches out
            [-30, 10, -5, 40],  # left of the image
            [100, 10, 130, 40],  # begins at its right border
            [10, 50, 20, 80],  # below
            [20, 10, 10, 40],  # inside out
            [10, 10, 10, 40],  # no width
            [10, 10, 10.5, 40],  # less than a pixel
            [nan, 10, 20, 40],
            [10, 10, inf, 40],
        ]
    )
    assert usable(boxes, (50, 100)).tolist() == [True] * 3 + [False] * 8
    assert usable(np.zeros((0, 4), np.float32), (50, 100)).tolist() == []


def test_boxes_of_another_shape_are_refused() -> None:
    with pytest.raises(ShapeError, match=r"xyxy: expected \(N, 4\), got \(4,\)"):
        usable(np.zeros(4, np.float32), (50, 100))


def test_keypoints_come_back_and_unseen_ones_are_nan() -> None:
    region = np.asarray([100.0, 50.0, 40.0, 80.0])
    position = np.asarray([[0.0, 0.0], [0.5, 0.25], [1.0, 1.0]])
    points = keypoints_in_image(position, np.float32([0.9, 0.5, 0.0]), region)
    np.testing.assert_array_equal(points, np.float32([[100, 50, 0.9], [120, 70, 0.5], [np.nan, np.nan, 0]]))
