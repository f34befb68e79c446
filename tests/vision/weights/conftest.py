"""A small TensorFlow.js graph and its weights, made by hand."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest


class TfjsBuilder:
    """Collects nodes and weights of a graph model as the TensorFlow.js converter writes them."""

    def __init__(self) -> None:
        self.nodes: list[dict[str, Any]] = []
        self.entries: list[dict[str, Any]] = []
        self.content = b""

    def node(self, op: str, name: str, inputs: list[str], **attributes: Mapping[str, Any]) -> str:
        self.nodes.append({"op": op, "name": name, "input": inputs, "attr": dict(attributes)})
        return name

    def weight(self, name: str, value: np.ndarray) -> str:
        """Float weights are stored as float16, as in the embedded models."""
        is_float = value.dtype.kind == "f"
        stored = value.astype("<f2" if is_float else "<i4")
        entry: dict[str, Any] = {"name": name, "shape": list(value.shape), "dtype": "float32" if is_float else "int32"}
        if is_float:
            entry["quantization"] = {"dtype": "float16", "original_dtype": "float32"}
        self.entries.append(entry)
        self.content += stored.tobytes()
        self.nodes.append({"op": "Const", "name": name, "input": [], "attr": {}})
        return name

    def files(self) -> tuple[bytes, bytes]:
        model = {
            "format": "graph-model",
            "modelTopology": {"node": self.nodes},
            "weightsManifest": [{"paths": ["w.bin"], "weights": self.entries}],
        }
        return json.dumps(model).encode(), self.content


def text(value: str) -> dict[str, str]:
    return {"s": base64.b64encode(value.encode()).decode()}


def integers(*values: int) -> dict[str, Any]:
    return {"list": {"i": [str(value) for value in values]}}


def texts(*values: str) -> dict[str, Any]:
    return {"list": {"s": [text(value)["s"] for value in values]}}


WINDOW = {"data_format": text("NHWC"), "dilations": integers(1, 1, 1, 1)}
SIZE = 8
CHANNELS = 4


@pytest.fixture
def small_graph() -> TfjsBuilder:
    """(N, 8, 8, 3) → fused conv /2 with ReLU6 → depthwise → resize back → + constant → (N, 8, 8, 4) `out`.

    `flat` is the same reshaped to (N, cells, 4) after a sigmoid.
    """
    rng = np.random.default_rng(0)
    graph = TfjsBuilder()
    graph.node("Placeholder", "input", [])
    kernel = graph.weight("conv/kernel", rng.standard_normal((3, 3, 3, CHANNELS)) / 20)
    bias = graph.weight("conv/bias", rng.standard_normal(CHANNELS))
    half = {**WINDOW, "strides": integers(1, 2, 2, 1), "padding": text("SAME")}
    graph.node("_FusedConv2D", "conv", ["input", kernel, bias], fused_ops=texts("BiasAdd", "Relu6"), **half)
    depth = graph.weight("depth/kernel", rng.standard_normal((3, 3, CHANNELS, 1)))
    full = {**WINDOW, "strides": integers(1, 1, 1, 1), "padding": text("SAME")}
    graph.node("DepthwiseConv2dNative", "depth", ["conv", depth], **full)
    size = graph.weight("resize/size", np.asarray([SIZE, SIZE]))
    graph.node("ResizeBilinear", "resize", ["depth", size], half_pixel_centers={"b": True}, align_corners={"b": False})
    addend = graph.weight("add/value", rng.standard_normal(CHANNELS))
    graph.node("AddV2", "add", ["resize", addend])
    graph.node("Identity", "out", ["add"])
    graph.node("Sigmoid", "sigmoid", ["add"])
    shape = graph.weight("flat/shape", np.asarray([1, -1, CHANNELS]))
    graph.node("Reshape", "flat", ["sigmoid", shape])
    return graph
