"""NanoDet-g, the embedded detector: small, openly licensed, made by `python -m vision.weights.fetch`.

Source: github.com/RangiLyu/nanodet (Apache-2.0); boxes are distances to the four sides as distributions over 11 bins
(Li et al., Generalized Focal Loss, 2020).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.detection.cells import Candidates, boxes_from_sides, cell_grid, expected_sides
from vision.detection.letterbox import Letterbox, fit, tight_size
from vision.detection.letterboxed import Choice, LetterboxedDetector
from vision.errors import ModelError
from vision.runtime import OnnxModel, RuntimeConfig
from vision.types import CLASS_BALL, CLASS_PERSON, Float32Array, Int16Array, ModelInfo
from vision.weights.registry import DEFAULT_MODEL_DIR, resolve, sha256_of

KEY = "nanodet"
STRIDES = (8, 16, 32)
BINS = 11
_OUTPUTS = tuple(f"{kind}_{stride}" for kind in ("score", "sides") for stride in STRIDES)
DEFAULT_CHOICE = Choice(score_min=0.25, iou_max=0.6, covered_max=0.8)
_CLASSES = np.asarray([CLASS_PERSON, CLASS_BALL], np.int16)


@dataclass(frozen=True, slots=True)
class NanoDetConfig:
    """How images are sized and boxes chosen.

    Attributes:
        long_side: longer side of the input [px], the main lever: match it to the people's size. On a broadcast frame
            416 finds 13 of 22 players, 736 finds 21; very large people break into pieces at 1280.
        choice: NMS at 0.6 as in NanoDet's own configuration; parts of people are dropped besides, because close
            players come as a whole and a torso. The score leaves the unsure boxes to the tracker's second association.
    """

    long_side: int = 736
    choice: Choice = DEFAULT_CHOICE


class NanoDetDetector(LetterboxedDetector):
    """Finds people and balls (COCO classes)."""

    def __init__(
        self,
        *,
        model_dir: Path = DEFAULT_MODEL_DIR,
        runtime: RuntimeConfig | None = None,
        config: NanoDetConfig | None = None,
    ) -> None:
        """Load the model from `model_dir`.

        Raises:
            ModelError: it is missing or damaged.
        """
        path = resolve(KEY, model_dir)
        self.config = config or NanoDetConfig()
        self.choice = self.config.choice
        self._model = OnnxModel(path, runtime or RuntimeConfig())
        self.info = ModelInfo(KEY, path.name, sha256_of(path))
        if self._model.outputs != _OUTPUTS:
            raise ModelError(f"{path.name} was made by another version: run `make models`")

    def _letterbox(self, image_size: tuple[int, int]) -> Letterbox:
        return fit(image_size, tight_size(image_size, self.config.long_side, STRIDES[-1]), centre=False)

    def _candidates(self, images_bgr: NDArray[np.uint8]) -> list[Candidates]:
        outputs = self._model.run(images_bgr)
        score = np.concatenate(outputs[: len(STRIDES)], axis=1)[..., _CLASSES]
        sides = np.concatenate(outputs[len(STRIDES) :], axis=1)
        input_size = images_bgr.shape[1:3]
        return [self._decode(*each, input_size) for each in zip(score, sides, strict=True)]

    def _decode(self, score: Float32Array, sides: Float32Array, input_size: tuple[int, int]) -> Candidates:
        cells, which = np.nonzero(score > self.choice.score_min)
        grid = cell_grid(input_size, STRIDES)
        distance = expected_sides(sides[cells].reshape(len(cells), 4, BINS)) * grid.stride[cells, None]
        boxes = boxes_from_sides(grid.centre[cells], distance)
        class_id: Int16Array = _CLASSES[which]
        return Candidates(boxes, score[cells, which], class_id)

    def _map_batches(self, items: Sequence[Any], work: Callable[[Sequence[Any]], list[Any]]) -> list[Any]:
        return self._model.map_batches(items, work)
