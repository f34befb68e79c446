"""Skeletons, drawn into the picture that is given."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np

from vision.render.palette import WHITE, ColourBGR, line_width
from vision.types import ImageBGR, Keypoints, check_shape

SHOWN_SCORE = 0.3
"""Keypoints less sure than this are left out: they jump about and look like a mistake."""


def draw_skeletons(
    image_bgr: ImageBGR,
    keypoints: Keypoints,
    limbs: Sequence[tuple[int, int]],
    colours: Sequence[ColourBGR],
    *,
    min_score: float = SHOWN_SCORE,
) -> None:
    """Draw people `(M, K, 3)` [px, score]: `limbs` as lines between keypoint numbers, joints as dots.

    A limb is drawn only where both of its ends are seen.
    """
    check_shape("keypoints", keypoints, (len(colours), None, 3))
    width = line_width(image_bgr)
    seen = (keypoints[:, :, 2] >= min_score) & np.isfinite(keypoints).all(axis=2)
    for person, colour in enumerate(colours):
        joints = np.where(seen[person, :, None], keypoints[person, :, :2], 0).round().astype(int)
        for one, other in limbs:
            if seen[person, one] and seen[person, other]:
                cv2.line(image_bgr, _point(joints[one]), _point(joints[other]), colour, width + 1, cv2.LINE_AA)
        for joint in np.flatnonzero(seen[person]):
            cv2.circle(image_bgr, _point(joints[joint]), width + 1, WHITE, cv2.FILLED, cv2.LINE_AA)


def _point(xy: np.ndarray[tuple[int, ...], np.dtype[np.int_]]) -> tuple[int, int]:
    return int(xy[0]), int(xy[1])
