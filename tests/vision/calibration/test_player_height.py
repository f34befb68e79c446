"""Metres from players' heights, and the cases where there are none."""

from __future__ import annotations

import json

import numpy as np
import pytest

from vision.calibration.camera import PinholeCamera
from vision.calibration.ground_point import ground_points
from vision.calibration.player_height import PlayerHeightScale, scale_from_heights
from vision.errors import CalibrationError
from vision.synthetic.movement import Phase, scripted
from vision.synthetic.scenes import FilmParams, film, match_scene

SIZE = (1920, 1080)


def level_scene(seed: int) -> tuple[np.ndarray, np.ndarray, float]:
    """Boxes of a 5v5 seen by a nearly level camera, true positions, focal length."""
    rng = np.random.default_rng(seed)
    camera = PinholeCamera.look_at((0, -32, 5.0), (0, 10, 2.0), focal_px=1500.0)
    players = [p for p in match_scene(rng, 5, 20.0)]
    scene = film(players, camera, np.arange(0, 20, 0.2), rng, FilmParams(player_height_m=1.75))
    return scene.xyxy[scene.seen], scene.xy_m[scene.seen], 1500.0


def test_ground_model_finds_the_plane() -> None:
    """Distances between positions are right to the stated share (3 σ) when the focal length is known."""
    boxes, truth, focal = level_scene(0)
    scale = scale_from_heights(boxes, np.full(len(boxes), 1.75), SIZE, focal_px=focal)
    assert scale is not None and scale.scale_source == "player_height"
    assert scale.camera_height_m == pytest.approx(5.0, rel=0.12)
    feet = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    found, sigma = scale.to_pitch(feet, point_sigma_px=1.0)
    assert np.isfinite(found).all() and (sigma > 0).all()
    near = np.linalg.norm(truth - [0, -32], axis=1) < 45
    span_found = np.ptp(found[near], axis=0)
    span_true = np.ptp(truth[near], axis=0)
    assert span_found == pytest.approx(span_true, rel=3 * scale.length_sigma + 0.03)


def test_an_assumed_focal_length_costs_depth() -> None:
    boxes, _, focal = level_scene(0)
    heights = np.full(len(boxes), 1.75)
    known = scale_from_heights(boxes, heights, SIZE, focal_px=focal)
    assumed = scale_from_heights(boxes, heights, SIZE)
    assert known is not None and assumed is not None
    assert assumed.depth_sigma > 4 * known.depth_sigma
    assert assumed.length_sigma == known.length_sigma
    across, along = np.array([[0.0, 20.0], [10.0, 20.0]]), np.array([[0.0, 20.0], [0.0, 30.0]])
    assert assumed.relative_length_sigma(along) > assumed.relative_length_sigma(across)


def test_side_view_of_one_runner() -> None:
    """A runner across the picture at one depth: one scale, right to 3 σ, and the warning says what is not seen."""
    rng = np.random.default_rng(1)
    camera = PinholeCamera.look_at((0, -12, 1.3), (0, 0, 1.0), focal_px=1400.0)
    runner = scripted([Phase("run", 3.0)], start_m=(-4.0, 0.0))
    t_s = np.arange(0, 2.0, 0.04)
    scene = film([runner], camera, t_s, rng, FilmParams(player_height_m=1.8, miss_rate=0.0))
    boxes = scene.xyxy[scene.seen]
    scale = scale_from_heights(boxes, np.full(len(boxes), 1.8), SIZE)
    assert scale is not None and scale.scale_source == "player_height_side_view"
    assert "across the picture" in scale.warnings[0]
    feet = np.stack([(boxes[:, 0] + boxes[:, 2]) / 2, boxes[:, 3]], axis=1)
    found, _ = scale.to_pitch(feet)
    covered = runner.covered(float(t_s[scene.seen[0]][0]), float(t_s[scene.seen[0]][-1]))
    assert np.ptp(found[:, 0]) == pytest.approx(covered, rel=3 * scale.length_sigma)


@pytest.mark.parametrize(
    ("boxes", "height"),
    [
        (np.tile([100.0, 100, 130, 180], (10, 1)), 1.8),  # too few
        (np.tile([100.0, 100, 130, 110], (100, 1)), 1.8),  # too small
        (np.tile([100.0, 100, 130, 180], (100, 1)), np.nan),  # heights unknown
        (np.tile([100.0, 100, 130, 180], (100, 1)), 18.0),  # a typing mistake
        (np.tile([0.0, 0, 900, 1080], (100, 1)), 1.8),  # cut by the picture
    ],
)
def test_none_where_impossible(boxes: np.ndarray, height: float) -> None:
    assert scale_from_heights(boxes, np.full(len(boxes), height), SIZE) is None


def test_none_where_heights_follow_no_ground() -> None:
    """Boxes whose size has nothing to do with their row: people on a stand, a bad detector."""
    rng = np.random.default_rng(2)
    top = rng.uniform(100, 500, 200)
    tall = rng.uniform(40, 160, 200)
    boxes = np.stack([np.full(200, 500.0), top, np.full(200, 540.0), top + tall], axis=1)
    assert scale_from_heights(boxes, np.full(200, 1.8), SIZE) is None


def test_above_the_horizon_is_nan() -> None:
    scale = PlayerHeightScale(SIZE, 0.0, 400.0, 5.0, 1500.0, 0.02, 0.2)
    found, sigma = scale.to_pitch(np.array([[960.0, 399.0], [960.0, 400.0], [960.0, 900.0]]))
    assert np.isnan(found[:2]).all() and np.isinf(sigma[:2]).all()
    np.testing.assert_allclose(found[2], [0.0, 15.0])


def test_survives_json() -> None:
    scale = PlayerHeightScale(SIZE, 0.0, 400.0, 5.0, 1500.0, 0.02, 0.2)
    assert PlayerHeightScale.from_dict(json.loads(json.dumps(scale.to_dict()))) == scale
    with pytest.raises(CalibrationError):
        PlayerHeightScale.from_dict({**scale.to_dict(), "version": 7})


def test_ground_point_does_not_jump_when_ankles_come_into_view() -> None:
    """A still person whose ankles are seen in every other frame has one ground point."""
    boxes = np.tile(np.array([100.0, 100.0, 160.0, 300.0], np.float32), (10, 1))
    keypoints = np.zeros((10, 17, 3), np.float32)
    keypoints[:, 15] = [120.0, 288.0, 0.9]
    keypoints[:, 16] = [144.0, 290.0, 0.9]
    keypoints[::2, 15:, 2] = 0.0
    points, sigma = ground_points(boxes, keypoints)
    np.testing.assert_allclose(points, np.tile([132.0, 289.0 + 0.039 * 200], (10, 1)), atol=1e-4)
    assert (sigma[::2] > sigma[1::2]).all()
    without, _ = ground_points(boxes, None)
    np.testing.assert_allclose(without, np.tile([130.0, 300.0], (10, 1)))
