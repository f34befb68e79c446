"""Joint angles of a fitted body, in one stated convention.

`isb-flexion`: 0° is standing straight with the arms hanging; Grood & Suntay's order (flexion, then ab-/adduction, then
the turn about the bone; Wu et al. 2002, 2005). Knee, hip and elbow flexion +, ankle dorsiflexion + (0: foot square to
shank, as the T-pose stands), abduction + and internal rotation + on both sides. The included angle between two bones
(180° = straight) is another convention and is not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from vision.body.freedoms import JOINTS, order_of, rotation_matrices, turns_of
from vision.body.pose_data import BodyFit
from vision.types import Float64Array

CONVENTION: Final = "isb-flexion"


@dataclass(frozen=True, slots=True)
class Angle:
    """One angle of the table.

    Attributes:
        joint: of the body, without its side.
        turn: which of its three turns (0 first).
        sign: of the left side; the right side has the opposite sign unless the turn is about x.
        meaning: what grows with it.
    """

    joint: str
    turn: int
    sign: float
    meaning: str


PAIRED: Final[dict[str, Angle]] = {
    "hip_flexion": Angle("hip", 0, -1.0, "thigh forward of the pelvis"),
    "hip_abduction": Angle("hip", 1, 1.0, "thigh away from the middle"),
    "hip_rotation": Angle("hip", 2, -1.0, "thigh turned inwards"),
    "knee_flexion": Angle("knee", 0, 1.0, "heel towards the seat"),
    "ankle_dorsiflexion": Angle("ankle", 0, -1.0, "toes towards the shin"),
    "elbow_flexion": Angle("elbow", 0, -1.0, "hand towards the shoulder"),
}
"""Each becomes `left_…` and `right_…`."""
SINGLE: Final[dict[str, str]] = {
    "trunk_flexion": "shoulders forward of the pelvis",
    "trunk_bend": "shoulders to the right of the pelvis",
    "trunk_rotation": "shoulders turned to the left of the pelvis",
}
SHOULDER: Final = "shoulder_elevation"
"""Angle between the upper arm and the trunk's downward axis, 0 hanging, 90 level (`left_`, `right_`)."""


def joint_angles(fit: BodyFit) -> dict[str, Float64Array]:
    """Angles of every frame.

    Returns:
        name → `(T,)` [deg, convention `isb-flexion`]; NaN where the frame has no body, or no keypoint tells the joint.
    """
    rotations = rotation_matrices(fit.pose)
    made = {
        f"{side}_{name}": _told(fit, f"{side}_{angle.joint}", _turn(rotations, side, angle))
        for name, angle in PAIRED.items()
        for side in ("left", "right")
    }
    trunk = rotations[:, _row("spine1")] @ rotations[:, _row("spine2")] @ rotations[:, _row("spine3")]
    flexion, bend, rotation = np.degrees(turns_of(trunk, "xzy")).T
    for name, values in (("trunk_flexion", flexion), ("trunk_bend", -bend), ("trunk_rotation", rotation)):
        made[name] = _told(fit, "spine1", values)
    for side, along in (("left", 1.0), ("right", -1.0)):
        arm = (
            rotations[:, _row(f"{side}_collar")] @ rotations[:, _row(f"{side}_shoulder")] @ np.array([along, 0.0, 0.0])
        )
        made[f"{side}_{SHOULDER}"] = _told(fit, f"{side}_shoulder", np.degrees(np.arccos(np.clip(-arm[:, 1], -1, 1))))
    return made


def _row(joint: str) -> int:
    return JOINTS.index(joint)


def _turn(rotations: Float64Array, side: str, angle: Angle) -> Float64Array:
    order = order_of(angle.joint)
    turns = np.degrees(turns_of(rotations[:, _row(f"{side}_{angle.joint}")], order)[:, angle.turn])
    mirrored = side == "right" and order[angle.turn] != "x"
    found: Float64Array = turns * (-angle.sign if mirrored else angle.sign)
    return found


def _told(fit: BodyFit, joint: str, values: Float64Array) -> Float64Array:
    return np.where(fit.valid & (fit.seen[:, _row(joint)] | fit.bridged), values, np.nan)
