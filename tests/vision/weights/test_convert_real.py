"""The converted embedded models against TensorFlow.js itself (values made once, `tests/data/models`)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest
from django.conf import settings

from vision.pose.movenet import decode
from vision.runtime import OnnxModel, RuntimeConfig
from vision.weights.registry import REGISTRY, resolve

REFERENCE = Path(__file__).parents[2] / "data" / "models" / "tfjs_reference.json"
STEP = 997
pytestmark = pytest.mark.models


def wave_image(size: int) -> np.ndarray:
    """A colourful `(size, size, 3)` image made by formula; blue-green-red where channels matter."""
    y, x, channel = np.meshgrid(np.arange(size), np.arange(size), np.arange(3), indexing="ij")
    waves = 60 * np.sin(x / (7 + channel) + y / 23) + 60 * np.cos(y / (11 - channel) - x / 31)
    return np.uint8(127.5 + waves)


@pytest.fixture(scope="module")
def reference() -> dict[str, Any]:
    content: dict[str, Any] = json.loads(REFERENCE.read_text())
    return content


def _model(key: str) -> OnnxModel:
    return OnnxModel(resolve(key, Path(settings.MODEL_DIR)), RuntimeConfig())


def test_nanodet_equals_tensorflow_js(reference: dict[str, Any]) -> None:
    model = _model("nanodet")
    for name, output in zip(model.outputs, model.run(wave_image(416)[None]), strict=True):
        tolerance = 5e-6 if name.startswith("score") else 5e-5
        np.testing.assert_allclose(output.ravel()[::STEP], reference["nanodet"][name], atol=tolerance)


@pytest.mark.parametrize(
    ("key", "stored_scale"),
    # The stock graph divides by the grid through a float16 factor; ours divides exactly.
    [("movenet-thunder", 64 * 0.015625), ("movenet-lightning", 48 * 0.0208282470703125)],
)
def test_movenet_and_its_decoding_equal_tensorflow_js(reference: dict[str, Any], key: str, stored_scale: float) -> None:
    size = REGISTRY[key].input_size[0]
    crop_rgb = np.ascontiguousarray(wave_image(size)[..., ::-1])
    position, score = decode(*_model(key).run(crop_rgb[None]))
    expected = np.asarray(reference[key])
    np.testing.assert_allclose(position[0][:, ::-1] * stored_scale, expected[:, :2], atol=5e-6)
    np.testing.assert_allclose(score[0], expected[:, 2], atol=5e-6)


@pytest.mark.parametrize("size", [(32, 32), (416, 736), (736, 416)], ids=str)
def test_nanodet_takes_every_size_and_batch(size: tuple[int, int]) -> None:
    outputs = _model("nanodet").run(np.zeros((1, *size, 3), np.uint8))
    cells = [size[0] // stride * (size[1] // stride) for stride in (8, 16, 32)]
    assert [output.shape[1] for output in outputs] == cells * 2


@pytest.mark.parametrize("key", [key for key, entry in REGISTRY.items() if entry.embedded])
def test_files_hold_half_size_weights_and_their_origin(key: str) -> None:
    path = resolve(key, Path(settings.MODEL_DIR))
    model = onnx.load(str(path))
    metadata = {entry.key: entry.value for entry in model.metadata_props}
    assert metadata["licence"] == "Apache-2.0"
    assert "human-models 3.0.4" in metadata["source"]
    stored = {tensor.data_type for tensor in model.graph.initializer if len(tensor.dims) == 4 and tensor.dims[0] > 1}
    assert stored == {onnx.TensorProto.FLOAT16}
