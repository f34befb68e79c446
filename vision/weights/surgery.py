"""Change a loaded ONNX model before it runs: image input in front, fixed sizes opened, half precision.

The file on disk stays as its publisher made it; its hash is what artefacts name.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import numpy as np
import onnx
from google.protobuf.message import DecodeError
from onnx import TensorProto, helper, numpy_helper

from vision.errors import ModelError

IMAGES = "images_uint8"


def load(path: Path) -> onnx.ModelProto:
    """Read an ONNX file.

    Raises:
        ModelError: it is missing or not an ONNX model.
    """
    if not path.is_file():
        raise ModelError(f"model file {path} is not there")
    try:
        model = onnx.load(str(path))
    except (DecodeError, OSError) as error:
        raise ModelError(f"{path.name} is not an ONNX model: the file is damaged or of another kind") from error
    if not model.graph.node or not model.graph.input:
        raise ModelError(f"{path.name} is not an ONNX model: it holds no graph")
    return model


def image_inputs(model: onnx.ModelProto) -> list[onnx.ValueInfoProto]:
    """The graph's inputs that are not weights."""
    weights = {tensor.name for tensor in model.graph.initializer}
    return [value for value in model.graph.input if value.name not in weights]


def take_images(
    model: onnx.ModelProto,
    *,
    mean: Sequence[float] = (0.0, 0.0, 0.0),
    std: Sequence[float] = (1.0, 1.0, 1.0),
    swap_channels: bool = False,
) -> None:
    """Make the model take `(N, H, W, 3)` uint8 images instead of `(N, 3, H, W)` float32, in place.

    Turning, casting and normalising then run inside the session, on all its threads.

    Args:
        model: with one float image input; its height and width become free where the input says nothing else.
        mean: per channel, in the order the model sees them.
        std: likewise.
        swap_channels: the model wants red-green-blue, the images are blue-green-red.
    """
    graph = model.graph
    old = image_inputs(model)[0]
    shape = [dim.dim_value or dim.dim_param or None for dim in old.type.tensor_type.shape.dim]
    front = [helper.make_node("Transpose", [IMAGES], ["images/nchw"], perm=[0, 3, 1, 2])]
    if swap_channels:
        graph.initializer.append(numpy_helper.from_array(np.asarray([2, 1, 0], np.int64), "images/order"))
        front.append(helper.make_node("Gather", ["images/nchw", "images/order"], ["images/swapped"], axis=1))
    front.append(helper.make_node("Cast", [front[-1].output[0]], ["images/float"], to=TensorProto.FLOAT))
    for name, op, values, neutral in (("mean", "Sub", mean, 0), ("std", "Div", std, 1)):
        if all(value == neutral for value in values):
            continue
        constant = numpy_helper.from_array(np.asarray(values, np.float32).reshape(1, 3, 1, 1), f"images/{name}")
        graph.initializer.append(constant)
        front.append(helper.make_node(op, [front[-1].output[0], f"images/{name}"], [f"images/less_{name}"]))
    front[-1].output[0] = old.name
    _replace_nodes(graph, [*front, *graph.node])
    graph.input.remove(old)
    batch, _, height, width = shape
    graph.input.append(helper.make_tensor_value_info(IMAGES, TensorProto.UINT8, [batch, height, width, 3]))


def cut_at(model: onnx.ModelProto, outputs: Sequence[str], rank: int) -> None:
    """Make `outputs` the model's outputs and drop what only the old ones needed, in place."""
    graph = model.graph
    wanted = set(outputs)
    kept: list[onnx.NodeProto] = []
    for node in reversed(graph.node):
        if wanted.intersection(node.output):
            kept.append(node)
            wanted.update(node.input)
    _replace_nodes(graph, reversed(kept))
    needed = [tensor for tensor in graph.initializer if tensor.name in wanted]
    del graph.initializer[:], graph.output[:], graph.value_info[:]
    graph.initializer.extend(needed)
    graph.output.extend(helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * rank) for name in outputs)


def free_sizes(model: onnx.ModelProto) -> None:
    """Open batch, height and width of the image input, in place.

    The caller knows that nothing else in the graph depends on them but reshapes whose first number is the batch.
    """
    graph = model.graph
    image = image_inputs(model)[0].type.tensor_type.shape
    for axis, name in ((0, "N"), (2, "H"), (3, "W")):
        image.dim[axis].dim_param = name
    targets = {node.input[1] for node in graph.node if node.op_type == "Reshape"}
    for tensor in graph.initializer:
        if tensor.name in targets:
            shape = numpy_helper.to_array(tensor).copy()
            shape[0] = 0  # "as it comes"
            tensor.CopyFrom(numpy_helper.from_array(shape, tensor.name))


def halved(model: onnx.ModelProto) -> onnx.ModelProto:
    """The model computing in half precision, with the same input and float32 outputs."""
    from onnxruntime.transformers.float16 import convert_float_to_float16

    half: onnx.ModelProto = convert_float_to_float16(model, keep_io_types=True)
    return half


def _replace_nodes(graph: onnx.GraphProto, nodes: Iterable[onnx.NodeProto]) -> None:
    copies = list(nodes)
    del graph.node[:]
    graph.node.extend(copies)
