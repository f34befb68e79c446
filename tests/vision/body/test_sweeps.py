"""The chain's sweeps give what the whole matrix gives, written out and inverted."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import torch

from tests.vision.body.motions import random_people
from vision.body.anatomy import Anatomy, markers_of
from vision.body.chain import ROOT, Chain, Posture
from vision.body.freedoms import rotation_matrices, to_turns
from vision.body.model import open_body
from vision.body.refine import Solved
from vision.body.solver import Solver, by_frame
from vision.body.sweeps import STIFF, Load, Sweep
from vision.skeletons import HALPE26
from vision.types import Float64Array

FRAMES, SETS, DAMPING = 3, 4, 0.3


@dataclass(frozen=True)
class Case:
    """A chain in random postures with random wrenches, and the same as dense matrices of the last frame.

    Attributes:
        matrix: `(P, P)`.
        right: `(P, S)`.
        places: `(24, 3, P)` movement of the joints.
    """

    chain: Chain
    solved: Solved
    screws: torch.Tensor
    load: Load
    matrix: Float64Array
    right: Float64Array
    places: Float64Array

    def sweep(self, *, curve: torch.Tensor | None = None, damping: float = 0.0) -> Sweep:
        """A fresh one: sweeping overwrites what it bears."""
        parts, own = self.load.parts.clone(), self.load.curve if curve is None else curve
        return Sweep.of(self.chain, self.screws, Load(parts, self.load.slope, own, self.load.damping + damping))


@pytest.fixture(scope="module")
def solver() -> Solver:
    return Solver(Chain(open_body(), markers_of(open_body(), HALPE26)), Anatomy.of(open_body()))


@pytest.fixture(scope="module")
def case(solver: Solver) -> Case:
    chain, rng = solver.chain, np.random.default_rng(3)
    posture = posture_of(solver, seed=2)
    reach = chain.reach(posture, solver.mean_figure)
    about = rng.normal(size=(3, 3, chain.count, FRAMES))
    information = chain.tensor(1e3 * np.einsum("abkn,cbkn->ackn", about, about))
    wrenches = chain.tensor(rng.normal(size=(6, SETS, 24, FRAMES)))
    screws = chain.screws(reach)
    load = Load(
        torch.cat([chain.inertia(posture, reach, information), wrenches], dim=1),
        chain.tensor(rng.normal(size=(chain.free_count, FRAMES))),
        chain.tensor(rng.uniform(1.0, 50.0, (chain.free_count, FRAMES))),
        torch.zeros(FRAMES),
    )
    matrix, right, places = dense(chain, load, screws, by_frame(reach.joints)[-1])
    return Case(chain, Solved(posture, reach, torch.zeros(FRAMES)), screws, load, matrix, right, places)


def posture_of(solver: Solver, seed: int) -> Posture:
    rng = np.random.default_rng(seed)
    turned = np.linalg.qr(rng.normal(size=(FRAMES, 3, 3)))[0]
    root = turned * np.linalg.det(turned)[:, None, None]
    return solver.posture(root, rng.normal(size=(FRAMES, 3)), rng.uniform(-0.8, 0.8, (FRAMES, 24, 3)))


def dense(
    chain: Chain, load: Load, screws: torch.Tensor, joints: Float64Array
) -> tuple[Float64Array, Float64Array, Float64Array]:
    """The last frame's matrix, right sides, and movements of the joints, body part by body part."""
    every = np.concatenate([np.eye(6), screws[..., -1].numpy().astype(np.float64)], axis=1)
    moves = chain.below[[0] * ROOT + chain.freedoms.joint]
    parts = load.parts[..., -1].numpy().astype(np.float64)
    matrix = np.diag(load.curve[:, -1].numpy().astype(np.float64))
    right = np.zeros((chain.free_count, SETS))
    right[:, 0] = load.slope[:, -1].numpy()
    places = []
    for part in range(24):
        own = every * moves[:, part]
        matrix += own.T @ parts[:, :6, part] @ own
        right += own.T @ parts[:, 6:, part]
        x, y, z = joints[:, part]
        places.append(own[:3] + np.array([[0, z, -y], [-z, 0, x], [y, -x, 0]]) @ own[3:])
    return matrix, right, np.stack(places)


def test_the_step_is_that_of_the_whole_matrix(case: Case) -> None:
    step = case.sweep().step()[..., -1].numpy().T
    assert step == pytest.approx(-np.linalg.solve(case.matrix, case.right), rel=5e-3, abs=2e-5)


def test_a_damped_step_is_shorter_and_still_goes_down(case: Case) -> None:
    free, damped = (case.sweep(damping=damping).step()[0, :, -1].numpy() for damping in (0.0, DAMPING))
    assert damped @ case.right[:, 0] < 0
    assert damped @ case.matrix @ damped < free @ case.matrix @ free


def test_a_stiff_parameter_stays_and_the_others_make_up_for_it(case: Case) -> None:
    held, curve = [8, 20, 41], case.load.curve.clone()
    curve[held] = STIFF
    step = case.sweep(curve=curve).step()[0, :, -1].numpy()
    others = np.setdiff1d(np.arange(len(step)), held)
    assert np.all(np.abs(step[held]) < 1e-12)
    expected = -np.linalg.solve(case.matrix[np.ix_(others, others)], case.right[others, 0])
    assert step[others] == pytest.approx(expected, rel=5e-3, abs=2e-5)


def test_what_the_parameters_take_off_is_schurs_complement(case: Case) -> None:
    rows = slice(FRAMES - 1, FRAMES)
    load = Load(*(getattr(case.load, part)[..., rows].clone() for part in Load.__slots__))
    taken = Sweep.of(case.chain, case.screws[..., rows], load).reduced().numpy()
    assert taken == pytest.approx(case.right.T @ np.linalg.solve(case.matrix, case.right), rel=2e-3, abs=1e-4)


def test_variances_are_those_of_the_whole_inverse(case: Case) -> None:
    variance, spread = case.sweep().variances(case.solved.reach)
    inverse = np.linalg.inv(case.matrix)
    assert variance[:, -1].numpy() == pytest.approx(np.diag(inverse), rel=2e-3)
    of_places = np.einsum("jap,pq,jaq->", case.places, inverse, case.places) / (3 * 24)
    assert float(spread[-1]) == pytest.approx(of_places, rel=2e-3)


def test_the_slope_is_that_of_the_cost(solver: Solver) -> None:
    chain, figure = solver.chain, solver.mean_figure
    goal = chain.reach(posture_of(solver, seed=5), figure).markers
    points = by_frame(goal).swapaxes(1, 2)[:, : len(HALPE26)]
    known = np.broadcast_to(1e4 * np.eye(3), (*points.shape, 3))
    problem = solver.problem([solver.point_sight(points, known)])
    at = problem.at(posture_of(solver, seed=6), figure)
    push = problem.push(at.posture, at.reach)
    slope = chain.slope(chain.screws(at.reach), chain.wrenches(at.reach, figure, push.forces)) + push.slope
    step = 1e-3
    for row in range(chain.free_count):
        one = torch.zeros((chain.free_count, FRAMES))
        one[row] = step
        ends = [chain.moved(at.posture, sign * one) for sign in (1.0, -1.0)]
        cost = [problem.cost(end, chain.reach(end, figure)) for end in ends]
        measured = ((cost[0] - cost[1]) / (4 * step)).numpy()
        assert measured == pytest.approx(slope[row].numpy(), rel=0.02, abs=1.0), row


def test_shape_moves_the_markers_as_it_says(solver: Solver) -> None:
    posture = posture_of(solver, seed=7)
    motion = solver.chain.shape_motion(solver.chain.reach(posture, solver.mean_figure))
    for number in range(3):
        betas = solver.no_shape.clone()
        betas[number] = 1.0
        moved, still = (solver.chain.reach(posture, solver.chain.figure(one)).markers for one in (betas, 0 * betas))
        assert (moved - still).numpy() == pytest.approx(motion[:, number].numpy(), abs=2e-5)


def test_keypoints_of_the_chain_are_those_of_the_model(solver: Solver) -> None:
    people = random_people(open_body(), FRAMES, seed=4)
    rotations = rotation_matrices(people.pose)
    place = people.translation + open_body().rest_joints(people.betas)[0]
    posture = solver.posture(rotations[:, 0], place, to_turns(rotations))
    reach = solver.chain.reach(posture, solver.chain.figure(torch.as_tensor(people.betas, dtype=torch.float32)))
    given = open_body().keypoints(people.pose, people.betas, people.translation, HALPE26.name)
    found = by_frame(reach.markers).swapaxes(1, 2)
    assert np.abs(found[:, : len(HALPE26)] - given).max() < 1e-4
    assert np.abs(by_frame(reach.joints).swapaxes(1, 2) + place[:, None] - people.joints).max() < 1e-4
