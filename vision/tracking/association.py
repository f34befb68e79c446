"""Which detection belongs to which track."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import linear_sum_assignment

from vision.tracking.kalman import MEAN, VAR_POSITION
from vision.types import Float64Array

Index = NDArray[np.intp]

NO_INDEX: Index = np.zeros(0, np.intp)


def surprise(states: Float64Array, variance: Float64Array, measured: Float64Array) -> Float64Array:
    """How badly each measurement fits each predicted state.

    Twice the negative log-likelihood of the innovation, less its value for a perfect fit to a track of no uncertainty:
    the squared Mahalanobis distance plus the log of how much wider the predicted spread is than the measurement's.
    The second part keeps a track lost for long, to whose wide spread everything is near, from taking the
    detections of others; overlap (IoU) has no such memory.

    Args:
        states: `(20, M)` predicted states, see `kalman.Kalman`.
        variance: `(4, M)` variance of a measurement of each [px²].
        measured: `(4, N)` centre x, centre y, width, height [px].

    Returns:
        `(M, N)`, at least 0 but for rounding.
    """
    mean = states[MEAN]
    total = states[VAR_POSITION] + variance
    weight = 1.0 / total
    weighted = mean * weight
    weighted *= -2.0
    # (z - x)² / s summed over the four, as two products of matrices: no (M, N, 4) array is made.
    cost: Float64Array = weight.T @ np.square(measured)
    cost += weighted.T @ measured
    total /= variance
    np.log(total, out=total)
    weighted *= mean
    weighted *= -0.5
    total += weighted
    cost += np.add.reduce(total, 0)[:, None]
    return cost


def assign(cost: Float64Array, limit: float) -> tuple[Index, Index]:
    """Pairs of least total cost among those that cost less than `limit`.

    Args:
        cost: `(M, N)`.
        limit: what it costs to leave a row and a column unmatched.

    Returns:
        Rows and columns of the pairs, `(P,)` each, rows ascending.
    """
    capped = np.minimum(cost, limit)
    rows, columns = linear_sum_assignment(capped)
    kept = (capped[rows, columns] < limit).nonzero()[0]
    if len(kept) == len(rows):
        return rows, columns
    return rows.take(kept), columns.take(kept)
