"""How sure it is that two tracklets are one person: what else could have been, and how much dearer it would have been.

Each joint is compared with every exchange that would undo it: its end stays open, goes on elsewhere, or its start
belongs to somebody else, with the joints that this touches paid anew. The costs are twice negative log-likelihoods, so
the shares of the alternatives are a probability, softened because players err from the motion model more often than a
normal distribution has it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vision.types import Float64Array, Int32Array

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class DoubtParams:
    """Parameters of the doubt.

    Attributes:
        temperature: costs are divided by it; at 2, of the joints with a doubt of 0.3-0.5 about a third are wrong and of
            those below 0.1 one in sixty, on rendered and on scripted games.
        forced: costs below are somebody's word, or follow from the shirts: no doubt.
        told: joints in less doubt are not told as doubtful moments.
        share: a joint before or after which less than this share of the person's frames lies changes no figure.
    """

    temperature: float = 2.0
    forced: float = -1e5
    told: float = 0.1
    share: float = 0.03


@dataclass(frozen=True, slots=True)
class Identity:
    """How sure it is that a track shows one person.

    Attributes:
        doubt: probability [0-1] that it mixes two.
        frames: first frames after the doubtful moments, rising.
    """

    doubt: float = 0.0
    frames: tuple[int, ...] = ()


class Alternatives:
    """Everything that could be joined, and what was."""

    def __init__(
        self,
        ending: NDArray[np.intp],
        starting: NDArray[np.intp],
        cost: Float64Array,
        joined: Mapping[int, int],
        limit: float,
    ) -> None:
        """Candidates `(K,)` with costs below `limit` and the chosen ones, end → start."""
        good = cost < limit
        pairs = zip(ending[good].tolist(), starting[good].tolist(), strict=True)
        self._cost: dict[Pair, float] = dict(zip(pairs, cost[good].tolist(), strict=True))
        self._after, self._before = dict(joined), {start: end for end, start in joined.items()}
        self._limit = limit
        self._starts: dict[int, list[int]] = {}
        self._ends: dict[int, list[int]] = {}
        for end, start in self._cost:
            self._starts.setdefault(end, []).append(start)
            self._ends.setdefault(start, []).append(end)

    def doubt(self, end: int, start: int, params: DoubtParams) -> float:
        """Probability [0-1] that a chosen joint is wrong."""
        paid = self._cost[end, start]
        if paid < params.forced:
            return 0.0
        dearer = [self._limit - paid]
        dearer += [self._cost[end, other] - paid + self._passed_on(other, start) for other in self._starts[end]]
        dearer += [self._cost[other, start] - paid + self._given_up(other, end) for other in self._ends[start]]
        odds = sum(np.exp(-max(extra, 0.0) / (2 * params.temperature)) for extra in dearer)
        return float(odds / (1 + odds))

    def _passed_on(self, other: int, start: int) -> float:
        """If the end goes on at `other`: its former end takes `start`, or nothing."""
        loser = self._before.get(other)
        if other == start:
            return np.inf
        if loser is None:
            return 0.0
        return min(self._cost.get((loser, start), np.inf), self._limit) - self._cost[loser, other]

    def _given_up(self, other: int, end: int) -> float:
        """If the start belongs to `other`: what that went on with is left, the end stays open."""
        left = self._after.get(other)
        if other == end:
            return np.inf
        if left is None:
            return 0.0
        # Where the end could take it, the exchange has been counted already.
        return np.inf if (end, left) in self._cost else self._limit - self._cost[other, left]


def identity(first: Int32Array, last: Int32Array, doubt: Float64Array, params: DoubtParams | None = None) -> Identity:
    """How sure the pieces of one person are theirs.

    Args:
        first: `(P,)` first frames of the person's pieces, rising.
        last: `(P,)` last frames.
        doubt: `(P,)` doubt of the joint before each piece; the first one's counts for nothing.
        params: what counts.
    """
    params = params or DoubtParams()
    length = (last - first + 1).astype(np.float64)
    before = np.cumsum(length) - length
    matters = np.minimum(before, length.sum() - before) >= params.share * length.sum()
    matters[:1] = False
    told = matters & (doubt >= params.told)
    return Identity(float(1 - np.prod(1 - doubt[matters])), tuple(first[told].tolist()))
