"""How the picture moved between two frames because the camera did.

`CameraMotion` follows corners of the background (the players' boxes are left out) by optical flow and fits shift,
turn and zoom to them. Its map goes to `ByteTracker.update(…, H_prev_curr=…)`.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.tracking.kalman import COVARIANCE, POSITION, SIDES, VAR_POSITION, VAR_VELOCITY, VELOCITY
from vision.types import Float32Array, Float64Array, ImageBGR, check_shape


@dataclass(frozen=True, slots=True)
class CameraMotionParams:
    """How the background is followed.

    Attributes:
        width: frames are reduced to this width; corners of lines and stands survive, noise does not [px].
        corners: most corners followed.
        quality: least strength of a corner against the strongest.
        spacing: least distance of corners, so that one banner does not outvote the pitch [px, reduced].
        margin: share by which boxes are widened before they are left out; shadows and limbs move too.
        inlier_px: error up to which a corner agrees with the map [px, reduced].
        least_inliers: fewer agreeing corners prove nothing.
        least_share: least share of followed corners that agree.
    """

    width: int = 640
    corners: int = 300
    quality: float = 0.01
    spacing: int = 8
    margin: float = 0.15
    inlier_px: float = 1.5
    least_inliers: int = 12
    least_share: float = 0.4


class CameraMotion:
    """Estimates the motion from frame to frame of one camera."""

    def __init__(self, params: CameraMotionParams | None = None) -> None:
        self._params = params or CameraMotionParams()
        self._grey: NDArray[np.uint8] | None = None
        self._boxes: Float32Array = np.zeros((0, 4), np.float32)

    def update(self, image_bgr: ImageBGR, xyxy: Float32Array) -> Float64Array | None:
        """Take the next frame and the boxes `(M, 4)` of its people [px].

        Returns:
            `(3, 3)` map of this frame's pixels to the last frame's; None for the first frame, after a change of size,
            and where the background does not tell (no texture, a cut).
        """
        check_shape("xyxy", xyxy, (None, 4))
        scale = self._params.width / image_bgr.shape[1]
        small = cv2.resize(image_bgr, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        grey = np.asarray(cv2.cvtColor(small, cv2.COLOR_BGR2GRAY), np.uint8)
        before, boxes = self._grey, self._boxes
        self._grey, self._boxes = grey, np.asarray(xyxy * scale, np.float32)
        if before is None or before.shape != grey.shape:
            return None
        moved = self._fit(grey, before, self._background(grey.shape, boxes))
        if moved is None:
            return None
        full: Float64Array = np.eye(3)
        full[:2] = moved
        full[:2, 2] /= scale
        return full

    def _background(self, shape: tuple[int, ...], boxes_before: Float32Array) -> NDArray[np.uint8]:
        mask = np.full(shape, 255, np.uint8)
        for left, top, right, bottom in np.concatenate((boxes_before, self._boxes)):
            wide, tall = self._params.margin * (right - left), self._params.margin * (bottom - top)
            corner = (max(0, int(left - wide)), max(0, int(top - tall)))
            mask[corner[1] : max(0, int(bottom + tall) + 1), corner[0] : max(0, int(right + wide) + 1)] = 0
        return mask

    def _fit(self, grey: NDArray[np.uint8], before: NDArray[np.uint8], mask: NDArray[np.uint8]) -> Float64Array | None:
        params = self._params
        corners = cv2.goodFeaturesToTrack(grey, params.corners, params.quality, params.spacing, mask=mask)
        if corners is None or len(corners) < params.least_inliers:
            return None
        found, followed, _ = cv2.calcOpticalFlowPyrLK(grey, before, corners, np.empty_like(corners))
        good = followed[:, 0] == 1
        if good.sum() < params.least_inliers:
            return None
        # OpenCV's sampling starts from a fixed seed: the same frames give the same map.
        matrix, inliers = cv2.estimateAffinePartial2D(
            corners[good], found[good], method=cv2.RANSAC, ransacReprojThreshold=params.inlier_px
        )
        if matrix is None or inliers.sum() < max(params.least_inliers, params.least_share * good.sum()):
            return None
        return np.asarray(matrix, np.float64)


def move_boxes(states: Float64Array, H_prev_curr: Float64Array) -> None:
    """Carry states over to the picture of a moved camera, in place.

    Centres are mapped, velocities turned and sides scaled by the map's linear part at the centre.

    Args:
        states: `(20, M)` or more rows, see `kalman.Kalman`.
        H_prev_curr: `(3, 3)` maps pixels of this frame to the last frame's.
    """
    H_curr_prev = np.linalg.inv(H_prev_curr)
    mapped = H_curr_prev[:, :2] @ states[POSITION] + H_curr_prev[:, 2:]
    place = mapped[:2] / mapped[2]
    # Derivative of the projection, (2, 2, M).
    linear = (H_curr_prev[:2, :2, None] - place[:, None] * H_curr_prev[2, :2, None]) / mapped[2]
    scale = np.sqrt(np.abs(linear[0, 0] * linear[1, 1] - linear[0, 1] * linear[1, 0]))
    states[POSITION] = place
    states[SIDES] *= scale
    velocity = states[VELOCITY]
    velocity[POSITION] = np.einsum("ijm,jm->im", linear, velocity[POSITION])
    velocity[SIDES] *= scale
    for part in (VAR_POSITION, COVARIANCE, VAR_VELOCITY):
        states[part] *= scale**2
