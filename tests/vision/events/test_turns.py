"""Turns against scripted cuts."""

from __future__ import annotations

import numpy as np
import pytest

from vision.events.turns import find_turns
from vision.kpi.motion import estimate_motion
from vision.kpi.smoothing import SmoothingParams
from vision.synthetic.movement import Phase, scripted
from vision.synthetic.observation import ObservationParams, frame_times, observe

FAST = Phase("run", 3.0)


def turns_of(angle_deg: float, sigma_m: float = 0.08, seed: int = 0) -> list[float]:
    """Angles that are found on a path with one cut at speed, seen with noise."""
    truth = scripted([FAST, Phase("run", 0.6, angle_deg, 3.0), FAST])
    t_s = frame_times(6.4, 25.0)
    seen = observe(truth, t_s, np.random.default_rng(seed), ObservationParams(sigma_m=sigma_m))
    motion = estimate_motion(seen.t_s, seen.xy_m, SmoothingParams(), 10.0, for_intervals=False)
    found = find_turns(1, motion.t_s, motion.xy_m, motion.plan.speed_noise_mps)
    return [float(event.data["angle_deg"] or 0) for event in found]


@pytest.mark.parametrize("angle", [-150.0, -90.0, 90.0, 150.0])
def test_one_cut_is_one_turn_to_the_right_side(angle: float) -> None:
    for seed in range(5):
        [found] = turns_of(angle, seed=seed)
        assert found == pytest.approx(angle, abs=20.0), "the speed filter rounds a cut"


def test_a_curve_is_no_turn_and_neither_is_noise() -> None:
    for seed in range(5):
        assert turns_of(0.0, seed=seed) == [] and turns_of(30.0, seed=seed) == []
    truth = scripted([Phase("run", 8.0, 180.0)])
    assert find_turns(1, truth.t_s[::8], truth.xy_m[::8], 0.0) == []


def test_who_stands_does_not_turn() -> None:
    rng = np.random.default_rng(0)
    t_s = np.arange(500) / 25
    motion = estimate_motion(t_s, rng.normal(0, 0.15, (500, 2)), SmoothingParams(), 10.0, for_intervals=False)
    assert find_turns(1, motion.t_s, motion.xy_m, motion.plan.speed_noise_mps) == []


def test_gaps_and_short_films() -> None:
    truth = scripted([FAST, Phase("run", 0.6, 120.0, 3.0), FAST])
    xy = truth.xy_m[::8].copy()
    t_s = truth.t_s[::8]
    assert len(find_turns(1, t_s, xy, 0.05)) == 1
    xy[80:84] = np.nan
    assert find_turns(1, t_s, xy, 0.05) == [], "not across a gap"
    assert find_turns(1, t_s[:3], xy[:3], 0.05) == [] and find_turns(1, t_s[:20], xy[:20], 0.05) == []
