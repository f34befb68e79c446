"""A YOLO-shaped ONNX file whose output is written into it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

SIZE = 64


def write_yolo(path: Path, names: Sequence[str] | None, rows: np.ndarray, *, task: str | None = "detect") -> Path:
    """Write a detector that finds `rows` in every image.

    Args:
        path: where.
        names: class names for the metadata; `None` for none.
        rows: `(A, 4 + classes)`: centre x, y, width, height [input px] and the scores.
        task: what the metadata says the model is for.
    """
    output = np.asarray(rows, np.float32).T[None]
    weights = [
        numpy_helper.from_array(output, "found"),
        numpy_helper.from_array(np.zeros((), np.float32), "zero"),
    ]
    nodes = [  # the input must matter to the graph, but not to the result
        helper.make_node("ReduceMean", ["images"], ["mean"], axes=[1, 2, 3], keepdims=0),
        helper.make_node("Mul", ["mean", "zero"], ["nothing"]),
        helper.make_node("Add", ["found", "nothing"], ["output0"]),
    ]
    graph = helper.make_graph(
        nodes,
        "yolo",
        [helper.make_tensor_value_info("images", TensorProto.FLOAT, [1, 3, SIZE, SIZE])],
        [helper.make_tensor_value_info("output0", TensorProto.FLOAT, list(output.shape))],
        weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    metadata = {"names": str(dict(enumerate(names)))} if names is not None else {}
    helper.set_model_props(model, metadata | ({"task": task} if task else {}))
    onnx.save(model, str(path))
    return path
