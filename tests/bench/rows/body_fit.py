"""Bodies fitted to joints with noise, against smplfitter; the sequence against its own single frames.

The peer fits meshes; of joints alone it gets a body whose vertices are the joints. One thread each, and the time is
that of the processor: on a machine with nothing else to do it is the clock's, on a shared one it is the fit's own.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import torch
from numpy.typing import NDArray

from tests.bench.peers import Peer
from tests.bench.row import OURS, Bar, Row, Runs, compare, interleave
from tests.vision.body.motions import Truth, random_people, running
from vision.body.fitter import FitConfig, SMPLFitter
from vision.body.freedoms import JOINTS, rotation_matrices, to_turns
from vision.body.limits import turn_limits
from vision.body.model import BodyModel, open_body
from vision.body.pose_data import SMPL24, PoseData
from vision.types import Float32Array, Float64Array

POSES, FRAMES = 200, 200
SKINNED = 40
"""Poses whose vertices are compared: making 13,492 of them takes longer than the fit."""
NOISE_M = 0.01
RATE_BAR, ERROR_BAR_MM, BROKEN_BAR = 2000.0, 13.0, 1.0
SEQUENCE_BAR = 0.9
PEER = "smplfitter 0.6.0"
SINGLE = "ours, single frames"
HINGES = ("left_knee", "right_knee", "left_elbow", "right_elbow")
PLAY_RAD = np.radians(2.0)
"""A hinge is broken when one of its turns is farther than this outside the limits of its joint."""


@dataclass
class Figures:
    """What one side has reached, run by run."""

    joints_mm: list[float] = field(default_factory=list)
    vertices_mm: list[float] = field(default_factory=list)
    broken: list[float] = field(default_factory=list)

    def add(self, model: BodyModel, truth: Truth, found: tuple[Float64Array, Float64Array, Float64Array]) -> None:
        """Judge poses, shape and places by the body that they make."""
        pose, betas, place = found
        self.joints_mm.append(_mean_mm(model.joints(pose, betas, place), truth.joints))
        made = model.posed(pose[:SKINNED], betas, place[:SKINNED]).vertices
        self.vertices_mm.append(_mean_mm(made, _vertices(model, truth, SKINNED)))
        turns = to_turns(rotation_matrices(np.asarray(found[0], np.float64)))
        lower, upper = turn_limits()
        out = ((turns < lower - PLAY_RAD) | (turns > upper + PLAY_RAD)).any(axis=2)
        self.broken.append(100 * float(out[:, [JOINTS.index(name) for name in HINGES]].mean()))


def run(repeats: int) -> list[Row]:
    """Fits a second, errors and broken hinges of random poses; error of a sequence."""
    torch.set_num_threads(1)
    model, fitter = open_body(), SMPLFitter()
    truth = random_people(model, POSES, seed=11)
    figures = {OURS: Figures(), PEER: Figures()}
    with Peer("smplfitter") as peer:
        rates = interleave(
            repeats,
            {
                OURS: _ours(fitter, truth, figures[OURS]),
                PEER: _theirs(peer, truth, figures[PEER]),
            },
        )

    def beside(figure: str) -> Runs:
        return {name: getattr(one, figure) for name, one in figures.items()}

    title = f"body fit: {POSES} poses, joints alone, 10 mm"
    return [
        compare(title, "fits/s", rates, Bar("at_least", RATE_BAR)),
        compare(f"{title}: joints", "mm", beside("joints_mm"), Bar("at_most", ERROR_BAR_MM)),
        compare(f"{title}: vertices", "mm", beside("vertices_mm"), Bar("ratio_at_most", 1.0)),
        compare(f"{title}: hinges broken", "%", beside("broken"), Bar("at_most", BROKEN_BAR)),
        compare(
            "body fit: runner at 50 Hz, sequence", "mm", _sequence(model, repeats), Bar("ratio_at_most", SEQUENCE_BAR)
        ),
    ]


def _vertices(model: BodyModel, truth: Truth, count: int) -> Float32Array:
    return model.posed(truth.pose[:count], truth.betas, truth.translation[:count]).vertices


def _mean_mm(found: Float64Array | Float32Array, true: Float64Array | Float32Array) -> float:
    return 1000 * float(np.linalg.norm(found - true, axis=2).mean())


def _noisy(points: Float64Array | Float32Array, run: int) -> Float64Array:
    return points + NOISE_M * np.random.default_rng(run).normal(size=points.shape)


def _ours(fitter: SMPLFitter, truth: Truth, figures: Figures) -> Callable[[], float]:
    fitter.fit(PoseData(truth.t_s, truth.joints, SMPL24))  # builds what is built once a skeleton

    def once() -> float:
        data = PoseData(truth.t_s, _noisy(truth.joints, len(figures.broken)), SMPL24)
        started = time.process_time()
        fit = fitter.fit(data)
        seconds = time.process_time() - started
        figures.add(fitter.model, truth, (fit.pose, fit.betas, fit.translation))
        return POSES / seconds

    return once


def _theirs(peer: Peer, truth: Truth, figures: Figures) -> Callable[[], float]:
    model = open_body()
    body: dict[str, NDArray[np.generic]] = {
        "template": model.template,
        "shapes": model.shape_directions,
        "weights": model.skin_weights,
        "regressor": model.joint_regressor,
        "parents": model.parents,
    }

    def once() -> float:
        number = len(figures.broken)
        arrays = {**body, "joints": _noisy(truth.joints, number)}
        answer = peer.call(arrays, {})
        pose, betas, place = (np.asarray(answer[key], np.float64) for key in ("pose", "betas", "translation"))
        figures.add(model, truth, (pose, betas, place))
        return POSES / float(answer["seconds"][0])

    return once


def _sequence(model: BodyModel, repeats: int) -> Runs:
    """Error of the joints [mm] of the same frames, as a sequence and each by itself."""
    truth = running(model, FRAMES, seed=12)
    sides = {OURS: SMPLFitter(model), SINGLE: SMPLFitter(model, FitConfig(smoothing=None))}
    runs: Runs = {name: [] for name in sides}
    for number in range(repeats):
        data = PoseData(truth.t_s, _noisy(truth.joints, number), SMPL24)
        for name, fitter in sides.items():
            runs[name].append(_mean_mm(fitter.fit(data).joints, truth.joints))
    return runs
