"""How each TensorFlow operation of the embedded models is written in ONNX."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vision.errors import ModelError
from vision.weights.onnx_writer import TO_CHANNELS_FIRST, TO_CHANNELS_LAST, OnnxWriter, Value
from vision.weights.tfjs import TfGraph, TfNode, node_name

RELU6_MAX = 6.0


@dataclass(slots=True)
class Conversion:
    """State of one conversion.

    Attributes:
        graph: what is converted.
        writer: where it goes.
        values: TensorFlow tensor name → where its value is in the ONNX graph.
        folded: values known at conversion time beside the graph's constants.
        resize_ratios: name of a resize → (height, width) ratio; makes a fixed-size resize follow its input.
    """

    graph: TfGraph
    writer: OnnxWriter
    values: dict[str, Value]
    resize_ratios: Mapping[str, tuple[float, float]]
    folded: dict[str, NDArray[Any]] = field(default_factory=dict)

    def known(self, name: str) -> NDArray[Any] | None:
        """The value of `name` where it does not depend on the input."""
        if name in self.folded:
            return self.folded[name]
        return self.graph.constants.get(name)

    def constant(self, name: str) -> NDArray[Any]:
        """The value of `name`, which must be known."""
        value = self.known(name)
        if value is None:
            raise ModelError(f"{name!r} should be a constant; it depends on the input")
        return value

    def value(self, name: str) -> Value:
        """Where `name` is in the ONNX graph."""
        name = name.removesuffix(":0")
        if name not in self.values:
            self.values[name] = Value(self.writer.constant(name, self.constant(name)))
        return self.values[name]

    def write(self, node: TfNode) -> None:
        """Write one node whose inputs are written.

        Raises:
            ModelError: an operation that is not in the table.
        """
        if node.op == "Const" or self._fold(node):
            return
        if node.op not in OPERATIONS:
            raise ModelError(f"operation {node.op} of {node.name!r} cannot be converted; known: {sorted(OPERATIONS)}")
        self.values[node.name] = OPERATIONS[node.op](self, node)

    def _fold(self, node: TfNode) -> bool:
        inputs = [self.known(name) for name in node.inputs]
        known = [value for value in inputs if value is not None]
        if node.op not in _FOLDED or len(known) != len(inputs):
            return False
        self.folded[node.name] = _FOLDED[node.op](*known)
        return True


def _sparse_to_dense(
    index: NDArray[Any], shape: NDArray[Any], values: NDArray[Any], default: NDArray[Any]
) -> NDArray[Any]:
    dense = np.full(shape, default)
    dense[tuple(index.T)] = values
    return dense


_FOLDED: Mapping[str, Callable[..., NDArray[Any]]] = {
    "SparseToDense": _sparse_to_dense,
    "Add": np.add,
    "AddV2": np.add,
}


def _spatial(node: TfNode, attribute: str) -> list[int]:
    batch_y_x_channel = node.attributes[attribute]
    if not isinstance(batch_y_x_channel, list) or node.attributes.get("data_format", "NHWC") != "NHWC":
        raise ModelError(f"{node.name!r}: {attribute} should be a list for data in NHWC order")
    return [int(step) for step in batch_y_x_channel[1:3]]


def _window(node: TfNode, value: Value) -> dict[str, Any]:
    """Strides and padding of a convolution or pooling over `value` (channels first)."""
    window: dict[str, Any] = {"strides": _spatial(node, "strides")}
    if node.attributes["padding"] == "SAME":
        window["auto_pad"] = "SAME_UPPER"
    elif value.pads is not None:
        (top, bottom), (left, right) = value.pads[2:]
        window["pads"] = [top, left, bottom, right]
    return window


def _convolution(conversion: Conversion, node: TfNode, kernel: NDArray[Any], group: int) -> Value:
    writer = conversion.writer
    value = writer.channels_first(conversion.value(node.inputs[0]))
    if value.pad_value != 0.0 or node.attributes["padding"] == "SAME":
        value = writer.padded(value)
    inputs = [value.name, writer.constant(f"{node.inputs[1]}/kernel", kernel)]
    fused = node.attributes.get("fused_ops") or []
    if not isinstance(fused, list) or fused[1:] not in ([], ["Relu"], ["Relu6"]) or fused[:1] not in ([], ["BiasAdd"]):
        raise ModelError(f"{node.name!r}: cannot convert a convolution fused with {fused}")
    if fused:
        inputs.append(writer.constant(node.inputs[2], conversion.constant(node.inputs[2])))
    window = _window(node, value) | {"group": group, "dilations": _spatial(node, "dilations")}
    name = writer.add("Conv", inputs, f"{node.name}/conv", **window)
    return Value(_activated(writer, name, fused[1:]), channels_first=True)


def _activated(writer: OnnxWriter, name: str, activation: list[Any]) -> str:
    if activation == ["Relu"]:
        return writer.add("Relu", [name], f"{name}/relu")
    if activation == ["Relu6"]:
        low = writer.constant("relu6/min", np.asarray(0.0, np.float32))
        high = writer.constant("relu6/max", np.asarray(RELU6_MAX, np.float32))
        return writer.add("Clip", [name, low, high], f"{name}/relu6")
    return name


def _conv(conversion: Conversion, node: TfNode) -> Value:
    kernel = conversion.constant(node.inputs[1]).transpose(3, 2, 0, 1)
    return _convolution(conversion, node, np.asarray(kernel, order="C"), group=1)


def _depthwise(conversion: Conversion, node: TfNode) -> Value:
    kernel = conversion.constant(node.inputs[1])
    height, width, channels, multiplier = kernel.shape
    per_channel = kernel.transpose(2, 3, 0, 1).reshape(channels * multiplier, 1, height, width)
    return _convolution(conversion, node, np.asarray(per_channel, order="C"), group=channels)


def _max_pool(conversion: Conversion, node: TfNode) -> Value:
    value = conversion.writer.channels_first(conversion.value(node.inputs[0]))
    if value.pad_value != -np.inf:
        value = conversion.writer.padded(value)
    window = _window(node, value) | {"kernel_shape": _spatial(node, "ksize")}
    return Value(conversion.writer.add("MaxPool", [value.name], node.name, **window), channels_first=True)


def _resize(conversion: Conversion, node: TfNode) -> Value:
    if node.attributes.get("half_pixel_centers") is not True or node.attributes.get("align_corners"):
        raise ModelError(f"{node.name!r}: only resizes with half-pixel centres are converted")
    writer = conversion.writer
    value = writer.padded(writer.channels_first(conversion.value(node.inputs[0])))
    mode = {"mode": "linear", "coordinate_transformation_mode": "half_pixel", "axes": [2, 3]}
    ratio = conversion.resize_ratios.get(node.name)
    if ratio is None:
        height_width = conversion.constant(node.inputs[1]).astype(np.int64)
        target = [value.name, "", "", writer.constant(f"{node.name}/target", height_width)]
    else:
        target = [value.name, "", writer.constant(f"{node.name}/scales", np.asarray(ratio, np.float32))]
    return Value(writer.add("Resize", target, node.name, **mode), channels_first=True)


def _transpose(conversion: Conversion, node: TfNode) -> Value:
    value = conversion.value(node.inputs[0])
    order = tuple(conversion.constant(node.inputs[1]).tolist())
    if order == TO_CHANNELS_FIRST and value.channels_first:
        return replace(value, channels_first=False)
    if order == TO_CHANNELS_LAST and not value.channels_first:
        return replace(value, channels_first=True)
    return Value(conversion.writer.add("Transpose", [conversion.writer.plain(value)], node.name, perm=list(order)))


def _pad(conversion: Conversion, node: TfNode) -> Value:
    value = conversion.writer.padded(conversion.value(node.inputs[0]))
    pads = [(int(before), int(after)) for before, after in conversion.constant(node.inputs[1])]
    if value.channels_first:
        pads = [pads[axis] for axis in TO_CHANNELS_FIRST]
    fill = float(conversion.constant(node.inputs[2])) if len(node.inputs) > 2 else 0.0
    if any(amount != (0, 0) for amount in pads[:2]):
        raise ModelError(f"{node.name!r}: padding of batch or channels is not converted")
    return replace(value, pads=tuple(pads), pad_value=fill)


def _unary(op: str, *attributes: str) -> Callable[[Conversion, TfNode], Value]:
    def write(conversion: Conversion, node: TfNode) -> Value:
        value = conversion.writer.padded(conversion.value(node.inputs[0]))
        passed = {name: node.attributes[name] for name in attributes}
        return replace(value, name=conversion.writer.add(op, [value.name], node.name, **passed))

    return write


def _binary(op: str) -> Callable[[Conversion, TfNode], Value]:
    def write(conversion: Conversion, node: TfNode) -> Value:
        first_dynamic = next(name for name in node.inputs if conversion.known(name) is None)
        channels_first = conversion.value(first_dynamic).channels_first
        names = [_operand(conversion, name, channels_first=channels_first) for name in node.inputs]
        return Value(conversion.writer.add(op, names, node.name), channels_first=channels_first)

    return write


def _operand(conversion: Conversion, name: str, *, channels_first: bool) -> str:
    """An input of a binary operation in the wanted order; constants are turned at conversion time."""
    writer = conversion.writer
    constant = conversion.known(name)
    if constant is None:
        value = conversion.value(name)
        return writer.padded(writer.channels_first(value)).name if channels_first else writer.plain(value)
    if not channels_first or constant.ndim == 0:
        return writer.constant(name, constant)
    four_d = constant.reshape((1,) * (4 - constant.ndim) + constant.shape)
    return writer.constant(f"{name}/nchw", np.asarray(four_d.transpose(TO_CHANNELS_FIRST), order="C"))


def _concat(conversion: Conversion, node: TfNode) -> Value:
    axis = int(conversion.constant(node.inputs[-1]))
    names = [conversion.writer.plain(conversion.value(name)) for name in node.inputs[:-1]]
    return Value(conversion.writer.add("Concat", names, node.name, axis=axis))


def _split(conversion: Conversion, node: TfNode) -> Value:
    writer = conversion.writer
    source = writer.plain(conversion.value(node.inputs[0]))
    sizes = conversion.constant(node.inputs[1]).astype(np.int64)
    axis = int(conversion.constant(node.inputs[2]))
    outputs = [node.name, *(f"{node.name}:{i}" for i in range(1, len(sizes)))]
    writer.add_many("Split", [source, writer.constant(f"{node.name}/sizes", sizes)], outputs, axis=axis)
    conversion.values.update({name: Value(name) for name in outputs[1:]})
    return Value(outputs[0])


def _reshape(conversion: Conversion, node: TfNode) -> Value:
    shape = conversion.constant(node.inputs[1]).astype(np.int64)
    # The graphs are traced with batch 1: a leading 1 is the batch, which ONNX copies where 0 is written.
    shape = np.concatenate([np.zeros(1, np.int64), shape[1:]]) if shape[0] == 1 else shape
    source = conversion.writer.plain(conversion.value(node.inputs[0]))
    target = conversion.writer.constant(f"{node.name}/target", shape)
    return Value(conversion.writer.add("Reshape", [source, target], node.name))


def _identity(conversion: Conversion, node: TfNode) -> Value:
    return conversion.value(node_name(node.inputs[0]) if node.inputs[0].endswith(":0") else node.inputs[0])


OPERATIONS: Mapping[str, Callable[[Conversion, TfNode], Value]] = {
    "Conv2D": _conv,
    "_FusedConv2D": _conv,
    "DepthwiseConv2dNative": _depthwise,
    "FusedDepthwiseConv2dNative": _depthwise,
    "MaxPool": _max_pool,
    "ResizeBilinear": _resize,
    "Transpose": _transpose,
    "Pad": _pad,
    "PadV2": _pad,
    "LeakyRelu": _unary("LeakyRelu", "alpha"),
    "Sigmoid": _unary("Sigmoid"),
    "Add": _binary("Add"),
    "AddV2": _binary("Add"),
    "Sub": _binary("Sub"),
    "Mul": _binary("Mul"),
    "ConcatV2": _concat,
    "SplitV": _split,
    "Reshape": _reshape,
    "Identity": _identity,
}
