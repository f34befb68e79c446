"""Levenberg–Marquardt on all frames at once, within the limits of the joints.

Each frame's normal matrix is its own (free parameters² numbers); the shape, which all frames share, is solved for by
the Schur complement, so that its cost does not grow with the square of the frames. A turn that stands at its limit and
is pushed outwards is left out of the step: the others then make up for it, which clipping alone would not let them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import torch

from vision.body.chain import Chain, Posture, Reach, Tensor
from vision.body.sights import ROBUST_SIGMAS, Sight, robust_cost, robust_weight

START_DAMPING = 1e-3
SHAPE_DAMPING = 0.1
SETTLING = 2
"""Steps of the postures after each of the shape."""
MIN_DAMPING, MAX_DAMPING = 1e-6, 1e3
SMALL_STEP = 2e-4
"""A step below this in every parameter [rad, m] moves no joint by a tenth of a millimetre."""


@dataclass(frozen=True, slots=True)
class Pull:
    """What is expected of the free turns (and, between neighbours in time, of place and rotation).

    Attributes:
        turns: `(N, P - 6)` or `(1, P - 6)` [rad].
        precision: like `turns`, 1/σ².
        posture: where place and rotation are expected, or None.
        root_precision: `(N, 6)` for place and rotation.
    """

    turns: Tensor
    precision: Tensor
    posture: Posture | None = None
    root_precision: Tensor | None = None

    def of(self, part: slice) -> Pull:
        """Some of the frames; what holds for all stays."""
        if self.posture is None or self.root_precision is None:
            return self if len(self.turns) == 1 else Pull(self.turns[part], self.precision[part])
        return Pull(self.turns[part], self.precision[part], self.posture.rows(part), self.root_precision[part])

    def slope(self, chain: Chain, at: Posture) -> tuple[Tensor, Tensor]:
        """`(N, P)` gradient and diagonal of the second derivative of half the cost."""
        away = chain.free(at.turns) - self.turns
        precision = self.precision.expand_as(away)
        if self.posture is None or self.root_precision is None:
            root = torch.zeros((len(away), 6), dtype=away.dtype, device=away.device)
            return torch.cat([root, precision * away], dim=1), torch.cat([root, precision], dim=1)
        gradient = torch.cat([self.root_precision * root_difference(self.posture, at), precision * away], dim=1)
        return gradient, torch.cat([self.root_precision, precision], dim=1)

    def cost(self, chain: Chain, at: Posture) -> Tensor:
        """`(N,)` sum of squares in sigmas."""
        total = (self.precision * (chain.free(at.turns) - self.turns).square()).sum(dim=1)
        if self.posture is not None and self.root_precision is not None:
            total = total + (self.root_precision * root_difference(self.posture, at).square()).sum(dim=1)
        return total


def root_difference(start: Posture, end: Posture) -> Tensor:
    """`(N, 6)`: place and rotation (as a small turn in the world) that lead from one to the other."""
    turn = end.root @ start.root.transpose(1, 2)
    lean = torch.stack(
        [turn[:, 2, 1] - turn[:, 1, 2], turn[:, 0, 2] - turn[:, 2, 0], turn[:, 1, 0] - turn[:, 0, 1]], dim=1
    )
    return torch.cat([end.place - start.place, lean / 2], dim=1)


@dataclass(frozen=True, slots=True)
class Bounds:
    """Limits of the free turns, `(P - 6,)` each [rad]."""

    lower: Tensor
    upper: Tensor

    def clip(self, chain: Chain, posture: Posture) -> Posture:
        """Turns within the limits."""
        turns = posture.turns.clone()
        turns[:, chain.free_joint, chain.free_turn] = chain.free(turns).clamp(self.lower, self.upper)
        return Posture(posture.root, posture.place, turns)

    def stuck(self, chain: Chain, posture: Posture, gradient: Tensor) -> Tensor:
        """`(N, P)`: which parameters stand at a limit and would leave it."""
        free, slope = chain.free(posture.turns), gradient[:, 6:]
        outward = ((free <= self.lower) & (slope > 0)) | ((free >= self.upper) & (slope < 0))
        return torch.cat([torch.zeros_like(outward[:, :1]).expand(-1, 6), outward], dim=1)


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
        seen = torch.stack([robust_cost(sight.residual(reach.markers), self.robust) for sight in self.sights])
        return seen.sum(dim=0) + self.pull.cost(self.chain, posture)

    def pressed(self, reach: Reach) -> tuple[Tensor, Tensor]:
        """`(N, K, 3)` forces on the markers and `(N, K, 3, 3)` information about them."""
        frames, count = reach.markers.shape[:2]
        forces = torch.zeros_like(reach.markers)
        information = torch.zeros((frames, count, 3, 3), dtype=forces.dtype, device=forces.device)
        for sight in self.sights:
            residual, derivative = sight.residual(reach.markers), sight.derivative(reach.markers)
            pressed = derivative.transpose(2, 3) * robust_weight(residual, self.robust)[..., None, None]
            forces[:, sight.part] += (pressed @ residual[..., None])[..., 0]
            information[:, sight.part] += pressed @ derivative
        return forces, information


@dataclass(frozen=True, slots=True)
class Solved:
    """Result of `refine`.

    Attributes:
        posture: the parameters.
        reach: where everything is.
        cost: `(N,)`.
    """

    posture: Posture
    reach: Reach
    cost: Tensor


def refine(problem: Problem, posture: Posture, betas: Tensor, iterations: int) -> Solved:
    """Lower the cost of each frame by at most `iterations` steps; the shape stays.

    Returns:
        The best of each frame.
    """
    chain = problem.chain
    best = problem.bounds.clip(chain, posture)
    reach = chain.reach(best, betas)
    cost = problem.cost(best, reach)
    damping = torch.full_like(cost, START_DAMPING)
    for _ in range(iterations):
        normal, gradient = _normal(problem, best, reach, damping)
        step = -Arrow.of(chain, normal).solve(gradient[..., None])[..., 0]
        tried = problem.bounds.clip(chain, chain.moved(best, step))
        there = chain.reach(tried, betas)
        after = problem.cost(tried, there)
        better = after < cost
        best, reach, cost = _chosen(better, (tried, there, after), (best, reach, cost))
        damping = torch.where(better, damping * 0.3, damping * 10.0).clamp(MIN_DAMPING, MAX_DAMPING)
        if bool((step.abs().amax() < SMALL_STEP).item()):
            break
    return Solved(best, reach, cost)


def variances(problem: Problem, solved: Solved) -> tuple[Tensor, Tensor]:
    """What the noise of the keypoints and the habits leave open.

    Returns:
        `(N, P)` variance of each parameter, `(N,)` mean variance per axis of the joints [m²].
    """
    chain, reach = problem.chain, solved.reach
    still = torch.zeros_like(solved.cost)
    normal, _ = _normal(problem, solved.posture, reach, still, held=False)
    arrow = Arrow.of(chain, normal)
    joints = chain.joint_inertia(reach, chain.screws(reach))
    spread = arrow.solve(joints).diagonal(dim1=1, dim2=2).sum(dim=1)
    return arrow.variances(), spread / (3 * reach.joints.shape[1])


Trial = tuple[Posture, Reach, Tensor]


def _chosen(better: Tensor, new: Trial, old: Trial) -> Trial:
    """Frame by frame the new one where it is better."""
    if bool(better.all().item()):
        return new

    def pick(first: Tensor, second: Tensor) -> Tensor:
        return torch.where(better.reshape(-1, *[1] * (first.ndim - 1)), first, second)

    posture = Posture(*(pick(getattr(new[0], part), getattr(old[0], part)) for part in Posture.__slots__))
    reach = Reach(*(pick(getattr(new[1], part), getattr(old[1], part)) for part in Reach.__slots__))
    return posture, reach, pick(new[2], old[2])


def _normal(
    problem: Problem, at: Posture, reach: Reach, damping: Tensor, *, held: bool = True
) -> tuple[Tensor, Tensor]:
    """`(N, P, P)` matrix and `(N, P)` gradient of half the cost; `held` leaves out what is stuck at a limit."""
    chain = problem.chain
    screws = chain.screws(reach)
    forces, information = problem.pressed(reach)
    slope, curve = problem.pull.slope(chain, at)
    gradient = chain.slope(screws, chain.wrenches(reach, forces[:, :, None]))[..., 0] + slope
    normal = chain.inertia(reach, screws, information)
    normal.diagonal(dim1=1, dim2=2).add_(curve)
    if held:
        normal, gradient = _without(problem.bounds.stuck(chain, at, gradient), normal, gradient)
    normal.diagonal(dim1=1, dim2=2).mul_(1.0 + damping[:, None]).add_(MIN_DAMPING)
    return normal, gradient


def _without(held: Tensor, normal: Tensor, gradient: Tensor) -> tuple[Tensor, Tensor]:
    """Leave parameters out of the step: their row and column become those of the identity."""
    if not bool(held.any().item()):
        return normal, gradient
    keep = (~held).to(normal.dtype)
    normal = normal * keep[:, :, None] * keep[:, None, :]
    normal.diagonal(dim1=1, dim2=2).add_(1.0 - keep)
    return normal, gradient * keep


@dataclass(frozen=True, slots=True)
class Arrow:
    """A factored normal matrix: limbs that meet only in the trunk are eliminated first, five small blocks at once.

    Attributes:
        trunk: `(N, t, t)` Cholesky factor of what the limbs leave of the trunk's block.
        limbs: `(N, L, l, l)` factors of the limbs' blocks.
        joined: `(N, L, l, t)` inverse of each limb's block times its block with the trunk.
    """

    trunk: Tensor
    limbs: Tensor
    joined: Tensor

    @classmethod
    def of(cls, chain: Chain, normal: Tensor) -> Arrow:
        """Factor `(N, P, P)`."""
        frames, size = normal.shape[:2]
        trunk, limb = chain.freedoms.trunk, chain.freedoms.limb
        count = (size - trunk) // limb
        blocks = normal[:, trunk:, trunk:].reshape(frames, count, limb, count, limb)
        own = blocks.diagonal(dim1=1, dim2=3).permute(0, 3, 1, 2)
        side = normal[:, trunk:, :trunk].reshape(frames, count, limb, trunk)
        factors = torch.linalg.cholesky_ex(own).L
        joined = torch.cholesky_solve(side, factors)
        left = normal[:, :trunk, :trunk] - (side.transpose(2, 3) @ joined).sum(dim=1)
        return cls(torch.linalg.cholesky_ex(left).L, factors, joined)

    def solve(self, right: Tensor) -> Tensor:
        """`(N, P, F)` → `(N, P, F)`."""
        frames, _, sets = right.shape
        count, limb, trunk = self.joined.shape[1:]
        ends = right[:, trunk:].reshape(frames, count, limb, sets)
        middle = right[:, :trunk] - (self.joined.transpose(2, 3) @ ends).sum(dim=1)
        middle = torch.cholesky_solve(middle, self.trunk)
        outer = torch.cholesky_solve(ends, self.limbs) - self.joined @ middle[:, None]
        return torch.cat([middle, outer.reshape(frames, count * limb, sets)], dim=1)

    def variances(self) -> Tensor:
        """`(N, P)` diagonal of the inverse."""
        middle = torch.cholesky_inverse(self.trunk)
        own = torch.cholesky_inverse(self.limbs).diagonal(dim1=2, dim2=3)
        shared = ((self.joined @ middle[:, None]) * self.joined).sum(dim=3)
        return torch.cat([middle.diagonal(dim1=1, dim2=2), (own + shared).flatten(1)], dim=1)


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
    problem: Problem, posture: Posture, betas: Tensor, belief: ShapeBelief, iterations: int
) -> tuple[Posture, Tensor]:
    """Shape of one person and postures of the frames, together; the best of the steps that were tried."""
    chain = problem.chain
    best, shape = problem.bounds.clip(chain, posture), betas
    cost = float((problem.cost(best, chain.reach(best, betas)).sum() + belief.cost(betas)).item())
    damping = 0.0
    for _ in range(iterations):
        step, change = _shape_step(problem, best, shape, belief, damping)
        tried = _better(problem, best, problem.bounds.clip(chain, chain.moved(best, step)), shape + change)
        settled = refine(problem, tried, shape + change, SETTLING)
        after = float((settled.cost.sum() + belief.cost(shape + change)).item())
        if after < cost:
            best, shape, cost = settled.posture, shape + change, after
        else:
            damping = 10.0 * max(damping, SHAPE_DAMPING)
    return best, shape


def _better(problem: Problem, stay: Posture, moved: Posture, betas: Tensor) -> Posture:
    """The better posture of each frame for a shape: one frame that overshoots stops no other."""
    reach = [problem.chain.reach(posture, betas) for posture in (stay, moved)]
    cost = [problem.cost(posture, there) for posture, there in zip((stay, moved), reach, strict=True)]
    return _chosen(cost[1] < cost[0], (moved, reach[1], cost[1]), (stay, reach[0], cost[0]))[0]


def _shape_step(
    problem: Problem, posture: Posture, betas: Tensor, belief: ShapeBelief, damping: float
) -> tuple[Tensor, Tensor]:
    """Steps of the postures `(N, P)` and of the shape `(B,)`.

    Only the shape's own step is damped: postures held back by damping would leave their errors to the shape (measured:
    shape parameters 5 σ off).
    """
    chain = problem.chain
    reach = chain.reach(posture, betas)
    motion, screws = chain.shape_motion(reach), chain.screws(reach)
    forces, information = problem.pressed(reach)
    carried = (information[:, :, None] @ motion[..., None])[..., 0]
    cross = chain.slope(screws, chain.wrenches(reach, carried))
    normal, gradient = _normal(problem, posture, reach, torch.zeros_like(forces[:, 0, 0]))
    cross = torch.where(problem.bounds.stuck(chain, posture, gradient)[..., None], 0.0, cross)
    solved = Arrow.of(chain, normal).solve(torch.cat([gradient[..., None], cross], dim=2))
    matrix, slope = belief.normal(betas)
    matrix = matrix + torch.einsum("nkbx,nkcx->bc", motion, carried)
    slope = slope + torch.einsum("nkbx,nkx->b", motion, forces)
    matrix = matrix - (cross.transpose(1, 2) @ solved[..., 1:]).sum(dim=0)
    slope = slope - (cross.transpose(1, 2) @ solved[..., :1]).sum(dim=0)[:, 0]
    change = -torch.linalg.solve(matrix + damping * torch.diag(matrix.diagonal()), slope)
    return -(solved[..., 0] + solved[..., 1:] @ change), change
