"""Pose of a clip through stride: every second picture read and the rest put between, against rtmlib on all pictures;
how often a stride is allowed, and what it adds.
"""

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
from tests.bench.rows.pose import FRAME, SHAPE
from tests.vision.pose.simcc_model import write_simcc_model
from tests.vision.pose.test_stride import ANKLES, JOG, MOVES, RUN, WALK, error_over_clip, strided
from vision.pose import SimCCPose
from vision.pose.stride import put_between
from vision.synthetic.bodies import PoseFaults, running_body
from vision.types import Float32Array, ImageBGR, Keypoints

PEOPLE, FRAMES, FPS = 4, 13, 25.0
PEER = "rtmlib 0.0.16, every picture"


def run(repeats: int) -> list[Row]:
    """Pictures a second, and what stride adds to the error of bodies that walk, jog and run."""
    from rtmlib import RTMPose

    images, boxes = _clip()
    with tempfile.TemporaryDirectory() as folder:
        path = write_simcc_model(Path(folder) / "rtmpose.onnx", SHAPE)
        model = SimCCPose(path)
        with contextlib.redirect_stdout(sys.stderr):  # it says what it loads
            peer = RTMPose(str(path))
        runs = interleave(
            repeats,
            {
                OURS: lambda: _rate(lambda: _strided(model, images, boxes)),
                PEER: lambda: _rate(lambda: [peer(image, boxes.tolist()) for image in images]),
            },
        )
    added = [error_over_clip(script)[0] for script in (WALK, JOG, RUN)]
    noisy = [np.subtract(*error_over_clip(script, PoseFaults())) for script in (WALK, JOG, RUN)]
    limit = Bar("at_most", 0.01)
    t_s = np.arange(0.0, 7.0, 1 / FPS)
    seen = [strided(t_s, move(t_s), PoseFaults()) for move in MOVES.values()]
    beyond = max(max(each.rms(), each.rms(ANKLES)) / each.model_rms() for each in seen)
    walk, run = (strided(t_s[:90], running_body(script, t_s[:90]), PoseFaults()) for script in (WALK, RUN))
    return [
        compare(f"pose: clip of {PEOPLE} people through stride", "frames/s", runs, Bar("ratio_at_least", 2.0)),
        measure("pose: error added by stride, exact readings", "box heights", [max(added)], limit),
        measure("pose: error added by stride, readings with noise", "box heights", [max(noisy)], limit),
        measure("pose: error where a stride is allowed, over the model's", "share", [beyond], Bar("at_most", 1.0)),
        measure("pose: pictures read of a walk at 25 Hz", "share", [float(walk.measured.mean())], Bar("at_most", 0.8)),
        measure("pose: pictures read of a run at 25 Hz", "share", [float(run.measured.mean())], Bar("at_least", 1.0)),
    ]


def _strided(model: SimCCPose, images: list[ImageBGR], boxes: Float32Array) -> list[Keypoints]:
    """Every second picture (and the last) read; the others from those beside."""
    t_s = np.arange(len(images)) / FPS
    read = np.unique([*range(0, len(images), 2), len(images) - 1])
    rest = np.setdiff1d(np.arange(len(images)), read)
    found = np.stack(model.estimate_many([images[k] for k in read], [boxes] * len(read)))
    return [put_between(t_s[read], found[:, person], t_s[rest]) for person in range(len(boxes))]


def _rate(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return FRAMES / (time.perf_counter() - started)


def _clip() -> tuple[list[ImageBGR], NDArray[np.float32]]:
    """Pictures with structure at every size, and boxes as tall as players of a broadcast."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[0 : FRAME[0], 0 : FRAME[1]]
    base = np.stack([127 + 120 * np.sin(x / 9 + y / 17 + k) * np.cos(y / (7 + k)) for k in range(3)], axis=2)
    images = [np.roll(base, 3 * shift, axis=1).astype(np.uint8) for shift in range(FRAMES)]
    height = rng.uniform(60, 200, (PEOPLE, 1))
    half = np.concatenate([height * 0.4, height], axis=1) / 2
    centre = rng.uniform([100, 120], [FRAME[1] - 100, FRAME[0] - 120], (PEOPLE, 2))
    return images, np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)
