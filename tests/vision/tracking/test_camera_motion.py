"""Camera motion from pictures with a known map, and boxes carried by it."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.tracking.camera_motion import CameraMotion, move_boxes
from vision.tracking.kalman import COVARIANCE, MEAN, VAR_POSITION, VELOCITY, Kalman, MotionModel

NOBODY = np.zeros((0, 4), np.float32)


def pitch_picture(seed=0):
    """A textured picture: noise blobs, lines and a grandstand."""
    rng = np.random.default_rng(seed)
    noise = rng.integers(0, 255, (90, 160, 3), np.uint8)
    picture = cv2.GaussianBlur(cv2.resize(noise, (1280, 720), interpolation=cv2.INTER_CUBIC), (0, 0), 2)
    for x in range(100, 1280, 200):
        cv2.line(picture, (x, 0), (x + 80, 719), (255, 255, 255), 4)
    return picture


def known_map(shift, turn_deg, zoom):
    matrix = np.eye(3)
    matrix[:2] = cv2.getRotationMatrix2D((640, 360), turn_deg, zoom)
    matrix[:2, 2] += shift
    return matrix


CORNERS = np.array([[0, 0, 1], [1280, 0, 1], [1280, 720, 1], [0, 720, 1.0]]).T


def corner_error(got, want):
    mapped, true = got @ CORNERS, want @ CORNERS
    return float(np.abs(mapped[:2] / mapped[2] - true[:2] / true[2]).max())


@pytest.mark.parametrize("shift,turn,zoom", [((14, -3), 0, 1), ((-25, 6), 0.5, 1), ((5, 2), 0, 1.02), ((0, 0), 0, 1)])
def test_the_map_of_a_moved_camera(shift, turn, zoom):
    """2 px at the corners of 1280 x 720 keep every box on its player: a far one is 50 px tall."""
    first = pitch_picture()
    forward = known_map(shift, turn, zoom)
    second = cv2.warpPerspective(first, forward, (1280, 720), borderMode=cv2.BORDER_REFLECT)
    camera = CameraMotion()
    assert camera.update(first, NOBODY) is None
    found = camera.update(second, NOBODY)
    assert corner_error(np.linalg.inv(found), forward) < 2.0


def test_players_do_not_count_as_background():
    """A third of the picture are players who all run the other way."""
    first = pitch_picture()
    second = cv2.warpPerspective(first, known_map((10, 0), 0, 1), (1280, 720), borderMode=cv2.BORDER_REFLECT)
    boxes = np.array([[x, 100, x + 140, 620] for x in (100, 420, 740, 1060)], np.float32)
    crowd = pitch_picture(seed=9)
    for left, top, right, bottom in boxes.astype(int):
        first[top:bottom, left:right] = crowd[top:bottom, left:right]
        second[top:bottom, left - 30 : right - 30] = crowd[top:bottom, left:right]
    camera = CameraMotion()
    camera.update(first, boxes)
    found = camera.update(second, boxes - np.array([30, 0, 30, 0], np.float32))
    assert corner_error(np.linalg.inv(found), known_map((10, 0), 0, 1)) < 2.0


def test_no_map_without_texture_after_a_cut_or_a_change_of_size():
    camera = CameraMotion()
    plain = np.full((720, 1280, 3), 90, np.uint8)
    assert camera.update(plain, NOBODY) is None
    assert camera.update(plain, NOBODY) is None
    camera.update(pitch_picture(1), NOBODY)
    assert camera.update(pitch_picture(2), NOBODY) is None
    assert camera.update(pitch_picture(2)[:, :1000], NOBODY) is None


def states_of(boxes):
    states = Kalman(MotionModel()).initiate(np.array(boxes, float).T, np.zeros((4, 1)), drift_known=True)
    states[VELOCITY] = [[50.0], [10.0], [1.0], [2.0]]
    return states


def test_boxes_follow_shift_turn_and_zoom():
    states = states_of([[100, 200, 40, 100], [900, 500, 60, 150]])
    before = states.copy()
    angle, zoom = np.deg2rad(30), 1.5
    linear = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    H_curr_prev = np.eye(3)
    H_curr_prev[:2, :2], H_curr_prev[:2, 2] = linear, [30, -20]
    move_boxes(states, np.linalg.inv(H_curr_prev))
    np.testing.assert_allclose(states[MEAN][:2], linear @ before[MEAN][:2] + [[30], [-20]], rtol=1e-12)
    np.testing.assert_allclose(states[MEAN][2:], zoom * before[MEAN][2:], rtol=1e-12)
    np.testing.assert_allclose(states[VELOCITY][:2], linear @ before[VELOCITY][:2], rtol=1e-12)
    np.testing.assert_allclose(states[VAR_POSITION], zoom**2 * before[VAR_POSITION], rtol=1e-12)
    np.testing.assert_allclose(states[COVARIANCE], zoom**2 * before[COVARIANCE], rtol=1e-12)


def test_boxes_under_perspective_move_as_their_surroundings():
    H_curr_prev = np.array([[1.0, 0.02, 5.0], [0.01, 0.98, -3.0], [1e-4, 5e-5, 1.0]])
    states = states_of([[400, 300, 40, 100]])
    move_boxes(states, np.linalg.inv(H_curr_prev))

    def mapped(x, y):
        u, v, w = H_curr_prev @ [x, y, 1]
        return np.array([u / w, v / w])

    step = 1e-4
    np.testing.assert_allclose(states[MEAN][:2, 0], mapped(400, 300), rtol=1e-12)
    speed = (mapped(400 + 50 * step, 300 + 10 * step) - mapped(400, 300)) / step
    np.testing.assert_allclose(states[VELOCITY][:2, 0], speed, rtol=1e-4)
