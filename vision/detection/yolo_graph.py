"""Take a YOLO export apart: raw heads instead of the decoded output, any input size instead of the exported one.

An export fixes its input to, say, 640 x 640 and decodes all 8400 cells inside the graph. Cut before the decoding, the
network is fully convolutional: a 16:9 frame runs at 640 x 384, and only the few cells with a good score are decoded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import onnx
from onnx import numpy_helper

from vision.weights.surgery import cut_at, free_sizes, image_inputs


@dataclass(frozen=True, slots=True)
class Heads:
    """Where a YOLO graph can be cut.

    Attributes:
        sides: tensor `(N, 4 * bins, A)`: distribution of each side's distance.
        logits: tensor `(N, classes, A)`.
        bins: bins a side.
        levels: number of feature maps (strides 8, 16, 32 for 3).
        size_is_free: everything before the cut follows the input's size.
    """

    sides: str
    logits: str
    bins: int
    levels: int
    size_is_free: bool


def find_heads(model: onnx.ModelProto) -> Heads | None:
    """The cut of a YOLOv8-style export (anchor-free, distribution focal loss); `None` where it has another shape."""
    graph = _Graph(model)
    for softmax in graph.of_type("Softmax"):
        reshape = graph.upstream(softmax, ("Transpose", "Reshape"))
        if reshape is None or (bins := graph.bins(reshape)) is None:
            continue
        sides = reshape.input[0]
        logits = graph.logits()
        joined = graph.maker.get(sides)
        if logits is None or joined is None or joined.op_type != "Concat":
            continue
        return Heads(sides, logits, bins, len(joined.input), graph.size_is_free(sides, logits))
    return None


def cut_to_heads(model: onnx.ModelProto, heads: Heads) -> None:
    """Make the heads the model's outputs and open its input where possible, in place."""
    cut_at(model, [heads.sides, heads.logits], rank=3)
    if heads.size_is_free:
        free_sizes(model)


class _Graph:
    """Look-ups in a graph."""

    def __init__(self, model: onnx.ModelProto) -> None:
        self._graph = model.graph
        self._output = model.graph.output[0].name
        self._constants = {tensor.name: tensor for tensor in model.graph.initializer}
        self._input = image_inputs(model)[0].name
        self.maker = {name: node for node in model.graph.node for name in node.output}

    def of_type(self, op: str) -> Iterator[onnx.NodeProto]:
        return (node for node in self._graph.node if node.op_type == op)

    def upstream(self, node: onnx.NodeProto, ops: tuple[str, ...]) -> onnx.NodeProto | None:
        """The node reached by going up the first inputs through exactly these operations."""
        current: onnx.NodeProto | None = node
        for op in ops:
            current = self.maker.get(current.input[0]) if current is not None else None
            if current is None or current.op_type != op:
                return None
        return current

    def bins(self, reshape: onnx.NodeProto) -> int | None:
        """Bins of the reshape `(N, 4 * bins, A)` → `(N, 4, bins, A)`."""
        target = self._constants.get(reshape.input[1])
        shape = [] if target is None else numpy_helper.to_array(target).tolist()
        return shape[2] if len(shape) == 4 and shape[1] == 4 else None

    def logits(self) -> str | None:
        """The tensor under the sigmoid that is joined to the boxes as the graph's output."""
        joined = self.maker.get(self._output)
        if joined is None or joined.op_type != "Concat":
            return None
        sigmoid = self.maker.get(joined.input[-1])
        return sigmoid.input[0] if sigmoid is not None and sigmoid.op_type == "Sigmoid" else None

    def size_is_free(self, *outputs: str) -> bool:
        """Whether no reshape before `outputs` names a size: only `(1, channels, -1)` and no other shape arithmetic."""
        pending, seen = list(outputs), set(outputs)
        while pending:
            node = self.maker.get(pending.pop())
            if node is None:
                continue
            if not self._follows_input(node):
                return False
            new = [name for name in node.input if name not in seen]
            seen.update(new)
            pending.extend(new)
        return self._input in seen

    def _follows_input(self, node: onnx.NodeProto) -> bool:
        if node.op_type in ("Expand", "Slice", "MatMul", "Gemm", "Flatten", "Tile"):
            return False
        if node.op_type == "Resize":
            return len(node.input) < 4  # by ratio, not to a size
        if node.op_type != "Reshape":
            return True
        target = self._constants.get(node.input[1])
        shape = [] if target is None else numpy_helper.to_array(target).tolist()
        return len(shape) == 3 and shape[0] in (0, 1) and shape[2] == -1
