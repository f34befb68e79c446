"""The time budget: down at once, up with patience, no flapping, frames left out last."""

from __future__ import annotations

import numpy as np
import pytest

from vision.live.budget import LADDER, BudgetParams, TimeBudget

COST = {736: 40.0, 576: 25.0, 416: 14.0}
POSE = 12.0


def spent(budget: TimeBudget, slowness: float, frame: int) -> float:
    """What a frame costs on a machine of some slowness [ms]."""
    rung = budget.rung
    cost = COST[rung.input_px]
    if rung.pose_every and frame % rung.pose_every == 0:
        cost += POSE * rung.pose_players
    return slowness * cost


def simulate(budget: TimeBudget, slowness: float, frames: int, start: int = 0) -> list[int]:
    rungs = []
    for frame in range(start, start + frames):
        budget.spend(spent(budget, slowness, frame), frame / 10)
        rungs.append(budget.rung_index)
    return rungs


def fresh() -> TimeBudget:
    return TimeBudget(250.0, 100.0, sizes=(416, 576, 736))


def test_a_fast_machine_gets_the_richest_rung_and_stays() -> None:
    rungs = simulate(fresh(), 0.5, 600)
    assert set(rungs[300:]) == {0}


@pytest.mark.parametrize("slowness", [1.0, 2.0, 3.0, 4.5])
def test_the_mean_cost_holds_the_budget_and_does_not_flap(slowness: float) -> None:
    budget = fresh()
    rungs = simulate(budget, slowness, 1800)
    late = [spent(budget_at(rung), slowness, frame) for frame, rung in enumerate(rungs[600:])]
    assert np.mean(late) <= budget.allowed_ms
    changes = int((np.diff(rungs[600:]) != 0).sum())
    # A try to go up every minute, and back: two changes each.
    assert changes <= 6


def budget_at(rung: int) -> TimeBudget:
    budget = fresh()
    budget.rung_index = rung
    return budget


def test_a_machine_that_is_too_slow_for_everything_leaves_frames_out_and_says_so() -> None:
    budget = fresh()
    simulate(budget, 20.0, 60)
    assert budget.rung_index == len(LADDER) - 1
    assert budget.detect_every == 3
    assert "looks at one of 3" in budget.report()["note"]


def test_a_machine_that_becomes_free_is_used_again() -> None:
    budget = fresh()
    slow = simulate(budget, 4.0, 200)
    assert slow[-1] >= 4
    assert simulate(budget, 0.5, 1500, 200)[-1] == 0


def test_one_hiccup_moves_at_most_one_rung_and_is_forgotten() -> None:
    budget = fresh()
    simulate(budget, 0.8, 600)
    before = budget.rung_index
    budget.spend(2000.0, 60.0)
    assert budget.rung_index <= before + 1
    assert simulate(budget, 0.8, 200, 601)[-1] == before


def test_nothing_is_said_while_nothing_is_left_out() -> None:
    budget = fresh()
    simulate(budget, 0.5, 300)
    report = budget.report()
    assert report["note"] == ""
    assert (report["input_px"], report["pose_every"], report["pose_players"]) == (736, 1, 4)


def test_a_model_of_one_size_and_no_postures() -> None:
    budget = TimeBudget(250.0, 100.0, has_pose=False)
    report = budget.report()
    assert (report["input_px"], report["pose_every"], report["pose_players"]) == (None, 0, 0)


def test_more_cameras_leave_less_for_each_frame() -> None:
    assert TimeBudget(250.0, 1000.0 / (10 * 8)).allowed_ms == pytest.approx(12.5)
    assert TimeBudget(100.0, 100.0, params=BudgetParams()).allowed_ms == 50.0
