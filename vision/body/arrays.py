"""The arrays of a body in SMPL's form, and whether they can be those of a body."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.errors import ModelError
from vision.types import Float32Array, Int32Array

JOINT_COUNT = 24
POSE_TERMS = 9 * (JOINT_COUNT - 1)
"""Entries of the rotations of all joints but the pelvis."""
SUM_TOLERANCE = 0.02
"""Weights are rounded in some files; rows that are further from 1 than this are not weights."""
BODY_SIZE_M = (0.4, 3.0)
"""Height of a template: a file in centimetres or millimetres is refused."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class BodyArrays:
    """One body in SMPL's form.

    Attributes:
        name: `open`, or the licensed file's own (`SMPL_NEUTRAL`).
        template: `(V, 3)` vertices of the mean shape in the T-pose [m].
        shape_directions: `(V, 3, B)` movement of each vertex per unit of each shape parameter [m].
        skin_weights: `(V, 24)` share of each joint's part in each vertex; rows sum to 1.
        joint_regressor: `(24, V)` weights of vertices that make each joint; rows sum to 1.
        parents: `(24,)`, −1 for the pelvis.
        faces: `(F, 3)` counter-clockwise from outside.
        keypoint_regressors: by name of skeleton, `(K, V)` weights of vertices that make each keypoint.
        licence: who may use the data, and for what.
        pose_directions: `(V, 3, 207)` correction of each vertex per entry of the 23 rotations less identity [m], or
            None where the body has none.
    """

    name: str
    template: Float32Array
    shape_directions: Float32Array
    skin_weights: Float32Array
    joint_regressor: Float32Array
    parents: Int32Array
    faces: Int32Array
    keypoint_regressors: Mapping[str, Float32Array]
    licence: str
    pose_directions: Float32Array | None = None


def check_body(arrays: BodyArrays) -> None:
    """Refuse arrays that cannot be a body's.

    Raises:
        ModelError: a shape, a number or an index is wrong; the message says which and what would be right.
    """
    count = len(arrays.template)
    shapes = {
        "v_template": (arrays.template, (None, 3)),
        "shapedirs": (arrays.shape_directions, (count, 3, None)),
        "weights": (arrays.skin_weights, (count, JOINT_COUNT)),
        "J_regressor": (arrays.joint_regressor, (JOINT_COUNT, count)),
        "kintree_table": (arrays.parents, (JOINT_COUNT,)),
        "f": (arrays.faces, (None, 3)),
    }
    if arrays.pose_directions is not None:
        shapes["posedirs"] = (arrays.pose_directions, (count, 3, POSE_TERMS))
    for skeleton, regressor in arrays.keypoint_regressors.items():
        shapes[f"keypoints_{skeleton}"] = (regressor, (None, count))
    for key, (array, wanted) in shapes.items():
        _check_array(arrays.name, key, array, wanted)
    _check_numbers(arrays)


def _check_array(name: str, key: str, array: NDArray[np.generic], wanted: tuple[int | None, ...]) -> None:
    fits = array.ndim == len(wanted) and all(w in (None, g) for w, g in zip(wanted, array.shape, strict=True))
    if not fits or 0 in array.shape:
        shown = "(" + ", ".join("N" if size is None else str(size) for size in wanted) + ")"
        raise ModelError(f"{name} is not a body model: {key} should be {shown}, it is {array.shape}")
    if not np.isfinite(array).all():
        raise ModelError(f"{name} is not a body model: {key} holds numbers that are not finite")


def _check_numbers(arrays: BodyArrays) -> None:
    name, count = arrays.name, len(arrays.template)
    if arrays.faces.min() < 0 or arrays.faces.max() >= count:
        raise ModelError(f"{name} is not a body model: f names vertices that are not there (there are {count})")
    before = np.arange(JOINT_COUNT)
    if arrays.parents[0] != -1 or np.any(arrays.parents[1:] < 0) or np.any(arrays.parents[1:] >= before[1:]):
        raise ModelError(
            f"{name} is not a body model: kintree_table names a parent that does not come before its joint"
        )
    for key, rows in (("weights", arrays.skin_weights), ("J_regressor", arrays.joint_regressor)):
        if np.abs(rows.sum(axis=1) - 1.0).max() > SUM_TOLERANCE:
            raise ModelError(f"{name} is not a body model: rows of {key} should sum to 1")
    height = float(np.ptp(arrays.template[:, 1]))
    if not BODY_SIZE_M[0] < height < BODY_SIZE_M[1]:
        raise ModelError(f"{name} is not a body model in metres with y up: its template is {height:.2f} high")
