"""Hiding faces: which parts of a picture may show a head, and making them unreadable.

Hidden is what may show a face, not what surely does: the upper part of every box, more of it where no face was read
for sure, and whatever the face's keypoints say beside it. Between two looks everything between both places is hidden,
so a head that moves is hidden on its whole way. Nobody is recognised for it: only boxes and postures are used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import cast

import cv2
import numpy as np

from vision.skeletons import Skeleton
from vision.types import BoolArray, Float32Array, ImageBGR, Keypoints, check_shape


@dataclass(frozen=True, slots=True)
class CoverParams:
    """How generously is hidden; lengths are shares of the person's box.

    Attributes:
        sure_score: score from which a keypoint of the face counts; two must.
        upper, upper_unsure: part of the height from the top, with and without a sure face. A standing child's head and
            neck take a fifth, a ducked or running one's up to a third.
        square: without a sure face at least so many widths down: of somebody near, lying or cut off at the picture's
            edge the head takes more of the box.
        lying: from so many widths a height on the head may be anywhere: the whole box.
        above, beside: beyond the box, as boxes cut off hair and move between looks.
        face_spread, face_shoulders, face_height: half the side of the square around the face, the largest of: these
            many distances between its outermost keypoints, shoulder widths, heights of the box. Ear to ear is about
            two thirds of a head's height.
        cells: how many patches are left across a hidden part, so one or two across the head in it.
        min_cell_px: no patch is smaller [px].
    """

    sure_score: float = 0.5
    upper: float = 0.30
    upper_unsure: float = 0.40
    square: float = 1.0
    lying: float = 0.9
    above: float = 0.12
    beside: float = 0.20
    face_spread: float = 1.3
    face_shoulders: float = 0.6
    face_height: float = 0.11
    cells: int = 4
    min_cell_px: int = 6


def cover_boxes(xyxy: Float32Array, params: CoverParams = CoverParams()) -> Float32Array:
    """Where the heads of people without postures may be: `(N, 4)` [px], beyond the picture too."""
    return _upper(xyxy, np.zeros(len(xyxy), np.bool_), params)


def cover_people(
    xyxy: Float32Array, keypoints: Keypoints, skeleton: Skeleton, params: CoverParams = CoverParams()
) -> Float32Array:
    """Where the heads of people may be.

    Args:
        xyxy: `(N, 4)` their boxes [px].
        keypoints: `(N, K, 3)` their postures; NaN and 0 where not read.

    Returns:
        `(N, 2, 4)` [px]: the upper part of the box, and the square around the face; where no face is sure the upper
        part twice.
    """
    check_shape("keypoints", keypoints, (len(xyxy), len(skeleton), 3))
    face = [skeleton.index(name) for name in ("nose", "left_eye", "right_eye", "left_ear", "right_ear")]
    shoulders = [skeleton.index(name) for name in ("left_shoulder", "right_shoulder")]
    points = _sure(keypoints[:, face], params)
    sure = np.isfinite(points[..., 0]).sum(axis=1) >= 2
    upper = _upper(xyxy, sure, params)
    covered = np.stack([upper, upper], axis=1)
    if sure.any():
        height = (xyxy[:, 3] - xyxy[:, 1])[sure]
        wide = _sure(keypoints[:, shoulders], params)[sure]
        between = np.nan_to_num(np.linalg.norm(wide[:, 0] - wide[:, 1], axis=1))
        low, high = np.nanmin(points[sure], axis=1), np.nanmax(points[sure], axis=1)
        spread = np.linalg.norm(high - low, axis=1)
        reach = np.stack(
            [params.face_spread * spread, params.face_shoulders * between, params.face_height * height]
        ).max(axis=0)[:, None]
        covered[sure, 1] = np.hstack([low - reach, high + reach])
    return covered


def joined(first: Float32Array, second: Float32Array) -> Float32Array:
    """The smallest boxes around pairs of boxes `(…, 4)`: everything on the way from one to the other."""
    low = np.minimum(first[..., :2], second[..., :2])
    return np.concatenate([low, np.maximum(first[..., 2:], second[..., 2:])], axis=-1)


def grown(boxes: Float32Array, share: float) -> Float32Array:
    """Boxes `(…, 4)` made larger by a share of their size on every side."""
    more = share * (boxes[..., 2:] - boxes[..., :2])
    return np.concatenate([boxes[..., :2] - more, boxes[..., 2:] + more], axis=-1)


def hide(image_bgr: ImageBGR, boxes: Float32Array, params: CoverParams = CoverParams()) -> ImageBGR:
    """The picture with these parts `(N, 4)` [px] blurred beyond reading; the rest is as it was.

    Each part is averaged to a few patches, so what was in it is gone, not only hard to see. The largest comes last: no
    small part inside it leaves finer patches.
    """
    hidden = image_bgr.copy()
    height, width = image_bgr.shape[:2]
    finite = boxes[np.isfinite(boxes).all(axis=1)].astype(np.float64)
    low = np.clip(np.floor(finite[:, :2]), 0, (width, height)).astype(int)
    high = np.clip(np.ceil(finite[:, 2:]), 0, (width, height)).astype(int)
    area = np.prod(np.maximum(high - low, 0), axis=1)
    for place in np.argsort(area, kind="stable"):
        if area[place] > 0:
            (left, top), (right, bottom) = low[place], high[place]
            part = hidden[top:bottom, left:right]
            hidden[top:bottom, left:right] = _unreadable(part, params)
    return hidden


def _unreadable(part: ImageBGR, params: CoverParams) -> ImageBGR:
    height, width = part.shape[:2]
    cell = max(params.min_cell_px, min(height, width) / params.cells)
    size = (max(1, int(width / cell)), max(1, int(height / cell)))
    few = cv2.resize(part, size, interpolation=cv2.INTER_AREA)
    return cast(ImageBGR, cv2.resize(few, (width, height), interpolation=cv2.INTER_LINEAR))


def _sure(points: Keypoints, params: CoverParams) -> Float32Array:
    """Places `(N, K, 2)`; NaN where they are not sure."""
    return np.where(points[..., 2:] >= params.sure_score, points[..., :2], np.float32(np.nan))


def _upper(xyxy: Float32Array, sure: BoolArray, params: CoverParams) -> Float32Array:
    width, height = xyxy[:, 2] - xyxy[:, 0], xyxy[:, 3] - xyxy[:, 1]
    unsure_down = np.maximum(params.upper_unsure * height, params.square * width)
    down = np.where(sure, params.upper * height, np.minimum(unsure_down, height))
    down = np.where(width >= params.lying * height, height * (1 + params.above), down)
    beside = params.beside * width
    sides = [xyxy[:, 0] - beside, xyxy[:, 1] - params.above * height, xyxy[:, 2] + beside, xyxy[:, 1] + down]
    return np.stack(sides, axis=1).astype(np.float32)
