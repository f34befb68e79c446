"""The body as a chain of turns: where its keypoints are, and how each turn and shape parameter moves them.

A keypoint is a weighted mean of vertices, a vertex a weighted mean of rigid places (linear blend skinning): together a
keypoint is a sum over joints of `rotation · arm + weight · joint place`, so that no vertex is ever made while fitting.
Least squares on such a chain is mechanics: residuals are forces, the gradient of a turn is their torque about its axis,
and the Gauss–Newton matrix is the inertia of the chain with its keypoints as masses (composite bodies: Featherstone,
Rigid Body Dynamics Algorithms, 2008, ch. 6). No Jacobian is ever written out. Everything is batched over frames, in
torch, so that the same code runs on a CUDA device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch

from vision.body.freedoms import HABIT_SPREAD, JOINT_COUNT, JOINTS, ORDERS
from vision.body.model import BodyModel
from vision.types import Float64Array

Tensor: TypeAlias = torch.Tensor
DTYPE = torch.float32
"""Enough: coordinates are metres about the person, and habits keep the normal matrices well conditioned."""
MIN_ARM_WEIGHT = 1e-6

TRUNK_JOINTS = ("spine1", "spine2", "spine3")
LIMB_JOINTS = (
    ("left_hip", "left_knee", "left_ankle", "left_foot"),
    ("right_hip", "right_knee", "right_ankle", "right_foot"),
    ("left_collar", "left_shoulder", "left_elbow", "left_wrist", "left_hand"),
    ("right_collar", "right_shoulder", "right_elbow", "right_wrist", "right_hand"),
    ("neck", "head"),
)
"""Five chains that hang on the trunk and not on each other: the normal matrix has no block between two of them."""
ROOT = 6
"""Parameters of the pelvis: place, then turn."""


@dataclass(frozen=True, slots=True)
class Markers:
    """Points fixed to the body, as they follow from shape and skinning.

    Attributes:
        weight: `(K, 24)` of each joint's place.
        arm_m: `(K, 24, 3)` in each joint's own axes, of the mean shape.
        arm_shapes_m: `(K, 24, 3, B)` per unit of each shape parameter.
    """

    weight: Float64Array
    arm_m: Float64Array
    arm_shapes_m: Float64Array


def joint_markers(model: BodyModel) -> Markers:
    """The 24 joints themselves."""
    shapes = model.shape_directions.shape[2]
    return Markers(
        np.eye(JOINT_COUNT),
        np.zeros((JOINT_COUNT, JOINT_COUNT, 3)),
        np.zeros((JOINT_COUNT, JOINT_COUNT, 3, shapes)),
    )


def vertex_markers(model: BodyModel, regressor: Float64Array) -> Markers:
    """`(K, V)` weights of vertices that make each keypoint."""
    skin = np.asarray(model.skin_weights, np.float64)
    template, shapes = np.asarray(model.template, np.float64), np.asarray(model.shape_directions, np.float64)
    joints = np.asarray(model.joint_regressor, np.float64)
    used = np.flatnonzero(np.abs(regressor).sum(axis=0) > MIN_ARM_WEIGHT)
    share = regressor[:, used, None] * skin[used]
    weight = share.sum(axis=1)
    arm = np.einsum("kvj,vc->kjc", share, template[used]) - weight[:, :, None] * (joints @ template)
    rest_shapes = np.einsum("jv,vcb->jcb", joints, shapes)
    arm_shapes = np.einsum("kvj,vcb->kjcb", share, shapes[used]) - weight[:, :, None, None] * rest_shapes
    return Markers(weight, arm, arm_shapes)


@dataclass(frozen=True, slots=True)
class Posture:
    """Parameters of N frames.

    Attributes:
        root: `(N, 3, 3)` rotation of the pelvis, body → world.
        place: `(N, 3)` of the pelvis joint [m].
        turns: `(N, 24, 3)` [rad]; the pelvis's own row is not used.
    """

    root: Tensor
    place: Tensor
    turns: Tensor

    def rows(self, index: Tensor | slice) -> Posture:
        """Some of the frames."""
        return Posture(self.root[index], self.place[index], self.turns[index])


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the markers of N frames are.

    Attributes:
        joints: `(N, 24, 3)` [m].
        rotations: `(N, 24, 3, 3)` body part → world.
        above: `(N, 24, 3, 3)` each joint's parent's.
        local_axes: `(N, 24, 3, 3)` axes of the three turns in the parent's frame, as rows.
        parts: `(N, 24, K, 3)` what each joint gives to each marker; their sum is the marker.
        markers: `(N, K, 3)` [m].
    """

    joints: Tensor
    rotations: Tensor
    above: Tensor
    local_axes: Tensor
    parts: Tensor
    markers: Tensor

    def rows(self, index: Tensor | slice) -> Reach:
        """Some of the frames."""
        return Reach(*(getattr(self, part)[index] for part in Reach.__slots__))


@dataclass(frozen=True, slots=True)
class Freedoms:
    """The free parameters in order: pelvis (place, turn), trunk, then the limbs, each as long as the longest.

    Attributes:
        joint: `(P - 6,)` joint of each turn.
        turn: `(P - 6,)` which of its three.
        real: `(P - 6,)` false where a shorter limb is filled up.
        trunk: how many parameters are the pelvis's and the trunk's.
        limb: how many each limb has.
    """

    joint: list[int]
    turn: list[int]
    real: list[bool]
    trunk: int
    limb: int

    @classmethod
    def of_habits(cls) -> Freedoms:
        """Those turns that have a spread."""

        def turns(names: tuple[str, ...]) -> list[tuple[int, int]]:
            rows = [JOINTS.index(name) for name in names]
            return [(row, turn) for row in rows for turn in range(3) if HABIT_SPREAD[row, turn] > 0]

        trunk, limbs = turns(TRUNK_JOINTS), [turns(names) for names in LIMB_JOINTS]
        longest = max(len(limb) for limb in limbs)
        hand = JOINTS.index("left_hand")  # does not turn: what fills a limb up changes nothing
        filled = [limb + [(hand, 0)] * (longest - len(limb)) for limb in limbs]
        every = trunk + [pair for limb in filled for pair in limb]
        return cls(
            [joint for joint, _ in every],
            [turn for _, turn in every],
            [bool(HABIT_SPREAD[joint, turn] > 0) for joint, turn in every],
            ROOT + len(trunk),
            longest,
        )


class Chain:
    """One body model with the markers that are to be met."""

    def __init__(self, model: BodyModel, markers: Markers, device: str = "cpu") -> None:
        def tensor(array: Float64Array) -> Tensor:
            return torch.as_tensor(np.asarray(array), dtype=DTYPE, device=device)

        regressor = np.asarray(model.joint_regressor, np.float64)
        self.device = device
        self.parents = [int(parent) for parent in model.parents]
        self.shapes = int(model.shape_directions.shape[2])
        self.count = len(markers.weight)
        self._rest = tensor(regressor @ np.asarray(model.template, np.float64))
        self._rest_shapes = tensor(np.einsum("jv,vcb->jcb", regressor, np.asarray(model.shape_directions, np.float64)))
        self._weight = tensor(markers.weight)
        self._arm, self._arm_shapes = tensor(markers.arm_m), tensor(markers.arm_shapes_m)
        self.freedoms = Freedoms.of_habits()
        self.free_joint = torch.as_tensor(self.freedoms.joint, device=device)
        self.free_turn = torch.as_tensor(self.freedoms.turn, device=device)
        self.real = torch.as_tensor(self.freedoms.real, device=device)
        self.free_count = ROOT + len(self.freedoms.joint)
        self.below = self._descendants()
        self.mass_below = tensor(self.below @ np.asarray(markers.weight).T)
        """`(24, K)`: share of each marker that hangs on each joint."""
        self._joint_below = tensor(self.below)
        self.leads = self._leads()
        self._generators = tensor(_generators())
        self._axis_rows = torch.as_tensor(np.eye(3)[ORDERS], dtype=DTYPE, device=device)
        turning = self._generators[torch.as_tensor(ORDERS, device=device)]
        self._turning, self._turning_twice = turning, turning @ turning
        self._above = [max(parent, 0) for parent in self.parents]

    def _descendants(self) -> Float64Array:
        below = np.eye(JOINT_COUNT)
        for joint in range(JOINT_COUNT - 1, 0, -1):
            below[self.parents[joint]] += below[joint]
        return below

    def _leads(self) -> Tensor:
        """`(P, P)`: 1 where the first parameter moves what the second moves, and comes first."""
        joint = np.array([0] * ROOT + self.freedoms.joint)
        order = np.arange(self.free_count)
        moves = self.below[joint[:, None], joint[None]] > 0
        first = np.where(joint[:, None] == joint[None], order[:, None] <= order[None], moves)
        real = np.array([True] * ROOT + self.freedoms.real)
        return torch.as_tensor(first & real[:, None] & real[None], dtype=DTYPE, device=self.device)

    def rest(self, betas: Tensor) -> Tensor:
        """`(B,)` → `(24, 3)` joints of the T-pose [m]."""
        return self._rest + self._rest_shapes @ betas

    def reach(self, posture: Posture, betas: Tensor) -> Reach:
        """Joints, axes and markers of each frame."""
        first, middle, last = self._local(posture.turns).unbind(dim=2)
        two = first @ middle
        local = two @ last
        local_axes = torch.stack(
            [self._axis_rows[:, 0].expand(len(first), -1, -1), self._column(first, 1), self._column(two, 2)], dim=2
        )
        rest = self.rest(betas)
        rotations, joints = [posture.root], [posture.place]
        for joint in range(1, JOINT_COUNT):
            parent = self.parents[joint]
            rotations.append(rotations[parent] @ local[:, joint])
            joints.append(joints[parent] + rotations[parent] @ (rest[joint] - rest[parent]))
        turned, places = torch.stack(rotations, dim=1), torch.stack(joints, dim=1)
        arm = (self._arm + self._arm_shapes @ betas).permute(1, 0, 2)
        parts = arm @ turned.transpose(2, 3) + self._weight.T[..., None] * places[:, :, None]
        return Reach(places, turned, turned[:, self._above], local_axes, parts, parts.sum(dim=1))

    def _local(self, turns: Tensor) -> Tensor:
        """`(N, 24, 3)` → `(N, 24, 3, 3, 3)` the three turns of each joint."""
        cosine, sine = torch.cos(turns)[..., None, None], torch.sin(turns)[..., None, None]
        eye = torch.eye(3, dtype=DTYPE, device=self.device)
        return eye + sine * self._turning + (1.0 - cosine) * self._turning_twice

    def _column(self, rotations: Tensor, turn: int) -> Tensor:
        """The axis of a later turn, as the turns before it have left it."""
        return (rotations @ self._axis_rows[:, turn, :, None])[..., 0]

    def screws(self, reach: Reach) -> Tensor:
        """`(N, P, 6)`: angular and linear velocity (at the origin) of what each parameter moves."""
        frames = len(reach.joints)
        axes = (reach.local_axes @ reach.above.transpose(2, 3))[:, self.free_joint, self.free_turn]
        axes = axes * self.real[:, None]
        screws = torch.zeros((frames, self.free_count, 6), dtype=DTYPE, device=self.device)
        eye = torch.eye(3, dtype=DTYPE, device=self.device)
        screws[:, :3, 3:] = eye
        screws[:, 3:6, :3] = eye
        screws[:, 3:6, 3:] = torch.linalg.cross(reach.joints[:, :1], eye[None])
        screws[:, ROOT:, :3] = axes
        screws[:, ROOT:, 3:] = torch.linalg.cross(reach.joints[:, self.free_joint], axes)
        return screws

    def wrenches(self, reach: Reach, forces: Tensor) -> Tensor:
        """`(N, K, F, 3)` forces on markers → `(N, 24, F, 6)` torque about the origin and force a joint carries."""
        frames, count, sets, _ = forces.shape
        x, y, z = (forces[..., axis] for axis in range(3))
        px, py, pz = (reach.parts[..., axis] for axis in range(3))
        torque = torch.stack([py @ z - pz @ y, pz @ x - px @ z, px @ y - py @ x], dim=3)
        force = (self._weight.T @ forces.reshape(frames, count, sets * 3)).reshape(frames, JOINT_COUNT, sets, 3)
        return self.gathered(torch.cat([torque, force], dim=3))

    def gathered(self, own: Tensor) -> Tensor:
        """`(N, 24, ...)` of each joint's own part → of all that hangs on it."""
        parts = list(own.unbind(dim=1))
        for joint in range(JOINT_COUNT - 1, 0, -1):
            parts[self.parents[joint]] = parts[self.parents[joint]] + parts[joint]
        return torch.stack(parts, dim=1)

    def slope(self, screws: Tensor, wrenches: Tensor) -> Tensor:
        """`(N, P, F)`: work of the forces per unit of each parameter."""
        hanging = torch.cat([wrenches[:, :1].expand(-1, ROOT, -1, -1), wrenches[:, self.free_joint]], dim=1)
        return (hanging @ screws[..., None])[..., 0]

    def inertia(self, reach: Reach, screws: Tensor, information: Tensor) -> Tensor:
        """Gauss–Newton matrix `(N, P, P)` for the information `(N, K, 3, 3)` about each marker.

        A marker that several joints share counts as split among them: the matrix only steers the steps.
        """
        return self._inertia(reach.markers, self.mass_below, screws, information)

    def joint_inertia(self, reach: Reach, screws: Tensor) -> Tensor:
        """`(N, P, P)`: as `inertia`, for information 1 about each of the 24 joints."""
        eye = torch.eye(3, dtype=DTYPE, device=self.device).expand(len(reach.joints), JOINT_COUNT, 3, 3)
        return self._inertia(reach.joints, self._joint_below, screws, eye)

    def _inertia(self, places: Tensor, mass_below: Tensor, screws: Tensor, information: Tensor) -> Tensor:
        frames, count = places.shape[:2]
        x, y, z = places.unbind(dim=2)
        zero = torch.zeros_like(x)
        turn = torch.stack([zero, z, -y, -z, zero, x, y, -x, zero], dim=2).reshape(frames, count, 3, 3)
        by_turn = information @ turn
        top = torch.cat([turn.transpose(2, 3) @ by_turn, by_turn.transpose(2, 3)], dim=3)
        spatial = torch.cat([top, torch.cat([by_turn, information], dim=3)], dim=2)
        composite = (mass_below @ spatial.reshape(frames, count, 36)).reshape(frames, JOINT_COUNT, 6, 6)
        hanging = torch.cat([composite[:, :1].expand(-1, ROOT, -1, -1), composite[:, self.free_joint]], dim=1)
        momentum = (hanging @ screws[..., None])[..., 0]
        half = (screws @ momentum.transpose(1, 2)) * self.leads
        diagonal = half.diagonal(dim1=1, dim2=2)
        whole = half + half.transpose(1, 2)
        whole.diagonal(dim1=1, dim2=2).sub_(diagonal)
        return whole

    def shape_motion(self, reach: Reach) -> Tensor:
        """`(N, K, B, 3)`: movement of each marker per unit of each shape parameter, the pelvis staying in place."""
        moved = [torch.zeros((len(reach.joints), 3, self.shapes), dtype=DTYPE, device=self.device)]
        for joint in range(1, JOINT_COUNT):
            parent = self.parents[joint]
            bone = self._rest_shapes[joint] - self._rest_shapes[parent]
            moved.append(moved[parent] + reach.rotations[:, parent] @ bone)
        places = torch.stack(moved, dim=1)
        arms = torch.einsum("njxc,kjcb->nkbx", reach.rotations, self._arm_shapes)
        return arms + torch.einsum("kj,njxb->nkbx", self._weight, places)

    def moved(self, posture: Posture, step: Tensor) -> Posture:
        """Add `(N, P)` to the free parameters."""
        turns = posture.turns.clone()
        turns[:, self.free_joint, self.free_turn] += step[:, ROOT:]
        return Posture(_small_turn(step[:, 3:6]) @ posture.root, posture.place + step[:, :3], turns)

    def free(self, turns: Tensor) -> Tensor:
        """`(N, 24, 3)` → `(N, P - 6)` the free turns."""
        return turns[:, self.free_joint, self.free_turn]


def _generators() -> Float64Array:
    """`(3, 3, 3)`: the cross product with each axis."""
    made = np.zeros((3, 3, 3))
    for axis in range(3):
        following, last = (axis + 1) % 3, (axis + 2) % 3
        made[axis, following, last], made[axis, last, following] = -1.0, 1.0
    return made


def _small_turn(vector: Tensor) -> Tensor:
    """`(N, 3)` axis times angle → `(N, 3, 3)`."""
    angle = vector.norm(dim=1).clamp_min(1e-12)[:, None, None]
    x, y, z = (vector / angle[:, :, 0]).unbind(dim=1)
    zero = torch.zeros_like(x)
    cross = torch.stack([zero, -z, y, z, zero, -x, -y, x, zero], dim=1).reshape(-1, 3, 3)
    eye = torch.eye(3, dtype=vector.dtype, device=vector.device)
    return eye + torch.sin(angle) * cross + (1.0 - torch.cos(angle)) * (cross @ cross)
