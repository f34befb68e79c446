"""How each joint of the body turns: three axes in the order of the clinical convention, and what a body usually does.

Each joint's rotation is a product of three turns about the axes of the T-pose (x to the body's left, y up, z forward).
The first is the large clinical movement, the last the turn about the bone itself (Grood & Suntay 1983; Wu et al. 2002,
2005). In this form a limit is a bound of one number, so that a hinge cannot break, and a habit is a mean and a spread.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vision.types import Float64Array

JOINTS: Final = (
    "pelvis",
    "left_hip",
    "right_hip",
    "spine1",
    "left_knee",
    "right_knee",
    "spine2",
    "left_ankle",
    "right_ankle",
    "spine3",
    "left_foot",
    "right_foot",
    "neck",
    "left_collar",
    "right_collar",
    "head",
    "left_shoulder",
    "right_shoulder",
    "left_elbow",
    "right_elbow",
    "left_wrist",
    "right_wrist",
    "left_hand",
    "right_hand",
)
JOINT_COUNT: Final = len(JOINTS)

_LEGS_AND_TRUNK = "xzy"
_ORDERS: Final = {
    "collar": "zyx",
    "shoulder": "zyx",
    "elbow": "yzx",
    "wrist": "zyx",
    "hand": "zyx",
}
"""By joint without its side; all others turn about x, z, y. The shoulder's order is singular where the upper arm points
straight ahead, which is rarer in football than an arm that hangs or is raised to the side."""


def order_of(joint: str) -> str:
    """Axes of the three turns of a joint, first to last (`xzy`)."""
    return _ORDERS.get(joint.removeprefix("left_").removeprefix("right_"), _LEGS_AND_TRUNK)


ORDERS: Final = np.array([["xyz".index(axis) for axis in order_of(joint)] for joint in JOINTS])
"""`(24, 3)` axis number of each turn."""


@dataclass(frozen=True, slots=True)
class Habit:
    """Mean and spread of the three turns of a joint [deg], in its own order, for the left side.

    A spread of 0: the joint does not turn.
    """

    mean: tuple[float, float, float]
    spread: tuple[float, float, float]


HABITS: Final[dict[str, Habit]] = {
    # Spreads are wide: they decide where keypoints say nothing (twist of a straight arm, the three parts of the back).
    "hip": Habit((-15.0, 5.0, 0.0), (35.0, 15.0, 15.0)),
    "spine1": Habit((3.0, 0.0, 0.0), (10.0, 6.0, 6.0)),
    "spine2": Habit((3.0, 0.0, 0.0), (10.0, 6.0, 6.0)),
    "spine3": Habit((3.0, 0.0, 0.0), (8.0, 5.0, 8.0)),
    "knee": Habit((30.0, 0.0, 0.0), (40.0, 1.5, 4.0)),
    "ankle": Habit((5.0, 0.0, 0.0), (15.0, 6.0, 6.0)),
    "foot": Habit((-5.0, 0.0, 0.0), (10.0, 0.0, 0.0)),
    "neck": Habit((0.0, 0.0, 0.0), (12.0, 8.0, 12.0)),
    "head": Habit((0.0, 0.0, 0.0), (12.0, 8.0, 15.0)),
    "collar": Habit((0.0, 0.0, 0.0), (8.0, 8.0, 0.0)),
    "shoulder": Habit((-55.0, 0.0, 0.0), (45.0, 45.0, 35.0)),
    "elbow": Habit((-45.0, 0.0, 0.0), (45.0, 1.5, 25.0)),
    "wrist": Habit((0.0, 0.0, 0.0), (12.0, 8.0, 0.0)),
    "hand": Habit((0.0, 0.0, 0.0), (0.0, 0.0, 0.0)),
}
"""Proposal: wide for running and kicking, well within `limits.py`; to be tested on recorded motion."""


def mirrored(angles: tuple[float, float, float], order: str) -> tuple[float, float, float]:
    """The same movement of the other side: a mirror at the body's middle keeps turns about x and negates the others."""
    first, second, third = (value if axis == "x" else -value for value, axis in zip(angles, order, strict=True))
    return first, second, third


def _habit_arrays() -> tuple[Float64Array, Float64Array]:
    mean, spread = np.zeros((JOINT_COUNT, 3)), np.zeros((JOINT_COUNT, 3))
    for row, joint in enumerate(JOINTS):
        habit = HABITS.get(joint.removeprefix("left_").removeprefix("right_"))
        if habit is None:
            continue
        mean[row] = mirrored(habit.mean, order_of(joint)) if joint.startswith("right_") else habit.mean
        spread[row] = habit.spread
    return np.radians(mean), np.radians(spread)


HABIT_MEAN, HABIT_SPREAD = _habit_arrays()
"""`(24, 3)` [rad] each; the pelvis, which is free, has zeros."""


def axis_turn(axis: int, angle: Float64Array) -> Float64Array:
    """`(...)` [rad] → `(..., 3, 3)` right-handed turn about the x, y or z axis."""
    cosine, sine = np.cos(angle), np.sin(angle)
    turn = np.zeros((*np.shape(angle), 3, 3))
    following, last = (axis + 1) % 3, (axis + 2) % 3
    turn[..., axis, axis] = 1.0
    turn[..., following, following] = turn[..., last, last] = cosine
    turn[..., following, last], turn[..., last, following] = -sine, sine
    return turn


def from_turns(turns: Float64Array) -> Float64Array:
    """`(..., 24, 3)` turns in each joint's order [rad] → `(..., 24, 3, 3)` rotations."""
    rotations = np.empty((*turns.shape, 3))
    for joint, (first, second, third) in enumerate(ORDERS):
        angle = turns[..., joint, :]
        rotations[..., joint, :, :] = (
            axis_turn(int(first), angle[..., 0])
            @ axis_turn(int(second), angle[..., 1])
            @ axis_turn(int(third), angle[..., 2])
        )
    return rotations


def turns_of(rotation: Float64Array, order: str) -> Float64Array:
    """`(..., 3, 3)` → `(..., 3)` turns about three different axes [rad], the middle one within ±90°."""
    first, second, third = ("xyz".index(axis) for axis in order)
    sign = 1.0 if (second - first) % 3 == 1 else -1.0
    middle = np.arcsin(np.clip(sign * rotation[..., first, third], -1.0, 1.0))
    outer = np.arctan2(-sign * rotation[..., second, third], rotation[..., third, third])
    inner = np.arctan2(-sign * rotation[..., first, second], rotation[..., first, first])
    return np.stack([outer, middle, inner], axis=-1)


def to_turns(rotations: Float64Array) -> Float64Array:
    """`(..., 24, 3, 3)` rotations → `(..., 24, 3)` turns in each joint's order [rad]."""
    return np.stack([turns_of(rotations[..., row, :, :], order_of(joint)) for row, joint in enumerate(JOINTS)], axis=-2)


def rotation_matrices(axis_angle: Float64Array) -> Float64Array:
    """`(..., 3)` axis times angle [rad] → `(..., 3, 3)` (Rodrigues)."""
    angle = np.linalg.norm(axis_angle, axis=-1)[..., None, None]
    safe = np.where(angle > 0, angle, 1.0)
    x, y, z = np.moveaxis(axis_angle / safe[..., 0], -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(*x.shape, 3, 3)
    turned: Float64Array = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross
    return turned


def axis_angles(rotations: Float64Array) -> Float64Array:
    """`(..., 3, 3)` → `(..., 3)` axis times angle in 0-π [rad], NaN where the rotation is not finite."""
    quaternion = quaternions(rotations)
    quaternion = np.where(quaternion[..., :1] < 0, -quaternion, quaternion)
    length = np.linalg.norm(quaternion[..., 1:], axis=-1, keepdims=True)
    angle = 2.0 * np.arctan2(length, quaternion[..., :1])
    found: Float64Array = quaternion[..., 1:] * np.where(length > 0, angle / np.where(length > 0, length, 1.0), 2.0)
    return found


def quaternions(rotations: Float64Array) -> Float64Array:
    """`(..., 3, 3)` → `(..., 4)` unit quaternions, w first; the largest part decides (Shepperd 1978)."""
    m = rotations
    trace = m[..., 0, 0] + m[..., 1, 1] + m[..., 2, 2]
    diagonal = np.stack([trace, m[..., 0, 0], m[..., 1, 1], m[..., 2, 2]], axis=-1)
    a, b, c = m[..., 2, 1] - m[..., 1, 2], m[..., 0, 2] - m[..., 2, 0], m[..., 1, 0] - m[..., 0, 1]
    d, e, f = m[..., 1, 0] + m[..., 0, 1], m[..., 2, 0] + m[..., 0, 2], m[..., 2, 1] + m[..., 1, 2]
    w, x, y, z = np.moveaxis(1.0 + 2.0 * diagonal - trace[..., None], -1, 0)
    rows = np.stack([w, a, b, c, a, x, d, e, b, d, y, f, c, e, f, z], axis=-1).reshape(*trace.shape, 4, 4)
    best = np.argmax(np.where(np.isfinite(diagonal), diagonal, 0.0), axis=-1)
    chosen = np.take_along_axis(rows, best[..., None, None], axis=-2)[..., 0, :]
    unit: Float64Array = chosen / np.linalg.norm(chosen, axis=-1, keepdims=True)
    return unit


def from_quaternions(quaternion: Float64Array) -> Float64Array:
    """`(..., 4)` unit quaternions, w first → `(..., 3, 3)`."""
    w, x, y, z = np.moveaxis(quaternion, -1, 0)
    rows = [
        1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
        2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
        2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
    ]  # fmt: skip
    return np.stack(rows, axis=-1).reshape(*w.shape, 3, 3)
