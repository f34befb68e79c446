"""Walking and running bodies: feet that stay where they are put, limbs that bend as limbs do."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vision.body.model import BodyModel, open_body
from vision.synthetic.rendered.figure import Figure, Kit, Looks, dress
from vision.synthetic.rendered.gait import ANKLES, HIPS, KNEES, Motion, walk_the_way

RATE_HZ = 100.0
KIT = Kit((0, 0, 200), (240, 240, 240), (0, 0, 200))


@pytest.fixture(scope="module")
def body() -> BodyModel:
    return open_body()


@pytest.fixture(scope="module")
def figure(body: BodyModel) -> Figure:
    return dress(body, KIT, Looks((120, 150, 205), (25, 25, 30)), 1)


def straight(figure: Figure, speed_mps: float, heading_rad: float = 0.4) -> tuple[Motion, NDArray[np.float64]]:
    t_s = np.arange(0.0, 3.0, 1 / RATE_HZ)
    way = speed_mps * t_s[:, None] * np.array([np.cos(heading_rad), np.sin(heading_rad)])
    speeds = np.full(len(t_s), speed_mps)
    return walk_the_way(figure.measures, way, speeds, np.full(len(t_s), heading_rad), RATE_HZ), way


def joints_of(body: BodyModel, motion: Motion) -> NDArray[np.float64]:
    return body.joints(motion.pose, np.zeros(1), motion.translation).astype(np.float64)


@pytest.mark.parametrize("speed_mps", [1.4, 2.8, 4.8, 6.5])
def test_a_foot_on_the_ground_stands_still(body: BodyModel, figure: Figure, speed_mps: float) -> None:
    motion, _ = straight(figure, speed_mps)
    ankles = joints_of(body, motion)[:, list(ANKLES)]
    pace = np.linalg.norm(np.diff(ankles[..., :2], axis=0), axis=2) * RATE_HZ
    # Half a stride has one stance at least of a third of its time: the slowest third is the foot on the ground.
    still = np.quantile(pace, 0.12, axis=0)
    assert (still < 0.06 * speed_mps).all()
    assert pace.max() > 1.5 * speed_mps


@pytest.mark.parametrize("speed_mps", [0.0, 1.4, 4.8])
def test_the_body_is_upright_on_the_grass_above_its_place(body: BodyModel, figure: Figure, speed_mps: float) -> None:
    motion, way = straight(figure, speed_mps)
    joints = joints_of(body, motion)
    hips = joints[:, list(HIPS)].mean(axis=1)
    assert np.abs(hips[:, :2] - way).max() < 0.02
    assert (joints[:, 15, 2] > joints[:, 12, 2]).all() and (joints[:, 12, 2] > hips[:, 2]).all()
    vertices = body.posed(motion.pose[::20], np.zeros(1), motion.translation[::20]).vertices
    lowest = vertices[..., 2].min(axis=1)
    assert lowest.min() > -0.06  # toes of a bent foot may dip into the grass
    assert np.median(lowest) < 0.08


def test_knees_bend_backwards_only(body: BodyModel, figure: Figure) -> None:
    motion, _ = straight(figure, 4.8, heading_rad=0.0)
    joints = joints_of(body, motion)
    for hip, knee, ankle in zip(HIPS, KNEES, ANKLES, strict=True):
        thigh, shank = joints[:, knee] - joints[:, hip], joints[:, ankle] - joints[:, knee]
        # Seen from the side (x forward, z up) the shank is turned backwards against the thigh.
        turn = thigh[:, 0] * shank[:, 2] - thigh[:, 2] * shank[:, 0]
        assert (turn < 0.01).all()


def test_transforms_lead_joints_where_the_body_model_does(body: BodyModel, figure: Figure) -> None:
    motion, _ = straight(figure, 2.8)
    moves = figure.transforms(motion.pose[:50], motion.translation[:50])
    ours = figure.joints(moves)
    assert np.abs(ours - joints_of(body, motion)[:50]).max() < 1e-3
