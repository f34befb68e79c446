"""Where a tracked person touches the ground, in pixels: below the mid-ankle where the pose shows it, else the box."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.geometry import box_foot_points
from vision.types import Float32Array, Float64Array, Keypoints, check_shape

LEFT_ANKLE, RIGHT_ANKLE = 15, 16
"""Places in COCO-17 and Halpe-26."""


@dataclass(frozen=True, slots=True)
class GroundPointParams:
    """Numbers of the foot point.

    Attributes:
        min_score: ankle score that counts as seen.
        ankle_height: of the ankle joint above the ground, as a share of the box height (0.039 of stature, Drillis &
            Contini 1966). Seen from a low camera 8 cm of height look like a metre of distance.
        ankle_sigma: 1σ of the mid-ankle as a share of the box height [proposal: 1.5 cm a keypoint at 1.8 m is below
            what pose models reach; 2 % is 3.6 cm].
        box_sigma: 1σ of the box's bottom centre as a share of the box height [proposal].
    """

    min_score: float = 0.4
    ankle_height: float = 0.039
    ankle_sigma: float = 0.02
    box_sigma: float = 0.03


def ground_points(
    xyxy: Float32Array, keypoints: Keypoints | None, params: GroundPointParams | None = None
) -> tuple[Float64Array, Float64Array]:
    """Foot points of `(N, 4)` boxes of one person (or many) with their `(N, K, 3)` keypoints.

    Where ankles are hidden, the box's bottom centre is moved by the typical offset between it and the mid-ankle of the
    same call, so that a player does not jump when the ankles come into view.

    Returns:
        `(N, 2)` [px] and `(N,)` 1σ per axis [px].
    """
    params = params or GroundPointParams()
    check_shape("xyxy", xyxy, (None, 4))
    bottom = box_foot_points(xyxy)
    height = np.maximum((xyxy[:, 3] - xyxy[:, 1]).astype(np.float64), 1.0)
    if keypoints is None or keypoints.shape[1] <= RIGHT_ANKLE:
        return bottom, params.box_sigma * height
    check_shape("keypoints", keypoints, (len(xyxy), None, 3))
    ankles = keypoints[:, [LEFT_ANKLE, RIGHT_ANKLE]].astype(np.float64)
    confident = ankles[:, :, 2].min(axis=1) >= params.min_score
    seen = confident & np.isfinite(ankles[:, :, 0].sum(axis=1) + ankles[:, :, 1].sum(axis=1))
    middle = ankles[:, :, :2].mean(axis=1)
    middle[:, 1] += params.ankle_height * height
    if not seen.any():
        return bottom, params.box_sigma * height
    offset = np.median((middle[seen] - bottom[seen]) / height[seen, None], axis=0)
    points = np.where(seen[:, None], middle, bottom + offset * height[:, None])
    return points, np.where(seen, params.ankle_sigma, params.box_sigma) * height
