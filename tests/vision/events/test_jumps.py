"""Jumps against scripted ones: how many, how high, and that running and walking are none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vision.calibration.camera import PinholeCamera
from vision.events.jumps import find_jumps, jump_height_m, why_no_jumps
from vision.events.scene import Event, Person
from vision.synthetic.bodies import JumpScript, PoseFaults, RunScript, film_body, jumping_body, running_body
from vision.types import Float64Array

PHONE = PinholeCamera.look_at((0.0, -12.0, 1.6), (0.0, 0.0, 1.0), focal_px=1600.0)


def filmed(joints: Float64Array, t_s: Float64Array, camera: PinholeCamera = PHONE, seed: int = 0) -> Person:
    """A body as one person of a scene."""
    box, keypoints = film_body(joints, camera, np.random.default_rng(seed), PoseFaults())
    return Person(1, "unknown", t_s, box, None, t_s, keypoints)


def jumps(rate_hz: float, seed: int) -> tuple[JumpScript, list[Event]]:
    """Three random jumps of 10-47 cm and what was found."""
    rng = np.random.default_rng(seed)
    script = JumpScript(
        tuple(float(t) for t in np.array([2.0, 5.0, 8.0]) + rng.uniform(0, 0.2, 3)),
        tuple(float(air) for air in rng.uniform(0.28, 0.62, 3)),
    )
    t_s = np.arange(int(11 * rate_hz)) / rate_hz
    return script, find_jumps(filmed(jumping_body(script, t_s), t_s, seed=seed))


@pytest.mark.parametrize("rate_hz", [25.0, 60.0])
def test_height_and_its_error(rate_hz: float) -> None:
    """At least three of four are found, none is invented, and the 90 % interval holds at least 85 % of the truths.

    It may hold more: the error says at most, since camera and keypoints of real films are not these.
    """
    errors, claimed, found_count = [], [], 0
    for seed in range(20):
        script, found = jumps(rate_hz, seed)
        found_count += len(found)
        for begin, height in zip(script.take_off_s, script.heights_m, strict=True):
            near = [event for event in found if abs(event.t0_s - begin) < 0.15]
            if near:
                errors.append(float(near[0].data["height_m"] or 0) - height)
                claimed.append(float(near[0].data["height_error_m"] or 0))
    assert len(errors) == found_count, "nothing is invented"
    assert len(errors) >= 0.7 * 60
    assert np.mean(np.abs(errors) <= claimed) >= 0.85
    assert abs(np.mean(errors)) < 0.015 and np.std(errors) < 0.025
    assert max(claimed) < 0.07


def test_runners_and_walkers_do_not_jump() -> None:
    t_s = np.arange(250) / 25
    for speed in (1.5, 4.0, 7.0):
        camera = PinholeCamera.look_at((5 * speed, -14.0, 1.6), (5 * speed, 0.0, 1.0), focal_px=700.0)
        assert find_jumps(filmed(running_body(RunScript(speed_mps=speed), t_s), t_s, camera)) == []


def test_bosco() -> None:
    assert jump_height_m(0.5) == pytest.approx(0.3065, abs=1e-4)


def test_why_there_are_none() -> None:
    script, t_s = JumpScript(), np.arange(100) / 10
    assert "10 a second are too few" in why_no_jumps(filmed(jumping_body(script, t_s), t_s))
    t_s = np.arange(250) / 25
    far = PinholeCamera.look_at((0.0, -60.0, 9.0), (0.0, 0.0, 1.0), focal_px=1600.0)
    assert "pixels tall" in why_no_jumps(filmed(jumping_body(script, t_s), t_s, far))
    nobody = Person(1, "a", t_s, np.zeros((250, 4)), None, np.zeros(0), np.zeros((0, 17, 3), np.float32))
    assert why_no_jumps(nobody) == "No poses of this player were found." and find_jumps(nobody) == []
    without = Person(1, "a", t_s, np.zeros((250, 4)), None, t_s, np.zeros((250, 5, 3), np.float32))
    assert "does not find ankles" in why_no_jumps(without)


def test_a_jump_that_was_not_read_in_every_picture_is_none() -> None:
    script = JumpScript((2.0, 5.0), (0.5, 0.5))
    t_s = np.arange(200) / 25
    person = filmed(jumping_body(script, t_s), t_s)
    assert len(find_jumps(person)) == 2
    calm = np.ones(len(t_s), bool)
    calm[(np.arange(len(t_s)) % 2 == 1) & ((t_s < 1.0) | (t_s > 6.5))] = False
    assert len(find_jumps(replace(person, pose_measured=calm))) == 2
    between = calm.copy()
    between[np.argmin(np.abs(t_s - 2.24))] = False
    (found,) = find_jumps(replace(person, pose_measured=between))
    assert found.t0_s == pytest.approx(5.0, abs=0.1)
