"""How sure a joint and a person are."""

from __future__ import annotations

import numpy as np
import pytest

from vision.tracking.doubt import Alternatives, DoubtParams, identity

LIMIT = 45.0
PARAMS = DoubtParams()


def doubt_of(costs, joined, pair):
    """Costs and joints by (end, start)."""
    ending, starting = (np.array([key[k] for key in costs], np.intp) for k in (0, 1))
    cost = np.array(list(costs.values()), np.float64)
    return Alternatives(ending, starting, cost, dict(joined), LIMIT).doubt(*pair, PARAMS)


def odds(extra):
    return np.exp(-extra / (2 * PARAMS.temperature))


def test_a_joint_without_rivals_is_as_sure_as_it_is_cheap():
    doubts = [doubt_of({(0, 1): cost}, [(0, 1)], (0, 1)) for cost in (5.0, 25.0, 44.9)]
    assert doubts[0] == pytest.approx(odds(40) / (1 + odds(40)))
    assert doubts[0] < 1e-4 < doubts[1] < 0.01
    assert doubts[2] == pytest.approx(0.5, abs=0.01)


def test_two_who_could_as_well_be_each_other_are_in_doubt():
    # 0 → 2 and 1 → 3, or 0 → 3 and 1 → 2: the other way costs 1 more.
    costs = {(0, 2): 10.0, (1, 3): 10.0, (0, 3): 11.0, (1, 2): 10.0}
    for pair in ((0, 2), (1, 3)):
        assert doubt_of(costs, [(0, 2), (1, 3)], pair) == pytest.approx(odds(1) / (1 + odds(1)), abs=0.01)


def test_a_shirt_that_tells_them_apart_takes_the_doubt():
    costs = {(0, 2): 10.0, (1, 3): 10.0, (0, 3): 60.0, (1, 2): 60.0}
    assert doubt_of(costs, [(0, 2), (1, 3)], (0, 2)) < 0.01


def test_a_free_rival_counts_alone():
    assert doubt_of({(0, 2): 10.0, (0, 3): 12.0}, [(0, 2)], (0, 2)) == pytest.approx(odds(2) / (1 + odds(2)), abs=0.01)
    assert doubt_of({(0, 2): 10.0, (1, 2): 12.0}, [(0, 2)], (0, 2)) == pytest.approx(odds(2) / (1 + odds(2)), abs=0.01)


def test_a_coachs_word_is_in_no_doubt():
    assert doubt_of({(0, 1): -1e6, (0, 2): 5.0}, [(0, 1)], (0, 1)) == 0.0


def test_a_person_is_as_sure_as_all_joints_together():
    first, last = np.array([0, 100, 200], np.int32), np.array([99, 199, 299], np.int32)
    found = identity(first, last, np.array([0.9, 0.2, 0.05]))
    assert found.doubt == pytest.approx(1 - 0.8 * 0.95)
    assert found.frames == (100,)


def test_a_joint_at_the_edge_changes_no_figure():
    first, last = np.array([0, 5, 985], np.int32), np.array([4, 984, 999], np.int32)
    found = identity(first, last, np.array([0.0, 0.6, 0.6]))
    assert found.doubt == 0.0 and found.frames == ()
