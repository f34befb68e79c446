"""Costs and pairs against brute force."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from vision.tracking.association import assign, surprise
from vision.tracking.kalman import MEAN, VAR_POSITION, Kalman, MotionModel


def brute_force(cost, limit):
    """Least total over every partial pairing, an unpaired row and column costing `limit` together."""
    rows, columns = cost.shape
    count = min(rows, columns)
    best = min(
        sum(min(cost[r, c], limit) for r, c in zip(chosen, order, strict=True))
        for chosen in itertools.combinations(range(rows), count)
        for order in itertools.permutations(range(columns), count)
    )
    return best, count


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("shape", [(4, 4), (3, 5), (5, 3), (1, 4)])
def test_the_pairs_are_the_cheapest(seed, shape):
    cost = np.random.default_rng(seed).random(shape) * 10
    rows, columns = assign(cost, 6.0)
    best, count = brute_force(cost, 6.0)
    assert cost[rows, columns].sum() + 6.0 * (count - len(rows)) == pytest.approx(best)
    assert (cost[rows, columns] < 6.0).all()
    assert len(set(rows)) == len(rows) and len(set(columns)) == len(columns)


def test_nothing_to_pair():
    for shape in ((0, 3), (3, 0), (0, 0)):
        rows, columns = assign(np.zeros(shape), 5.0)
        assert len(rows) == len(columns) == 0


def test_surprise_is_distance_and_spread():
    rng = np.random.default_rng(3)
    kalman = Kalman(MotionModel())
    states = kalman.initiate(rng.uniform(20, 1500, (4, 6)), np.zeros((4, 1)), drift_known=True)
    kalman.predict(states, 0.5, np.zeros((4, 1)))
    measured = rng.uniform(20, 1500, (4, 9))
    variance = kalman.measurement_variance(states[MEAN])
    total = states[VAR_POSITION] + variance
    difference = measured[:, None, :] - states[MEAN][:, :, None]
    want = (difference**2 / total[:, :, None]).sum(0) + np.log(total / variance).sum(0)[:, None]
    np.testing.assert_allclose(surprise(states, variance, measured), want, rtol=1e-9)


def test_a_long_lost_track_does_not_outbid_a_present_one():
    kalman = Kalman(MotionModel())
    box = np.array([[100.0], [100.0], [40.0], [100.0]])
    present, lost = (kalman.initiate(box, np.zeros((4, 1)), drift_known=True) for _ in range(2))
    kalman.predict(present, 0.04, np.zeros((4, 1)))
    kalman.predict(lost, 2.0, np.zeros((4, 1)))
    both = np.concatenate((present, lost), 1)
    near = box + np.array([[6.0], [0.0], [0.0], [0.0]])
    cost = surprise(both, kalman.measurement_variance(both[MEAN]), near)
    assert cost[0, 0] < cost[1, 0]
