"""Keep the best of overlapping boxes, vectorised."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vision.types import Float32Array, Int16Array

IntpArray = NDArray[np.intp]


def area(xyxy: Float32Array) -> Float32Array:
    """`(N,)` area [px²]; 0 for a box turned inside out."""
    sides: Float32Array = np.maximum(xyxy[:, 2:] - xyxy[:, :2], 0)
    return sides[:, 0] * sides[:, 1]


def intersection(first: Float32Array, second: Float32Array) -> Float32Array:
    """`(N, M)` area shared by each of `first` with each of `second` [px²]."""
    # Column by column: a third of the time of the (N, M, 2) form, and of its memory.
    left, top, right, bottom = first.T[:, :, None]
    width = np.minimum(right, second[:, 2]) - np.maximum(left, second[:, 0])
    height = np.minimum(bottom, second[:, 3]) - np.maximum(top, second[:, 1])
    shared: Float32Array = np.maximum(width, 0) * np.maximum(height, 0)
    return shared


def iou(first: Float32Array, second: Float32Array) -> Float32Array:
    """`(N, M)` intersection over union; 0 where both boxes are empty."""
    shared = intersection(first, second)
    union = area(first)[:, None] + area(second)[None, :] - shared
    ratio: Float32Array = np.divide(shared, union, out=np.zeros_like(shared), where=union > 0)
    return ratio


def covered(first: Float32Array, second: Float32Array) -> Float32Array:
    """`(N, M)` share of each of `first` that lies in each of `second`; 0 for an empty box."""
    shared = intersection(first, second)
    own = np.broadcast_to(area(first)[:, None], shared.shape)
    share: Float32Array = np.divide(shared, own, out=np.zeros_like(shared), where=own > 0)
    return share


def nms(xyxy: Float32Array, score: Float32Array, class_id: Int16Array, iou_max: float) -> IntpArray:
    """Non-maximum suppression within each class.

    Args:
        xyxy: `(N, 4)` boxes [px].
        score: `(N,)`.
        class_id: `(N,)`; boxes of different classes never suppress each other.
        iou_max: a box is dropped where it overlaps a better kept one by more than this.

    Returns:
        Indices of the kept boxes, best first; of equal scores the earlier box counts as better.
    """
    order = np.argsort(-score, kind="stable")
    boxes, classes = xyxy[order], class_id[order]
    clash = (iou(boxes, boxes) > iou_max) & (classes[:, None] == classes[None, :])
    return order[_survivors(clash)]


def drop_contained(xyxy: Float32Array, score: Float32Array, class_id: Int16Array, covered_max: float) -> IntpArray:
    """Drop the parts of people: boxes that lie inside a better one of their class by more than `covered_max`.

    Returns:
        Indices of the kept boxes, best first.
    """
    order = np.argsort(-score, kind="stable")
    boxes, classes = xyxy[order], class_id[order]
    clash = (covered_max < covered(boxes, boxes).T) & (classes[:, None] == classes[None, :])
    return order[_survivors(clash)]


def _survivors(clash: NDArray[np.bool_]) -> IntpArray:
    """Greedy choice in order; `clash[i, j]`: a kept i drops a later j."""
    later = np.triu(clash, 1)
    alive = np.ones(len(clash), np.bool_)
    for index in np.flatnonzero(later.any(axis=1)):
        if alive[index]:
            alive &= ~later[index]
    return np.flatnonzero(alive)
