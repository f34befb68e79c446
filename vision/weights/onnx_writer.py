"""Collect ONNX nodes and constants and write them as one reproducible file.

Convolutions of TensorFlow want channels last, those of ONNX channels first. A `Value` therefore knows in which order
its tensor lies in memory; transposes are written only where an operation needs the other order.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

OPSET = 18
IR_VERSION = 8  # the one that belongs to opset 18; a fixed number keeps the file the same under newer onnx
TO_CHANNELS_FIRST = (0, 3, 1, 2)
TO_CHANNELS_LAST = (0, 2, 3, 1)


@dataclass(frozen=True, slots=True)
class Value:
    """A tensor while it is being written.

    Attributes:
        name: ONNX tensor name.
        channels_first: the tensor is NHWC by meaning but lies NCHW in memory.
        pads: `(4, 2)` padding still to be applied, in memory order; `None` where there is none.
        pad_value: what to pad with.
    """

    name: str
    channels_first: bool = False
    pads: tuple[tuple[int, int], ...] | None = None
    pad_value: float = 0.0


class OnnxWriter:
    """Writes one graph."""

    def __init__(self) -> None:
        self._nodes: list[onnx.NodeProto] = []
        self._initializers: dict[str, onnx.TensorProto] = {}
        self._written: set[str] = set()

    def add(self, op: str, inputs: Sequence[str], output: str, **attributes: Any) -> str:
        """Append an operation with one output and return the name of that output."""
        self.add_many(op, inputs, [output], **attributes)
        return output

    def add_many(self, op: str, inputs: Sequence[str], outputs: Sequence[str], **attributes: Any) -> None:
        """Append an operation, once: the same first output means the same operation."""
        if outputs[0] in self._written:
            return
        self._written.add(outputs[0])
        self._nodes.append(helper.make_node(op, list(inputs), list(outputs), name=outputs[0], **attributes))

    def constant(self, name: str, value: NDArray[Any]) -> str:
        """Add a constant; float16 is stored as it is and widened to float32 when the file is loaded."""
        if name in self._initializers:
            return name if value.dtype != np.float16 else f"{name}/float32"
        # ascontiguousarray would turn a scalar into a 1-d array
        tensor = helper.make_tensor(
            name, helper.np_dtype_to_tensor_dtype(value.dtype), value.shape, value.tobytes(), raw=True
        )
        self._initializers[name] = tensor
        if value.dtype != np.float16:
            return name
        return self.add("Cast", [name], f"{name}/float32", to=TensorProto.FLOAT)

    def channels_first(self, value: Value) -> Value:
        """The value with its channels first in memory; padding stays pending."""
        if value.channels_first:
            return value
        plain = self.plain(value)
        name = self.add("Transpose", [plain], f"{plain}/nchw", perm=list(TO_CHANNELS_FIRST))
        return Value(name, channels_first=True)

    def padded(self, value: Value) -> Value:
        """The value with its pending padding applied."""
        if value.pads is None:
            return value
        pads = self.constant(f"{value.name}/pads", np.asarray(value.pads, np.int64).T.reshape(-1))
        fill = self.constant(f"{value.name}/pad_value", np.asarray(value.pad_value, np.float32))
        name = self.add("Pad", [value.name, pads, fill], f"{value.name}/padded")
        return replace(value, name=name, pads=None)

    def plain(self, value: Value) -> str:
        """The name of the tensor in the order that it has by meaning, nothing pending."""
        value = self.padded(value)
        if not value.channels_first:
            return value.name
        return self.add("Transpose", [value.name], f"{value.name}/nhwc", perm=list(TO_CHANNELS_LAST))

    def model(
        self,
        inputs: Sequence[onnx.ValueInfoProto],
        outputs: Sequence[onnx.ValueInfoProto],
        metadata: Mapping[str, str],
    ) -> onnx.ModelProto:
        """The finished, checked model."""
        graph = helper.make_graph(self._nodes, "graph", inputs, outputs, list(self._initializers.values()))
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        model.producer_name = "axolotl"
        helper.set_model_props(model, dict(sorted(metadata.items())))
        onnx.checker.check_model(model, full_check=True)
        return model
