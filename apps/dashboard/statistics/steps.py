"""Change points: where a series jumps to another level, by binary segmentation with a permutation test.

Sources: Scott & Knott 1974, Biometrics 30, 507-512 (binary segmentation); Vostrikova 1981 (its consistency); the test
shuffles the segment, so that no law of the noise is assumed but exchangeability.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

METHOD = "binary segmentation of the mean, each split kept by a permutation test"
SOURCE = "Scott & Knott 1974, Biometrics 30, 507-512; Vostrikova 1981"

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class StepParams:
    """How a change point is looked for.

    Attributes:
        least: points a series needs; fewer cannot reach `alpha` with segments of `segment` by shuffling.
        segment: points a level needs at least; a level of one or two is an outlier.
        shuffles: permutations of each test.
        alpha: a split is kept at or below this share of shuffles that split as well; low, as many series are looked at.
        seed: of the shuffles: the same series gets the same answer.
    """

    least: int = 10
    segment: int = 4
    shuffles: int = 999
    alpha: float = 0.01
    seed: int = 20261122


@dataclass(frozen=True, slots=True)
class ChangePoint:
    """A jump: `index` is the first point of the new level; `p_value` of the permutation test."""

    index: int
    before: float
    after: float
    p_value: float


def change_points(values: Floats, params: StepParams | None = None) -> list[ChangePoint]:
    """Return the jumps in order of time; a series that a straight line explains better has none.

    Raises:
        ValueError: too few points, or gaps.
    """
    params = params or StepParams()
    if len(values) < params.least or not np.isfinite(values).all():
        raise ValueError(f"at least {params.least} points without gaps are needed")
    rng = np.random.default_rng(params.seed)
    found = sorted(_splits(values, 0, rng, params))
    edges = [0, *(index for index, _ in found), len(values)]
    levels = [float(values[start:end].mean()) for start, end in pairwise(edges)]
    return [ChangePoint(index, levels[at], levels[at + 1], p) for at, (index, p) in enumerate(found)]


def _splits(values: Floats, offset: int, rng: np.random.Generator, params: StepParams) -> Iterator[tuple[int, float]]:
    if len(values) < 2 * params.segment or np.ptp(values) == 0:
        return
    gains = _gains(values[None, :], params.segment)[0]
    split = int(gains.argmax()) + params.segment
    if not _better_than_a_line(values, split):
        return
    shuffled = rng.permuted(np.tile(values, (params.shuffles, 1)), axis=1)
    as_good = int((_gains(shuffled, params.segment).max(axis=1) >= gains.max() * (1 - 1e-12)).sum())
    p_value = (1 + as_good) / (1 + params.shuffles)
    if p_value > params.alpha:
        return
    yield from _splits(values[:split], offset, rng, params)
    yield offset + split, p_value
    yield from _splits(values[split:], offset + split, rng, params)


def _gains(rows: Floats, segment: int) -> Floats:
    """Sum of squares that a split explains, `(R, splits)`, for splits with at least `segment` points on each side."""
    n = rows.shape[1]
    left = np.arange(segment, n - segment + 1)
    sums = np.cumsum(rows, axis=1)
    excess = sums[:, left - 1] - sums[:, -1:] * left / n
    gains: Floats = excess**2 * n / (left * (n - left))
    return gains


def _better_than_a_line(values: Floats, split: int) -> bool:
    """Compare by BIC: two levels (two means, one place) against a line (two numbers)."""
    n = len(values)
    x = np.arange(n) - (n - 1) / 2.0
    centred = values - values.mean()
    line = centred - x * float(x @ centred) / float(x @ x)
    levels = np.concatenate([values[:split] - values[:split].mean(), values[split:] - values[split:].mean()])
    floor = 1e-12 * float(centred @ centred)

    def bic(residual: Floats, numbers: int) -> float:
        return n * math.log(max(float(residual @ residual), floor) / n) + numbers * math.log(n)

    return bic(levels, 3) < bic(line, 2)
