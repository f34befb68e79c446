"""A first posture straight from keypoints in space: the trunk as a rigid body, then each limb by its own bones.

The trunk's hips and shoulders are laid on the seen ones (Kabsch 1976, all frames at once). A limb's first joint turns
so that its bone points where it was seen and the next one lies in the plane of the hinge; the hinge opens by the angle
between them. Where the limb is nearly straight that plane is noise: the turn about the bone is then the natural one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.body.freedoms import HABIT_MEAN, JOINTS, order_of, turns_of
from vision.types import BoolArray, Float64Array

TRUNK = (
    "left_shoulder",
    "right_shoulder",
    "left_hip",
    "right_hip",
    "neck",
    "hip",
    "pelvis",
    "spine1",
    "spine2",
    "spine3",
    "left_collar",
    "right_collar",
)
CORNERS = TRUNK[:4]
STRAIGHT_SINE, BENT_SINE = 0.15, 0.35
"""Between 9° and 20° of bend the plane of the limb takes over from the natural turn."""


@dataclass(frozen=True, slots=True)
class Limb:
    """Three joints in a row, the middle one a hinge.

    Attributes:
        names: first, hinge, end.
        hinge_axis: about which the hinge bends in the T-pose, right-handed.
        one_way: the hinge's plane is known but for noise (knees bend backwards).
    """

    names: tuple[str, str, str]
    hinge_axis: tuple[float, float, float]
    one_way: bool


LIMBS = (
    Limb(("left_hip", "left_knee", "left_ankle"), (1.0, 0.0, 0.0), one_way=True),
    Limb(("right_hip", "right_knee", "right_ankle"), (1.0, 0.0, 0.0), one_way=True),
    Limb(("left_shoulder", "left_elbow", "left_wrist"), (0.0, -1.0, 0.0), one_way=False),
    Limb(("right_shoulder", "right_elbow", "right_wrist"), (0.0, 1.0, 0.0), one_way=False),
)


@dataclass(frozen=True, slots=True)
class Stance:
    """The body in its habitual posture, its pelvis unturned.

    Attributes:
        rest_m: `(24, 3)` joints of the T-pose.
        joints_m: `(24, 3)` joints.
        rotations: `(24, 3, 3)` of the joints.
        markers_m: `(K, 3)` keypoints.
        parents: of the joints.
    """

    rest_m: Float64Array
    joints_m: Float64Array
    rotations: Float64Array
    markers_m: Float64Array
    parents: Sequence[int]


def trunk_rows(names: Sequence[str]) -> list[int]:
    """Which keypoints belong to the trunk."""
    return [row for row, name in enumerate(names) if name in TRUNK]


def start(
    points: Float64Array, names: Sequence[str], stance: Stance
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """First postures.

    Args:
        points: `(N, K, 3)` keypoints [m]; NaN where not seen; at least three of the trunk in each frame.
        names: of the keypoints.
        stance: the body.

    Returns:
        `(N, 3, 3)` rotation and `(N, 3)` place of the pelvis, `(N, 24, 3)` turns.
    """
    rows = trunk_rows(names)
    root, place = rigid(stance.markers_m[rows], points[:, rows])
    place = place + root @ stance.joints_m[0]
    turns = np.broadcast_to(HABIT_MEAN, (len(points), *HABIT_MEAN.shape)).copy()
    for limb in LIMBS:
        if all(name in names for name in limb.names[:2]):
            _bend(turns, limb, _limb_points(points, names, limb), (root, stance))
    return root, place, turns


def rigid(model: Float64Array, points: Float64Array) -> tuple[Float64Array, Float64Array]:
    """`(k, 3)` onto each of `(N, k, 3)`: rotation `(N, 3, 3)` and shift `(N, 3)` (Kabsch 1976)."""
    weight = np.asarray(np.isfinite(points).all(axis=2), np.float64)[..., None]
    total = np.maximum(weight.sum(axis=1), 1.0)
    seen = np.where(weight > 0, points, 0.0)
    middle, model_middle = seen.sum(axis=1) / total, (weight * model).sum(axis=1) / total
    spread = np.swapaxes(weight * (model - model_middle[:, None]), 1, 2) @ (weight * (seen - middle[:, None]))
    left, _, right = np.linalg.svd(spread)
    proper = np.linalg.det(left @ right)
    right[:, 2] *= np.where(proper < 0, -1.0, 1.0)[:, None]
    rotation = np.swapaxes(left @ right, 1, 2)
    return rotation, middle - (rotation @ model_middle[..., None])[..., 0]


def _limb_points(points: Float64Array, names: Sequence[str], limb: Limb) -> Float64Array:
    """`(3, N, 3)`; a last joint that the skeleton lacks is not seen."""
    missing = np.full(points[:, 0].shape, np.nan)
    return np.stack([points[:, names.index(name)] if name in names else missing for name in limb.names])


def _bend(turns: Float64Array, limb: Limb, points: Float64Array, body: tuple[Float64Array, Stance]) -> None:
    """Set the turns of the limb's first joint and hinge where they were seen."""
    root, stance = body
    first, hinge, end = (JOINTS.index(name) for name in limb.names)
    above = root @ stance.rotations[stance.parents[first]]
    upper = _unit(np.einsum("nji,nj->ni", above, points[1] - points[0]))
    lower = _unit(np.einsum("nji,nj->ni", above, points[2] - points[1]))
    bone = _unit(stance.rest_m[hinge] - stance.rest_m[first])
    axis = np.asarray(limb.hinge_axis) - bone * (bone @ limb.hinge_axis)
    natural = _swing(bone, upper, _unit(axis))
    normal = np.cross(upper, lower)
    sine = np.linalg.norm(normal, axis=1)
    share = np.nan_to_num(np.clip((sine - STRAIGHT_SINE) / (BENT_SINE - STRAIGHT_SINE), 0.0, 1.0))
    agree = np.einsum("ni,ni->n", normal, natural)
    if limb.one_way:
        share = np.where(agree > 0, share, 0.0)
    across = _unit(share[:, None] * np.nan_to_num(_unit(normal)) + (1.0 - share[:, None]) * natural)
    turned = _frame(upper, across) @ _frame(bone[None], _unit(axis)[None]).transpose(0, 2, 1)
    seen = np.isfinite(turned).all(axis=(1, 2))
    turns[seen, first] = turns_of(turned[seen], order_of(limb.names[0]))
    angle = np.arctan2(sine, np.einsum("ni,ni->n", upper, lower))
    if limb.one_way:
        angle = np.where(agree > 0, angle, 0.0)
    rest_bone = _unit(stance.rest_m[end] - stance.rest_m[hinge])
    rest_angle = np.arctan2(np.cross(bone, rest_bone) @ limb.hinge_axis, bone @ rest_bone)
    bent: BoolArray = np.isfinite(sine)
    turns[bent, hinge, 0] = sum(limb.hinge_axis) * (angle[bent] - rest_angle)


def _unit(vectors: Float64Array) -> Float64Array:
    with np.errstate(invalid="ignore", divide="ignore"):
        made: Float64Array = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return made


def _frame(along: Float64Array, across: Float64Array) -> Float64Array:
    """`(N, 3)` bone and hinge axis → `(N, 3, 3)` right-handed columns; the axis is made square to the bone."""
    square = _unit(across - along * np.sum(across * along, axis=1, keepdims=True))
    return np.stack([along, square, np.cross(along, square)], axis=2)


def _swing(bone: Float64Array, upper: Float64Array, axis: Float64Array) -> Float64Array:
    """`(N, 3)`: where the shortest turn from the rest bone to the seen one takes the hinge's axis."""
    cross = np.cross(bone, upper)
    cosine = upper @ bone
    closing = 1.0 / np.maximum(1.0 + cosine, 1e-3)
    turned: Float64Array = (
        cosine[:, None] * axis + np.cross(cross, axis) + closing[:, None] * cross * (cross @ axis)[:, None]
    )
    return turned
