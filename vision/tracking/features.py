"""Features by which a view of the background is known again: places in a picture with a binary code each (ORB)."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vision.types import Float32Array, check_shape

CODE_BYTES = 32
Grey = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class FeatureParams:
    """Parameters.

    Attributes:
        count: features kept of a view.
        looked_for: features looked for; those kept are spread over the picture, so that a grandstand is not all of it.
        threshold: of the corner test; grass has little contrast.
        ratio: a match counts if the second best code is this much farther: rows of seats look all the same.
    """

    count: int = 250
    looked_for: int = 900
    threshold: int = 10
    ratio: float = 0.85


@dataclass(frozen=True, slots=True)
class Features:
    """`xy` `(N, 2)` [px] and `codes` `(N, 32)` uint8."""

    xy: Float32Array
    codes: Grey

    @classmethod
    def none(cls) -> Features:
        """No features."""
        return cls(np.zeros((0, 2), np.float32), np.zeros((0, CODE_BYTES), np.uint8))


def find_features(grey: Grey, mask: Grey, params: FeatureParams | None = None) -> Features:
    """Features of a picture `(H, W)` where `mask` is not 0, spread over it."""
    params = params or FeatureParams()
    detector = cv2.ORB.create(nfeatures=params.looked_for, fastThreshold=params.threshold)
    marks, codes = detector.detectAndCompute(grey, mask)
    if codes is None or not len(marks):
        return Features.none()
    xy = np.array([mark.pt for mark in marks], np.float32)
    strength = np.array([mark.response for mark in marks])
    order = np.argsort(-strength, kind="stable")
    kept = order[spread_evenly(xy[order], (grey.shape[1], grey.shape[0]), params.count)]
    return Features(xy[kept], np.asarray(codes, np.uint8)[kept])


def match_features(one: Features, other: Features, params: FeatureParams | None = None) -> Float32Array:
    """Pairs `(K, 4)`: x, y in `one` and in `other`; mutual best matches that stand out. Wrong pairs remain."""
    params = params or FeatureParams()
    if len(one.xy) < 2 or len(other.xy) < 2:
        return np.zeros((0, 4), np.float32)
    matcher = cv2.BFMatcher(cv2.NORM_HAMMING)
    back = {pair.queryIdx: pair.trainIdx for pair in matcher.match(other.codes, one.codes)}
    pairs = [
        (best.queryIdx, best.trainIdx)
        for best, second in matcher.knnMatch(one.codes, other.codes, k=2)
        if best.distance < params.ratio * second.distance and back.get(best.trainIdx) == best.queryIdx
    ]
    if not pairs:
        return np.zeros((0, 4), np.float32)
    left, right = np.array(pairs).T
    return np.hstack([one.xy[left], other.xy[right]]).astype(np.float32)


def spread_evenly(
    xy: Float32Array, size: tuple[int, int], count: int, grid: tuple[int, int] = (8, 5)
) -> NDArray[np.intp]:
    """Places of at most `count` of `(N, 2)` points, taken from the cells of a grid in turn, earlier points first."""
    check_shape("xy", xy, (None, 2))
    if len(xy) <= count:
        return np.arange(len(xy))
    cell = cells_of(xy, size, grid)
    order = np.argsort(cell, kind="stable")
    start = np.searchsorted(cell[order], cell[order], side="left")
    turn = np.empty(len(xy), np.int64)
    turn[order] = np.arange(len(xy)) - start
    return np.sort(np.argsort(turn, kind="stable")[:count])


def cells_of(xy: Float32Array, size: tuple[int, int], grid: tuple[int, int]) -> NDArray[np.int64]:
    """`(N,)` number of the grid cell of each point; points outside count to the nearest."""
    share = np.clip(xy / np.asarray(size, np.float32), 0.0, 0.999999) * np.asarray(grid)
    column, row = share.astype(np.int64).T
    cell: NDArray[np.int64] = row * grid[0] + column
    return cell
