"""Change points in series whose jumps are known, and in series without any."""

from __future__ import annotations

import numpy as np
import pytest

from apps.dashboard.statistics.steps import StepParams, change_points


def noise(seed: int, n: int, sd: float = 0.3) -> np.ndarray:
    return np.random.default_rng(seed).normal(7.0, sd, n)


def test_one_jump_is_found_where_it_is() -> None:
    values = noise(1, 30)
    values[17:] += 1.5
    [found] = change_points(values)
    assert abs(found.index - 17) <= 1
    assert found.before == pytest.approx(values[: found.index].mean())
    assert found.after == pytest.approx(values[found.index :].mean())
    assert found.p_value <= 0.01


def test_two_jumps_are_found_in_order() -> None:
    values = noise(2, 60, 0.2)
    values[20:40] -= 1.0
    found = change_points(values)
    assert [point.index for point in found] == [20, 40]
    assert found[0].after == found[1].before


def test_a_steady_rise_is_no_jump() -> None:
    for seed in range(20):
        assert change_points(noise(seed, 40) + 0.1 * np.arange(40)) == []


def test_noise_alone_jumps_in_one_of_a_hundred_series() -> None:
    params, rng = StepParams(shuffles=199), np.random.default_rng(77)
    found = [bool(change_points(rng.normal(7, 0.3, 24), params)) for _ in range(1000)]
    assert 0.002 < np.mean(found) < 0.018


def test_most_real_jumps_are_found() -> None:
    found = 0
    for seed in range(100):
        values = noise(seed, 24)
        values[12:] += 0.9  # three standard deviations
        found += any(abs(point.index - 12) <= 2 for point in change_points(values, StepParams(shuffles=199)))
    assert found >= 85


def test_one_outlier_is_no_level() -> None:
    values = noise(3, 20)
    values[11] += 9
    assert change_points(values) == []


def test_the_same_series_gets_the_same_answer_in_any_unit() -> None:
    values = noise(4, 30)
    values[15:] += 0.8
    again = change_points(values * 3.6)
    assert change_points(values) == change_points(values)
    assert [(point.index, point.p_value) for point in again] == [
        (point.index, point.p_value) for point in change_points(values)
    ]


def test_a_constant_has_none() -> None:
    assert change_points(np.full(20, 5.0)) == []


def test_a_jump_without_noise_is_found() -> None:
    assert [point.index for point in change_points(np.repeat([1.0, 2.0], 8))] == [8]


@pytest.mark.parametrize("values", [np.arange(9.0), np.append(np.arange(12.0), np.nan)])
def test_too_few_or_gaps_are_refused(values: np.ndarray) -> None:
    with pytest.raises(ValueError, match="without gaps"):
        change_points(values)
