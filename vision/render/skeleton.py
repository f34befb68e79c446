"""Skeletons, drawn into the picture that is given."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.render.palette import WHITE, ColourBGR, line_width
from vision.types import ImageBGR, Keypoints, check_shape

SHOWN_SCORE = 0.3
"""Keypoints less sure than this are left out: they jump about and look like a mistake."""
_ROWS_A_LINE = 60
"""Height of a person [px] per pixel of line width: thicker lines would cover small people."""


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
    widest = line_width(image_bgr) + 1
    seen = (keypoints[:, :, 2] >= min_score) & np.isfinite(keypoints).all(axis=2)
    for person, colour in enumerate(colours):
        joints = np.where(seen[person, :, None], keypoints[person, :, :2], 0).round().astype(int)
        width = min(widest, _width(joints[seen[person], 1]))
        for one, other in limbs:
            if seen[person, one] and seen[person, other]:
                cv2.line(image_bgr, _point(joints[one]), _point(joints[other]), colour, width, cv2.LINE_AA)
        for joint in np.flatnonzero(seen[person]):
            cv2.circle(image_bgr, _point(joints[joint]), width, WHITE, cv2.FILLED, cv2.LINE_AA)


def _width(rows: NDArray[np.int_]) -> int:
    tall = int(rows.max() - rows.min()) if len(rows) else 0
    return max(1, round(tall / _ROWS_A_LINE))


def _point(xy: NDArray[np.int_]) -> tuple[int, int]:
    return int(xy[0]), int(xy[1])
