"""Angles of bodies whose posture was set by hand: their names, signs and zero."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.vision.body.motions import UPRIGHT, Truth, random_people
from vision.body.angles import joint_angles
from vision.body.fitter import SMPLFitter
from vision.body.freedoms import JOINTS, axis_angles, from_turns
from vision.body.model import open_body
from vision.body.pose_data import SMPL24, BodyFit, PoseData
from vision.types import Float64Array


def fit_of(turns: Float64Array) -> BodyFit:
    """A fit that says exactly these turns `(24, 3)` [deg]."""
    rotations = from_turns(np.radians(turns)[None])
    rotations[:, 0] = UPRIGHT
    nothing = np.zeros(1)
    return BodyFit(
        t_s=nothing,
        betas=np.zeros(10),
        pose=axis_angles(rotations),
        translation=np.zeros((1, 3)),
        joints=np.zeros((1, 24, 3)),
        valid=np.ones(1, np.bool_),
        bridged=np.zeros(1, np.bool_),
        seen=np.ones((1, 24), np.bool_),
        error_m=nothing,
        error_px=None,
        sigma_m=nothing,
        contact=np.zeros((1, 2), np.bool_),
        height_m=1.7,
        scale_source="",
        model_name="",
    )


def with_turn(joint: str, turn: int, angle_deg: float) -> BodyFit:
    turns = np.zeros((24, 3))
    turns[JOINTS.index(joint), turn] = angle_deg
    return fit_of(turns)


@pytest.mark.parametrize(
    ("name", "joint", "turn", "angle_deg", "part", "towards"),
    [
        # The last two: which joint moves, and into which direction of the T-pose (x left, y up, z forward).
        ("left_hip_flexion", "left_hip", 0, -60.0, "left_knee", (0, 0, 1)),
        ("right_hip_flexion", "right_hip", 0, -60.0, "right_knee", (0, 0, 1)),
        ("left_hip_abduction", "left_hip", 1, 30.0, "left_knee", (1, 0, 0)),
        ("right_hip_abduction", "right_hip", 1, -30.0, "right_knee", (-1, 0, 0)),
        ("left_knee_flexion", "left_knee", 0, 70.0, "left_ankle", (0, 0, -1)),
        ("right_knee_flexion", "right_knee", 0, 70.0, "right_ankle", (0, 0, -1)),
        ("left_ankle_dorsiflexion", "left_ankle", 0, -20.0, "left_foot", (0, 1, 0)),
        ("left_hip_rotation", "left_hip", 2, -25.0, "left_foot", (-1, 0, 0)),
        ("right_hip_rotation", "right_hip", 2, 25.0, "right_foot", (1, 0, 0)),
        ("left_elbow_flexion", "left_elbow", 0, -80.0, "left_wrist", (0, 0, 1)),
        ("right_elbow_flexion", "right_elbow", 0, 80.0, "right_wrist", (0, 0, 1)),
        ("trunk_flexion", "spine2", 0, 30.0, "neck", (0, 0, 1)),
        ("trunk_bend", "spine2", 1, -15.0, "neck", (1, 0, 0)),
        ("trunk_rotation", "spine3", 2, 20.0, "left_shoulder", (0, 0, -1)),
    ],
)
def test_each_angle_grows_with_the_movement_it_names(
    name: str, joint: str, turn: int, angle_deg: float, part: str, towards: tuple[int, int, int]
) -> None:
    fit = with_turn(joint, turn, angle_deg)
    angle = joint_angles(fit)[name][0]
    pose = fit.pose.copy()
    pose[:, 0] = 0.0
    joints = open_body().joints(np.stack([pose[0], 0 * pose[0]]), np.zeros(10), np.zeros((2, 3)))
    moved = (joints[0] - joints[1])[JOINTS.index(part)] @ np.array(towards, np.float64)
    if name == "trunk_bend":
        assert angle == pytest.approx(15.0) and moved > 0  # towards the body's left: bend to the left is negative
        return
    assert angle == pytest.approx(abs(angle_deg))
    assert moved > 0.02


def test_standing_with_hanging_arms_is_zero() -> None:
    turns = np.zeros((24, 3))
    turns[JOINTS.index("left_shoulder"), 0], turns[JOINTS.index("right_shoulder"), 0] = -90.0, 90.0
    found = joint_angles(fit_of(turns))
    assert {name: round(float(values[0]), 6) + 0.0 for name, values in found.items()} == dict.fromkeys(found, 0.0)
    assert joint_angles(fit_of(np.zeros((24, 3))))["left_shoulder_elevation"][0] == pytest.approx(90.0)


def test_what_was_not_seen_has_no_angle() -> None:
    fit = with_turn("left_knee", 0, 40.0)
    unseen = fit.seen.copy()
    unseen[:, JOINTS.index("left_knee")] = False
    assert np.isnan(joint_angles(replace(fit, seen=unseen))["left_knee_flexion"]).all()
    assert np.isnan(joint_angles(replace(fit, valid=np.zeros(1, np.bool_)))["right_knee_flexion"]).all()


def test_hinges_are_found_again_within_a_few_degrees() -> None:
    """10 mm on bones of 25-40 cm: 1σ of a bone's direction 2-3°, of the angle between two of them 3-5°."""
    people: Truth = random_people(open_body(), 60, seed=8)
    noise = np.random.default_rng(4).normal(size=people.joints.shape) * 0.01
    found = joint_angles(SMPLFitter().fit(PoseData(people.t_s, people.joints + noise, SMPL24)))
    true = joint_angles(replace(fit_of(np.zeros((24, 3))), **_as_fit(people)))
    for name, bound_deg in (("left_knee_flexion", 5.0), ("right_knee_flexion", 5.0), ("left_elbow_flexion", 6.0)):
        assert np.sqrt(np.mean((found[name] - true[name]) ** 2)) < bound_deg, name


def _as_fit(people: Truth) -> dict[str, Any]:
    count = len(people.t_s)
    every = np.ones(count, np.bool_)
    return {"pose": people.pose, "valid": every, "bridged": ~every, "seen": np.ones((count, 24), np.bool_)}
