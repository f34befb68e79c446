"""Offsets of cameras' clocks against scenes in which they are known."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vision.multiview.rigs import ring
from vision.multiview.cameras import CameraRig
from vision.multiview.sync import SyncError, find_lag, synchronise, vertical_speed

JOINTS = np.array(
    [[0.0, 0.0, 1.7], [0.0, 0.2, 1.4], [0.0, -0.2, 1.4], [0.0, 0.1, 0.9], [0.0, -0.1, 0.9], [0.0, 0.0, 0.1]]
)


def height(t_s: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bobs irregularly, and jumps once [m]."""
    rng = np.random.default_rng(5)
    bobbing = sum(
        0.03 * amplitude * np.sin(2 * np.pi * rate * t_s + phase)
        for amplitude, rate, phase in zip(rng.random(8), rng.uniform(0.3, 3.0, 8), rng.uniform(0, 6, 8), strict=True)
    )
    return bobbing + np.clip(0.4 - 4.9 * (t_s - 8.0) ** 2, 0.0, None)


def film(
    camera: int, offset_s: float, *, fps: float = 30.0, noise_px: float = 1.0, seconds: float = 15.0
) -> tuple[NDArray[np.float64], NDArray[np.float32]]:
    """What a camera sees of the person, by its own clock, which is `offset_s` ahead."""
    params = ring(4)
    rig = CameraRig.from_params(params)
    t_s = np.arange(0.0, seconds, 1 / fps) + 0.013 * camera
    xyz = np.repeat(JOINTS[None], len(t_s), axis=0)
    xyz[:, :, 2] += height(t_s)[:, None]
    xyz[:, :, 0] += 0.1 * t_s[:, None]
    pixels = rig.project(xyz.reshape(-1, 3))[camera].reshape(len(t_s), len(JOINTS), 2)
    noise = np.random.default_rng(camera).normal(0.0, noise_px, pixels.shape)
    keypoints = np.dstack([pixels + noise, np.ones(pixels.shape[:2])]).astype(np.float32)
    return t_s + offset_s, keypoints


def signal(camera: int, offset_s: float, **options: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    t_s, keypoints = film(camera, offset_s, **options)
    return t_s, vertical_speed(t_s, keypoints)


@pytest.mark.parametrize("offset_s", [0.0, 0.137, -2.5, 6.02])
def test_an_offset_is_found_to_a_fraction_of_a_frame(offset_s: float) -> None:
    lag = find_lag(signal(0, 0.0), signal(1, offset_s))
    assert lag.seconds == pytest.approx(offset_s, abs=0.005)
    assert lag.correlation > 0.8


def test_cameras_of_different_rates_agree() -> None:
    lag = find_lag(signal(0, 0.0, fps=60.0), signal(2, 0.4, fps=25.0))
    assert lag.seconds == pytest.approx(0.4, abs=0.008)


def test_all_cameras_are_made_consistent() -> None:
    truth = {"a": 0.0, "b": 0.25, "c": -1.1, "d": 3.333}
    found = synchronise({name: signal(number, offset) for number, (name, offset) in enumerate(truth.items())})
    assert found == pytest.approx(truth, abs=0.005)


def test_gaps_do_not_move_the_offset() -> None:
    t_s, keypoints = film(1, 0.5)
    keypoints[100:160] = np.nan
    keypoints[200:205, :, 2] = 0.0
    assert find_lag(signal(0, 0.0), (t_s, vertical_speed(t_s, keypoints))).seconds == pytest.approx(0.5, abs=0.008)


def test_noise_alone_is_refused() -> None:
    rng = np.random.default_rng(0)
    t_s = np.arange(0.0, 15.0, 1 / 30)
    with pytest.raises(SyncError, match="does not agree"):
        find_lag((t_s, rng.normal(size=len(t_s))), (t_s, rng.normal(size=len(t_s))))


def test_even_steps_could_be_several_offsets() -> None:
    t_s = np.arange(0.0, 30.0, 1 / 30)
    steps = np.sin(2 * np.pi * 1.5 * t_s)
    with pytest.raises(SyncError, match="several offsets would fit; film a jump or a clap"):
        find_lag((t_s, steps), (t_s, steps))


def test_nothing_in_common_is_said() -> None:
    t_s = np.arange(0.0, 1.0, 1 / 30)
    with pytest.raises(SyncError, match="for less than 3 s"):
        find_lag((t_s, np.sin(t_s)), signal(1, 0.0))
    with pytest.raises(SyncError, match="for less than 3 s"):
        find_lag((t_s, np.full(len(t_s), np.nan)), signal(1, 0.0))


def test_a_black_camera_is_named() -> None:
    t_s = np.arange(0.0, 15.0, 1 / 30)
    black = (t_s, vertical_speed(t_s, np.zeros((len(t_s), 6, 3), np.float32)))
    with pytest.raises(SyncError, match=r"cannot be synchronised \(a and black, b and black: "):
        synchronise({"a": signal(0, 0.0), "b": signal(1, 0.2), "black": black})


def test_speed_is_in_body_heights_upwards() -> None:
    t_s = np.arange(0.0, 1.0, 0.05)
    keypoints = np.ones((len(t_s), 4, 3), np.float32)
    keypoints[:, :, 1] = np.array([100.0, 150.0, 250.0, 300.0]) - 100.0 * t_s[:, None]
    assert vertical_speed(t_s, keypoints) == pytest.approx(0.5, abs=1e-4)
