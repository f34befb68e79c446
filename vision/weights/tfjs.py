"""Read a TensorFlow.js graph model (`model.json` and its weight file) into plain Python and NumPy.

Source: TensorFlow.js converter format, github.com/tensorflow/tfjs, `tfjs-converter/docs` (attribute values are the
JSON form of `tensorflow.AttrValue`; strings are base64).
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vision.errors import ModelError

Attribute: TypeAlias = int | float | bool | str | list[Any] | None

_STORED_TYPES: Mapping[str, type[np.generic]] = {
    "float32": np.float32,
    "float16": np.float16,
    "int32": np.int32,
    "bool": np.bool_,
}


@dataclass(frozen=True, slots=True)
class TfNode:
    """One operation of the graph; control inputs are left out."""

    op: str
    name: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Attribute]


@dataclass(frozen=True, slots=True)
class TfGraph:
    """A graph model.

    Attributes:
        nodes: by name; `Const` and `Placeholder` among them.
        constants: name → value in the type it is stored in (float16 where the weights were quantised to it).
    """

    nodes: Mapping[str, TfNode]
    constants: Mapping[str, NDArray[Any]]

    def needed_for(self, outputs: Sequence[str], stop_at: Sequence[str]) -> list[TfNode]:
        """The nodes that `outputs` need, inputs first, without going past the names in `stop_at`.

        Raises:
            ModelError: a name that the graph does not have.
        """
        done: dict[str, TfNode] = {}
        stack = [(node_name(name), False) for name in reversed(outputs)]
        while stack:
            name, inputs_done = stack.pop()
            if name in done or name in stop_at:
                continue
            node = self.node(name)
            if inputs_done:
                done[name] = node
                continue
            stack.append((name, True))
            stack.extend((node_name(source), False) for source in reversed(node.inputs))
        return list(done.values())

    def node(self, name: str) -> TfNode:
        """The node called `name`."""
        if name not in self.nodes:
            raise ModelError(f"the graph has no node {name!r}; it is not the model this conversion was written for")
        return self.nodes[name]


def node_name(tensor: str) -> str:
    """The node of a tensor reference such as `split:1`."""
    return tensor.split(":", 1)[0]


def read_graph(model_json: bytes, weights: bytes) -> TfGraph:
    """Parse a graph model.

    Args:
        model_json: the `model.json`.
        weights: its weight shards, joined.

    Raises:
        ModelError: the file is not a graph model, or the weights are too short or too long for it.
    """
    try:
        model = json.loads(model_json)
        raw_nodes = model["modelTopology"]["node"]
        entries = [entry for group in model["weightsManifest"] for entry in group["weights"]]
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError("not a TensorFlow.js graph model: expected a model.json with topology and weights") from error
    nodes = [_read_node(raw) for raw in raw_nodes]
    return TfGraph({node.name: node for node in nodes}, _read_weights(entries, weights))


def _read_node(raw: Mapping[str, Any]) -> TfNode:
    inputs = tuple(name for name in raw.get("input", ()) if not name.startswith("^"))
    attributes = {key: _attribute(value) for key, value in raw.get("attr", {}).items()}
    return TfNode(raw["op"], raw["name"], inputs, attributes)


def _attribute(value: Mapping[str, Any]) -> Attribute:
    kind, content = _only_item(value)
    if kind == "s":
        return base64.b64decode(content).decode()
    if kind == "i":
        return int(content)
    if kind == "list":
        inner, items = _only_item(content)
        return [_attribute({inner: item}) for item in items or ()]
    return content if isinstance(content, int | float | str) else None


def _only_item(value: Mapping[str, Any]) -> tuple[str, Any]:
    return next(iter(value.items()), ("", None))


def _read_weights(entries: Sequence[Mapping[str, Any]], weights: bytes) -> dict[str, NDArray[Any]]:
    constants: dict[str, NDArray[Any]] = {}
    offset = 0
    for entry in entries:
        dtype = np.dtype(_stored_type(entry))
        count = int(np.prod(entry["shape"], dtype=np.int64))
        if offset + count * dtype.itemsize > len(weights):
            raise ModelError(f"weights end inside {entry['name']!r}: the file is cut short")
        value = np.frombuffer(weights, dtype, count, offset)
        constants[entry["name"]] = value.reshape(entry["shape"])
        offset += count * dtype.itemsize
    if offset != len(weights):
        raise ModelError(f"weights hold {len(weights)} bytes, the model.json describes {offset}")
    return constants


def _stored_type(entry: Mapping[str, Any]) -> type[np.generic]:
    quantization = entry.get("quantization")
    name = quantization["dtype"] if quantization else entry["dtype"]
    scaled = quantization is not None and "scale" in quantization
    if name not in _STORED_TYPES or scaled:
        raise ModelError(
            f"weight {entry['name']!r} is stored as {name}; only unscaled {sorted(_STORED_TYPES)} are read"
        )
    return _STORED_TYPES[name]
