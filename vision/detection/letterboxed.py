"""What detectors on letterboxed images share: grouping, batching, suppression, and the way back to the image."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.detection.cells import Candidates
from vision.detection.classes import UNKNOWN_CLASS
from vision.detection.letterbox import Letterbox
from vision.detection.nms import drop_contained, nms
from vision.types import Detections, ImageBGR, ModelInfo, check_image


@dataclass(frozen=True, slots=True)
class Choice:
    """How boxes are chosen among candidates.

    Attributes:
        score_min: lower scores are dropped.
        iou_max: overlap from which the worse of two boxes of a class is dropped.
        boxes_max: boxes kept in an image.
        covered_max: share of a box inside a better one of its class from which it counts as a part of that person; 1
            keeps every part.
    """

    score_min: float
    iou_max: float
    boxes_max: int = 300
    covered_max: float = 1.0

    def of(self, candidates: Candidates) -> Candidates:
        """The chosen candidates, best first."""
        known = np.flatnonzero(candidates.class_id != UNKNOWN_CLASS)
        found = candidates.select(known)
        found = found.select(nms(found.xyxy, found.score, found.class_id, self.iou_max))
        if self.covered_max < 1:
            found = found.select(drop_contained(found.xyxy, found.score, found.class_id, self.covered_max))
        return found.select(np.arange(min(len(found.score), self.boxes_max)))


class LetterboxedDetector(ABC):
    """A detector whose network takes letterboxed images.

    Attributes:
        info: which model it is.
        choice: how boxes are chosen.
    """

    info: ModelInfo
    choice: Choice

    def detect(self, images_bgr: Sequence[ImageBGR]) -> list[Detections]:
        """Boxes of each image, best first, in image pixels.

        Raises:
            ShapeError: an image is not `(H, W, 3)` uint8.
        """
        boxes = [self._letterbox(check_image(image)) for image in images_bgr]
        found: list[Detections] = [Detections.empty()] * len(boxes)
        for size in sorted({box.input_size for box in boxes}):  # one call takes images of one size
            chosen = [index for index, box in enumerate(boxes) if box.input_size == size]
            jobs = [(images_bgr[index], boxes[index]) for index in chosen]
            for index, detections in zip(chosen, self._map_batches(jobs, self._detect_batch), strict=True):
                found[index] = detections
        return found

    def _detect_batch(self, jobs: Sequence[tuple[ImageBGR, Letterbox]]) -> list[Detections]:
        candidates = self._candidates(np.stack([box.apply(image) for image, box in jobs]))
        chosen = [self.choice.of(each) for each in candidates]
        return [
            Detections(box.to_image(each.xyxy), each.score, each.class_id)
            for each, (_, box) in zip(chosen, jobs, strict=True)
        ]

    @abstractmethod
    def _letterbox(self, image_size: tuple[int, int]) -> Letterbox:
        """How an image of this height and width goes into the network."""

    @abstractmethod
    def _candidates(self, images_bgr: NDArray[np.uint8]) -> list[Candidates]:
        """Candidates of each of the letterboxed `(N, h, w, 3)` images, in their pixels."""

    @abstractmethod
    def _map_batches(self, items: Sequence[Any], work: Callable[[Sequence[Any]], list[Any]]) -> list[Any]:
        """Call `work` on pieces that fit one call of the network, and join the results in order."""
