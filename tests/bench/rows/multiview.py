"""Robust triangulation against Pose2Sim's own, on points whose places are known."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from tests.bench.peers import Peer
from tests.bench.row import OURS, Bar, Row, compare, interleave, measure
from tests.vision.multiview.rigs import disturbed, points, ring, seen
from vision.multiview.cameras import CameraRig
from vision.multiview.triangulation import triangulate

CAMERAS = (4, 8, 16)
JOINTS = 26
OUR_FRAMES = 200
PEER_FRAMES = {4: 40, 8: 20, 16: 4}
"""The peer tries subsets of cameras: at sixteen a few frames take seconds."""
NOISE_PX, OUTLIERS = 2.0, 0.08
SPEED_BAR, ERROR_BAR_MM, GROWTH_BAR = 5.0, 20.0, 5.0
PEER = "pose2sim 0.10.49"


@dataclass(frozen=True)
class _Scene:
    """What a ring of cameras sees of points in a room, without a lens: the peer is given straight pixels."""

    rig: CameraRig
    truth: NDArray[np.float64]
    pixels: dict[str, NDArray[np.float64]]

    @classmethod
    def of(cls, cameras: int) -> _Scene:
        params, truth = ring(cameras, lens=False), points(OUR_FRAMES, JOINTS)
        pixels = disturbed(seen(params, truth), noise_px=NOISE_PX, outliers=OUTLIERS)
        return cls(CameraRig.from_params(params), truth, pixels)

    def error_mm(self, found: NDArray[np.float64]) -> float:
        """Root mean square of the distances from the truth [mm], over the points that were given."""
        away = np.linalg.norm(found - self.truth[: len(found)], axis=2)
        return 1000 * float(np.sqrt(np.nanmean(away**2)))


def run(repeats: int) -> list[Row]:
    """Frames a second and error for each number of cameras, and how our time grows with them."""
    rows: list[Row] = []
    rates: dict[int, list[float]] = {}
    with Peer("pose2sim") as peer:
        for cameras in CAMERAS:
            scene = _Scene.of(cameras)
            errors: dict[str, list[float]] = {OURS: [], PEER: []}
            measures = {OURS: _ours(scene, errors[OURS]), PEER: _theirs(scene, cameras, peer, errors[PEER])}
            runs = interleave(repeats, measures)
            rates[cameras] = runs[OURS]
            name = f"triangulate: {cameras} cameras, {JOINTS} joints"
            rows.append(compare(name, "frames/s", runs, Bar("ratio_at_least", SPEED_BAR)))
            rows.append(measure(f"{name}: RMSE", "mm", errors[OURS], Bar("at_most", ERROR_BAR_MM)))
            rows.append(compare(f"{name}: RMSE beside the peer's", "mm", errors, Bar("ratio_at_most", 1.0)))
    growth = [few / many for few, many in zip(rates[CAMERAS[0]], rates[CAMERAS[-1]], strict=True)]
    return [*rows, measure("triangulate: time at 16 cameras over 4", "x", growth, Bar("at_most", GROWTH_BAR))]


def _ours(scene: _Scene, errors: list[float]) -> Callable[[], float]:
    def once() -> float:
        started = time.perf_counter()
        found = triangulate(scene.pixels, scene.rig)
        seconds = time.perf_counter() - started
        errors.append(scene.error_mm(found.xyz_m))
        return OUR_FRAMES / seconds

    return once


def _theirs(scene: _Scene, cameras: int, peer: Peer, errors: list[float]) -> Callable[[], float]:
    frames = PEER_FRAMES[cameras]
    xy = np.stack([scene.pixels[name][:frames] for name in scene.rig.names])
    arrays = {"xy": xy, "score": np.ones(xy.shape[:3]), "P": scene.rig.projections}

    def once() -> float:
        answer = peer.call(arrays, {})
        errors.append(scene.error_mm(np.asarray(answer["points"], np.float64)))
        return frames / float(answer["seconds"][0])

    return once
