"""Least squares along a chain in time linear in its joints: from the ends to the pelvis, and out again.

The Gauss–Newton matrix of a chain of turns is the matrix of its inertia, and the step is the acceleration that the
forces give it. So the articulated-body algorithm (Featherstone, Rigid Body Dynamics Algorithms, 2008, ch. 7) solves it
without ever writing the matrix: each turn in its place is eliminated from what hangs on it, and what is left acts on
the next one inwards. The curvature of habits and limits is a motor's own inertia. The way out again gives the step, and
with covariances in the place of velocities the variance of every turn and joint.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch

from vision.body.chain import ROOT, Chain, Reach, Tensor

MIN_CURVE = 1e-6
"""Added to the curvature of each parameter, so that none is free."""
STIFF = 1e30
"""Curvature of a parameter that must not move."""


@dataclass(frozen=True, slots=True)
class Load:
    """What the chain has to bear.

    Attributes:
        parts: `(6, 6 + S, 24, N)` inertia of each body part alone, then S sets of wrenches on it.
        slope: `(P, N)` of the parameters themselves (habits), beside the first set.
        curve: `(P, N)` likewise; `STIFF` for parameters that are left out of the step.
        damping: `(N,)` share that is added to each curvature.
    """

    parts: Tensor
    slope: Tensor
    curve: Tensor
    damping: Tensor


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of some parameters when all that hangs on them has been taken out.

    Attributes:
        pull: `(6 + S, J, N)` (the pelvis's: `(6 + S, N)`) how the movement of what they hang on pulls at them, then
            the wrenches of each set.
        minus: `(J, N)` -1/curvature.
    """

    pull: Tensor
    minus: Tensor

    @property
    def shared(self) -> Tensor:
        """`(6, J, N)` of `pull`."""
        return self.pull[:ROOT]

    @property
    def own(self) -> Tensor:
        """`(S, J, N)` of `pull`."""
        return self.pull[ROOT:]


@dataclass(frozen=True, slots=True)
class Sweep:
    """The chain reduced to its parameters, one after the other.

    Attributes:
        chain: of the body.
        screws: `(6, f, N)` of each slot.
        root: of the pelvis's parameters.
        limbs: of the slots, in the order of the free turns.
    """

    chain: Chain
    screws: tuple[Tensor, ...]
    root: list[Left]
    limbs: list[Left]

    @classmethod
    def of(cls, chain: Chain, screws: Tensor, load: Load) -> Sweep:
        """From the ends of the limbs to the pelvis. Overwrites `load.parts`."""
        grown = 1.0 + load.damping
        curve = (load.curve * -grown).sub_(MIN_CURVE)
        sizes = chain.slot_sizes
        own, slopes = torch.split(screws, sizes, 1), torch.split(load.slope[ROOT:], sizes)
        curves, parts = torch.split(curve[ROOT:], sizes), torch.split(load.parts, chain.level_sizes, 2)
        limbs: list[Left] = []
        slot = len(own)
        for number in range(len(chain.freedoms.levels) - 1, -1, -1):
            for turns in reversed(chain.freedoms.levels[number].slots):
                slot -= 1
                part = parts[number + 1][:, :, turns.joints]
                limbs.append(_taken_out(own[slot], part, slopes[slot], (curves[slot], grown)))
            chain.handed_back(parts[number + 1], number, parts[number])
        pelvis = parts[0].squeeze(2)
        root = [_pelvis_taken_out(row, pelvis, load.slope[row], (curve[row], grown)) for row in range(ROOT - 1, -1, -1)]
        return cls(chain, own, root[::-1], limbs[::-1])

    def step(self) -> Tensor:
        """`(S, P, N)`: the steps that lower each set's cost most."""
        speed = torch.zeros_like(self.root[0].pull[:, None].expand(-1, len(self.root[0].own), -1)[:ROOT])
        steps = []
        for row, left in enumerate(self.root):
            own = (left.own + (left.shared[:, None] * speed).sum(dim=0)) * left.minus
            speed[row] = own
            steps.append(own[:, None])
        slots = zip(self.screws, self.limbs, strict=True)
        speed = speed.unsqueeze(2)
        for number, level in enumerate(self.chain.freedoms.levels):
            speed = self.chain.handed_on(speed, number)
            for slot in level.slots:
                screws, left = next(slots)
                part = speed[:, :, slot.joints]
                own = (left.shared.unsqueeze(1) * part).sum(dim=0).add_(left.own).mul_(left.minus)
                part.addcmul_(screws.unsqueeze(1), own)
                steps.append(own)
        return torch.cat(steps, dim=1)

    def reduced(self) -> Tensor:
        """`(S, S)`: what the parameters take off the sets' own curvature, summed over frames (Schur's complement)."""
        every = [*self.root, *self.limbs]
        pulls = torch.cat([left.own.flatten(1) for left in every], dim=1)
        return (pulls * torch.cat([left.minus.flatten() for left in every])) @ -pulls.T

    def variances(self, reach: Reach) -> tuple[Tensor, Tensor]:
        """`(P, N)` variance of each parameter, `(N,)` mean variance per axis of the joints [m²]."""
        pelvis = torch.zeros_like(self.root[0].shared.expand(ROOT, -1, -1))
        made = []
        for row, left in enumerate(self.root):
            along, variance = _passed_on(pelvis, left)
            along[row].add_(variance, alpha=-0.5)
            pelvis[row] -= along
            pelvis[:, row] -= along
            made.append(variance[None])
        spread = [pelvis.unsqueeze(2)]
        slots = zip(self.screws, self.limbs, strict=True)
        for number, level in enumerate(self.chain.freedoms.levels):
            spread.append(self.chain.handed_on(spread[-1], number).clone())
            for slot in level.slots:
                screws, left = next(slots)
                part = spread[-1][:, :, slot.joints]
                along, variance = _passed_on(part, left)
                along.addcmul_(screws, variance, value=-0.5)
                part.addcmul_(screws[:, None], along, value=-1).addcmul_(along[:, None], screws, value=-1)
                made.append(variance)
        return torch.cat(made), _of_places(torch.cat(spread, dim=2), reach.joints)


def _taken_out(screws: Tensor, part: Tensor, slope: Tensor, own: tuple[Tensor, Tensor]) -> Left:
    """Take turns out of what hangs on their joints `(6, 6 + S, J, N)`, which is changed.

    Args:
        screws: `(6, J, N)` of the turns.
        part: what hangs on them.
        slope: `(J, N)` of the turns themselves.
        own: their own curvature, negative and damped, and by how much the whole is multiplied.
    """
    curve, grown = own
    pull = (screws.unsqueeze(1) * part).sum(dim=0)
    pull[ROOT].add_(slope)
    shared = pull[:ROOT]
    minus = torch.addcmul(curve, (screws * shared).sum(dim=0), grown, value=-1).reciprocal_()
    part.addcmul_((shared * minus).unsqueeze(1), pull)
    return Left(pull, minus)


def _pelvis_taken_out(row: int, pelvis: Tensor, slope: Tensor, own: tuple[Tensor, Tensor]) -> Left:
    """As `_taken_out` for one of the pelvis's six parameters, which are the axes themselves."""
    curve, grown = own
    pull = pelvis[row].clone()
    pull[ROOT].add_(slope)
    minus = torch.addcmul(curve, pull[row], grown, value=-1).reciprocal_()
    pelvis.addcmul_((pull[:ROOT] * minus).unsqueeze(1), pull)
    return Left(pull, minus)


def _passed_on(spread: Tensor, left: Left) -> tuple[Tensor, Tensor]:
    """Covariance `(6, ...)` of a parameter with the movement `(6, 6, ...)` of what it hangs on, and its variance.

    The covariance's sign is that of the movement's pull.
    """
    along = (left.shared.unsqueeze(1) * spread).sum(dim=0).mul_(-left.minus)
    return along, -left.minus * (1.0 + (left.shared * along).sum(dim=0))


def _of_places(spread: Tensor, joints: Tensor) -> Tensor:
    """`(6, 6, 24, N)` covariance of movements → `(N,)` mean variance per axis of the joints `(3, 24, N)`."""
    x, y, z = joints.unbind(0)
    straight = spread[0, 0] + spread[1, 1] + spread[2, 2]
    turn = spread[3:, 3:]
    mixed = z * (spread[4, 0] - spread[3, 1]) + y * (spread[3, 2] - spread[5, 0]) + x * (spread[5, 1] - spread[4, 2])
    about = (joints.square().sum(dim=0)) * (turn[0, 0] + turn[1, 1] + turn[2, 2])
    along = (joints * (turn * joints).sum(dim=1)).sum(dim=0)
    return (straight + 2.0 * mixed + about - along).mean(dim=0) / 3.0
