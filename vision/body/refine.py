"""Levenberg–Marquardt on all frames at once, within the limits of the joints.

Each frame's postures are its own (`vision.body.sweeps`); the shape, which all frames share, is solved for by the Schur
complement, so that its cost does not grow with the square of the frames. A turn that stands at its limit and is pushed
outwards is left out of the step: the others then make up for it, which clipping alone would not let them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vision.body.chain import ROOT, Chain, Figure, Posture, Reach, Tensor
from vision.body.sights import ROBUST_SIGMAS, Sight, robust_cost, robust_weight
from vision.body.sweeps import STIFF, Load, Sweep

START_DAMPING = 1e-3
SHAPE_DAMPING = 0.1
SETTLING = 1
"""Steps of the postures after each of the shape."""
MIN_DAMPING, MAX_DAMPING = 1e-6, 1e3
SMALL_CHANGE = 0.1
"""A step of the shape below this in every parameter [σ] is the last: it is made, and the next would be far smaller."""
SMALL_STEP = 2e-4
"""A step below this in every parameter [rad, m] moves no joint by a tenth of a millimetre."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What is expected of the free turns (and, between neighbours in time, of place and rotation).

    Attributes:
        turns: `(F, N)` or `(F, 1)` [rad].
        precision: like `turns`, 1/σ².
        posture: where place and rotation are expected, or None.
        root_precision: `(6, N)` for place and rotation.
    """

    turns: Tensor
    precision: Tensor
    posture: Posture | None = None
    root_precision: Tensor | None = None

    def of(self, part: slice) -> Pull:
        """Some of the frames; what holds for all stays."""
        if self.posture is None or self.root_precision is None:
            return self if self.turns.shape[1] == 1 else Pull(self.turns[:, part], self.precision[:, part])
        return Pull(self.turns[:, part], self.precision[:, part], self.posture.rows(part), self.root_precision[:, part])

    def slope(self, at: Posture) -> tuple[Tensor, Tensor]:
        """`(P, N)` gradient and diagonal of the second derivative of half the cost."""
        away = at.turns - self.turns
        precision = self.precision.expand_as(away)
        if self.posture is None or self.root_precision is None:
            root = away.new_zeros((6, away.shape[1]))
            return torch.cat([root, precision * away]), torch.cat([root, precision])
        gradient = torch.cat([self.root_precision * root_difference(self.posture, at), precision * away])
        return gradient, torch.cat([self.root_precision, precision])

    def cost(self, at: Posture) -> Tensor:
        """`(N,)` sum of squares in sigmas."""
        total = (self.precision * (at.turns - self.turns).square()).sum(dim=0)
        if self.posture is not None and self.root_precision is not None:
            total = total + (self.root_precision * root_difference(self.posture, at).square()).sum(dim=0)
        return total


def root_difference(start: Posture, end: Posture) -> Tensor:
    """`(6, N)`: place and rotation (as a small turn in the world) that lead from one to the other."""
    lean = torch.linalg.cross(start.root, end.root, dim=0).sum(dim=1)
    return torch.cat([end.place - start.place, lean / 2])


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of the free turns, `(F, 1)` each [rad]."""

    lower: Tensor
    upper: Tensor

    def clip(self, posture: Posture) -> Posture:
        """Turns within the limits."""
        return Posture(posture.root, posture.place, posture.turns.clamp(self.lower, self.upper))

    def held(self, posture: Posture, gradient: Tensor, curve: Tensor) -> Tensor:
        """`(P, N)` curvatures, `STIFF` for turns that stand at a limit and would leave it."""
        free, slope = posture.turns, gradient[ROOT:]
        outward = ((free <= self.lower) & (slope > 0)) | ((free >= self.upper) & (slope < 0))
        return torch.cat([curve[:ROOT], curve[ROOT:].masked_fill(outward, STIFF)])


@dataclass(frozen=True, slots=True)
class Push:
    """What sights and expectations ask of a posture.

    Attributes:
        forces: `(3, K, N)` on the markers.
        information: `(3, 3, K, N)` about them.
        slope: `(P, N)` of the expectations.
        curve: `(P, N)` likewise.
    """

    forces: Tensor
    information: Tensor
    slope: Tensor
    curve: Tensor


@dataclass(frozen=True, slots=True)
class Problem:
    """What the frames are fitted to.

    Attributes:
        chain: the body.
        sights: what was seen.
        pull: what is expected.
        bounds: limits of the joints.
        robust: error of a keypoint that counts half, in its sigmas; well above the error of the start, or the first
            steps would leave out what they ought to reach.
    """

    chain: Chain
    sights: Sequence[Sight]
    pull: Pull
    bounds: Bounds
    robust: float = ROBUST_SIGMAS

    def cost(self, posture: Posture, reach: Reach) -> Tensor:
        """`(N,)`."""
        total = self.pull.cost(posture)
        for sight in self.sights:
            total = total + robust_cost(sight.square(reach.markers), self.robust)
        return total

    def at(self, posture: Posture, figure: Figure) -> Solved:
        """A posture within the limits, and what it costs."""
        inside = self.bounds.clip(posture)
        reach = self.chain.reach(inside, figure)
        return Solved(inside, reach, self.cost(inside, reach))

    def push(self, at: Posture, reach: Reach) -> Push:
        """What moves the posture."""
        forces = torch.zeros_like(reach.markers)
        information = forces.new_zeros((3, *forces.shape))
        for sight in self.sights:
            square, slope, curve = sight.push(reach.markers)
            weight = robust_weight(square, self.robust)
            forces[:, sight.part].addcmul_(slope, weight)
            information[:, :, sight.part].addcmul_(curve, weight)
        return Push(forces, information, *self.pull.slope(at))


@dataclass(frozen=True, slots=True)
class Solved:
    """Postures and what they cost.

    Attributes:
        posture: the parameters.
        reach: where everything is.
        cost: `(N,)`.
    """

    posture: Posture
    reach: Reach
    cost: Tensor

    def rows(self, index: Tensor | slice) -> Solved:
        """Some of the frames."""
        return Solved(self.posture.rows(index), self.reach.rows(index), self.cost[index])


def refine(problem: Problem, start: Solved, figure: Figure, iterations: int) -> Solved:
    """Lower the cost of each frame by at most `iterations` steps; the shape stays.

    Returns:
        The best of each frame.
    """
    best = start
    damping = torch.full_like(best.cost, START_DAMPING)
    for _ in range(iterations):
        step = _swept(problem, best, figure, damping).step()[0]
        tried = problem.at(problem.chain.moved(best.posture, step), figure)
        better = tried.cost < best.cost
        best = _chosen(better, tried, best)
        damping = torch.where(better, damping * 0.3, damping * 10.0).clamp(MIN_DAMPING, MAX_DAMPING)
        if bool((step.abs().amax() < SMALL_STEP).item()):
            break
    return best


def variances(problem: Problem, solved: Solved, figure: Figure) -> tuple[Tensor, Tensor]:
    """What the noise of the keypoints and the habits leave open.

    Returns:
        `(P, N)` variance of each parameter, `(N,)` mean variance per axis of the joints [m²].
    """
    sweep = _swept(problem, solved, figure, torch.zeros_like(solved.cost), held=False)
    return sweep.variances(solved.reach)


def _chosen(better: Tensor, new: Solved, old: Solved) -> Solved:
    """Frame by frame the new one where it is better."""
    if bool(better.all().item()):
        return new

    def pick(first: Tensor, second: Tensor) -> Tensor:
        return torch.where(better, first, second)

    posture = Posture(*(pick(getattr(new.posture, part), getattr(old.posture, part)) for part in Posture.__slots__))
    reach = Reach(*(pick(getattr(new.reach, part), getattr(old.reach, part)) for part in Reach.__slots__))
    return Solved(posture, reach, pick(new.cost, old.cost))


def _swept(problem: Problem, at: Solved, figure: Figure, damping: Tensor, *, held: bool = True) -> Sweep:
    """The chain at a posture; `held` leaves out what is stuck at a limit."""
    push = problem.push(at.posture, at.reach)
    wrenches = problem.chain.wrenches(at.reach, figure, push.forces)[:, None]
    return _loaded(problem, at, push, (problem.chain.screws(at.reach), wrenches), damping, held=held)


def _loaded(
    problem: Problem, at: Solved, push: Push, moving: tuple[Tensor, Tensor], damping: Tensor, *, held: bool = True
) -> Sweep:
    """As `_swept`, for the screws `(6, F, N)` and wrenches `(6, S, 24, N)` of which the first set is the push's."""
    chain, curve = problem.chain, push.curve
    screws, wrenches = moving
    if held:
        curve = problem.bounds.held(at.posture, chain.slope(screws, wrenches[:, 0]) + push.slope, curve)
    parts = torch.cat([chain.inertia(at.posture, at.reach, push.information), wrenches], dim=1)
    return Sweep.of(chain, screws, Load(parts, push.slope, curve, damping))


@dataclass(frozen=True, slots=True)
class ShapeBelief:
    """What is known of the shape before a keypoint: each parameter is normal with σ 1; a height, if somebody told it.

    Attributes:
        height_slope: `(B,)` metres per unit.
        height_gap_m: told height less the mean shape's; NaN if nobody told it.
        height_sigma_m: how well it is known.
    """

    height_slope: Tensor
    height_gap_m: float
    height_sigma_m: float

    def middle(self) -> Tensor:
        """The most probable shape before a keypoint."""
        nothing = torch.zeros_like(self.height_slope)
        matrix, gradient = self.normal(nothing)
        middle: Tensor = -torch.linalg.solve(matrix, gradient)
        return middle

    def cost(self, betas: Tensor) -> Tensor:
        """Sum of squares in sigmas."""
        total = betas.square().sum()
        if self.height_gap_m == self.height_gap_m:
            total = total + ((self.height_slope @ betas - self.height_gap_m) / self.height_sigma_m) ** 2
        return total

    def normal(self, betas: Tensor) -> tuple[Tensor, Tensor]:
        """`(B, B)` and `(B,)` of half the cost."""
        matrix = torch.eye(len(betas), dtype=betas.dtype, device=betas.device)
        gradient = betas.clone()
        if self.height_gap_m == self.height_gap_m:
            slope = self.height_slope / self.height_sigma_m
            matrix = matrix + slope[:, None] * slope[None]
            gradient = gradient + slope * (slope @ betas - self.height_gap_m / self.height_sigma_m)
        return matrix, gradient


def refine_shape(
    problem: Problem, start: Solved, betas: Tensor, belief: ShapeBelief, iterations: int
) -> tuple[Solved, Tensor]:
    """Shape of one person and postures of the frames, together; the best of the steps that were tried.

    Args:
        problem: what the frames are fitted to.
        start: postures of the shape `betas`.
        betas: `(B,)` first shape.
        belief: what is known of the shape.
        iterations: steps of the shape at most.
    """
    chain = problem.chain
    best, shape = start, betas
    cost = float((best.cost.sum() + belief.cost(betas)).item())
    damping = 0.0
    for _ in range(iterations):
        step, change = _shape_step(problem, best, shape, belief, damping)
        figure = chain.figure(shape + change)
        stayed, moved = problem.at(best.posture, figure), problem.at(chain.moved(best.posture, step), figure)
        # Frame by frame the better one: a frame that overshoots stops no other.
        settled = refine(problem, _chosen(moved.cost < stayed.cost, moved, stayed), figure, SETTLING)
        after = float((settled.cost.sum() + belief.cost(shape + change)).item())
        if after < cost:
            best, shape, cost = settled, shape + change, after
        else:
            damping = 10.0 * max(damping, SHAPE_DAMPING)
        if bool((change.abs().amax() < SMALL_CHANGE).item()):
            break
    return best, shape


def _shape_step(
    problem: Problem, at: Solved, betas: Tensor, belief: ShapeBelief, damping: float
) -> tuple[Tensor, Tensor]:
    """Steps of the postures `(P, N)` and of the shape `(B,)`.

    Only the shape's own step is damped: postures held back by damping would leave their errors to the shape (measured:
    shape parameters 5 σ off).
    """
    chain, figure, reach = problem.chain, problem.chain.figure(betas), at.reach
    motion, screws, push = chain.shape_motion(reach), chain.screws(reach), problem.push(at.posture, reach)
    carried = push.information[:, 0, None] * motion[0]
    carried.addcmul_(push.information[:, 1, None], motion[1]).addcmul_(push.information[:, 2, None], motion[2])
    forces = torch.cat([push.forces[:, None], carried], dim=1)
    sweep = _loaded(problem, at, push, (screws, chain.wrenches(reach, figure, forces)), torch.zeros_like(at.cost))
    matrix, slope = belief.normal(betas)
    own, taken = _crossed(motion, forces), sweep.reduced()
    matrix = matrix + own[:, 1:] - taken[1:, 1:]
    slope = slope + own[:, 0] - taken[1:, 0]
    change = -torch.linalg.solve(matrix + damping * torch.diag(matrix.diagonal()), slope)
    steps = sweep.step()
    return steps[0] + torch.tensordot(change, steps[1:], dims=1), change


def _crossed(motion: Tensor, forces: Tensor) -> Tensor:
    """`(3, B, K, N)` and `(3, S, K, N)` → `(B, S)` work of each set of forces on each movement."""
    return motion.transpose(0, 1).flatten(1) @ forces.transpose(0, 1).flatten(1).T
