"""An RTMPose-shaped ONNX file with random weights: for throughput, and for equality with rtmlib, not for poses.

The layout follows Jiang et al., RTMPose, 2023 (CSPNeXt backbone, SimCC head); the gated attention unit is left out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HIDDEN = 256


@dataclass(frozen=True)
class SimCCShape:
    """Size of the network; the default is about RTMPose-m (2 GFLOP a crop)."""

    joints: int = 17
    height: int = 256
    width: int = 192
    channels: tuple[int, ...] = (48, 96, 192, 384, 768)
    blocks: tuple[int, ...] = (2, 4, 4, 2)


SMALL = SimCCShape(channels=(8, 8, 16, 16, 32), blocks=(1, 1, 1, 1))


@dataclass
class _Builder:
    rng: np.random.Generator
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    weights: list[onnx.TensorProto] = field(default_factory=list)

    def add(self, op: str, inputs: list[str], **attributes: Any) -> str:
        output = f"t{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, inputs, [output], **attributes))
        return output

    def constant(self, value: np.ndarray) -> str:
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(value, name))
        return name

    def random(self, *shape: int, fan_in: int) -> str:
        return self.constant((self.rng.standard_normal(shape) * np.sqrt(2 / fan_in)).astype(np.float32))

    def conv(self, x: str, channels: tuple[int, int], size: int, *, stride: int = 1, group: int = 1) -> str:
        into, out = channels
        kernel = self.random(out, into // group, size, size, fan_in=into // group * size * size)
        bias = self.random(out, fan_in=100)
        window = {"strides": [stride] * 2, "pads": [size // 2] * 4, "group": group}
        x = self.add("Conv", [x, kernel, bias], **window)
        return self.add("Mul", [x, self.add("Sigmoid", [x])])

    def csp_stage(self, x: str, into: int, out: int, blocks: int) -> str:
        half = out // 2
        x = self.conv(x, (into, out), 3, stride=2)
        short, main = self.conv(x, (out, half), 1), self.conv(x, (out, half), 1)
        for _ in range(blocks):
            y = self.conv(main, (half, half), 3)
            y = self.conv(y, (half, half), 5, group=half)
            main = self.add("Add", [main, self.conv(y, (half, half), 1)])
        return self.conv(self.add("Concat", [main, short], axis=1), (out, out), 1)

    def linear(self, x: str, into: int, out: int) -> str:
        return self.add("MatMul", [x, self.random(into, out, fan_in=into)])


def write_simcc_model(path: Path, shape: SimCCShape = SMALL, *, seed: int = 0) -> Path:
    """Write the file; batch is free, as in OpenMMLab's exports."""
    builder = _Builder(np.random.default_rng(seed))
    stem = shape.channels[0]
    x = builder.conv("input", (3, stem // 2), 3, stride=2)
    x = builder.conv(builder.conv(x, (stem // 2, stem // 2), 3), (stem // 2, stem), 3)
    for into, out, blocks in zip(shape.channels, shape.channels[1:], shape.blocks, strict=False):
        x = builder.csp_stage(x, into, out, blocks)
    x = builder.conv(x, (shape.channels[-1], shape.joints), 7)
    cells = shape.height // 32 * (shape.width // 32)
    x = builder.add("Reshape", [x, builder.constant(np.asarray([0, shape.joints, cells], np.int64))])
    x = builder.linear(x, cells, HIDDEN)
    outputs = {"simcc_x": 2 * shape.width, "simcc_y": 2 * shape.height}
    for name, bins in outputs.items():
        builder.nodes.append(helper.make_node("Identity", [builder.linear(x, HIDDEN, bins)], [name]))
    graph = helper.make_graph(
        builder.nodes,
        "rtmpose-shaped",
        [helper.make_tensor_value_info("input", TensorProto.FLOAT, ["batch", 3, shape.height, shape.width])],
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", shape.joints, bins])
            for name, bins in outputs.items()
        ],
        builder.weights,
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    onnx.save(model, str(path))
    return path
