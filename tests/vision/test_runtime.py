"""Devices, sessions and batches."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from tests.vision.pose.simcc_model import write_simcc_model
from vision.errors import ModelError
from vision.runtime import CPU, OnnxModel, RuntimeConfig, available_devices, session
from vision.weights.surgery import halved, load


def _doubler(path: Path, batch: int | str = "N") -> Path:
    """A model that doubles its `(N, 2)` input."""
    graph = helper.make_graph(
        [helper.make_node("Add", ["x", "x"], ["y"])],
        "doubler",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, [batch, 2])],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, [batch, 2])],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), str(path))
    return path


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"device": "gpu"}, "device 'gpu' is not known"),
        ({"device": "cuda"}, "expected 'cpu' or 'cuda:0'"),
        ({"threads": -1}, "must not be negative"),
        ({"batch": -2}, "must not be negative"),
        ({"precision": "fp16"}, "half precision needs a CUDA device"),
    ],
)
def test_impossible_settings_are_told(settings: dict[str, object], message: str) -> None:
    with pytest.raises(ModelError, match=message):
        RuntimeConfig(**settings)  # type: ignore[arg-type]


def test_defaults_fit_the_device() -> None:
    assert RuntimeConfig().batch_size == 1
    assert RuntimeConfig(device="cuda:0").batch_size == 16
    assert RuntimeConfig(device="cuda:0").calls_at_once == 1
    assert RuntimeConfig(threads=2).calls_at_once == 2
    assert RuntimeConfig(threads=64).calls_at_once == 4
    assert RuntimeConfig().thread_count >= 1


def test_the_processor_is_always_there() -> None:
    assert available_devices()[-1] == CPU


def test_hidden_gpus_are_not_offered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("onnxruntime.get_available_providers", lambda: ["CUDAExecutionProvider"])
    monkeypatch.setattr(
        Path, "glob", lambda self, pattern: [Path("/dev/nvidia0"), Path("/dev/nvidia1"), Path("/dev/nvidiactl")]
    )
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    assert available_devices() == ["cuda:0", "cuda:1", CPU]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert available_devices() == ["cuda:0", CPU]
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert available_devices() == [CPU]


@pytest.mark.skipif(available_devices() != [CPU], reason="needs a machine without a GPU")
def test_a_missing_gpu_is_an_error_and_no_silent_fallback(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cuda:0 cannot be used"):
        session(_doubler(tmp_path / "m.onnx"), RuntimeConfig(device="cuda:0"))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "is not there"),
        (b"", "cannot be loaded"),
        (b"<html>", "cannot be loaded"),
        (b"\x08\x07", "cannot be loaded"),
    ],
    ids=["missing", "empty", "text", "header only"],
)
def test_other_files_are_refused_in_a_sentence(tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "m.onnx"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(ModelError, match=message):
        session(path, RuntimeConfig())


def test_sessions_yield_the_processor_when_idle(tmp_path: Path) -> None:
    options = session(_doubler(tmp_path / "m.onnx"), RuntimeConfig(threads=2)).get_session_options()
    assert options.get_session_config_entry("session.intra_op.allow_spinning") == "0"
    assert options.intra_op_num_threads == 2
    assert not options.enable_mem_pattern


def test_short_batch_is_filled_so_that_the_shape_stays(tmp_path: Path) -> None:
    model = OnnxModel(_doubler(tmp_path / "m.onnx"), RuntimeConfig(batch=4))
    given = np.arange(6, dtype=np.float32).reshape(3, 2)
    (found,) = model.run(given)
    np.testing.assert_array_equal(found, given * 2)


def test_a_fixed_batch_in_the_file_wins(tmp_path: Path) -> None:
    model = OnnxModel(_doubler(tmp_path / "m.onnx", batch=2), RuntimeConfig(batch=8))
    assert model.batch_size == 2
    assert model.run(np.ones((1, 2), np.float32))[0].tolist() == [[2, 2]]


def test_input_of_another_shape_is_told(tmp_path: Path) -> None:
    model = OnnxModel(_doubler(tmp_path / "m.onnx"), RuntimeConfig())
    with pytest.raises(ModelError, match=r"cannot take an input of shape \(1, 3\)"):
        model.run(np.ones((1, 3), np.float32))


@pytest.mark.parametrize(("threads", "batch", "count"), [(1, 2, 5), (2, 2, 5), (3, 1, 7), (2, 4, 4), (2, 3, 0)])
def test_pieces_overlap_but_results_keep_their_order(tmp_path: Path, threads: int, batch: int, count: int) -> None:
    model = OnnxModel(_doubler(tmp_path / "m.onnx"), RuntimeConfig(threads=threads, batch=batch))
    sizes: list[int] = []
    lock = threading.Lock()

    def work(items: Sequence[int]) -> list[int]:
        with lock:
            sizes.append(len(items))
        return [item * 10 for item in items]

    assert model.map_batches(range(count), work) == [item * 10 for item in range(count)]
    assert sum(sizes) == count
    assert max(sizes, default=0) <= batch


def test_a_failing_piece_fails_the_whole(tmp_path: Path) -> None:
    model = OnnxModel(_doubler(tmp_path / "m.onnx"), RuntimeConfig(threads=2))

    def work(items: Sequence[int]) -> list[int]:
        if 3 in items:
            raise ModelError("broken")
        return list(items)

    with pytest.raises(ModelError, match="broken"):
        model.map_batches(range(6), work)


def test_half_precision_computes_the_same_to_its_digits(tmp_path: Path) -> None:
    path = write_simcc_model(tmp_path / "m.onnx")
    images = np.random.default_rng(0).standard_normal((1, 3, 256, 192)).astype(np.float32)
    full = OnnxModel(path, RuntimeConfig()).run(images)
    model = halved(load(path))
    assert {tensor.data_type for tensor in model.graph.initializer} >= {TensorProto.FLOAT16}
    half = OnnxModel(model.SerializeToString(), RuntimeConfig()).run(images)
    for first, second in zip(full, half, strict=True):
        assert second.dtype == np.float32
        np.testing.assert_allclose(second, first, atol=0.02 * np.abs(first).max())


@pytest.mark.gpu
@pytest.mark.parametrize("precision", ["fp32", "fp16"])
def test_gpu_computes_what_the_processor_does(tmp_path: Path, precision: str) -> None:
    path = write_simcc_model(tmp_path / "m.onnx")
    images = np.random.default_rng(0).standard_normal((5, 3, 256, 192)).astype(np.float32)
    there = OnnxModel(path, RuntimeConfig(device="cuda:0", precision=precision)).run(images)  # type: ignore[arg-type]
    here = OnnxModel(path, RuntimeConfig(batch=5)).run(images)
    for first, second in zip(here, there, strict=True):
        np.testing.assert_allclose(second, first, atol=0.03 * np.abs(first).max())
