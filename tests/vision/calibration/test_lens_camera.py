"""Lens and camera against OpenCV."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.calibration.camera import PinholeCamera
from vision.calibration.lens import RadialLens

CENTRE, RADIUS = (960.0, 540.0), 1400.0


@pytest.mark.parametrize("k1", [-0.25, -0.05, 0.0, 0.2])
def test_undistort_inverts_distort(k1: float) -> None:
    lens = RadialLens(CENTRE, RADIUS, k1)
    ideal = np.random.default_rng(0).uniform([100, 50], [1820, 1030], (500, 2))
    np.testing.assert_allclose(lens.undistort(lens.distort(ideal)), ideal, atol=1e-8)
    np.testing.assert_allclose(lens.undistort(np.array([CENTRE])), [CENTRE])


def test_distort_equals_opencv() -> None:
    camera = PinholeCamera.look_at((0, -60, 15), (0, 0, 0), focal_px=1500.0, k1=-0.12)
    points = np.random.default_rng(1).uniform([-30, -20, 0], [30, 30, 2], (200, 3))
    matrix = np.array([[1500.0, 0, 960], [0, 1500.0, 540], [0, 0, 1]])
    rotation, _ = cv2.Rodrigues(camera.rotation)
    translation = -camera.rotation @ camera.position_m
    theirs, _ = cv2.projectPoints(points, rotation, translation, matrix, np.array([-0.12, 0, 0, 0.0]))
    np.testing.assert_allclose(camera.project(points), theirs[:, 0], atol=1e-8)


def test_beyond_the_fold_is_nan() -> None:
    """A barrel model folds back at r = 1/√(−3 k1); no pixel may claim a place beyond."""
    lens = RadialLens((0.0, 0.0), 1.0, -0.3)
    fold = np.sqrt(1 / 0.9)
    assert np.isnan(lens.distort(np.array([[fold * 1.01, 0.0]]))).all()
    recorded = fold * (1 - 0.3 * fold**2)
    assert np.isnan(lens.undistort(np.array([[recorded * 1.01, 0.0]]))).all()
    assert np.isfinite(lens.undistort(np.array([[recorded * 0.99, 0.0]]))).all()


def test_jacobians_match_finite_differences() -> None:
    lens = RadialLens(CENTRE, RADIUS, -0.1)
    ideal = np.array([[300.0, 200.0], [960.0, 540.0], [1700.0, 900.0]])
    by_pixel, by_k1 = lens.undistort_jacobians(ideal)
    recorded = lens.distort(ideal)
    for axis in (0, 1):
        step = np.eye(2)[axis] * 1e-3
        numeric = (lens.undistort(recorded + step) - lens.undistort(recorded - step)) / 2e-3
        np.testing.assert_allclose(by_pixel[:, :, axis], numeric, atol=1e-6)
    up, down = RadialLens(CENTRE, RADIUS, -0.1 + 1e-6), RadialLens(CENTRE, RADIUS, -0.1 - 1e-6)
    np.testing.assert_allclose(by_k1, (up.undistort(recorded) - down.undistort(recorded)) / 2e-6, atol=1e-3)


def test_behind_the_camera_is_nan() -> None:
    camera = PinholeCamera.look_at((0, -60, 15), (0, 0, 0))
    assert np.isnan(camera.project(np.array([[0.0, -100.0, 0.0]]))).all()
    assert not camera.inside(np.array([[np.nan, np.nan], [-1.0, 5.0]])).any()


def test_a_level_camera_keeps_posts_upright() -> None:
    camera = PinholeCamera.look_at((0, -60, 15), (0, 0, 0))
    foot, head = camera.project(np.array([[0.0, 5.0, 0.0], [0.0, 5.0, 1.8]]))
    assert head[0] == pytest.approx(foot[0]) and head[1] < foot[1]
