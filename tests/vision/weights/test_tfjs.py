"""Reading TensorFlow.js graph models."""

from __future__ import annotations

import json

import numpy as np
import pytest

from tests.vision.weights.conftest import TfjsBuilder
from vision.errors import ModelError
from vision.weights.tfjs import node_name, read_graph


def test_reads_attributes_and_weights_in_their_stored_type(small_graph: TfjsBuilder) -> None:
    graph = read_graph(*small_graph.files())
    conv = graph.node("conv")
    assert conv.op == "_FusedConv2D"
    assert conv.attributes["padding"] == "SAME"
    assert conv.attributes["strides"] == [1, 2, 2, 1]
    assert conv.attributes["fused_ops"] == ["BiasAdd", "Relu6"]
    assert graph.node("resize").attributes["half_pixel_centers"] is True
    assert graph.constants["conv/kernel"].dtype == np.float16
    assert graph.constants["resize/size"].tolist() == [8, 8]


def test_nodes_come_inputs_first_and_stop_at_the_entry(small_graph: TfjsBuilder) -> None:
    graph = read_graph(*small_graph.files())
    names = [node.name for node in graph.needed_for(["out"], stop_at=["input"])]
    computed = [name for name in names if "/" not in name]
    assert computed == ["conv", "depth", "resize", "add", "out"]
    assert "flat" not in names
    assert all(
        names.index(node_name(source)) < names.index(name)
        for name in computed[1:]
        for source in graph.node(name).inputs
    )


def test_unknown_name_says_it_is_another_model(small_graph: TfjsBuilder) -> None:
    with pytest.raises(ModelError, match="no node 'absent'"):
        read_graph(*small_graph.files()).needed_for(["absent"], stop_at=[])


@pytest.mark.parametrize("change", [lambda w: w[:-2], lambda w: w + b"\0\0"], ids=["short", "long"])
def test_weights_of_the_wrong_length_are_refused(small_graph: TfjsBuilder, change) -> None:
    model_json, weights = small_graph.files()
    with pytest.raises(ModelError, match="weights"):
        read_graph(model_json, change(weights))


@pytest.mark.parametrize("content", [b"", b"\x00\x01", b"[]", b"{}", b'{"modelTopology": {}}'])
def test_other_files_are_refused(content: bytes) -> None:
    with pytest.raises(ModelError, match=r"not a TensorFlow\.js graph model"):
        read_graph(content, b"")


def test_scaled_quantisation_is_refused_rather_than_misread(small_graph: TfjsBuilder) -> None:
    model_json, weights = small_graph.files()
    model = json.loads(model_json)
    model["weightsManifest"][0]["weights"][0]["quantization"]["scale"] = 0.1
    with pytest.raises(ModelError, match="unscaled"):
        read_graph(json.dumps(model).encode(), weights)
