"""The two ways a YOLO weight runs: its ONNX export in ONNX Runtime, or the `.pt` checkpoint in PyTorch."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import onnx
from numpy.typing import NDArray

from vision.detection.cells import Candidates, cell_grid
from vision.detection.classes import class_ids, coco_class_ids, names_in_metadata
from vision.detection.yolo_decode import from_heads, from_output
from vision.detection.yolo_graph import Heads, cut_to_heads, find_heads
from vision.errors import ModelError
from vision.runtime import OnnxModel, RuntimeConfig
from vision.types import Int16Array
from vision.weights.surgery import load, take_images

COCO_CLASSES = 80
FIRST_STRIDE = 8
PIXEL_RANGE = (255.0, 255.0, 255.0)


class YOLOBackend(Protocol):
    """Runs the network on letterboxed images.

    Attributes:
        fixed_size: height, width [px] that the file fixes; `None` where any multiple of `stride` will do.
        stride: the largest stride of the feature maps.
    """

    fixed_size: tuple[int, int] | None
    stride: int

    def candidates(self, images_bgr: NDArray[np.uint8], score_min: float) -> list[Candidates]:
        """Candidates of each of the `(N, h, w, 3)` images, in their pixels."""
        ...

    def map_batches(self, items: Sequence[Any], work: Callable[[Sequence[Any]], list[Any]]) -> list[Any]:
        """Call `work` on pieces that fit one call of the network, and join the results in order."""
        ...


class OnnxYOLO:
    """A YOLO export."""

    def __init__(self, path: Path, runtime: RuntimeConfig) -> None:
        """Load it.

        Raises:
            ModelError: no ONNX model, or not a detector with one output `(N, 4 + classes, cells)`.
        """
        model = load(path)
        metadata = {entry.key: entry.value for entry in model.metadata_props}
        _check_is_detector(path.name, metadata.get("task"), _rank_and_rows(model))
        self._heads = find_heads(model)
        self._class_ids = _class_ids(path.name, metadata, _rank_and_rows(model)[1])
        if self._heads is not None:
            cut_to_heads(model, self._heads)
        take_images(model, std=PIXEL_RANGE, swap_channels=True)
        self._model = OnnxModel(model.SerializeToString(), runtime, name=path.name)
        height, width = self._model.input_shape[1:3]
        fixed = isinstance(height, int) and isinstance(width, int)
        self.fixed_size = (int(height), int(width)) if fixed else None  # type: ignore[arg-type]
        self.stride = _strides(self._heads)[-1] if self._heads else int(metadata.get("stride", 32))
        self.map_batches = self._model.map_batches

    def candidates(self, images_bgr: NDArray[np.uint8], score_min: float) -> list[Candidates]:
        """See `YOLOBackend`."""
        outputs = self._model.run(images_bgr)
        if self._heads is None:
            return [from_output(output, class_ids=self._class_ids, score_min=score_min) for output in outputs[0]]
        grid = cell_grid(images_bgr.shape[1:3], _strides(self._heads))
        return [
            from_heads(sides, logits, grid=grid, class_ids=self._class_ids, score_min=score_min)
            for sides, logits in zip(*outputs, strict=True)
        ]


class TorchYOLO:
    """A YOLO checkpoint. Loading one runs code inside it: use files from people you trust."""

    fixed_size: tuple[int, int] | None = None

    def __init__(self, path: Path, runtime: RuntimeConfig, settings_dir: Path) -> None:
        """Load it, with PyTorch and ultralytics imported only now.

        Args:
            path: the checkpoint.
            runtime: where it runs.
            settings_dir: where ultralytics may write its settings.

        Raises:
            ModelError: ultralytics is not installed, or the file is no YOLO detector.
        """
        self._runtime = runtime
        network, task = _load_checkpoint(path, settings_dir)
        _check_is_detector(path.name, task, (3, len(network.names) + 4))
        self._class_ids = class_ids([network.names[index] for index in sorted(network.names)], path.name)
        self.stride = int(network.stride.max())
        network = network.fuse(verbose=False).eval().to(runtime.device)
        self._network = network.half() if runtime.precision == "fp16" else network.float()

    def candidates(self, images_bgr: NDArray[np.uint8], score_min: float) -> list[Candidates]:
        """See `YOLOBackend`."""
        import torch

        torch.set_num_threads(self._runtime.thread_count)
        rgb = np.ascontiguousarray(images_bgr[..., ::-1].transpose(0, 3, 1, 2))
        with torch.inference_mode():
            tensor = torch.from_numpy(rgb).to(self._runtime.device)
            tensor = (tensor.half() if self._runtime.precision == "fp16" else tensor.float()) / PIXEL_RANGE[0]
            output = self._network(tensor)[0].float().cpu().numpy()
        return [from_output(image, class_ids=self._class_ids, score_min=score_min) for image in output]

    def map_batches(self, items: Sequence[Any], work: Callable[[Sequence[Any]], list[Any]]) -> list[Any]:
        """See `YOLOBackend`; PyTorch threads inside a call."""
        size = self._runtime.batch_size
        return [result for start in range(0, len(items), size) for result in work(items[start : start + size])]


def _load_checkpoint(path: Path, settings_dir: Path) -> tuple[Any, str]:
    # ultralytics reads these when it is imported: no downloads, no installs, no settings in the home folder
    os.environ.setdefault("YOLO_OFFLINE", "true")
    os.environ.setdefault("YOLO_AUTOINSTALL", "false")
    os.environ.setdefault("YOLO_CONFIG_DIR", str(settings_dir))
    from vision.detection.torchvision_ops import ensure_torchvision_ops

    try:
        ensure_torchvision_ops()
        from ultralytics.models import YOLO
    except ImportError as error:
        raise ModelError(
            f"{path.name} needs ultralytics: `pip install -r requirements/cpu.txt`, or use its .onnx export"
        ) from error
    try:
        model = YOLO(str(path))
    except _CHECKPOINT_ERRORS as error:
        raise ModelError(f"{path.name} is not a YOLO checkpoint: the file is damaged or of another kind") from error
    return model.model, str(model.task)


# What torch.load and ultralytics raise for a file that is something else.
_CHECKPOINT_ERRORS = (RuntimeError, KeyError, TypeError, AttributeError, ValueError, EOFError, OSError, ImportError)


def _rank_and_rows(model: onnx.ModelProto) -> tuple[int, int]:
    """Rank of the first output and length of its second dimension (0 where it is free)."""
    dims = model.graph.output[0].type.tensor_type.shape.dim
    return len(dims), dims[1].dim_value if len(dims) > 1 else 0


def _check_is_detector(name: str, task: str | None, rank_and_rows: tuple[int, int]) -> None:
    if task not in (None, "detect"):
        raise ModelError(f"{name} is a {task} model; expected a detector")
    rank, rows = rank_and_rows
    if rank != 3 or 0 < rows < 5:
        raise ModelError(f"{name} is not a YOLO detector: expected one output (images, 4 + classes, cells)")


def _class_ids(name: str, metadata: dict[str, str], rows: int) -> Int16Array:
    if "names" in metadata:
        return class_ids(names_in_metadata(metadata["names"], name), name)
    if rows == COCO_CLASSES + 4:
        return coco_class_ids(COCO_CLASSES)
    raise ModelError(f"{name} does not name its classes; export it with ultralytics, which writes them into the file")


def _strides(heads: Heads) -> tuple[int, ...]:
    return tuple(FIRST_STRIDE * 2**level for level in range(heads.levels))
