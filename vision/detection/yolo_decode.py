"""From YOLO's raw numbers to candidate boxes, decoding only the cells that score."""

from __future__ import annotations

import numpy as np

from vision.detection.cells import Candidates, CellGrid, boxes_from_sides, expected_sides
from vision.types import Float32Array, Int16Array


def from_heads(
    sides: Float32Array, logits: Float32Array, *, grid: CellGrid, class_ids: Int16Array, score_min: float
) -> Candidates:
    """Decode the cut heads of one image.

    Args:
        sides: `(4 * bins, A)` distribution of left, top, right, bottom distance [strides].
        logits: `(classes, A)`.
        grid: the cells.
        class_ids: our class for each of the model's.
        score_min: cells with a lower best score are left out.
    """
    logit_min = np.log(score_min / (1 - score_min))
    cells = np.flatnonzero(logits.max(axis=0) > logit_min)
    class_index = logits[:, cells].argmax(axis=0)
    score = 1 / (1 + np.exp(-logits[class_index, cells]))
    distance = expected_sides(sides[:, cells].T.reshape(len(cells), 4, len(sides) // 4)) * grid.stride[cells, None]
    return Candidates(boxes_from_sides(grid.centre[cells], distance), score.astype(np.float32), class_ids[class_index])


def from_output(output: Float32Array, *, class_ids: Int16Array, score_min: float) -> Candidates:
    """Decode the finished output of one image.

    Args:
        output: `(4 + classes, A)`: centre x, y, width, height [input px], then one score a class.
        class_ids: our class for each of the model's.
        score_min: rows with a lower best score are left out.
    """
    scores = output[4:]
    cells = np.flatnonzero(scores.max(axis=0) > score_min)
    class_index = scores[:, cells].argmax(axis=0)
    centre, half = output[:2, cells].T, output[2:4, cells].T / 2
    boxes = np.concatenate([centre - half, centre + half], axis=1)
    return Candidates(boxes.astype(np.float32), scores[class_index, cells].astype(np.float32), class_ids[class_index])
