"""What is drawn lies where the numbers say, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest

from vision.errors import ShapeError
from vision.render.boxes import draw_ball, draw_boxes, draw_caption, draw_trail
from vision.render.palette import BLUE, ORANGE, TEAM_COLOURS, WHITE, track_colour
from vision.render.pitch import PitchInset
from vision.render.skeleton import draw_skeletons


def black(height: int = 200, width: int = 300) -> np.ndarray:
    """An empty picture."""
    return np.zeros((height, width, 3), np.uint8)


def extent(image: np.ndarray, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of the pixels of exactly this colour."""
    rows, columns = np.nonzero((image == colour).all(axis=2))
    return columns.min(), rows.min(), columns.max(), rows.max()


def test_a_box_is_drawn_on_its_sides_only() -> None:
    image = black()
    draw_boxes(image, np.array([[40, 50, 90, 150]], np.float32), [BLUE])
    assert extent(image, BLUE) == (40, 50, 90, 150)
    assert not image[60:140, 50:80].any()


def test_a_predicted_box_is_dashed() -> None:
    full, dashed = black(), black()
    box = np.array([[40, 50, 120, 150]], np.float32)
    draw_boxes(full, box, [BLUE])
    draw_boxes(dashed, box, [BLUE], predicted=np.array([True]))
    assert 0.3 < np.count_nonzero(dashed) / np.count_nonzero(full) < 0.8


def test_a_label_stands_above_its_box_even_at_the_picture_edge() -> None:
    image = black()
    draw_boxes(image, np.array([[40, 2, 90, 150]], np.float32), [ORANGE], labels=["7"])
    assert (image[0:10, 42:52] == ORANGE).all(axis=2).any()


def test_unknown_positions_draw_nothing() -> None:
    image = black()
    draw_boxes(image, np.full((1, 4), np.nan, np.float32), [BLUE], labels=["1"])
    draw_ball(image, np.full(2, np.nan, np.float32), interpolated=False)
    draw_trail(image, np.array([[10, 10], [np.nan, np.nan], [90, 90]], np.float32), BLUE)
    draw_skeletons(image, np.full((1, 3, 3), np.nan, np.float32), [(0, 1)], [BLUE])
    assert not image.any()


def test_a_trail_is_interrupted_where_the_player_was_not_seen() -> None:
    image = black()
    points = np.array([[10, 100], [60, 100], [np.nan, np.nan], [200, 100], [250, 100]], np.float32)
    draw_trail(image, points, BLUE)
    assert image[100, 30].any() and image[100, 230].any()
    assert not image[100, 70:190].any()


def test_a_limb_needs_both_of_its_joints() -> None:
    image = black()
    people = np.array([[[50, 20, 0.9], [50, 180, 0.9], [150, 120, 0.1]]], np.float32)
    draw_skeletons(image, people, [(0, 1), (1, 2)], [ORANGE])
    assert (image[100, 50] == ORANGE).all()
    assert not image[100:140, 70:160].any()


def test_lines_are_thin_on_small_people() -> None:
    small, large = black(1000, 1000), black(1000, 1000)
    person = np.array([[[50, 10, 0.9], [50, 40, 0.9]]], np.float32)
    draw_skeletons(small, person, [(0, 1)], [ORANGE])
    draw_skeletons(large, person * np.array([1, 10, 1], np.float32), [(0, 1)], [ORANGE])
    assert np.count_nonzero(small[25].any(axis=1)) < np.count_nonzero(large[250].any(axis=1))


def test_the_ball_is_ringed_not_covered() -> None:
    image = black()
    draw_ball(image, np.array([100, 100], np.float32), interpolated=False)
    assert not image[100, 100].any()
    assert image.any()


def test_the_map_shows_left_up_and_forward_right() -> None:
    lines = [np.array([[-50, -30], [50, -30], [50, 30], [-50, 30], [-50, -30]], np.float64)]
    inset = PitchInset(lines, (1000, 600))
    image = black(600, 1000)
    inset.draw(image, np.array([[40.0, 20.0], [np.nan, np.nan]]), [WHITE, BLUE])
    right, up = inset.place(np.array([[40.0, 20.0]]))[0]
    middle_x, middle_y = inset.place(np.zeros((1, 2)))[0]
    assert right > middle_x and up < middle_y
    assert not image[:400].any() and not image[:, 300:].any()


def test_teams_differ_in_brightness_as_well_as_in_hue() -> None:
    weights = np.array([0.114, 0.587, 0.299])
    brightness = {team: float(weights @ colour) for team, colour in TEAM_COLOURS.items()}
    assert abs(brightness["a"] - brightness["b"]) > 50
    assert track_colour(3) == track_colour(10) != track_colour(4)


def test_wrong_shapes_are_refused() -> None:
    with pytest.raises(ShapeError, match="xyxy"):
        draw_boxes(black(), np.zeros((2, 4), np.float32), [BLUE])
    with pytest.raises(ShapeError, match="keypoints"):
        draw_skeletons(black(), np.zeros((1, 17), np.float32), [], [BLUE])


def test_a_caption_is_readable_in_the_corner() -> None:
    image = black()
    draw_caption(image, "0:12")
    assert extent(image, WHITE)[0] < 20
