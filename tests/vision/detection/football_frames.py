"""Hand-boxed match frames of the test material, and how many of their people a detector finds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import cv2
import numpy as np
from scipy.optimize import linear_sum_assignment

from vision.detection.nms import iou
from vision.types import PEOPLE, Detections, Detector, Float32Array, ImageBGR

BALL = 0  # in the labels; 1 goalkeeper, 2 player, 3 referee


class Frame(NamedTuple):
    image_bgr: ImageBGR
    people: Float32Array
    ball: Float32Array


def frames(test_data: Path, count: int) -> Iterator[Frame]:
    """`count` of the 25 frames, spread over the clips."""
    images = sorted((test_data / "clips/football_frames_gt/test/images").glob("*.jpg"))
    for index in np.linspace(0, len(images) - 1, count).round().astype(int):
        path = images[index]
        image = cv2.imread(str(path))
        height, width = image.shape[:2]
        rows = np.loadtxt(path.parents[1] / "labels" / f"{path.stem}.txt", ndmin=2)
        centre, half = rows[:, 1:3], rows[:, 3:5] / 2
        corners = np.concatenate([centre - half, centre + half], axis=1)
        boxes = (corners * [width, height, width, height]).astype(np.float32)
        yield Frame(image, boxes[rows[:, 0] != BALL], boxes[rows[:, 0] == BALL])


def matched(found: Detections, truth: Float32Array, iou_min: float) -> int:
    """How many boxes of `truth` have a box of their own with at least this overlap."""
    overlap = iou(found.xyxy, truth)
    rows, columns = linear_sum_assignment(overlap, maximize=True)
    return int((overlap[rows, columns] >= iou_min).sum())


def people_recall(detector: Detector, test_data: Path, *, count: int, score_min: float) -> float:
    """Share of the hand-boxed people found at IoU 0.5."""
    found = total = 0
    for frame in frames(test_data, count):
        people = detector.detect([frame.image_bgr])[0].of_classes(PEOPLE)
        found += matched(people.select(people.score >= score_min), frame.people, 0.5)
        total += len(frame.people)
    return found / total
