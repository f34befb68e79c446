"""YOLOv8-style detectors from `.onnx` or `.pt` files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.detection.cells import Candidates
from vision.detection.letterbox import Letterbox, fit, tight_size
from vision.detection.letterboxed import Choice, LetterboxedDetector
from vision.detection.yolo_backends import OnnxYOLO, TorchYOLO, YOLOBackend
from vision.errors import ModelError
from vision.runtime import RuntimeConfig
from vision.types import ModelInfo
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY, resolve, sha256_of

DEFAULT_CHOICE = Choice(score_min=0.1, iou_max=0.7)


@dataclass(frozen=True, slots=True)
class YOLOConfig:
    """How images are sized and boxes chosen.

    Attributes:
        long_side: longer side of the input [px]; used where the file does not fix its input.
        choice: overlap and number as in ultralytics' defaults; scores low enough for the tracker's second association.
    """

    long_side: int = 640
    choice: Choice = DEFAULT_CHOICE


class YOLODetector(LetterboxedDetector):
    """Finds people and balls; football weights also tell goalkeepers and referees apart."""

    def __init__(
        self,
        model: str | Path,
        *,
        model_dir: Path = DEFAULT_MODEL_DIR,
        runtime: RuntimeConfig | None = None,
        config: YOLOConfig | None = None,
    ) -> None:
        """Load a model.

        Args:
            model: a registry key, or the path of a `.onnx` or `.pt` file.
            model_dir: where registered models lie.
            runtime: where it runs; the processor by default.
            config: how boxes are chosen.

        Raises:
            ModelError: the file is missing, damaged or no YOLO detector.
        """
        path = resolve(str(model), model_dir) if str(model) in REGISTRY else Path(model)
        if not path.is_file():
            detectors = ", ".join(key for key, entry in REGISTRY.items() if entry.task == "detect")
            raise ModelError(f"model file {path} is not there; give a .onnx or .pt file, or one of {detectors}")
        self.config = config or YOLOConfig()
        self.choice = self.config.choice
        self._backend = _backend(path, runtime or RuntimeConfig(), model_dir)
        self.info = ModelInfo(str(model), path.name, sha256_of(path))

    @property
    def long_side(self) -> int:
        """Longer side of the network's input [px]."""
        return max(self._backend.fixed_size or (self.config.long_side, 0))

    @property
    def resizable(self) -> bool:
        """Whether `config.long_side` decides the input's size, and may be changed between calls."""
        return self._backend.fixed_size is None

    def _letterbox(self, image_size: tuple[int, int]) -> Letterbox:
        size = self._backend.fixed_size or tight_size(image_size, self.config.long_side, self._backend.stride)
        return fit(image_size, size, centre=True)

    def _candidates(self, images_bgr: NDArray[np.uint8]) -> list[Candidates]:
        return self._backend.candidates(images_bgr, self.choice.score_min)

    def _map_batches(self, items: Sequence[Any], work: Callable[[Sequence[Any]], list[Any]]) -> list[Any]:
        return self._backend.map_batches(items, work)


def _backend(path: Path, runtime: RuntimeConfig, model_dir: Path) -> YOLOBackend:
    if path.suffix == ".pt":
        return TorchYOLO(path, runtime, settings_dir=model_dir / ".ultralytics")
    if path.suffix == ".onnx":
        return OnnxYOLO(path, runtime)
    raise ModelError(f"{path.name}: YOLO models are .onnx or .pt files, got {path.suffix or 'no ending'!r}")
