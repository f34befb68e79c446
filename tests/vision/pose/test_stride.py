"""Postures put between readings, against bodies whose joints are known at every instant."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from vision.calibration.camera import PinholeCamera
from vision.errors import ShapeError
from vision.pose.stride import added_error, first_readings, put_between, too_quick
from vision.synthetic.bodies import JumpScript, PoseFaults, RunScript, film_body, jumping_body, running_body

CAMERA = PinholeCamera.look_at((8.0, -20.0, 4.0), (8.0, 0.0, 1.0), focal_px=1500)
WALK = RunScript(1.4, (0.55, 0.55), (0.65, 0.65), 0.1, 2)
JOG = RunScript(2.8, (0.37, 0.37), (0.28, 0.28), 0.25, 5)
RUN = RunScript()
SPRINT = RunScript(7.5, (0.23, 0.23), (0.12, 0.12), 0.45, 12)
NO_FAULTS = PoseFaults(joint_share=0.0, box_share=0.0)
EVERY = slice(None)
ANKLES = slice(15, 17)


@dataclass(frozen=True)
class Strided:
    """Which pictures were read, and errors as shares of the box height: of what was put between, of every reading."""

    measured: np.ndarray
    between: np.ndarray
    model: np.ndarray

    def rms(self, joints: slice = EVERY) -> float:
        """Of what was put between."""
        return float(np.sqrt(np.nanmean(self.between[:, joints] ** 2)))

    def model_rms(self) -> float:
        """Of the readings."""
        return float(np.sqrt(np.mean(self.model**2)))


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


def test_the_added_error_is_told_and_rather_too_high() -> None:
    for script in (WALK, JOG, RUN, SPRINT):
        t_s, read, _, boxes = filmed(script)
        told, real = added_error(t_s[::2], read[::2], boxes[::2]), error_over_clip(script)[0]
        assert real * 0.95 <= told <= 2 * real
    assert np.isnan(added_error(t_s[:6], read[:6], boxes[:6])), "six readings tell nothing"


@pytest.mark.parametrize(("rate_hz", "every"), [(25.0, 2), (30.0, 2), (50.0, 4), (60.0, 5), (12.0, 1), (7.5, 1)])
def test_twelve_pictures_a_second_are_read_first(rate_hz: float, every: int) -> None:
    first = first_readings(np.arange(40) / rate_hz)
    assert np.flatnonzero(first).tolist() == list(range(0, 40, every))
    assert first_readings(np.zeros(1)).all()


def strided(t_s: np.ndarray, joints: np.ndarray, faults: PoseFaults) -> Strided:
    """A film read by stride, against what the joints were."""
    boxes, read = film_body(joints, CAMERA, np.random.default_rng(0), faults)
    _, true = film_body(joints, CAMERA, np.random.default_rng(0), NO_FAULTS)
    measured = first_readings(t_s)
    rest = np.flatnonzero(~measured)
    near = boxes.astype(np.float32)
    measured[rest[too_quick(t_s[measured], read[measured], near[measured], t_s[rest])]] = True
    found = put_between(t_s[measured], read[measured], t_s[~measured])
    height = (boxes[:, 3] - boxes[:, 1])[:, None]
    model = np.linalg.norm(read[..., :2] - true[..., :2], axis=2) / height
    between = np.linalg.norm(found[..., :2] - true[~measured, :, :2], axis=2) / height[~measured]
    return Strided(measured, between, model)


def walk_and_turn(t_s: np.ndarray) -> np.ndarray:
    """Somebody walks and cuts by 100° on the spot at 3 m."""
    joints, radius, turn = running_body(WALK, t_s), 0.4, np.radians(100)
    way, aside = joints[..., 0] - 3.0, joints[..., 1].copy()
    heading = np.clip(way / radius, 0.0, turn)
    past = np.maximum(way - radius * turn, 0.0)
    ahead = np.where(way < 0, way, radius * np.sin(heading) + past * np.cos(turn))
    joints[..., 0] = 3.0 + ahead - aside * np.sin(heading)
    joints[..., 1] = np.where(way < 0, 0.0, radius * (1 - np.cos(heading)) + past * np.sin(turn)) + aside * np.cos(
        heading
    )
    return joints


MOVES = {
    "walk": lambda t_s: running_body(WALK, t_s),
    "walk and turn": walk_and_turn,
    "jump": lambda t_s: jumping_body(JumpScript((2.0, 4.5), (0.45, 0.27)), t_s, (8.0, 0.0)),
}


@pytest.mark.parametrize("rate_hz", [25.0, 50.0])
@pytest.mark.parametrize("move", MOVES)
@pytest.mark.parametrize("sigma", [0.0, 0.01, 0.015])
def test_what_is_put_between_is_as_good_as_a_reading(move: str, sigma: float, rate_hz: float) -> None:
    """RMS of all joints and of the ankles: 0.5 % of the box at most for exact readings (a model is off by 1.5 % per
    axis), and no worse than readings in every picture for noisy ones.
    """
    t_s = np.arange(0.0, 7.0, 1 / rate_hz)
    seen = strided(t_s, MOVES[move](t_s), PoseFaults(sigma, sigma))
    assert 0.2 < seen.measured.mean() < 0.9
    assert seen.rms() <= max(0.005, seen.model_rms())
    assert seen.rms(ANKLES) <= max(0.005, seen.model_rms())


@pytest.mark.parametrize("script", [JOG, RUN, SPRINT])
@pytest.mark.parametrize("sigma", [0.0, 0.015, 0.03])
def test_whoever_runs_is_read_in_every_picture(script: RunScript, sigma: float) -> None:
    for rate_hz in (25.0, 50.0):
        t_s = np.arange(0.0, 16.0 / script.speed_mps, 1 / rate_hz)
        assert strided(t_s, running_body(script, t_s), PoseFaults(sigma, sigma)).measured.all()


@pytest.mark.parametrize("air_s", [0.25, 0.3, 0.45, 0.6])
@pytest.mark.parametrize("sigma", [0.0, 0.015])
def test_no_picture_of_a_jump_is_left_to_a_curve(air_s: float, sigma: float) -> None:
    """From the push to the landing, at whatever instant between two readings it begins, with and without a run-up."""
    for begin_s in np.linspace(2.0, 2.16, 9):
        for dip_m in (0.05, 0.25):
            t_s = np.arange(0.0, 4.5, 0.04)
            script = JumpScript((float(begin_s),), (air_s,), dip_m)
            seen = strided(t_s, jumping_body(script, t_s, (8.0, 0.0)), PoseFaults(sigma, sigma))
            air = (t_s > begin_s - 0.12) & (t_s < begin_s + air_s + 0.12)
            assert seen.measured[air].all()
            assert not seen.measured.all(), "who stands still before it is not read in every picture"


def test_a_kick_out_of_a_stand_is_read_in_every_picture() -> None:
    t_s = np.arange(0.0, 4.0, 0.04)
    joints = jumping_body(JumpScript((), ()), t_s, (8.0, 0.0))
    swing = 0.6 * np.sin(np.pi * np.clip((t_s - 2.0) / 0.3, 0.0, 1.0))
    joints[:, 16, 0] += swing
    joints[:, 14, 0] += swing / 2
    seen = strided(t_s, joints, PoseFaults())
    assert seen.measured[(t_s > 1.95) & (t_s < 2.35)].all()
    assert seen.measured.mean() < 0.8


def test_a_noisy_model_is_read_in_every_picture() -> None:
    """Noise cannot be told from movement: where it alone is above the limit nothing is put between."""
    t_s = np.arange(0.0, 4.0, 0.04)
    assert strided(t_s, running_body(WALK, t_s), PoseFaults(0.03, 0.03)).measured.all()


def test_who_came_into_view_just_now_or_was_hidden_is_read_in_every_picture() -> None:
    t_s, read, _, boxes = filmed(WALK)
    rest = t_s[1::2]
    assert too_quick(t_s[:16:2], read[:16:2], boxes[:16:2], rest[:8]).all(), "eight readings tell nothing"
    quick = too_quick(t_s[::2], read[::2], boxes[::2], rest)
    assert quick[:2].all() and quick[-2:].all() and not quick[6:-6].any()
    gap = np.setdiff1d(np.arange(0, len(t_s), 2), [40, 42])
    quick = too_quick(t_s[gap], read[gap], boxes[gap], t_s[[39, 41, 43]])
    assert quick.all(), "0.24 s between two readings"


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
