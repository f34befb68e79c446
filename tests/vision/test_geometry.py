"""Plane geometry against OpenCV, SciPy and hand-computed cases."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from scipy.spatial import ConvexHull

from vision.geometry import (
    apply_homography,
    box_foot_points,
    convex_hull,
    homography_jacobian,
    inside_convex,
    measured_boxes,
    normalising_transform,
    polygon_area,
    thickness,
)

MATRIX = np.array([[1.2, 0.1, 30.0], [-0.2, 0.9, 12.0], [1e-3, 2e-3, 1.0]])
POINTS = np.random.default_rng(0).uniform(-50, 50, (40, 2))


def test_places_are_measured_on_the_detectors_box_where_there_is_one() -> None:
    tracked = np.array([[0, 0, 10, 20], [5, 5, 15, 25]], np.float32)
    found = np.array([[1, 1, 11, 22], [np.nan] * 4], np.float32)
    np.testing.assert_array_equal(measured_boxes(tracked, found), [found[0], tracked[1]])
    np.testing.assert_array_equal(measured_boxes(tracked, None), tracked)


def test_homography_equals_opencv() -> None:
    mapped, weight = apply_homography(MATRIX, POINTS)
    np.testing.assert_allclose(mapped, cv2.perspectiveTransform(POINTS[None], MATRIX)[0])
    assert (weight > 0).all()
    assert not np.isfinite(apply_homography(MATRIX, np.array([[-1000.0, 0.0]]))[0]).all()


def test_jacobian_matches_finite_differences() -> None:
    jacobian = homography_jacobian(MATRIX, POINTS)
    for axis in (0, 1):
        step = np.eye(2)[axis] * 1e-5
        numeric = (apply_homography(MATRIX, POINTS + step)[0] - apply_homography(MATRIX, POINTS - step)[0]) / 2e-5
        np.testing.assert_allclose(jacobian[:, :, axis], numeric, atol=1e-7)


def test_normalising_transform() -> None:
    normal, _ = apply_homography(normalising_transform(POINTS), POINTS)
    np.testing.assert_allclose(normal.mean(axis=0), 0.0, atol=1e-12)
    assert np.linalg.norm(normal, axis=1).mean() == pytest.approx(np.sqrt(2))
    assert np.isfinite(normalising_transform(np.ones((3, 2)))).all()


def test_hull_and_area_equal_scipy() -> None:
    hull = ConvexHull(POINTS)
    corners = convex_hull(POINTS)
    assert polygon_area(corners) == pytest.approx(hull.volume)
    assert {tuple(p) for p in corners} == {tuple(p) for p in POINTS[hull.vertices]}
    assert inside_convex(corners, POINTS * 0.999 + POINTS.mean(axis=0) * 0.001).all()
    assert not inside_convex(corners, np.array([[200.0, 0.0]])).any()


def test_degenerate_hulls_have_no_area() -> None:
    for xy in (np.zeros((1, 2)), np.zeros((5, 2)), np.array([[0.0, 0], [1, 1]]), np.array([[0.0, 0], [1, 1], [2, 2]])):
        assert polygon_area(convex_hull(xy)) == 0.0
    assert not inside_convex(np.zeros((2, 2)), np.zeros((1, 2))).any()


def test_thickness() -> None:
    assert thickness(np.array([[0.0, 0], [1, 1], [2, 2]])) == pytest.approx(0.0, abs=1e-12)
    assert thickness(np.array([[0.0, 0], [1, 0], [0, 1], [1, 1]])) == pytest.approx(1.0)
    assert thickness(np.zeros((4, 2))) == 0.0


def test_box_foot_points() -> None:
    np.testing.assert_array_equal(box_foot_points(np.array([[10, 20, 30, 80]], np.float32)), [[20.0, 80.0]])
