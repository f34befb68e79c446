"""A team's figure over time, freed from who happened to be there."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.intp]


def time_effects(time: Ints, player: Ints, value: Floats) -> Floats | None:
    """Level of each time, as if everybody had always been there.

    Least squares of `value = player's level + time's level` (two-way fixed effects); a week without the fast winger is
    then no slow week.

    Args:
        time, player: `(N,)` numbers from 0 without gaps, one row for each player at each time.
        value: `(N,)`.

    Returns:
        `(T,)` levels whose mean over the rows is the mean of `value`; `None` where some times share no player with the
        others, even by way of third ones: then nothing tells a change from another line-up.

    Source: Baltagi, Econometric Analysis of Panel Data, ch. 3 (unbalanced two-way model, players eliminated).
    """
    times, players = int(time.max()) + 1, int(player.max()) + 1
    there = np.zeros((times, players))
    np.add.at(there, (time, player), 1.0)
    share = there / there.sum(axis=0)
    matrix = np.diag(there.sum(axis=1)) - share @ there.T
    player_sum = np.bincount(player, value, players)
    right = np.bincount(time, value, times) - share @ player_sum
    level, _, rank, _ = np.linalg.lstsq(matrix, right, rcond=1e-10)
    if rank < times - 1:
        return None
    return np.asarray(level + value.mean() - level[time].mean(), np.float64)
