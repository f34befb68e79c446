"""A dressed body as a cloud of coloured surface points that follow its joints."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from vision.body.model import BodyModel
from vision.render.palette import ColourBGR
from vision.synthetic.rendered.gait import (
    ANKLES,
    COLLARS,
    ELBOWS,
    HIPS,
    JOINTS,
    KNEES,
    NECK,
    SHOULDERS,
    SPINES,
    BodyMeasures,
)
from vision.types import Float32Array, Float64Array

POINTS = 16_000
"""Surface points of a body: at 100 px of height and twice the resolution each covers about one pixel."""
TOES, HANDS, WRISTS, HEAD_JOINT = (10, 11), (22, 23), (20, 21), 15
SHIRT_M, SHORTS_M, HAIR_M, SOCK_M = 0.014, 0.03, 0.018, 0.006
"""How far clothes and hair stand off the skin."""
SLEEVE, SHORTS_LEG, SOCK_TOP = 0.62, 0.62, 0.14
"""How far a sleeve reaches along the upper arm, shorts along the thigh; where socks begin below the knee."""
CLOTH_GRAIN = 0.05
"""1σ of the brightness of neighbouring points: folds and weave."""


@dataclass(frozen=True, slots=True)
class Kit:
    """What somebody wears, BGR."""

    shirt: ColourBGR
    shorts: ColourBGR
    socks: ColourBGR
    number: ColourBGR = (240, 240, 240)
    boots: ColourBGR = (35, 35, 38)
    gloves: ColourBGR | None = None
    long_sleeves: bool = False


@dataclass(frozen=True, slots=True)
class Looks:
    """Skin and hair, BGR, and the body's shape."""

    skin: ColourBGR
    hair: ColourBGR
    betas: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class Figure:
    """Surface points of one dressed body at rest, in random order, so that the first n are a coarser body.

    Attributes:
        points, normals: `(3, N)` [m, body frame].
        weights: `(24, N)` of the joints.
        colours: `(N, 3)` BGR 0-255 without light.
        measures: joints at rest and soles.
        parents: `(24,)` of the joints.
        area_m2: of the whole surface.
    """

    points: Float32Array
    normals: Float32Array
    weights: Float32Array
    colours: Float32Array
    measures: BodyMeasures
    parents: NDArray[np.int64]
    area_m2: float

    @property
    def height_m(self) -> float:
        """From the soles to the hair, standing at rest [m]."""
        return float(self.points[1].max() - self.points[1].min())

    def transforms(self, pose: Float64Array, translation: Float64Array) -> Float32Array:
        """`(T, 24, 3, 4)` of each joint from the body at rest to the world, by `(T, 24, 3)` axis-angles [rad]."""
        count, rest = len(pose), self.measures.joints
        turns = Rotation.from_rotvec(pose.reshape(-1, 3)).as_matrix().reshape(count, JOINTS, 3, 3)
        turned, place = np.empty_like(turns), np.empty((count, JOINTS, 3))
        turned[:, 0], place[:, 0] = turns[:, 0], rest[0] + translation
        for joint in range(1, JOINTS):
            parent = self.parents[joint]
            turned[:, joint] = turned[:, parent] @ turns[:, joint]
            place[:, joint] = place[:, parent] + turned[:, parent] @ (rest[joint] - rest[parent])
        shift = place - np.einsum("tjab,jb->tja", turned, rest)
        return np.concatenate([turned, shift[..., None]], axis=3).astype(np.float32)

    def joints(self, transforms: Float32Array) -> Float32Array:
        """`(T, 24, 3)` places of the joints [m, world] by `(T, 24, 3, 4)` transforms."""
        turned = np.einsum("tjab,jb->tja", transforms[..., :3], self.measures.joints)
        return np.asarray(turned + transforms[..., 3], np.float32)

    def posed(self, transforms: Float32Array, count: int) -> tuple[Float32Array, Float32Array]:
        """The first `count` points and normals, each `(3, count)` [m, world], by `(24, 3, 4)` transforms."""
        mixed = transforms.reshape(JOINTS, 12).T @ self.weights[:, :count]
        x, y, z = self.points[:, :count]
        a, b, c = self.normals[:, :count]
        rows = range(0, 12, 4)
        points = [mixed[row] * x + mixed[row + 1] * y + mixed[row + 2] * z + mixed[row + 3] for row in rows]
        normals = [mixed[row] * a + mixed[row + 1] * b + mixed[row + 2] * c for row in rows]
        return np.stack(points), np.stack(normals)


def dress(model: BodyModel, kit: Kit, looks: Looks, seed: int) -> Figure:
    """Sample and paint a body in a kit."""
    rng = np.random.default_rng(seed)
    vertices = np.asarray(model.template, np.float64)
    if looks.betas:
        vertices = vertices + np.asarray(model.shape_directions)[..., : len(looks.betas)] @ np.array(looks.betas)
    joints = np.asarray(model.joint_regressor @ vertices, np.float64)
    faces = np.asarray(model.faces, np.int64)
    corners = vertices[faces]
    crossed = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = np.linalg.norm(crossed, axis=1) / 2
    chosen = rng.choice(len(faces), POINTS, p=area / area.sum())
    share = rng.dirichlet((1.0, 1.0, 1.0), POINTS)
    points = np.einsum("nk,nkd->nd", share, corners[chosen])
    normals = np.einsum("nk,nkd->nd", share, _vertex_normals(crossed, faces, len(vertices))[faces[chosen]])
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-9)
    weights = np.einsum("nk,nkj->nj", share, np.asarray(model.skin_weights)[faces[chosen]])
    measures = BodyMeasures(joints, float(vertices[:, 1].min()))
    colours, off = _paint(points, weights, measures, kit, looks)
    colours *= 1.0 + CLOTH_GRAIN * rng.standard_normal((POINTS, 1))
    return Figure(
        points=_rows(points + off[:, None] * normals),
        normals=_rows(normals),
        weights=_rows(weights),
        colours=colours.astype(np.float32),
        measures=measures,
        parents=np.asarray(model.parents, np.int64),
        area_m2=float(area.sum()),
    )


def _rows(values: Float64Array) -> Float32Array:
    """`(N, K)` → `(K, N)`, each row in one piece."""
    return np.ascontiguousarray(values.T, np.float32)


def _vertex_normals(crossed: Float64Array, faces: NDArray[np.int64], count: int) -> Float64Array:
    normals = np.zeros((count, 3))
    for corner in range(3):
        np.add.at(normals, faces[:, corner], crossed)
    return np.asarray(normals / np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12))


def _paint(
    points: Float64Array, weights: Float64Array, body: BodyMeasures, kit: Kit, looks: Looks
) -> tuple[Float64Array, Float64Array]:
    """Colour of each point and how far its cloth stands off the skin [m]."""
    part = weights.argmax(axis=1)
    colours = np.tile(np.asarray(looks.skin, np.float64), (len(points), 1))
    off = np.zeros(len(points))

    def put(where: NDArray[np.bool_], colour: ColourBGR, stands_off_m: float) -> None:
        colours[where], off[where] = colour, stands_off_m

    put(_hair(points, part, body), looks.hair, HAIR_M)
    sleeve = 1.0 if kit.long_sleeves else SLEEVE
    trunk = np.isin(part, (*SPINES, *COLLARS)) | ((part == 0) & (points[:, 1] > body.joints[0, 1] + 0.03))
    put(trunk, kit.shirt, SHIRT_M)
    for side in (0, 1):
        along = _along(points, body, SHOULDERS[side], ELBOWS[side])
        put((part == SHOULDERS[side]) & (along < sleeve), kit.shirt, SHIRT_M)
        if kit.long_sleeves:
            put(part == ELBOWS[side], kit.shirt, SHIRT_M)
        thigh = _along(points, body, HIPS[side], KNEES[side])
        put((part == HIPS[side]) & (thigh < SHORTS_LEG), kit.shorts, SHORTS_M)
        shin = _along(points, body, KNEES[side], ANKLES[side])
        put((part == KNEES[side]) & (shin > SOCK_TOP), kit.socks, SOCK_M)
        if kit.gloves is not None:
            put(np.isin(part, (WRISTS[side], HANDS[side])), kit.gloves, SHIRT_M)
    put((part == 0) & ~trunk, kit.shorts, SHORTS_M)
    put(np.isin(part, (*ANKLES, *TOES)), kit.boots, SOCK_M)
    put(trunk & _on_back(points, body), kit.number, SHIRT_M)
    return colours, off


def _along(points: Float64Array, body: BodyMeasures, start: int, end: int) -> Float64Array:
    """Share of the way from a joint to the next."""
    bone = body.joints[end] - body.joints[start]
    return np.asarray((points - body.joints[start]) @ bone / (bone @ bone))


def _hair(points: Float64Array, part: NDArray[np.int64], body: BodyMeasures) -> NDArray[np.bool_]:
    """The head but for face and neck: above a plane that rises from the nape to the forehead."""
    head = (part == HEAD_JOINT) | (part == NECK)
    top = points[head, 1].max()
    base = body.joints[HEAD_JOINT, 1]
    middle_z = np.median(points[head, 2])
    height = (points[:, 1] - base) / (top - base)
    return np.asarray((part == HEAD_JOINT) & (height > 0.42 + 2.6 * (points[:, 2] - middle_z)))


def _on_back(points: Float64Array, body: BodyMeasures) -> NDArray[np.bool_]:
    """A number's place between the shoulder blades: two upright bars."""
    low, high = body.joints[SPINES[1], 1] + 0.02, body.joints[COLLARS[0], 1] + 0.02
    x = np.abs(points[:, 0])
    bars = (x > 0.025) & (x < 0.06)
    behind = points[:, 2] < body.joints[SPINES[2], 2]
    return np.asarray(behind & bars & (points[:, 1] > low) & (points[:, 1] < high))
