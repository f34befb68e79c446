"""A team's level over time against a regression with dummies, and in worlds whose line-up changes."""

from __future__ import annotations

import numpy as np
import pytest

from apps.dashboard.statistics.panels import time_effects


def test_it_is_the_regression_with_dummies() -> None:
    rng = np.random.default_rng(1)
    pairs = np.argwhere(rng.random((12, 9)) < 0.6)
    time, player = pairs.T
    value = rng.normal(5, 1, len(pairs))
    dummies = np.hstack([np.eye(12)[time], np.eye(9)[player]])
    truth = np.linalg.lstsq(dummies, value, rcond=None)[0][:12]
    found = time_effects(time, player, value)
    assert found is not None
    np.testing.assert_allclose(np.diff(found), np.diff(truth), atol=1e-9)
    assert found[time].mean() == pytest.approx(value.mean())


def test_without_the_fast_winger_the_team_is_not_slower() -> None:
    level = np.array([7.0, 7.2, 9.0])
    rows = [(week, who) for week in range(10) for who in range(3) if who < 2 or week < 5]
    time, player = np.array(rows).T
    found = time_effects(time, player, level[player])
    assert found is not None
    np.testing.assert_allclose(found, found[0])
    plain = [level[player[time == week]].mean() for week in range(10)]
    assert plain[0] - plain[-1] > 0.6  # what the plain mean would have told


def test_everybody_there_means_plain_means() -> None:
    rng = np.random.default_rng(2)
    value = rng.normal(5, 1, (6, 4))
    time, player = np.indices((6, 4)).reshape(2, -1)
    found = time_effects(time, player, value.ravel())
    assert found is not None
    np.testing.assert_allclose(found, value.mean(axis=1))


def test_two_teams_that_never_met_cannot_be_compared() -> None:
    time, player = np.array([[0, 0], [1, 0], [2, 1], [3, 1]]).T
    assert time_effects(time, player, np.array([1.0, 1.1, 5.0, 5.1])) is None


def test_one_time_is_its_mean() -> None:
    found = time_effects(np.array([0, 0]), np.array([0, 1]), np.array([2.0, 4.0]))
    assert found is not None
    assert found.tolist() == pytest.approx([3.0])
