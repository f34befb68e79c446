"""Postures put between readings, against bodies whose joints are known at every instant."""

from __future__ import annotations

import numpy as np
import pytest

from vision.calibration.camera import PinholeCamera
from vision.errors import ShapeError
from vision.pose.stride import added_error, allows_stride, put_between
from vision.synthetic.bodies import PoseFaults, RunScript, film_body, running_body

CAMERA = PinholeCamera.look_at((8.0, -20.0, 4.0), (8.0, 0.0, 1.0), focal_px=1500)
WALK = RunScript(1.4, (0.55, 0.55), (0.65, 0.65), 0.1, 2)
JOG = RunScript(2.8, (0.37, 0.37), (0.28, 0.28), 0.25, 5)
RUN = RunScript()
SPRINT = RunScript(7.5, (0.23, 0.23), (0.12, 0.12), 0.45, 12)
NO_FAULTS = PoseFaults(joint_share=0.0, box_share=0.0)


def filmed(script: RunScript, faults: PoseFaults = NO_FAULTS, rate_hz: float = 25.0):
    """Times, keypoints as read, keypoints as they are, boxes."""
    t_s = np.arange(0, min(4.0, 16.0 / script.speed_mps), 1 / rate_hz)
    joints = running_body(script, t_s)
    boxes, read = film_body(joints, CAMERA, np.random.default_rng(0), faults)
    _, true = film_body(joints, CAMERA, np.random.default_rng(0), NO_FAULTS)
    return t_s, read, true, boxes.astype(np.float32)


def error_over_clip(script: RunScript, faults: PoseFaults = NO_FAULTS) -> tuple[float, float]:
    """RMS error [box heights] with every second picture read, and with all."""
    t_s, read, true, boxes = filmed(script, faults)
    mixed = read.copy()
    mixed[1::2] = put_between(t_s[::2], read[::2], t_s[1::2])
    height = (boxes[:, 3] - boxes[:, 1])[:, None]
    told = np.isfinite(mixed[..., 0])
    assert told.mean() > 0.97
    strided, full = (np.linalg.norm(each[..., :2] - true[..., :2], axis=2) / height for each in (mixed, read))
    return float(np.sqrt(np.mean(strided[told] ** 2))), float(np.sqrt(np.mean(full[told] ** 2)))


@pytest.mark.parametrize("script", [WALK, JOG, RUN])
def test_every_second_picture_adds_less_than_a_hundredth_of_the_box(script: RunScript) -> None:
    """Exact readings at 25 Hz: 0.3, 0.5 and 0.7 %, nearly all of it where a foot stops at the ground."""
    assert error_over_clip(script)[0] <= 0.01


@pytest.mark.parametrize("script", [WALK, JOG, RUN])
def test_with_the_noise_of_a_model_nothing_is_added(script: RunScript) -> None:
    """The cubic averages the noise of four readings (σ × 0.8), which makes up for what it misses."""
    strided, full = error_over_clip(script, PoseFaults())
    assert strided <= full


def test_a_sprinters_legs_are_too_fast() -> None:
    assert error_over_clip(SPRINT)[0] > 0.01
    for script, wanted in ((WALK, True), (JOG, True), (RUN, True), (SPRINT, False)):
        t_s, read, _, boxes = filmed(script)
        assert allows_stride(t_s[::2], read[::2], boxes[::2]) is wanted, script


def test_the_added_error_is_told_and_rather_too_high() -> None:
    for script in (WALK, JOG, RUN, SPRINT):
        t_s, read, _, boxes = filmed(script)
        told, real = added_error(t_s[::2], read[::2], boxes[::2]), error_over_clip(script)[0]
        assert real * 0.95 <= told <= 2 * real
    assert np.isnan(added_error(t_s[:6], read[:6], boxes[:6])), "six readings tell nothing"
    assert not allows_stride(t_s[:6], read[:6], boxes[:6])


def test_a_straight_line_is_exact_and_the_ends_are_not_guessed() -> None:
    t_s = np.array([0.0, 0.08, 0.16, 0.24])
    keypoints = np.zeros((4, 2, 3), np.float32)
    keypoints[:, :, 0] = 100 + 500 * t_s[:, None]
    keypoints[:, :, 2] = [[0.9, 0.9], [0.5, 0.9], [0.9, 0.9], [0.9, 0.9]]
    found = put_between(t_s, keypoints, np.array([-0.04, 0.04, 0.12, 0.28]))
    assert np.isnan(found[[0, 3], :, 0]).all() and (found[[0, 3], :, 2] == 0).all()
    np.testing.assert_allclose(found[1:3, :, 0], [[120, 120], [160, 160]], rtol=1e-6)
    np.testing.assert_allclose(found[1:3, 0, 2], [0.5, 0.5])


def test_nothing_is_put_beside_a_hidden_joint_or_into_a_long_gap() -> None:
    t_s = np.array([0.0, 0.08, 0.16, 0.56, 0.64])
    keypoints = np.full((5, 2, 3), 0.9, np.float32)
    keypoints[1, 0, 2] = 0.1
    found = put_between(t_s, keypoints, np.array([0.04, 0.12, 0.3, 0.6]))
    assert np.isnan(found[:, 0, 0]).tolist() == [True, True, True, False]
    assert np.isnan(found[:, 1, 0]).tolist() == [False, False, True, False]


def test_times_that_do_not_rise_are_refused() -> None:
    with pytest.raises(ShapeError, match="rising"):
        put_between(np.array([0.0, 0.0]), np.zeros((2, 17, 3), np.float32), np.array([0.0]))
