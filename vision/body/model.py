"""A body as a mesh that bends: shape by a few numbers, pose by the rotations of 24 joints, in SMPL's form.

Frame of the T-pose: x to the body's own left, y up, z forward, metres. The pose's first rotation (the pelvis) turns it
into any other frame. The open body comes with the project (`make_open_body.py` makes it); licensed SMPL and SMPL-X
files are used where the user has them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

from vision.body.arrays import BodyArrays
from vision.body.freedoms import JOINT_COUNT, rotation_matrices
from vision.body.licensed import read_body_file
from vision.body.skinning import joint_places, skin
from vision.errors import ModelError, VisionError
from vision.types import Float32Array, Float64Array, check_shape

OPEN_BODY: Final = Path(__file__).parent / "data" / "open_body.npz"
GENDERS: Final = ("neutral", "female", "male")
FRAMES_AT_ONCE: Final = 64
"""Frames skinned together: 13,718 vertices need 50 MB."""


@dataclass(frozen=True, slots=True)
class Posed:
    """A body in T poses.

    Attributes:
        vertices: `(T, V, 3)` [m].
        joints: `(T, 24, 3)` [m].
    """

    vertices: Float32Array
    joints: Float32Array


class BodyModel(BodyArrays):
    """One body in SMPL's form (its arrays: `BodyArrays`)."""

    @classmethod
    def load(cls, path: Path) -> BodyModel:
        """Read the open body's or a licensed SMPL or SMPL-X file (`.npz`, `.pkl`).

        Raises:
            ModelError: the file is missing, is not a body model, or holds what a body model does not.
        """
        arrays = read_body_file(path)
        return cls(**{field.name: getattr(arrays, field.name) for field in fields(arrays)})

    @property
    def shape_count(self) -> int:
        """How many shape parameters there are (B)."""
        return int(self.shape_directions.shape[2])

    def shaped(self, betas: Float32Array | Float64Array) -> Float32Array:
        """`(V, 3)` vertices of the T-pose of a shape `(B,)` [m]; fewer parameters leave the others 0."""
        given = np.asarray(betas, np.float32)
        if given.ndim != 1 or len(given) > self.shape_count:
            raise VisionError(f"betas of the body {self.name}: expected up to ({self.shape_count},), got {given.shape}")
        shaped: Float32Array = self.template + self.shape_directions[:, :, : len(given)] @ given
        return shaped

    def rest_joints(self, betas: Float32Array | Float64Array) -> Float32Array:
        """`(24, 3)` joints of the T-pose of a shape `(B,)` [m]."""
        joints: Float32Array = self.joint_regressor @ self.shaped(betas)
        return joints

    def height(self, betas: Float32Array | Float64Array) -> float:
        """Standing height of a shape, soles to crown [m]."""
        up = self.shaped(betas)[:, 1]
        return float(up.max() - up.min())

    def joints(
        self,
        pose: Float32Array | Float64Array,
        betas: Float32Array | Float64Array,
        translation: Float32Array | Float64Array | None = None,
    ) -> Float32Array:
        """Joints alone, without making a vertex.

        Args:
            pose: `(T, 24, 3)` axis times angle of each joint against its parent [rad].
            betas: `(B,)`.
            translation: `(T, 3)` added to all [m]; none: the pelvis stays where the T-pose has it.

        Returns:
            `(T, 24, 3)` [m].

        Raises:
            ShapeError: the shapes do not agree.
        """
        _, places = self._places(pose, self.rest_joints(betas))
        return places + _offset(translation, len(places))

    def posed(
        self,
        pose: Float32Array | Float64Array,
        betas: Float32Array | Float64Array,
        translation: Float32Array | Float64Array | None = None,
    ) -> Posed:
        """Vertices and joints of T poses (arguments as `joints`).

        Raises:
            ShapeError: the shapes do not agree.
        """
        offset = _offset(translation, len(np.asarray(pose)))
        parts = list(self._skinned(pose, betas))
        vertices = np.concatenate([part.vertices for part in parts]) if parts else self._none(len(self.template))
        joints = np.concatenate([part.joints for part in parts]) if parts else self._none(JOINT_COUNT)
        return Posed(vertices + offset, joints + offset)

    def keypoints(
        self,
        pose: Float32Array | Float64Array,
        betas: Float32Array | Float64Array,
        translation: Float32Array | Float64Array | None,
        skeleton_name: str,
    ) -> Float32Array:
        """`(T, K, 3)` keypoints of a skeleton (`coco17`, `halpe26`) [m]; only the vertices it needs are made.

        Raises:
            VisionError: the body does not know the skeleton.
            ShapeError: the shapes do not agree.
        """
        if skeleton_name not in self.keypoint_regressors:
            known = ", ".join(sorted(self.keypoint_regressors)) or "none"
            raise VisionError(f"the body {self.name} has no keypoints of {skeleton_name!r}; it has {known}")
        regressor = self.keypoint_regressors[skeleton_name]
        used = np.flatnonzero(np.any(regressor != 0, axis=0))
        parts = [regressor[:, used] @ part.vertices for part in self._skinned(pose, betas, used)]
        found = np.concatenate(parts) if parts else self._none(len(regressor))
        return np.asarray(found + _offset(translation, len(found)), np.float32)

    def _none(self, rows: int) -> Float32Array:
        return np.zeros((0, rows, 3), np.float32)

    def _places(self, pose: Float32Array | Float64Array, rest_m: Float32Array) -> tuple[Float32Array, Float32Array]:
        given = np.asarray(pose, np.float64)
        check_shape("pose", given, (None, JOINT_COUNT, 3))
        return joint_places(rotation_matrices(given).astype(np.float32), rest_m, self.parents)

    def _skinned(
        self,
        pose: Float32Array | Float64Array,
        betas: Float32Array | Float64Array,
        used: np.ndarray[tuple[int], np.dtype[np.intp]] | slice = slice(None),
    ) -> Iterator[Posed]:
        """The chosen vertices, some frames at a time."""
        shaped = self.shaped(betas)
        rest = self.joint_regressor @ shaped
        turned, places = self._places(pose, rest)
        moved = places - (turned @ rest[..., None])[..., 0]
        for first in range(0, len(turned), FRAMES_AT_ONCE):
            rows = slice(first, first + FRAMES_AT_ONCE)
            vertices = shaped[used]
            if self.pose_directions is not None:
                local = rotation_matrices(np.asarray(pose, np.float64)[rows, 1:]) - np.eye(3)
                bent = local.reshape(len(local), -1).astype(np.float32)
                vertices = vertices + np.einsum("vcp,tp->tvc", self.pose_directions[used], bent, optimize=True)
            yield Posed(skin(vertices, self.skin_weights[used], turned[rows], moved[rows]), places[rows])


def _offset(translation: Float32Array | Float64Array | None, frames: int) -> Float32Array:
    if translation is None:
        return np.zeros((1, 1, 3), np.float32)
    given = np.asarray(translation, np.float32)
    check_shape("translation", given, (frames, 3))
    return given[:, None]


@cache
def open_body() -> BodyModel:
    """The body that comes with the project. Read once.

    Raises:
        ModelError: the installation lacks it.
    """
    return BodyModel.load(OPEN_BODY)


def body_models(directory: Path | None) -> dict[str, BodyModel]:
    """Bodies by gender (`neutral`, `female`, `male`): the user's own SMPL or SMPL-X files, else the open body.

    Args:
        directory: folder with `SMPL_NEUTRAL.pkl`, `SMPL_FEMALE.npz`, `SMPLX_MALE.npz` and the like, or None. SMPL goes
            before SMPL-X, `.npz` before `.pkl`.

    Raises:
        ModelError: the folder does not exist, or a file in it cannot be used.
    """
    if directory is not None and not directory.is_dir():
        raise ModelError(f"the folder of body models {directory} does not exist; set SMPL_MODEL_DIR to one that does")
    found: dict[str, BodyModel] = {}
    for gender in GENDERS:
        path = _licensed_file(directory, gender) if directory is not None else None
        found[gender] = open_body() if path is None else BodyModel.load(path)
    return found


def _licensed_file(directory: Path, gender: str) -> Path | None:
    for family in ("SMPL", "SMPLX"):
        for suffix in (".npz", ".pkl"):
            path = directory / f"{family}_{gender.upper()}{suffix}"
            if path.is_file():
                return path
    return None
