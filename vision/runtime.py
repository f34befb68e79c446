"""Where models run: devices, threads, precision, and ONNX Runtime sessions built from that choice."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal, TypeVar

import cv2
import numpy as np
import onnxruntime as ort
from numpy.typing import NDArray
from onnxruntime.capi import onnxruntime_pybind11_state as ort_errors

from vision.errors import ModelError

Precision = Literal["fp32", "fp16"]
Item = TypeVar("Item")
Result = TypeVar("Result")

CPU = "cpu"
CUDA_PROVIDER = "CUDAExecutionProvider"
_DEVICE_NAME = re.compile(r"cpu|cuda:\d+")
_UNREADABLE = (
    ort_errors.Fail,
    ort_errors.InvalidArgument,
    ort_errors.InvalidGraph,
    ort_errors.InvalidProtobuf,
    ort_errors.NoSuchFile,
    ort_errors.NotImplemented,
    ort_errors.RuntimeException,
)

MAX_CALLS_AT_ONCE = 4
"""Calls of one session at the same time; each has its own activations in memory, and more brought no speed."""


@dataclass(frozen=True, slots=True)
class RuntimeConfig:
    """Where and how models run.

    Attributes:
        device: `cpu` or `cuda:N`.
        threads: processor threads a model may use; 0 means every core this process may use.
        precision: `fp16` (half precision) needs a CUDA device.
        batch: images or crops a call; 0 chooses 1 on the processor (measured on two cores: 12 crops in one call take as
            long as 12 calls, or longer) and 16 on a GPU. One size for every call: ONNX Runtime keeps memory for each.
        gpu_memory_bytes: upper limit of a session's GPU memory; `None` for no limit.
    """

    device: str = CPU
    threads: int = 0
    precision: Precision = "fp32"
    batch: int = 0
    gpu_memory_bytes: int | None = None

    def __post_init__(self) -> None:
        if not _DEVICE_NAME.fullmatch(self.device):
            raise ModelError(f"device {self.device!r} is not known; expected 'cpu' or 'cuda:0'")
        if self.threads < 0 or self.batch < 0:
            raise ModelError(f"threads {self.threads} and batch {self.batch} must not be negative")
        if self.precision == "fp16" and not self.on_gpu:
            raise ModelError("half precision needs a CUDA device; use precision 'fp32' on the processor")

    @property
    def on_gpu(self) -> bool:
        """Whether the device is a GPU."""
        return self.device != CPU

    @property
    def thread_count(self) -> int:
        """Processor threads a model may use."""
        return self.threads or len(os.sched_getaffinity(0))

    @property
    def batch_size(self) -> int:
        """Images or crops a call."""
        return self.batch or (16 if self.on_gpu else 1)

    @property
    def calls_at_once(self) -> int:
        """How many calls of a model overlap; on a GPU the batch does that."""
        return 1 if self.on_gpu else min(self.thread_count, MAX_CALLS_AT_ONCE)


def available_devices() -> list[str]:
    """Devices that can be chosen here, the best first; looks without starting CUDA, so it may run before a fork."""
    if CUDA_PROVIDER not in ort.get_available_providers():
        return [CPU]
    nodes = [path for path in Path("/dev").glob("nvidia*") if re.fullmatch(r"nvidia\d+", path.name)]
    visible = os.environ.get("CUDA_VISIBLE_DEVICES")
    count = len(nodes) if visible is None else min(len(nodes), len([name for name in visible.split(",") if name]))
    return [*(f"cuda:{index}" for index in range(count)), CPU]


def limit_opencv_threads(threads: int) -> None:
    """Bound OpenCV's own threads in this process; call it once in a worker child."""
    cv2.setNumThreads(threads)


def session(model: Path | bytes, config: RuntimeConfig, *, name: str = "") -> ort.InferenceSession:
    """An ONNX Runtime session.

    Args:
        model: an ONNX file, or its content.
        config: where it runs.
        name: what to call the model in an error; the file's name by default.

    Raises:
        ModelError: the file is missing or no ONNX model, or the device cannot be used.
    """
    name = name or (model.name if isinstance(model, Path) else "the model")
    if isinstance(model, Path) and not model.is_file():
        raise ModelError(f"model file {model} is not there")
    content = _halved(model) if config.precision == "fp16" else model
    source = str(content) if isinstance(content, Path) else content
    try:
        made = ort.InferenceSession(source, _options(config), providers=_providers(config))
    except _UNREADABLE as error:
        raise ModelError(f"{name} cannot be loaded as an ONNX model: the file is damaged or of another kind") from error
    if config.on_gpu and CUDA_PROVIDER not in made.get_providers():  # ONNX Runtime only warns, and takes the processor
        raise _no_gpu(config)
    return made


def _no_gpu(config: RuntimeConfig) -> ModelError:
    return ModelError(f"{config.device} cannot be used: no working GPU or CUDA libraries; set the device to 'cpu'")


def _halved(model: Path | bytes) -> bytes:
    import onnx

    from vision.weights.surgery import halved, load

    network = load(model) if isinstance(model, Path) else onnx.load_from_string(model)
    return bytes(halved(network).SerializeToString())


def _options(config: RuntimeConfig) -> ort.SessionOptions:
    options = ort.SessionOptions()
    options.intra_op_num_threads = config.thread_count
    options.inter_op_num_threads = 1
    # Idle threads that spin take the core from the other sessions and the decoder (measured with two sessions: 1.3 x).
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    # A memory plan is kept for every input shape seen; frames come in many shapes (onnxruntime issue 24376).
    options.enable_mem_pattern = False
    options.log_severity_level = 3
    return options


def _providers(config: RuntimeConfig) -> list[Any]:
    if not config.on_gpu:
        return ["CPUExecutionProvider"]
    if CUDA_PROVIDER not in ort.get_available_providers():
        raise _no_gpu(config)
    settings: dict[str, Any] = {
        "device_id": int(config.device.split(":")[1]),
        "arena_extend_strategy": "kSameAsRequested",
        "cudnn_conv_algo_search": "HEURISTIC",
    }
    if config.gpu_memory_bytes is not None:
        settings["gpu_mem_limit"] = config.gpu_memory_bytes
    return [(CUDA_PROVIDER, settings), "CPUExecutionProvider"]


class OnnxModel:
    """A model with one image input, called in pieces of one size, several pieces at once on the processor.

    A lone call uses all threads. Overlapping calls use a second session with one thread each, made on first need: the
    same frames then cost 13 % less processor time, because no call waits for its own threads (YOLOv8n, two cores).

    Attributes:
        config: where it runs.
        input_shape: shape the file declares; names or `None` where a dimension is free.
        outputs: names of the outputs, in the file's order.
        output_shapes: likewise their declared shapes.
        metadata: texts stored in the file.
    """

    def __init__(self, model: Path | bytes, config: RuntimeConfig, *, name: str = "") -> None:
        """Build the session.

        Raises:
            ModelError: see `session`; or the model has more than one input.
        """
        self.config = config
        self._source, self._name = model, name
        self._session = session(model, config, name=name)
        self._overlapping_session: ort.InferenceSession | None = None
        self._thread = threading.local()
        inputs = self._session.get_inputs()
        if len(inputs) != 1:
            raise ModelError(f"{name or 'the model'} has {len(inputs)} inputs; expected one image input")
        self._input = inputs[0].name
        self.input_shape: tuple[int | str | None, ...] = tuple(inputs[0].shape)
        self.outputs: tuple[str, ...] = tuple(output.name for output in self._session.get_outputs())
        self.output_shapes: tuple[tuple[int | str | None, ...], ...] = tuple(
            tuple(output.shape) for output in self._session.get_outputs()
        )
        self.metadata: Mapping[str, str] = dict(self._session.get_modelmeta().custom_metadata_map)
        self._pool: ThreadPoolExecutor | None = None

    @property
    def batch_size(self) -> int:
        """Images a call: the configured number, or the one that the file fixes."""
        fixed = self.input_shape[0]
        return fixed if isinstance(fixed, int) else self.config.batch_size

    def run(self, images: NDArray[Any]) -> list[NDArray[Any]]:
        """Outputs for up to `batch_size` images; a short batch is filled up so that the shape stays the same."""
        count = len(images)
        if count < self.batch_size:
            filler = np.zeros((self.batch_size - count, *images.shape[1:]), images.dtype)
            images = np.concatenate([images, filler])
        try:
            outputs = self._session_here().run(None, {self._input: images})
        except _UNREADABLE as error:
            raise ModelError(f"the model cannot take an input of shape {images.shape}: {error}") from error
        return [output[:count] for output in outputs]

    def map_batches(self, items: Sequence[Item], work: Callable[[Sequence[Item]], list[Result]]) -> list[Result]:
        """Call `work` on pieces of at most `batch_size` items, pieces overlapping, and join the results in order.

        Preparing and decoding belong in `work`: they then overlap with other pieces' inference.
        """
        size = self.batch_size
        pieces = [items[start : start + size] for start in range(0, len(items), size)]
        if len(pieces) < 2 or self.config.calls_at_once < 2:
            return [result for piece in pieces for result in work(piece)]
        if self._pool is None:
            self._overlapping_session = session(self._source, replace(self.config, threads=1), name=self._name)
            self._pool = ThreadPoolExecutor(
                self.config.calls_at_once, thread_name_prefix="vision-model", initializer=self._mark_thread
            )
        return [result for results in self._pool.map(work, pieces) for result in results]

    def _mark_thread(self) -> None:
        self._thread.overlapping = True

    def _session_here(self) -> ort.InferenceSession:
        """The session for the calling thread: the pool's threads have the one that takes no further threads."""
        overlapping = getattr(self._thread, "overlapping", False)
        return self._overlapping_session if overlapping else self._session
