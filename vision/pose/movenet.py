"""MoveNet single pose, the embedded pose model: openly licensed, made by `python -m vision.weights.fetch`.

Source: Google MoveNet (Apache-2.0); the decoding follows the stock graph, whose own takes one crop at a time.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vision.errors import ModelError
from vision.pose.crops import CropShape
from vision.pose.topdown import TopDownPose
from vision.runtime import OnnxModel, RuntimeConfig
from vision.skeletons import COCO17
from vision.types import Float32Array, ModelInfo
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY, resolve, sha256_of

VARIANTS: Mapping[str, str] = {"thunder": "movenet-thunder", "lightning": "movenet-lightning"}
OUTPUTS = ("centre", "heat", "regression", "offset")
CENTRE_WEIGHT_CELLS = np.float32(1.7998046875)  # as stored in the stock graph


@dataclass(frozen=True, slots=True)
class MoveNetConfig:
    """How people are cut out.

    Attributes:
        padding: side of the square crop over the longer side of the box; 1.1 to 1.2 is best, from 1.3 on it falls off.
    """

    padding: float = 1.2


class MoveNetPose(TopDownPose):
    """COCO-17 keypoints by MoveNet thunder (accurate) or lightning (three times as fast)."""

    skeleton = COCO17.name
    _half_pixel = True

    def __init__(
        self,
        variant: str = "thunder",
        *,
        model_dir: Path = DEFAULT_MODEL_DIR,
        runtime: RuntimeConfig | None = None,
        config: MoveNetConfig | None = None,
    ) -> None:
        """Load `thunder` or `lightning` from `model_dir`.

        Raises:
            ModelError: there is no such variant, or its file is missing or damaged.
        """
        if variant not in VARIANTS:
            raise ModelError(f"MoveNet {variant!r} is not known; expected one of {', '.join(VARIANTS)}")
        key = VARIANTS[variant]
        path = resolve(key, model_dir)
        self._model = OnnxModel(path, runtime or RuntimeConfig())
        if self._model.outputs != OUTPUTS:
            raise ModelError(f"{path.name} was made by another version: run `make models`")
        self._shape = CropShape(*REGISTRY[key].input_size, (config or MoveNetConfig()).padding)
        self.info = ModelInfo(key, path.name, sha256_of(path))

    def _prepare(self, crops_bgr: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return np.ascontiguousarray(crops_bgr[..., ::-1])

    def _decode(self, outputs: Sequence[Float32Array]) -> tuple[Float32Array, Float32Array]:
        return decode(*outputs)


def decode(
    centre: Float32Array, heat: Float32Array, regression: Float32Array, offset: Float32Array
) -> tuple[Float32Array, Float32Array]:
    """Keypoints from the four heads: find the person's cell, go where it says its joints are, look near there.

    Args:
        centre: `(N, 1, G, G)` chance of the person's centre, weighted towards the middle of the crop.
        heat: `(N, K, G, G)` chance of each joint.
        regression: `(N, 2 * K, G, G)` y, x from a centre to its joints [cells].
        offset: `(N, 2 * K, G, G)` y, x from a cell to the joint in it [cells].

    Returns:
        `(N, K, 2)` x, y as shares of the crop, `(N, K)` score.
    """
    people, joints, grid, _ = heat.shape
    person = np.arange(people)
    cell = centre.reshape(people, grid * grid).argmax(axis=1)
    to_joint = regression.reshape(people, joints, 2, grid * grid)[person, :, :, cell]
    start = to_joint + np.stack(np.divmod(cell, grid), axis=1)[:, None].astype(np.float32)
    flat_heat = heat.reshape(people, joints, grid * grid)
    best = (flat_heat / _distance(start, grid)).argmax(axis=2)
    score = np.take_along_axis(flat_heat, best[..., None], axis=2)[..., 0]
    in_cell = offset.reshape(people, joints, 2, grid * grid)[person[:, None], np.arange(joints), :, best]
    position_yx = (np.stack(np.divmod(best, grid), axis=2) + in_cell) / np.float32(grid)
    return position_yx[..., ::-1].astype(np.float32), score


def _distance(start: Float32Array, grid: int) -> Float32Array:
    """`(N, K, 2)` y, x → `(N, K, G * G)` distance of every cell to it, plus the constant that softens it [cells]."""
    axis = np.arange(grid, dtype=np.float32)
    along_y = np.square(axis - start[..., :1])
    along_x = np.square(axis - start[..., 1:])
    squared = (along_y[..., :, None] + along_x[..., None, :]).reshape(*start.shape[:2], grid * grid)
    softened: Float32Array = np.sqrt(squared) + CENTRE_WEIGHT_CELLS
    return softened
