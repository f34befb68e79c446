"""Keypoints between pictures."""

from __future__ import annotations

import numpy as np
import pytest

from vision.multiview.resample import keypoints_at

T = np.array([0.0, 0.1, 0.2, 0.9, 1.0])
PATH = np.stack([100 * T, 50 - 20 * T, np.array([0.9, 0.8, 0.7, 0.6, 0.5])], axis=1)[:, None].astype(np.float32)


def at(*times: float) -> np.ndarray:
    return keypoints_at(T, PATH, np.array(times), max_gap_s=0.15)[:, 0]


def test_between_two_pictures_lies_the_straight_way() -> None:
    found = at(0.05, 0.12)
    assert found[:, :2] == pytest.approx(np.array([[5.0, 49.0], [12.0, 47.6]]), abs=1e-4)
    assert found[:, 2] == pytest.approx([0.8, 0.7])


def test_pictures_themselves_stay() -> None:
    assert at(0.0, 0.2, 1.0) == pytest.approx(PATH[[0, 2, 4], 0], abs=1e-5)


@pytest.mark.parametrize("t_s", [-0.01, 0.5, 0.89, 1.01])
def test_nothing_is_known_outside_and_in_gaps(t_s: float) -> None:
    (found,) = at(t_s)
    assert np.isnan(found[:2]).all()
    assert found[2] == 0.0


def test_a_joint_unseen_in_one_of_two_pictures_is_unseen_between_them() -> None:
    hidden = PATH.copy()
    hidden[1, 0] = [np.nan, np.nan, 0.0]
    found = keypoints_at(T, hidden, np.array([0.05]), max_gap_s=0.15)
    assert np.isnan(found[0, 0, 0])
    assert found[0, 0, 2] == 0.0


def test_nobody_has_no_keypoints() -> None:
    found = keypoints_at(np.zeros(0), np.zeros((0, 17, 3), np.float32), np.array([1.0]), max_gap_s=0.1)
    assert found.shape == (1, 17, 3)
    assert np.isnan(found[..., :2]).all()
