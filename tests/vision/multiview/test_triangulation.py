"""Triangulation against scenes whose points are known."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vision.multiview.rigs import disturbed, points, ring, seen
from vision.errors import ShapeError
from vision.multiview.cameras import CameraError, CameraRig
from vision.multiview.triangulation import CHUNK, triangulate, triangulate_points


def errors_m(found: Any, truth: Any) -> Any:
    known = np.isfinite(found).all(axis=2)
    return np.linalg.norm(found[known] - truth[known], axis=1)


@pytest.mark.parametrize("cameras", [2, 3, 8])
def test_exact_pixels_give_exact_points(cameras: int) -> None:
    params, truth = ring(cameras), points(20, 5)
    if cameras == 2:
        params["camera1"] = ring(8)["camera1"]  # opposite cameras see the points between them under a flat angle
    found = triangulate_points(seen(params, truth), params)
    assert errors_m(found, truth).max() < 2e-5
    assert np.isfinite(found).all()


@pytest.mark.parametrize(("cameras", "bound_mm"), [(4, 12.0), (8, 8.0), (16, 6.0)])
def test_wrong_keypoints_do_not_count(cameras: int, bound_mm: float) -> None:
    """2 px noise and 8 % of keypoints up to 300 px off: as good as without them (1.1 times the noise's own error)."""
    params, truth = ring(cameras), points(300, 26)
    exact = seen(params, truth)
    found = triangulate(disturbed(exact, noise_px=2.0, outliers=0.08), CameraRig.from_params(params))
    clean = triangulate(disturbed(exact, noise_px=2.0), CameraRig.from_params(params))
    rmse = np.sqrt(np.mean(errors_m(found.xyz_m, truth) ** 2))
    assert rmse * 1000 < bound_mm
    assert rmse < 1.3 * np.sqrt(np.mean(errors_m(clean.xyz_m, truth) ** 2))
    assert found.noise_px == pytest.approx(2.0, rel=0.1)
    expected = 1 - (1 - 0.92**4 - 4 * 0.08 * 0.92**3) if cameras == 4 else 0.99
    assert np.isfinite(found.xyz_m).all(axis=2).mean() >= expected - 0.01


def test_the_covariance_is_that_of_the_errors() -> None:
    """Mahalanobis distances of 3 numbers have mean 3."""
    params, truth = ring(5), points(400, 10)
    found = triangulate(disturbed(seen(params, truth), noise_px=3.0), CameraRig.from_params(params))
    known = np.isfinite(found.xyz_m).all(axis=2)
    error = (found.xyz_m - truth)[known]
    distance = np.einsum("ni,nij,nj->n", error, np.linalg.inv(found.covariance_m2[known]), error)
    assert np.mean(distance) == pytest.approx(3.0, rel=0.12)
    assert np.mean(distance < 6.25) == pytest.approx(0.9, abs=0.03)


def test_cameras_that_are_wrong_are_named() -> None:
    params, truth = ring(5), points(30, 4)
    pixels = seen(params, truth)
    pixels["camera3"] = pixels["camera3"] + [150.0, -80.0]
    found = triangulate(pixels, CameraRig.from_params(params))
    assert not found.cameras_used[..., 3].any()
    assert found.cameras_used[..., [0, 1, 2, 4]].all()
    assert errors_m(found.xyz_m, truth).max() < 1e-4
    assert found.reprojection_error_px.max() < 0.01


def test_where_half_of_the_cameras_contradict_nobody_is_believed() -> None:
    params, truth = ring(4), points(50, 1)
    pixels = seen(params, truth)
    rng = np.random.default_rng(3)
    for name in ("camera0", "camera1"):
        pixels[name] = pixels[name] + rng.uniform(100.0, 300.0, pixels[name].shape)
    found = triangulate(pixels, CameraRig.from_params(params))
    assert np.isnan(found.xyz_m).all(axis=2).mean() > 0.95


def test_one_camera_or_parallel_rays_tell_nothing() -> None:
    truth = points(4, 3)
    params = ring(3)
    pixels = seen(params, truth)
    pixels["camera1"][:, 0] = np.nan
    pixels["camera2"][:, 0] = np.nan
    found = triangulate(pixels, CameraRig.from_params(params))
    assert np.isnan(found.xyz_m[:, 0]).all()
    assert np.isnan(found.reprojection_error_px[:, 0]).all()
    assert np.isfinite(found.xyz_m[:, 1:]).all()
    twins = {"left": params["camera0"], "right": {**params["camera0"], "t": params["camera0"]["t"] + [0.05, 0.0, 0.0]}}
    assert np.isnan(triangulate_points(seen(twins, truth), twins)).all()


def test_scores_weigh_and_low_ones_do_not_count() -> None:
    params, truth = ring(4), points(10, 2)
    pixels = {name: np.dstack([xy, np.ones(xy.shape[:2])]) for name, xy in seen(params, truth).items()}
    pixels["camera2"][..., :2] += 5.0
    pixels["camera2"][..., 2] = 0.1
    found = triangulate(pixels, CameraRig.from_params(params))
    assert not found.cameras_used[..., 2].any()
    assert errors_m(found.xyz_m, truth).max() < 2e-5


def test_projection_matrices_do_as_well() -> None:
    params, truth = ring(3, lens=False), points(6, 2)
    whole = {name: {"P": -7.0 * p["K"] @ np.column_stack([p["R"], p["t"]])} for name, p in params.items()}
    assert triangulate_points(seen(params, truth), whole) == pytest.approx(truth, abs=1e-6)


def test_rotation_vectors_do_as_well() -> None:
    params, truth = ring(3), points(6, 2)
    turned = {name: {**p, "R": cv2.Rodrigues(p["R"])[0].ravel()} for name, p in params.items()}
    assert triangulate_points(seen(params, truth), turned) == pytest.approx(truth, abs=2e-5)


def test_pieces_are_put_together_in_order() -> None:
    params, truth = ring(3), points(CHUNK // 8 + 1, 9)
    assert triangulate_points(seen(params, truth), params) == pytest.approx(truth, abs=2e-5)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(5)), st.integers(0, 1000))
def test_the_order_of_cameras_does_not_matter(order: list[int], seed: int) -> None:
    params, truth = ring(5), points(5, 4, seed)
    pixels = disturbed(seen(params, truth), noise_px=1.0, outliers=0.1, seed=seed)
    names = [f"camera{number}" for number in order]
    one = triangulate_points(pixels, params)
    two = triangulate_points({name: pixels[name] for name in names}, {name: params[name] for name in names})
    assert one == pytest.approx(two, abs=1e-6, nan_ok=True)


def test_the_same_question_has_the_same_answer() -> None:
    params, truth = ring(4), points(40, 5)
    pixels = disturbed(seen(params, truth), noise_px=2.0, outliers=0.1)
    assert np.array_equal(triangulate_points(pixels, params), triangulate_points(pixels, params), equal_nan=True)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"R": np.diag([1.0, 1.0, -1.0])}, "camera camera0: R mirrors the world"),
        ({"R": np.ones((3, 3))}, "camera camera0: R is no rotation"),
        ({"R": [1e300, 0.0, 0.0]}, "camera camera0: R is no rotation"),
        ({"R": np.full((3, 3), 1e300)}, "camera camera0: R is no rotation"),
        ({"K": np.diag([1e308, 1e308, 1.0]), "t": [10.0, 10.0, 10.0]}, "camera camera0: numbers too large"),
        ({"P": np.zeros((3, 4))}, "camera camera0: .* P without a direction of depth"),
        ({"K": np.eye(3) * [-1, 1, 1]}, "camera camera0: K is no camera matrix"),
        ({"t": [1.0, 2.0]}, "camera camera0: t must be three metres"),
        ({"dist": [0.1, 0.2]}, "camera camera0: dist must be 4, 5, 8, 12 or 14 numbers, got 2"),
    ],
)
def test_cameras_that_are_none_are_refused(changes: dict[str, Any], message: str) -> None:
    params = ring(3)
    params["camera0"] = {**params["camera0"], **changes}
    with pytest.raises(CameraError, match=message):
        triangulate_points(seen(ring(3), points(1, 1)), params)


def test_missing_parts_are_named() -> None:
    with pytest.raises(CameraError, match="camera a: R, t missing"):
        CameraRig.from_params({"a": {"K": np.eye(3)}, "b": {"K": np.eye(3)}})
    with pytest.raises(CameraError, match="two cameras or more see depth; 1 given"):
        CameraRig.from_params({"a": {"P": np.eye(3, 4)}})


def test_points_of_other_cameras_or_shapes_are_refused() -> None:
    params = ring(3)
    pixels = seen(params, points(2, 2))
    with pytest.raises(ShapeError, match="points of the cameras"):
        triangulate_points({"other": pixels["camera0"]}, params)
    with pytest.raises(ShapeError, match="camera camera1: expected"):
        triangulate_points({**pixels, "camera1": pixels["camera1"][:1]}, params)


def test_a_black_camera_is_simply_not_used() -> None:
    params, truth = ring(4), points(5, 3)
    pixels = {**seen(params, truth), "camera1": np.full((5, 3, 2), np.nan)}
    found = triangulate(pixels, CameraRig.from_params(params))
    assert errors_m(found.xyz_m, truth).max() < 2e-5
    assert not found.cameras_used[..., 1].any()


def test_swapped_cameras_are_not_believed() -> None:
    """With the names of two of four cameras swapped there is no point on which most cameras agree."""
    params, truth = ring(4), points(40, 5)
    pixels = seen(params, truth)
    pixels["camera0"], pixels["camera1"] = pixels["camera1"], pixels["camera0"]
    found = triangulate(pixels, CameraRig.from_params(params))
    wrong = errors_m(found.xyz_m, truth) > 0.05
    assert np.isnan(found.xyz_m).all(axis=2).mean() > 0.9
    assert wrong.sum() <= 0.05 * truth[..., 0].size, "three rays meet by chance, rarely"
