"""Pose of 12 people in a frame against rtmlib, on one RTMPose-shaped file with random weights (speed and equality)."""

from __future__ import annotations

import contextlib
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.bench.row import OURS, Bar, Row, compare, interleave, measure
from tests.vision.pose.simcc_model import SimCCShape, write_simcc_model
from vision.pose import SimCCPose

PEOPLE = 12
FRAME = (720, 1280)
# RTMPose-s: half the width and a third of the depth of the full CSPNeXt.
SHAPE = SimCCShape(channels=(32, 64, 128, 256, 512), blocks=(1, 2, 2, 1))
SPEED_BAR = Bar("ratio_at_most", 1 / 1.25)
EQUAL_BAR = Bar("at_most", 0.5)


def run(repeats: int) -> list[Row]:
    """Milliseconds for all 12 people, and the largest difference of a keypoint."""
    from rtmlib import RTMPose

    image, boxes = _scene()
    with tempfile.TemporaryDirectory() as folder:
        path = write_simcc_model(Path(folder) / "rtmpose.onnx", SHAPE)
        ours = SimCCPose(path)
        with contextlib.redirect_stdout(sys.stderr):  # it says what it loads
            peer = RTMPose(str(path))
        found, (points, scores) = ours.estimate(image, boxes), peer(image, boxes.tolist())
        seen = scores > 0
        difference = float(np.abs(found[seen][:, :2] - points[seen]).max())
        runs = interleave(
            repeats,
            {
                OURS: lambda: _milliseconds(lambda: ours.estimate(image, boxes)),
                "rtmlib 0.0.16": lambda: _milliseconds(lambda: peer(image, boxes.tolist())),
            },
        )
    return [
        compare(f"pose: {PEOPLE} people, same RTMPose-shaped file", "ms", runs, SPEED_BAR),
        measure("pose: largest difference of a keypoint to rtmlib", "px", [difference], EQUAL_BAR),
    ]


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def _scene() -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A frame with structure at every size, and boxes as tall as players of a broadcast."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0 : FRAME[0], 0 : FRAME[1]]
    image = np.stack([127 + 120 * np.sin(x / 9 + y / 17 + k) * np.cos(y / (7 + k)) for k in range(3)], axis=2)
    height = rng.uniform(60, 200, (PEOPLE, 1))
    half = np.concatenate([height * 0.4, height], axis=1) / 2
    centre = rng.uniform([100, 120], [FRAME[1] - 100, FRAME[0] - 120], (PEOPLE, 2))
    return image.astype(np.uint8), np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)
