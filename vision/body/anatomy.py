"""What the fitter needs of a body model besides its joints: soles, standing height, the markers of a skeleton."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.body.chain import Markers, joint_markers, vertex_markers
from vision.body.freedoms import JOINTS
from vision.body.model import BodyModel
from vision.body.pose_data import SMPL24
from vision.errors import VisionError
from vision.skeletons import Skeleton
from vision.types import Float64Array

SOLE_DEPTH_M = 0.012
"""Vertices of a foot this near to its lowest one make the sole."""
SOLE_POINTS = 4
"""Left heel, left ball, right heel, right ball."""


@dataclass(frozen=True, slots=True)
class Anatomy:
    """Sizes of a model that follow linearly from its shape.

    Attributes:
        height_m: of the mean shape, top of the head to soles.
        height_slope: `(B,)` metres per unit of each shape parameter.
    """

    height_m: float
    height_slope: Float64Array

    @classmethod
    def of(cls, model: BodyModel) -> Anatomy:
        """Measure the T-pose."""
        up = np.asarray(model.template, np.float64)[:, 1]
        top, bottom = int(np.argmax(up)), int(np.argmin(up))
        slope = np.asarray(model.shape_directions, np.float64)[[top, bottom], 1]
        return cls(float(up[top] - up[bottom]), slope[0] - slope[1])

    def height(self, betas: Float64Array) -> float:
        """Standing height of a shape [m]."""
        return self.height_m + float(self.height_slope @ betas)


def markers_of(model: BodyModel, skeleton: Skeleton) -> Markers:
    """The skeleton's keypoints, then the `SOLE_POINTS`.

    Raises:
        VisionError: the model does not know this skeleton.
    """
    if skeleton.name == SMPL24.name:
        points = joint_markers(model)
    elif skeleton.name in model.keypoint_regressors:
        points = vertex_markers(model, np.asarray(model.keypoint_regressors[skeleton.name], np.float64))
    else:
        known = ", ".join(sorted([SMPL24.name, *model.keypoint_regressors]))
        raise VisionError(f"the body {model.name} has no keypoints of {skeleton.name!r}; it has those of {known}")
    soles = vertex_markers(model, sole_regressor(model))
    return Markers(
        np.concatenate([points.weight, soles.weight]),
        np.concatenate([points.arm_m, soles.arm_m]),
        np.concatenate([points.arm_shapes_m, soles.arm_shapes_m]),
    )


def sole_regressor(model: BodyModel) -> Float64Array:
    """`(4, V)` means of the vertices under heel and ball of each foot."""
    template, skin = np.asarray(model.template, np.float64), np.asarray(model.skin_weights, np.float64)
    made = np.zeros((SOLE_POINTS, len(template)))
    for side, name in enumerate(("left", "right")):
        share = skin[:, JOINTS.index(f"{name}_ankle")] + skin[:, JOINTS.index(f"{name}_foot")]
        foot = np.flatnonzero(share > 0.5)
        low = foot[template[foot, 1] < template[foot, 1].min() + SOLE_DEPTH_M]
        along = template[low, 2]
        back, front = np.quantile(along, [0.2, 0.7])
        for row, chosen in ((2 * side, low[along <= back]), (2 * side + 1, low[along >= front])):
            made[row, chosen] = 1.0 / len(chosen)
    return made
