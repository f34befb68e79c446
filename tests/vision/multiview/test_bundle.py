"""Cameras that were bumped, put back by what they saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from tests.vision.multiview.people import walkers
from tests.vision.multiview.rigs import disturbed, ring, seen
from vision.multiview.bundle import BundleError, refine_rig
from vision.multiview.cameras import CameraRig
from vision.multiview.triangulation import triangulate


def bumped(params: dict[str, dict[str, Any]], name: str, turn_deg: float, shift_m: float) -> dict[str, Any]:
    """The calibration of a camera that has since been turned and shifted the other way."""
    rng = np.random.default_rng(3)
    turn = rng.normal(size=3)
    turn *= np.radians(turn_deg) / np.linalg.norm(turn)
    shift = rng.normal(size=3)
    shift *= shift_m / np.linalg.norm(shift)
    camera = params[name]
    rotation = Rotation.from_rotvec(turn).as_matrix()
    return {**params, name: {**camera, "R": rotation @ camera["R"], "t": rotation @ camera["t"] + shift}}


def scene(cameras: int, *, noise_px: float = 2.0, outliers: float = 0.05) -> tuple[dict[str, Any], Any, Any]:
    params = ring(cameras)
    truth = walkers(3, 4.0, seed=2).reshape(-1, 17, 3)
    return params, truth, disturbed(seen(params, truth), noise_px=noise_px, outliers=outliers)


def rmse_mm(pixels: Any, rig: CameraRig, truth: Any) -> float:
    error = triangulate(pixels, rig).xyz_m - truth
    return 1000 * float(np.sqrt(np.nanmean((error**2).sum(axis=2))))


@pytest.mark.parametrize(("turn_deg", "shift_m"), [(0.5, 0.02), (1.5, 0.05)])
def test_a_bumped_camera_is_found_and_put_back(turn_deg: float, shift_m: float) -> None:
    params, truth, pixels = scene(4)
    wrong = CameraRig.from_params(bumped(params, "camera1", turn_deg, shift_m))
    found = refine_rig(pixels, wrong)
    assert found.error_after_px < found.error_before_px
    assert int(np.argmax(found.turned_deg)) == 1
    clean = rmse_mm(pixels, CameraRig.from_params(params), truth)
    assert rmse_mm(pixels, wrong, truth) > 1.5 * clean
    # What all cameras share cannot be seen in films: the world may keep a part of the bump.
    assert rmse_mm(pixels, found.rig, truth) < clean + 12.0


def test_cameras_that_stand_as_calibrated_stay() -> None:
    params, truth, pixels = scene(4)
    rig = CameraRig.from_params(params)
    found = refine_rig(pixels, rig)
    assert found.turned_deg.max() < 0.1
    assert found.shifted_m.max() < 0.01
    assert rmse_mm(pixels, found.rig, truth) < 1.1 * rmse_mm(pixels, rig, truth)


def test_a_camera_that_was_carried_away_is_named() -> None:
    params, _, pixels = scene(4, outliers=0.0)
    wrong = CameraRig.from_params(bumped(params, "camera2", 8.0, 0.1))
    with pytest.raises(BundleError, match="camera2"):
        refine_rig(pixels, wrong)


def test_too_few_joints_tell_nothing() -> None:
    params, _, pixels = scene(3)
    rig = CameraRig.from_params(params)
    with pytest.raises(BundleError, match="only 34 joints"):
        refine_rig({name: xy[:2] for name, xy in pixels.items()}, rig)


def test_a_camera_that_sees_nobody_is_named() -> None:
    params, _, pixels = scene(3)
    blind = np.full_like(pixels["camera1"], np.nan)
    with pytest.raises(BundleError, match="camera1 shows nobody"):
        refine_rig({**pixels, "camera1": blind}, CameraRig.from_params(params))
