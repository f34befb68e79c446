"""The numbers of one track: shape, postures, motion. `vision.body.fitter` says what they are for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeAlias

import numpy as np
import torch

from vision.body.anatomy import SOLE_POINTS, Anatomy
from vision.body.chain import DTYPE, ROOT, Chain, Posture, Reach, Tensor
from vision.body.freedoms import HABIT_MEAN, HABIT_SPREAD, JOINT_COUNT, from_turns
from vision.body.limits import turn_limits
from vision.body.refine import Bounds, Problem, Pull, ShapeBelief, Solved, refine, refine_shape, variances
from vision.body.sequence import Motion
from vision.body.sights import ROBUST_SIGMAS, PointSight, Sight
from vision.body.start import Stance
from vision.types import Float64Array, IndexArray

CHUNK = 256
"""Frames at once: their matrices then stay near the processor."""
POSTURE_ROUNDS, SHAPE_ROUNDS = 2, 2
PICTURE_ROUNDS = 12
"""Of the postures before the shape: in one picture the distance has to follow the size first."""
MEDIAN_SQUARE_3D, MEDIAN_SQUARE_2D = 2.366, 1.386
"""Medians of the squared length of a normal vector with σ 1."""
LEFT_OVER = 0.4
"""Share of the noise's square that a fit leaves in its residuals: 43 of 72 numbers of 24 joints are its own."""


Report: TypeAlias = Callable[[float], None]
"""Is told the share of the work that is done (0-1); what it raises ends the fit."""


def unheard(share: float) -> None:
    """Nobody asked how far the fit is."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """Shape of a track, and what its residuals say of the noise.

    Attributes:
        betas: `(B,)`.
        noise: 1σ per axis as a multiple of what was assumed.
    """

    betas: Tensor
    noise: float


class Solver:
    """Works on the frames that can have a body, all in coordinates about each frame's own origin."""

    def __init__(self, chain: Chain, anatomy: Anatomy) -> None:
        self.chain = chain
        self._anatomy = anatomy
        lower, upper = turn_limits()
        precision = np.where(HABIT_SPREAD > 0, HABIT_SPREAD, 1.0) ** -2
        self.habit = Pull(self._free(HABIT_MEAN), self._free(precision))
        self.bounds = Bounds(self._free(lower)[0], self._free(upper)[0])
        self.no_shape = torch.zeros(chain.shapes, dtype=DTYPE, device=chain.device)

    def tensor(self, array: Float64Array) -> Tensor:
        """On the device of the chain."""
        return torch.tensor(np.asarray(array), dtype=DTYPE, device=self.chain.device)

    def _free(self, by_joint: Float64Array) -> Tensor:
        return self.chain.free(self.tensor(by_joint[None]))

    def posture(self, root: Float64Array, place: Float64Array, turns: Float64Array) -> Posture:
        """From `(N, 3, 3)`, `(N, 3)` and `(N, 24, 3)`."""
        return Posture(self.tensor(root), self.tensor(place), self.tensor(turns))

    def stance(self) -> Stance:
        """The mean body in its habitual posture."""
        chain = self.chain
        reach = chain.reach(self.posture(np.eye(3)[None], np.zeros((1, 3)), HABIT_MEAN[None]), self.no_shape)
        return Stance(
            rest_m=numbers(chain.rest(self.no_shape)),
            joints_m=numbers(reach.joints[0]),
            rotations=numbers(reach.rotations[0]),
            markers_m=numbers(reach.markers[0, :-SOLE_POINTS]),
            parents=chain.parents,
        )

    def problem(self, sights: Sequence[Sight], pull: Pull | None = None, *, noise: float = 1.0) -> Problem:
        """What was seen at a multiple of the assumed noise, beside habits or another expectation."""
        robust = ROBUST_SIGMAS * max(1.0, 1.0 / noise)
        return Problem(self.chain, sights, pull or self.habit, self.bounds, robust)

    def shape(self, sight: Sight, posture: Posture, height_gap_m: float, height_sigma_m: float) -> Shaped:
        """Shape from a few frames.

        Args:
            sight: keypoints of these frames.
            posture: their first postures.
            height_gap_m: told height less that of the mean body; NaN if nobody told it.
            height_sigma_m: how well it is known.
        """
        belief = ShapeBelief(self.tensor(self._anatomy.height_slope), height_gap_m, height_sigma_m)
        problem, betas = self.problem([sight]), belief.middle()
        rounds = POSTURE_ROUNDS if isinstance(sight, PointSight) else PICTURE_ROUNDS
        posture = refine(problem, posture, betas, rounds).posture
        posture, betas = refine_shape(problem, posture, betas, belief, SHAPE_ROUNDS)
        residual = numbers(sight.residual(self.chain.reach(posture, betas).markers).square().sum(dim=2))
        usual = MEDIAN_SQUARE_3D if isinstance(sight, PointSight) else MEDIAN_SQUARE_2D
        seen = residual[residual > 0]
        noise = float(np.sqrt(np.median(seen) / usual / LEFT_OVER)) if len(seen) else 1.0
        return Shaped(betas, noise)

    def postures(
        self, problem: Problem, posture: Posture, betas: Tensor, rounds: int, report: Report = unheard
    ) -> Solved:
        """`refine` in pieces; `report` is called with the share done after each."""
        parts, done = _parts(len(posture.place)), []
        for part in parts:
            done.append(refine(_piece(problem, part), posture.rows(part), betas, rounds))
            report(len(done) / len(parts))
        if len(done) == 1:
            return done[0]
        return joined(done)

    def precision(self, problem: Problem, solved: Solved) -> tuple[Float64Array, Float64Array]:
        """`(N, P)` 1/σ² of each parameter from what was seen, and `(N,)` mean 1σ per axis of the joints [m]."""
        pieces = []
        for part in _parts(len(solved.cost)):
            piece = Solved(solved.posture.rows(part), solved.reach.rows(part), solved.cost[part])
            pieces.append(variances(_piece(problem, part), piece))
        variance = numbers(torch.cat([own for own, _ in pieces]))
        precision = 1.0 / variance
        precision[:, ROOT:] = np.maximum(precision[:, ROOT:] - numbers(self.habit.precision), 0.0)
        return precision, np.sqrt(numbers(torch.cat([spread for _, spread in pieces])))

    def expected(self, motion: Motion, index: IndexArray, origin: Float64Array, weight: float) -> tuple[Posture, Pull]:
        """A motion's postures in frames `index`, and the pull towards them beside the habits."""
        turns = np.broadcast_to(HABIT_MEAN, (len(index), JOINT_COUNT, 3)).copy()
        posture = self.posture(motion.root[index], motion.place[index] - origin, turns)
        wanted = self.tensor(motion.turns[index])
        posture.turns[:, self.chain.free_joint, self.chain.free_turn] = wanted
        precision = self.tensor(weight * np.nan_to_num(motion.precision[index]))
        total = precision[:, ROOT:] + self.habit.precision
        middle = (precision[:, ROOT:] * wanted + self.habit.precision * self.habit.turns) / total
        return posture, Pull(middle, total, posture, precision[:, :ROOT])

    def clipped(self, turns: Float64Array) -> Float64Array:
        """`(N, P - 6)` free turns within the limits."""
        return np.clip(turns, numbers(self.bounds.lower), numbers(self.bounds.upper))

    def rotations(self, root: Float64Array, turns: Float64Array) -> Float64Array:
        """`(N, 24, 3, 3)` from the pelvis and the free turns `(N, P - 6)`."""
        made = from_turns(self.every_turn(turns))
        made[:, 0] = root
        return made

    def every_turn(self, turns: Float64Array) -> Float64Array:
        """`(N, P - 6)` free turns → `(N, 24, 3)`; those that have no freedom are 0."""
        every = np.zeros((len(turns), JOINT_COUNT, 3))
        every[:, self.chain.freedoms.joint, self.chain.freedoms.turn] = turns
        return every

    def point_sight(self, local: Float64Array, whiten: Float64Array) -> PointSight:
        """Keypoints in space `(N, K, 3)`, NaN where not seen, and `(N, K, 3, 3)`."""
        return PointSight(slice(0, local.shape[1]), self.tensor(np.nan_to_num(local)), self.tensor(whiten))


def joined(done: Sequence[Solved]) -> Solved:
    """Pieces of frames one after the other."""

    def stacked(parts: Sequence[Posture] | Sequence[Reach], name: str) -> Tensor:
        return torch.cat([getattr(part, name) for part in parts])

    postures, reaches = [one.posture for one in done], [one.reach for one in done]
    return Solved(
        Posture(*(stacked(postures, name) for name in Posture.__slots__)),
        Reach(*(stacked(reaches, name) for name in Reach.__slots__)),
        torch.cat([one.cost for one in done]),
    )


def numbers(array: Tensor) -> Float64Array:
    """On this side of the device, in float64."""
    return array.cpu().numpy().astype(np.float64)


def _parts(count: int) -> list[slice]:
    return [slice(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]


def _piece(problem: Problem, part: slice) -> Problem:
    return replace(problem, sights=[sight.of(part) for sight in problem.sights], pull=problem.pull.of(part))
