"""What anchor-free detectors share: candidate boxes, the grid of cells, and sides given as distributions."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from vision.types import Float32Array, Int16Array


@dataclass(frozen=True, slots=True)
class Candidates:
    """Boxes before suppression, in input pixels.

    Attributes:
        xyxy: `(N, 4)` float32.
        score: `(N,)` float32.
        class_id: `(N,)` int16, ours; `UNKNOWN_CLASS` for classes that football has no use for.
    """

    xyxy: Float32Array
    score: Float32Array
    class_id: Int16Array

    def select(self, index: NDArray[np.intp]) -> Candidates:
        """The candidates at `index`, in that order."""
        return Candidates(self.xyxy[index], self.score[index], self.class_id[index])


@dataclass(frozen=True, slots=True)
class CellGrid:
    """The cells of all feature maps, row by row, the finest map first.

    Attributes:
        centre: `(A, 2)` float32 x, y [input px].
        stride: `(A,)` float32 [input px].
    """

    centre: Float32Array
    stride: Float32Array


@lru_cache(maxsize=16)
def cell_grid(input_size: tuple[int, int], strides: tuple[int, ...], centre: float = 0.5) -> CellGrid:
    """Cells of an input of this height and width.

    Args:
        input_size: height, width [px], multiples of the largest stride.
        strides: of the feature maps.
        centre: where in its cell a point lies: 0.5 in the middle, 0 at the top left corner (YOLOX).
    """
    centres, widths = [], []
    for stride in strides:
        rows, columns = input_size[0] // stride, input_size[1] // stride
        y, x = np.divmod(np.arange(rows * columns), columns)
        centres.append((np.stack([x, y], axis=1) + centre) * stride)
        widths.append(np.full(rows * columns, stride))
    return CellGrid(np.concatenate(centres).astype(np.float32), np.concatenate(widths).astype(np.float32))


def expected_sides(bins: Float32Array) -> Float32Array:
    """`(N, 4, bins)` logits → `(N, 4)` mean of the softmax distribution over 0 … bins - 1."""
    weight = np.exp(bins - bins.max(axis=2, keepdims=True))
    mean: Float32Array = (weight @ np.arange(bins.shape[2], dtype=np.float32)) / weight.sum(axis=2)
    return mean


def boxes_from_sides(centre: Float32Array, sides: Float32Array) -> Float32Array:
    """`(N, 2)` points and `(N, 4)` distances left, top, right, bottom → `(N, 4)` boxes."""
    return np.concatenate([centre - sides[:, :2], centre + sides[:, 2:]], axis=1).astype(np.float32)
