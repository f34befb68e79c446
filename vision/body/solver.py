"""The numbers of one track: shape, postures, motion. `vision.body.fitter` says what they are for."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeAlias

import numpy as np
import torch

from vision.body.anatomy import SOLE_POINTS, Anatomy
from vision.body.chain import DTYPE, ROOT, Chain, Figure, Posture, Reach, Tensor
from vision.body.freedoms import HABIT_MEAN, HABIT_SPREAD, JOINT_COUNT, from_turns
from vision.body.limits import turn_limits
from vision.body.refine import Bounds, Problem, Pull, ShapeBelief, Solved, refine, refine_shape, variances
from vision.body.sequence import Motion
from vision.body.sights import ROBUST_SIGMAS, PointSight, Sight
from vision.body.start import Stance
from vision.types import BoolArray, Float64Array, IndexArray

CHUNK = 512
"""Frames at once: their matrices then stay near the processor."""
LOOK_ROUNDS, SHAPE_ROUNDS = 2, 8
PICTURE_ROUNDS = 12
"""Of the postures before the shape: in one picture the distance has to follow the size first."""
MEDIAN_SQUARE_3D, MEDIAN_SQUARE_2D = 2.366, 1.386
"""Medians of the squared length of a normal vector with σ 1."""
LEFT_OVER = 0.4
"""Share of the noise's square that a fit leaves in its residuals: 43 of 72 numbers of 24 joints are its own."""


TELLING_LEVER_M = 0.04
"""A keypoint nearer to a joint's centre does not tell the joint's angle."""

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
        self.bounds = Bounds(self._free(lower), self._free(upper))
        self.no_shape = torch.zeros(chain.shapes, dtype=DTYPE, device=chain.device)
        self.mean_figure = chain.figure(self.no_shape)

    def tensor(self, array: Float64Array) -> Tensor:
        """`(N, ...)` by frame → `(..., N)` on the device of the chain."""
        moved = np.ascontiguousarray(np.moveaxis(np.asarray(array), 0, -1), np.float32)
        return torch.from_numpy(moved).to(self.chain.device)

    def _free(self, by_joint: Float64Array) -> Tensor:
        """`(24, 3)` → `(F, 1)`."""
        return self.tensor(self.free(by_joint[None]))

    def free(self, turns: Float64Array) -> Float64Array:
        """`(N, 24, 3)` → `(N, F)` free turns."""
        return turns[:, self.chain.freedoms.joint, self.chain.freedoms.turn]

    def posture(self, root: Float64Array, place: Float64Array, turns: Float64Array) -> Posture:
        """From `(N, 3, 3)`, `(N, 3)` and `(N, 24, 3)`."""
        return Posture(self.tensor(root), self.tensor(place), self.tensor(self.free(turns)))

    @cached_property
    def stance(self) -> Stance:
        """The mean body in its habitual posture."""
        chain = self.chain
        habitual = self.posture(np.eye(3)[None], np.zeros((1, 3)), HABIT_MEAN[None])
        reach = chain.reach(habitual, self.mean_figure)
        return Stance(
            rest_m=numbers(chain.rest(self.no_shape)),
            joints_m=by_frame(reach.joints)[0].T,
            rotations=by_frame(reach.rotations)[0].transpose(2, 0, 1),
            markers_m=by_frame(reach.markers)[0].T[:-SOLE_POINTS],
            parents=chain.parents,
        )

    @cached_property
    def telling(self) -> BoolArray:
        """`(24, K)`: which keypoints move when a joint turns."""
        chain, figure = self.chain, self.mean_figure
        reach = chain.reach(self.posture(np.eye(3)[None], np.zeros((1, 3)), np.zeros((1, JOINT_COUNT, 3))), figure)
        parts = (figure.levers[..., None] * reach.basis[:, None]).reshape(3, chain.count, 4, JOINT_COUNT).sum(dim=2)
        hanging = chain.gather @ parts.transpose(1, 2) - chain.mass_below * reach.joints
        told: BoolArray = (torch.linalg.vector_norm(hanging, dim=0) > TELLING_LEVER_M)[:, :-SOLE_POINTS].cpu().numpy()
        return told

    def problem(self, sights: Sequence[Sight], pull: Pull | None = None, *, noise: float = 1.0) -> Problem:
        """What was seen at a multiple of the assumed noise, beside habits or another expectation."""
        robust = ROBUST_SIGMAS * max(1.0, 1.0 / noise)
        return Problem(self.chain, sights, pull or self.habit, self.bounds, robust)

    def belief(self, height_gap_m: float, height_sigma_m: float) -> ShapeBelief:
        """What is known of the shape before a keypoint.

        Args:
            height_gap_m: told height less that of the mean body; NaN if nobody told it.
            height_sigma_m: how well it is known.
        """
        return ShapeBelief(self.chain.tensor(self._anatomy.height_slope), height_gap_m, height_sigma_m)

    def look(self, sight: Sight, posture: Posture, belief: ShapeBelief) -> Solved:
        """Postures of a few frames with the most probable shape."""
        figure, problem = self.chain.figure(belief.middle()), self.problem([sight])
        rounds = LOOK_ROUNDS if isinstance(sight, PointSight) else PICTURE_ROUNDS
        return refine(problem, problem.at(posture, figure), figure, rounds)

    def shape(self, sight: Sight, looked: Solved, belief: ShapeBelief) -> Shaped:
        """Shape from a few frames.

        Args:
            sight: keypoints of these frames.
            looked: see `look`.
            belief: what is known of the shape.
        """
        solved, betas = refine_shape(self.problem([sight]), looked, belief.middle(), belief, SHAPE_ROUNDS)
        residual = numbers(sight.square(solved.reach.markers))
        usual = MEDIAN_SQUARE_3D if isinstance(sight, PointSight) else MEDIAN_SQUARE_2D
        seen = residual[residual > 0]
        noise = float(np.sqrt(np.median(seen) / usual / LEFT_OVER)) if len(seen) else 1.0
        return Shaped(betas, noise)

    def postures(
        self, problem: Problem, posture: Posture, figure: Figure, rounds: int, report: Report = unheard
    ) -> Solved:
        """`refine` in pieces; `report` is called with the share done after each."""
        parts, done = _parts(posture.place.shape[1]), []
        for part in parts:
            piece = _piece(problem, part)
            done.append(refine(piece, piece.at(posture.rows(part), figure), figure, rounds))
            report(len(done) / len(parts))
        if len(done) == 1:
            return done[0]
        return joined(done)

    def precision(self, problem: Problem, solved: Solved, figure: Figure) -> tuple[Float64Array, Float64Array]:
        """`(N, P)` 1/σ² of each parameter from what was seen, and `(N,)` mean 1σ per axis of the joints [m]."""
        pieces = []
        for part in _parts(len(solved.cost)):
            pieces.append(variances(_piece(problem, part), solved.rows(part), figure))
        variance = by_frame(torch.cat([own for own, _ in pieces], dim=1))
        precision = 1.0 / variance
        precision[:, ROOT:] = np.maximum(precision[:, ROOT:] - by_frame(self.habit.precision), 0.0)
        return precision, np.sqrt(numbers(torch.cat([spread for _, spread in pieces])))

    def expected(self, motion: Motion, index: IndexArray, origin: Float64Array, weight: float) -> tuple[Posture, Pull]:
        """A motion's postures in frames `index`, and the pull towards them beside the habits."""
        wanted = self.tensor(motion.turns[index])
        posture = Posture(self.tensor(motion.root[index]), self.tensor(motion.place[index] - origin), wanted)
        precision = self.tensor(weight * np.nan_to_num(motion.precision[index]))
        total = precision[ROOT:] + self.habit.precision
        middle = (precision[ROOT:] * wanted + self.habit.precision * self.habit.turns) / total
        return posture, Pull(middle, total, posture, precision[:ROOT])

    def clipped(self, turns: Float64Array) -> Float64Array:
        """`(N, F)` free turns within the limits."""
        return np.clip(turns, by_frame(self.bounds.lower), by_frame(self.bounds.upper))

    def rotations(self, root: Float64Array, turns: Float64Array) -> Float64Array:
        """`(N, 24, 3, 3)` from the pelvis and the free turns `(N, F)`."""
        made = from_turns(self.every_turn(turns))
        made[:, 0] = root
        return made

    def every_turn(self, turns: Float64Array) -> Float64Array:
        """`(N, F)` free turns → `(N, 24, 3)`; those that have no freedom are 0."""
        every = np.zeros((len(turns), JOINT_COUNT, 3))
        every[:, self.chain.freedoms.joint, self.chain.freedoms.turn] = turns
        return every

    def point_sight(self, local: Float64Array, information: Float64Array) -> PointSight:
        """Keypoints in space `(N, K, 3)` [m], NaN where not seen, and `(N, K, 3, 3)` inverse covariance, 0 there."""
        places = self.tensor(np.swapaxes(np.nan_to_num(local), 1, 2))
        return PointSight(slice(0, local.shape[1]), places, self.tensor(information.transpose(0, 2, 3, 1)))


def joined(done: Sequence[Solved]) -> Solved:
    """Pieces of frames one after the other."""

    def stacked(parts: Sequence[Posture] | Sequence[Reach], name: str) -> Tensor:
        return torch.cat([getattr(part, name) for part in parts], dim=-1)

    postures, reaches = [one.posture for one in done], [one.reach for one in done]
    return Solved(
        Posture(*(stacked(postures, name) for name in Posture.__slots__)),
        Reach(*(stacked(reaches, name) for name in Reach.__slots__)),
        torch.cat([one.cost for one in done]),
    )


def numbers(array: Tensor) -> Float64Array:
    """On this side of the device, in float64."""
    return array.cpu().numpy().astype(np.float64)


def by_frame(array: Tensor) -> Float64Array:
    """`(..., N)` → `(N, ...)` on this side of the device, in float64."""
    return np.moveaxis(array.cpu().numpy(), -1, 0).astype(np.float64)


def _parts(count: int) -> list[slice]:
    return [slice(first, min(first + CHUNK, count)) for first in range(0, count, CHUNK)]


def _piece(problem: Problem, part: slice) -> Problem:
    return replace(problem, sights=[sight.of(part) for sight in problem.sights], pull=problem.pull.of(part))
