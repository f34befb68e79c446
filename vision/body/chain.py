"""The body as a chain of turns: where its keypoints are, and how each turn and shape parameter moves them.

A keypoint is a weighted mean of vertices, a vertex a weighted mean of rigid places (linear blend skinning): together a
keypoint is a sum over joints of `rotation · arm + weight · joint place`, so that no vertex is ever made while fitting.
Least squares on such a chain is mechanics: residuals are forces, and the Gauss–Newton matrix is the inertia of the
chain with its keypoints as masses; `vision.body.sweeps` solves it joint by joint. No Jacobian is ever written out.

Everything is batched over frames, **the last axis of every array**: a product of two small matrices is then a few
additions of long rows, which is what processors are fast at (four times a batch of 3 × 3 products). In torch, so that
the same code runs on a CUDA device.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
import torch

from vision.body.freedoms import JOINT_COUNT, ORDERS
from vision.body.levels import Freedoms
from vision.body.model import BodyModel
from vision.types import Float64Array, IndexArray

Tensor: TypeAlias = torch.Tensor
DTYPE = torch.float32
"""Enough: coordinates are metres about the person, and habits keep the normal matrices well conditioned."""
MIN_ARM_WEIGHT = 1e-6

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
        root: `(3, 3, N)` rotation of the pelvis, body → world.
        place: `(3, N)` of the pelvis joint [m].
        turns: `(F, N)` free turns, in the order of `Freedoms` [rad].
    """

    root: Tensor
    place: Tensor
    turns: Tensor

    def rows(self, index: Tensor | slice) -> Posture:
        """Some of the frames."""
        return Posture(self.root[..., index], self.place[..., index], self.turns[..., index])


@dataclass(frozen=True, slots=True)
class Reach:
    """Where the body of N frames is.

    Attributes:
        basis: `(3, 96, N)`: the columns of the rotations of the 24 body parts (all first ones, then all second, all
            third ones; body part → world), then the joints from the pelvis [m].
        waves: `(2 F + 2, N)` cosines and sines of the free turns, a row of ones, a row of zeros.
        markers: `(3, K, N)` [m].
    """

    basis: Tensor
    waves: Tensor
    markers: Tensor

    @property
    def joints(self) -> Tensor:
        """`(3, 24, N)` from the pelvis [m]."""
        return self.basis[:, 3 * JOINT_COUNT :]

    @property
    def rotations(self) -> Tensor:
        """`(3, 3, 24, N)` body part → world."""
        return self.basis[:, : 3 * JOINT_COUNT].view(3, 3, JOINT_COUNT, -1)

    def rows(self, index: Tensor | slice) -> Reach:
        """Some of the frames."""
        return Reach(self.basis[..., index], self.waves[..., index], self.markers[..., index])


@dataclass(frozen=True, slots=True)
class Figure:
    """What a shape sets.

    Attributes:
        bones: `(3, 24, 1)` each joint from its parent in the T-pose, the pelvis's own 0 [m].
        levers: `(K, 96)`: each marker as a sum of the columns of `Reach.basis`.
    """

    bones: Tensor
    levers: Tensor


class Chain:
    """One body model with the markers that are to be met."""

    def __init__(self, model: BodyModel, markers: Markers, device: str = "cpu") -> None:
        regressor = np.asarray(model.joint_regressor, np.float64)
        shapes = np.asarray(model.shape_directions, np.float64)
        self.device = device
        self.parents = [int(parent) for parent in model.parents]
        self.shapes = int(shapes.shape[2])
        self.count = len(markers.weight)
        self.freedoms = Freedoms.of_habits(self.parents)
        self.free_count = ROOT + len(self.freedoms.joint)
        self.free_joint = self._index(self.freedoms.joint)
        self.below = self._descendants()
        self.mass_below = self.tensor(self.below @ markers.weight.T)
        """`(24, K)`: share of each marker that hangs on each joint."""
        self.gather = self.tensor(self.below)
        """`(24, 24)`: sums over what hangs on each joint."""
        self.mass = self.tensor(markers.weight.T)
        self._rest = self.tensor(regressor @ np.asarray(model.template, np.float64))
        self._rest_shapes = self.tensor(np.einsum("jv,vcb->jcb", regressor, shapes))
        self._arm = self.tensor(markers.arm_m.transpose(0, 2, 1).reshape(self.count, -1))
        self._arm_shapes = self.tensor(markers.arm_shapes_m.transpose(3, 0, 2, 1).reshape(self.shapes, self.count, -1))
        self._weight = self.tensor(markers.weight)
        self._above = self._index([0, *self.parents[1:]])
        levels = self.freedoms.levels
        self.level_sizes = [1, *(level.joints for level in levels)]
        self.level_parents = [self._index(level.parents) for level in levels]
        self.slot_sizes = [slot.turns for level in levels for slot in level.slots]
        self._build_turning()

    def tensor(self, array: Float64Array) -> Tensor:
        """On the chain's device."""
        return torch.as_tensor(np.asarray(array), dtype=DTYPE, device=self.device)

    def _index(self, rows: Sequence[int] | IndexArray) -> Tensor:
        return torch.as_tensor(np.asarray(rows, np.int64), device=self.device)

    def _descendants(self) -> Float64Array:
        below = np.eye(JOINT_COUNT)
        for joint in range(JOINT_COUNT - 1, 0, -1):
            below[self.parents[joint]] += below[joint]
        return below

    def _build_turning(self) -> None:
        """Index tables: from free turns to the three of every joint, and from its own axes to x, y, z."""
        free = len(self.freedoms.joint)
        one, zero = 2 * free, 2 * free + 1
        cosine, sine = np.full((3, JOINT_COUNT), one), np.full((3, JOINT_COUNT), zero)
        for row, (joint, turn) in enumerate(zip(self.freedoms.joint, self.freedoms.turn, strict=True)):
            cosine[turn, joint], sine[turn, joint] = row, free + row
        self._cosine, self._sine = self._index(cosine.ravel()), self._index(sine.ravel())
        handed = np.where((ORDERS[:, 1] - ORDERS[:, 0]) % 3 == 1, 1.0, -1.0)
        self._handed = self.tensor(handed[:, None])
        place = np.argsort(ORDERS, axis=1)
        entry = (3 * place[:, :, None] + place[:, None, :]) * JOINT_COUNT + np.arange(JOINT_COUNT)[:, None, None]
        self._entry = self._index(entry.transpose(1, 2, 0).ravel())
        self._build_axes(handed, cosine, sine)

    def _build_axes(self, handed: Float64Array, cosine: Float64Array, sine: Float64Array) -> None:
        """Each free turn's axis as the sum of two columns of `Reach.basis` times two rows of `Reach.waves`."""
        one, zero = 2 * len(self.freedoms.joint), 2 * len(self.freedoms.joint) + 1
        columns, rows, sign = np.zeros((2, one // 2), int), np.zeros((2, one // 2), int), np.ones(one // 2)
        for number, (joint, turn) in enumerate(zip(self.freedoms.joint, self.freedoms.turn, strict=True)):
            first, second, third = (int(axis) * JOINT_COUNT for axis in ORDERS[joint])
            above = self.parents[joint]
            columns[:, number] = [(first + above,) * 2, (second + above, third + above), (third + joint,) * 2][turn]
            rows[:, number] = (cosine[0, joint], sine[0, joint]) if turn == 1 else (one, zero)
            sign[number] = handed[joint]
        self._axis_columns, self._axis_rows = self._index(columns.ravel()), self._index(rows.ravel())
        self._axis_sign = self.tensor(sign[:, None])

    def rest(self, betas: Tensor) -> Tensor:
        """`(B,)` → `(24, 3)` joints of the T-pose [m]."""
        return self._rest + self._rest_shapes @ betas

    def figure(self, betas: Tensor) -> Figure:
        """What a shape `(B,)` sets."""
        rest = self.rest(betas)
        arm = self._arm + torch.tensordot(betas, self._arm_shapes, dims=1)
        return Figure((rest - rest[self._above]).T[..., None].contiguous(), torch.cat([arm, self._weight], dim=1))

    def waves(self, turns: Tensor) -> Tensor:
        """`(F, N)` → see `Reach`."""
        ends = torch.ones((2, turns.shape[1]), dtype=turns.dtype, device=turns.device)
        ends[1] = 0.0
        return torch.cat([torch.cos(turns), torch.sin(turns), ends])

    def local(self, waves: Tensor) -> Tensor:
        """`(3, 3, 24, N)` rotation of each joint in its parent; the pelvis's is none."""
        frames = waves.shape[1]
        ca, cb, cc = waves.index_select(0, self._cosine).reshape(3, JOINT_COUNT, frames).unbind(0)
        sines = waves.index_select(0, self._sine).reshape(3, JOINT_COUNT, frames) * self._handed.to(waves.dtype)
        sa, sb, sc = sines.unbind(0)
        sab, cab = sa * sb, ca * sb
        own = torch.cat(
            [
                *(cb * cc, -cb * sc, sb),
                *(torch.addcmul(ca * sc, sab, cc), torch.addcmul(ca * cc, sab, sc, value=-1), -sa * cb),
                *(torch.addcmul(sa * sc, cab, cc, value=-1), torch.addcmul(sa * cc, cab, sc), ca * cb),
            ]
        )
        return own.index_select(0, self._entry).reshape(3, 3, JOINT_COUNT, frames)

    def reach(self, posture: Posture, figure: Figure) -> Reach:
        """Rotations, joints and markers of each frame."""
        frames = posture.turns.shape[1]
        waves = self.waves(posture.turns)
        local = self.local(waves)
        basis = torch.empty((3, 4 * JOINT_COUNT, frames), dtype=DTYPE, device=self.device)
        turned = basis[:, : 3 * JOINT_COUNT].view(3, 3, JOINT_COUNT, frames)
        turned[:, :, 0] = posture.root
        levels, own = torch.split(turned, self.level_sizes, 2), torch.split(local, self.level_sizes, 2)
        for number in range(1, len(levels)):
            _product(self.handed_on(levels[number - 1], number - 1), own[number], levels[number])
        bones = self._along(turned, figure.bones)
        torch.matmul(self.gather.T, bones, out=basis[:, 3 * JOINT_COUNT :])
        return Reach(basis, waves, torch.matmul(figure.levers, basis) + posture.place[:, None])

    def handed_on(self, values: Tensor, level: int) -> Tensor:
        """`(..., J, N)` of the joints before a level → of the parents of its joints."""
        rows = self.freedoms.levels[level]
        if rows.apart:
            return values.narrow(-2, rows.parents[0], rows.joints)
        return values.index_select(-2, self.level_parents[level])

    def handed_back(self, values: Tensor, level: int, parents: Tensor) -> None:
        """Add `(..., J, N)` of the joints of a level to their parents."""
        rows = self.freedoms.levels[level]
        if rows.apart:
            parents.narrow(-2, rows.parents[0], rows.joints).add_(values)
        else:
            parents.index_add_(-2, self.level_parents[level], values)

    def _along(self, turned: Tensor, bones: Tensor) -> Tensor:
        """`(3, 3, 24, N)` and `(3, 24, 1)` or `(3, 24, B)` → `(3, 24, N)` bones as their parents hold them."""
        above = turned.index_select(2, self._above)
        made = above[:, 0] * bones[0]
        return made.addcmul_(above[:, 1], bones[1]).addcmul_(above[:, 2], bones[2])

    def screws(self, reach: Reach) -> Tensor:
        """`(6, F, N)`: linear velocity at the pelvis, then angular velocity, of what each free turn moves."""
        free, frames = len(self.freedoms.joint), reach.basis.shape[2]
        columns = reach.basis.index_select(1, self._axis_columns).view(3, 2, free, frames)
        rows = reach.waves.index_select(0, self._axis_rows).view(2, free, frames)
        axes = (columns[:, 0] * rows[0]).addcmul_(columns[:, 1], rows[1] * self._axis_sign)
        through = reach.joints.index_select(1, self.free_joint)
        return torch.cat([torch.linalg.cross(through, axes, dim=0), axes])

    def wrenches(self, reach: Reach, figure: Figure, forces: Tensor) -> Tensor:
        """`(3, K, N)` or `(3, S, K, N)` forces on markers → `(6, ..., 24, N)` force and torque on each body part.

        Torques are about the pelvis.
        """
        pushed = torch.matmul(figure.levers.T, forces)
        basis = reach.basis if forces.ndim == 3 else reach.basis[:, None]
        torque = torch.linalg.cross(basis.expand_as(pushed), pushed, dim=0)
        torque = torque.view(*torque.shape[:-2], 4, JOINT_COUNT, torque.shape[-1]).sum(dim=-3)
        return torch.cat([pushed[..., 3 * JOINT_COUNT :, :], torque])

    def slope(self, screws: Tensor, wrenches: Tensor) -> Tensor:
        """`(P, N)`: work of the wrenches `(6, 24, N)` per unit of each parameter."""
        hanging = torch.matmul(self.gather, wrenches)
        turns = (screws * hanging.index_select(1, self.free_joint)).sum(dim=0)
        return torch.cat([hanging[:, 0], turns])

    def inertia(self, posture: Posture, reach: Reach, information: Tensor) -> Tensor:
        """`(6, 6, 24, N)` of each body part alone, about the pelvis, for `(3, 3, K, N)` information about each marker.

        A marker that several joints share counts as split among them: the matrix only steers the steps.
        """
        x, y, z = (reach.markers - posture.place[:, None]).unbind(0)
        spatial = torch.empty((6, 6, *x.shape), dtype=DTYPE, device=self.device)
        spatial[:3, :3] = information
        side = spatial[:3, 3:]
        torch.addcmul(information[:, 2] * y, information[:, 1], z, value=-1, out=side[:, 0])
        torch.addcmul(information[:, 0] * z, information[:, 2], x, value=-1, out=side[:, 1])
        torch.addcmul(information[:, 1] * x, information[:, 0], y, value=-1, out=side[:, 2])
        spatial[3:, :3] = side.transpose(0, 1)
        torch.addcmul(y * side[2], z, side[1], value=-1, out=spatial[3, 3:])
        torch.addcmul(z * side[0], x, side[2], value=-1, out=spatial[4, 3:])
        torch.addcmul(x * side[1], y, side[0], value=-1, out=spatial[5, 3:])
        return torch.matmul(self.mass, spatial)

    def shape_motion(self, reach: Reach) -> Tensor:
        """`(3, B, K, N)`: movement of each marker per unit of each shape parameter, the pelvis staying in place."""
        frames = reach.basis.shape[2]
        turned = reach.basis[:, : 3 * JOINT_COUNT].view(3, 3, 1, JOINT_COUNT, frames)
        above = turned.index_select(3, self._above)
        bones = (self._rest_shapes - self._rest_shapes[self._above]).permute(1, 2, 0)[..., None]
        along = (above[:, 0] * bones[0]).addcmul_(above[:, 1], bones[1]).addcmul_(above[:, 2], bones[2])
        places = torch.matmul(self._weight @ self.gather.T, along)
        return places + torch.matmul(self._arm_shapes, reach.basis[:, None, : 3 * JOINT_COUNT])

    def moved(self, posture: Posture, step: Tensor) -> Posture:
        """Add `(P, N)` to the free parameters."""
        root = _product(_small_turn(step[3:ROOT]), posture.root)
        return Posture(root, posture.place + step[:3], posture.turns + step[ROOT:])


def _product(left: Tensor, right: Tensor, out: Tensor | None = None) -> Tensor:
    """`(3, 3, ...)` times `(3, 3, ...)`."""
    columns, rows = left.unsqueeze(2).unbind(1), right.unbind(0)
    made = (columns[0] * rows[0]).addcmul_(columns[1], rows[1])
    return torch.addcmul(made, columns[2], rows[2], out=out)


def _small_turn(vector: Tensor) -> Tensor:
    """`(3, N)` axis times angle → `(3, 3, N)`."""
    angle = vector.norm(dim=0).clamp_min(1e-12)
    x, y, z = vector / angle
    cosine, sine = torch.cos(angle), torch.sin(angle)
    rest = 1.0 - cosine
    rows = [cosine + rest * x * x, rest * x * y - sine * z, rest * x * z + sine * y]
    rows += [rest * x * y + sine * z, cosine + rest * y * y, rest * y * z - sine * x]
    rows += [rest * x * z - sine * y, rest * y * z + sine * x, cosine + rest * z * z]
    return torch.stack(rows).reshape(3, 3, -1)
