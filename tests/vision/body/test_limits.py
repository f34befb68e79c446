"""The table of how far joints turn."""

from __future__ import annotations

import numpy as np
import pytest

from vision.body.freedoms import HABIT_MEAN, JOINTS, axis_angles, from_turns, order_of
from vision.body.limits import LIMITS, limits_of, turn_limits
from vision.body.model import open_body


def test_every_joint_has_limits_a_meaning_and_a_source():
    assert {joint.removeprefix("left_").removeprefix("right_") for joint in JOINTS} == set(LIMITS)
    lower, upper = turn_limits()
    assert lower.shape == upper.shape == (24, 3)
    assert (lower < upper).all()
    assert all(limit.meaning and limit.source for limit in LIMITS.values())


def test_what_is_usual_is_possible():
    lower, upper = turn_limits()
    assert ((lower <= HABIT_MEAN) & (upper >= HABIT_MEAN)).all()


def test_the_right_side_is_the_mirror_image():
    for name in JOINTS:
        if not name.startswith("left_"):
            continue
        left, right = limits_of(name), limits_of(name.replace("left_", "right_"))
        for turn, axis in enumerate(order_of(name)):
            assert np.array_equal(right[turn], left[turn] if axis == "x" else -left[turn, ::-1])


@pytest.mark.parametrize(
    ("joint", "end", "angle", "axis", "sign"),
    [
        ("left_hip", "left_ankle", -90.0, 2, 1),
        ("left_knee", "left_ankle", 90.0, 2, -1),
        ("left_ankle", "left_foot", 30.0, 1, -1),
        ("spine1", "head", 30.0, 2, 1),
        ("left_shoulder", "left_wrist", -70.0, 1, -1),
        ("left_elbow", "left_wrist", -90.0, 2, 1),
        ("right_elbow", "right_wrist", 90.0, 2, 1),
        ("left_collar", "left_shoulder", 20.0, 1, 1),
    ],
)
def test_the_larger_end_of_each_range_is_the_way_that_joint_bends(joint, end, angle, axis, sign):
    """Thigh forward, shank back, toes down, trunk forward, arm down, hand forward, collar up: all within the limits."""
    lower, upper = turn_limits()
    turns = np.zeros((1, 24, 3))
    row = JOINTS.index(joint)
    turns[0, row, 0] = np.radians(angle)
    assert lower[row, 0] <= turns[0, row, 0] <= upper[row, 0]
    model = open_body()
    still = model.rest_joints([])[JOINTS.index(end)]
    moved = model.joints(axis_angles(from_turns(turns)), [])[0, JOINTS.index(end)]
    assert sign * (moved - still)[axis] > 0.02
