"""YOLOX detectors from the publisher's `.onnx` files, whose output is not decoded.

Source: Ge et al., YOLOX, 2021; github.com/Megvii-BaseDetection/YOLOX (Apache-2.0).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.detection.cells import Candidates, cell_grid
from vision.detection.classes import coco_class_ids
from vision.detection.letterbox import Letterbox, fit
from vision.detection.letterboxed import Choice, LetterboxedDetector
from vision.errors import ModelError
from vision.runtime import OnnxModel, RuntimeConfig
from vision.types import Float32Array, Int16Array, ModelInfo
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY, resolve, sha256_of
from vision.weights.surgery import load, take_images

STRIDES = (8, 16, 32)
BOX_AND_OBJECTNESS = 5
COCO_ROWS = 80 + BOX_AND_OBJECTNESS
DEFAULT_CHOICE = Choice(score_min=0.1, iou_max=0.65)  # the overlap is YOLOX's own for COCO


class YOLOXDetector(LetterboxedDetector):
    """Finds people and balls (COCO classes).

    Attributes:
        input_size: height, width of the network's input [px].
    """

    def __init__(
        self,
        model: str | Path = "yolox-nano",
        *,
        model_dir: Path = DEFAULT_MODEL_DIR,
        runtime: RuntimeConfig | None = None,
        choice: Choice = DEFAULT_CHOICE,
    ) -> None:
        """Load a model, by registry key or path.

        Raises:
            ModelError: the file is missing, damaged or no YOLOX detector of the COCO classes.
        """
        path = resolve(str(model), model_dir) if str(model) in REGISTRY else Path(model)
        network = load(path)
        take_images(network)
        self.choice = choice
        self._model = OnnxModel(network.SerializeToString(), runtime or RuntimeConfig(), name=path.name)
        self.input_size = self._checked_size(path.name)
        self._class_ids: Int16Array = coco_class_ids(COCO_ROWS - BOX_AND_OBJECTNESS)
        self.info = ModelInfo(str(model), path.name, sha256_of(path))

    def _checked_size(self, name: str) -> tuple[int, int]:
        height, width = self._model.input_shape[1:3]
        if not isinstance(height, int) or not isinstance(width, int):
            raise ModelError(f"{name} does not fix its input size; export it with one (416 x 416, 640 x 640)")
        cells = len(cell_grid((height, width), STRIDES, 0.0).stride)
        if self._model.output_shapes[0][1:] != (cells, COCO_ROWS):
            raise ModelError(
                f"{name} is not a YOLOX detector of the COCO classes: expected {cells} x {COCO_ROWS} outputs"
            )
        return height, width

    def _letterbox(self, image_size: tuple[int, int]) -> Letterbox:
        return fit(image_size, self.input_size, centre=False)

    def _candidates(self, images_bgr: NDArray[np.uint8]) -> list[Candidates]:
        return [self._decode(output) for output in self._model.run(images_bgr)[0]]

    def _decode(self, output: Float32Array) -> Candidates:
        scores = output[:, BOX_AND_OBJECTNESS:] * output[:, 4:BOX_AND_OBJECTNESS]
        cells = np.flatnonzero(scores.max(axis=1) > self.choice.score_min)
        class_index = scores[cells].argmax(axis=1)
        grid = cell_grid(self.input_size, STRIDES, 0.0)
        stride = grid.stride[cells, None]
        centre = output[cells, :2] * stride + grid.centre[cells]
        half = np.exp(output[cells, 2:4]) * stride / 2
        boxes = np.concatenate([centre - half, centre + half], axis=1)
        return Candidates(boxes, scores[cells, class_index], self._class_ids[class_index])

    def _map_batches(self, items: Sequence[Any], work: Callable[[Sequence[Any]], list[Any]]) -> list[Any]:
        return self._model.map_batches(items, work)
