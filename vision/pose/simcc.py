"""RTMPose and other SimCC models from the `.onnx` files that rtmlib uses.

Source: Jiang et al., RTMPose, 2023; Li et al., SimCC, 2022 (a keypoint is one classification over x and one over y).
Crops and decoding are those of rtmlib 0.0.16, which a test compares with.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from vision.errors import ModelError, VisionError
from vision.pose.crops import CropShape
from vision.pose.topdown import TopDownPose
from vision.runtime import OnnxModel, RuntimeConfig
from vision.skeletons import skeleton_of
from vision.types import Float32Array, ModelInfo
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY, resolve, sha256_of
from vision.weights.surgery import image_inputs, load, take_images


@dataclass(frozen=True, slots=True)
class SimCCConfig:
    """How people are cut out and read.

    Attributes:
        padding: crop over box; 1.25 is what the models were trained with.
        bins_per_pixel: SimCC splits each input pixel into this many classes.
        mean: subtracted from the crop's channels, blue-green-red, as rtmlib feeds them.
        std: divides them.
    """

    padding: float = 1.25
    bins_per_pixel: float = 2.0
    mean: tuple[float, float, float] = (123.675, 116.28, 103.53)
    std: tuple[float, float, float] = (58.395, 57.12, 57.375)


class SimCCPose(TopDownPose):
    """Keypoints by a SimCC model; the skeleton follows from their number (17 COCO, 26 Halpe)."""

    _half_pixel = False

    def __init__(
        self,
        model: str | Path,
        *,
        model_dir: Path = DEFAULT_MODEL_DIR,
        runtime: RuntimeConfig | None = None,
        config: SimCCConfig | None = None,
    ) -> None:
        """Load a model, by registry key or path.

        Raises:
            ModelError: the file is missing, damaged, or no SimCC model of a known skeleton.
        """
        path = resolve(str(model), model_dir) if str(model) in REGISTRY else Path(model)
        self.config = config or SimCCConfig()
        network = load(path)
        dims = image_inputs(network)[0].type.tensor_type.shape.dim
        take_images(network, mean=self.config.mean, std=self.config.std)
        self._model = OnnxModel(network.SerializeToString(), runtime or RuntimeConfig(), name=path.name)
        height, width = (dim.dim_value for dim in list(dims)[2:4]) if len(dims) == 4 else (0, 0)
        self._shape = CropShape(height, width, self.config.padding)
        self.skeleton = self._checked_skeleton(path.name)
        self.info = ModelInfo(str(model), path.name, sha256_of(path))

    def _checked_skeleton(self, name: str) -> str:
        bins = [round(side * self.config.bins_per_pixel) for side in (self._shape.width, self._shape.height)]
        shapes = self._model.output_shapes
        if len(shapes) != 2 or any(len(shape) != 3 for shape in shapes) or [shape[2] for shape in shapes] != bins:
            raise ModelError(f"{name} is not a SimCC pose model: expected outputs (people, keypoints, {bins} bins)")
        joints = shapes[0][1]
        try:
            return skeleton_of(joints if isinstance(joints, int) else 0).name
        except VisionError as error:
            raise ModelError(f"{name}: {error.message}") from error

    def _decode(self, outputs: Sequence[Float32Array]) -> tuple[Float32Array, Float32Array]:
        along_x, along_y = outputs
        bins = np.stack([along_x.argmax(axis=2), along_y.argmax(axis=2)], axis=2).astype(np.float32)
        size = np.asarray([self._shape.width, self._shape.height], np.float32)
        score = (along_x.max(axis=2) + along_y.max(axis=2)) / 2
        return bins / np.float32(self.config.bins_per_pixel) / size, score.astype(np.float32)
