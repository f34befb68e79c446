"""Live figures against scripted players: error by speed band, distance, gaps, impossible places, state, speed."""

from __future__ import annotations

import time

import numpy as np
import pytest

from vision.kpi.live import LiveFigures, LiveKPIParams, LiveKPIs
from vision.kpi.policy import ZonePolicy
from vision.synthetic.movement import Phase, Trajectory, scripted, wander
from vision.synthetic.observation import ObservationParams, frame_times, observe
from vision.types import Float64Array

BANDS = ((0.0, 2.0), (2.0, 4.0), (4.0, 5.5), (5.5, 7.0), (7.0, 12.0))
LAG_S = LiveKPIParams().lag_s


def run(t_s: Float64Array, xy_m: Float64Array, sigma_m: float, kpis: LiveKPIs | None = None) -> list[LiveFigures]:
    """Feed `(P, F, 2)` positions; NaN rows are not in the frame at all."""
    kpis = kpis or LiveKPIs()
    told = []
    for frame, t in enumerate(t_s):
        there = np.flatnonzero(np.isfinite(xy_m[:, frame, 0]))
        kpis.update(float(t), (there + 1).astype(np.int32), xy_m[there, frame], np.full(len(there), sigma_m))
        told.append(kpis.figures(np.arange(1, len(xy_m) + 1, dtype=np.int32)))
    return told


def straight(speed: float, t_s: Float64Array) -> Float64Array:
    return np.stack([speed * t_s, np.zeros_like(t_s)], axis=1)[None]


def scene(sigma_m: float, rate_hz: float) -> tuple[list[Trajectory], Float64Array, Float64Array]:
    t_s = frame_times(118.0, rate_hz, jitter_s=0.01)
    truths = [wander(np.random.default_rng(seed), 120.0, (-30, -20, 30, 20)) for seed in range(12)]
    params = ObservationParams(sigma_m=sigma_m, miss_rate=0.05)
    seen = [observe(truth, t_s, np.random.default_rng(50 + seed), params).xy_m for seed, truth in enumerate(truths)]
    return truths, t_s, np.stack(seen)


@pytest.mark.parametrize(
    ("sigma_m", "rate_hz", "limits"),
    [
        (0.1, 10.0, (0.11, 0.17, 0.14, 0.18, 0.23)),
        (0.2, 10.0, (0.22, 0.24, 0.23, 0.26, 0.31)),
        (0.2, 25.0, (0.17, 0.21, 0.18, 0.20, 0.24)),
    ],
)
def test_speed_by_band_and_distance(sigma_m: float, rate_hz: float, limits: tuple[float, ...]) -> None:
    truths, t_s, xy = scene(sigma_m, rate_hz)
    told = run(t_s, xy, sigma_m)
    speed = np.stack([each.speed_mps for each in told], axis=1)
    true = np.stack([truth.speed(t_s - LAG_S) for truth in truths])
    ready = np.isfinite(speed) & (t_s > 2.0)
    assert ready[:, t_s > 2.0].mean() > 0.99
    for (low, high), limit in zip(BANDS, limits, strict=True):
        rows = ready & (true >= low) & (true < high)
        assert rows.sum() > 100
        assert np.sqrt(np.mean((speed - true)[rows] ** 2)) <= limit, (low, high)
    covered = np.array([truth.covered(0.0, float(t_s[-1] - LAG_S)) for truth in truths])
    error = told[-1].distance_m / covered - 1
    assert abs(error.mean()) <= 0.008
    assert np.abs(error).max() <= 0.02


def test_the_stated_error_is_the_error() -> None:
    truths, t_s, xy = scene(0.15, 10.0)
    told = run(t_s, xy, 0.15)
    speed = np.stack([each.speed_mps for each in told], axis=1)
    sigma = np.stack([each.speed_sigma_mps for each in told], axis=1)
    true = np.stack([truth.speed(t_s - LAG_S) for truth in truths])
    steady = np.isfinite(speed) & (true > 2.5)
    within = np.abs(speed - true)[steady] < 1.645 * sigma[steady]
    assert 0.82 <= within.mean() <= 0.97


def test_noise_larger_than_said_widens_the_stated_error() -> None:
    t_s = frame_times(40.0, 10.0)
    rng = np.random.default_rng(3)
    xy = straight(3.0, t_s) + rng.normal(0, 0.2, (1, len(t_s), 2))
    honest = run(t_s, xy, 0.2)[-1].speed_sigma_mps[0]
    boasting = run(t_s, xy, 0.05)[-1].speed_sigma_mps[0]
    assert boasting == pytest.approx(honest, rel=0.25)


def test_a_gap_adds_no_distance() -> None:
    t_s = frame_times(20.0, 10.0)
    xy = straight(4.0, t_s)
    whole = run(t_s, xy, 0.05)[-1].distance_m[0]
    xy[:, 80:120] = np.nan
    told = run(t_s, xy, 0.05)
    lost_s = (whole - told[-1].distance_m[0]) / 4.0
    # Four seconds out of view; at both ends of a gap a quarter of a second cannot be measured.
    assert 4.0 <= lost_s <= 5.0
    assert np.isnan(told[100].speed_mps[0])
    assert told[100].distance_m[0] == pytest.approx(4.0 * (8.0 - 0.5), abs=1.5)


def test_a_short_gap_is_told_through() -> None:
    t_s = frame_times(20.0, 10.0)
    xy = straight(4.0, t_s)
    whole = run(t_s, xy, 0.05)[-1].distance_m[0]
    xy[:, 100:104] = np.nan
    assert run(t_s, xy, 0.05)[-1].distance_m[0] == pytest.approx(whole, rel=0.005)


def test_standing_with_noise_covers_no_ground() -> None:
    t_s = frame_times(120.0, 10.0)
    xy = np.random.default_rng(0).normal(0, 0.15, (4, len(t_s), 2))
    assert (run(t_s, xy, 0.15)[-1].distance_m < 1.5).all()


def test_a_single_impossible_place_is_passed_over_and_marked() -> None:
    t_s = frame_times(20.0, 10.0)
    xy = straight(3.0, t_s)
    xy[0, 100] += 12.0
    told = run(t_s, xy, 0.05)
    assert told[100].implausible[0] and not told[115].implausible[0]
    assert max(each.speed_mps[0] for each in told[30:]) < 3.1
    assert told[-1].distance_m[0] == pytest.approx(run(t_s, straight(3.0, t_s), 0.05)[-1].distance_m[0], rel=0.01)


def test_a_track_that_jumps_to_another_player_starts_anew() -> None:
    t_s = frame_times(20.0, 10.0)
    xy = straight(3.0, t_s)
    xy[0, 100:] += 25.0
    told = run(t_s, xy, 0.05)
    assert told[-1].distance_m[0] == pytest.approx(3.0 * (19.9 - 0.5), abs=4.5)
    assert max(np.nan_to_num(each.speed_mps[0]) for each in told) < 3.1
    assert told[103].implausible[0]


def test_faster_than_any_human_is_marked_and_not_counted() -> None:
    t_s = frame_times(10.0, 10.0)
    told = run(t_s, straight(14.0, t_s), 0.4)
    assert told[-1].implausible[0]
    assert np.isnan(told[-1].distance_m[0]) or told[-1].distance_m[0] < 5.0


def test_too_noisy_to_tell_is_not_told() -> None:
    t_s = frame_times(20.0, 10.0)
    xy = straight(4.0, t_s) + np.random.default_rng(1).normal(0, 1.0, (1, len(t_s), 2))
    last = run(t_s, xy, 1.0)[-1]
    assert np.isnan(last.speed_mps[0]) and np.isnan(last.distance_m[0]) and np.isnan(last.load[0])
    assert last.zone[0] == 0


def test_too_few_frames_a_second_are_not_told() -> None:
    t_s = frame_times(20.0, 2.0)
    assert np.isnan(run(t_s, straight(4.0, t_s), 0.05)[-1].speed_mps[0])


def test_zones_follow_the_players_own_policy() -> None:
    t_s = frame_times(10.0, 10.0)
    xy = np.concatenate([straight(5.0, t_s), straight(5.0, t_s) + 5.0])
    kpis = LiveKPIs(ZonePolicy())
    kpis.use_policies({2: ZonePolicy(name="child", zone_edges_mps=(1.0, 2.0, 3.0, 4.0))})
    assert run(t_s, xy, 0.05, kpis)[-1].zone.tolist() == [3, 5]


def test_load_counts_changes_of_speed_only() -> None:
    t_s = frame_times(40.0, 25.0)
    steady = scripted([Phase("run", 42.0)])
    shuttle = scripted([Phase("jog" if part % 2 else "run", 4.0) for part in range(11)])
    rng = np.random.default_rng(0)
    xy = np.stack([observe(each, t_s, rng, ObservationParams(sigma_m=0.05)).xy_m for each in (steady, shuttle)])
    load = run(t_s, xy, 0.05)[-1].load
    # One start of 4.8 m/s; and then ten changes between 2.8 and 4.8 m/s.
    assert load[0] == pytest.approx(4.8, abs=1.5)
    assert load[1] - load[0] == pytest.approx(10 * 1.8, rel=0.35)


def test_a_restored_state_continues_bit_for_bit() -> None:
    _, t_s, xy = scene(0.1, 10.0)
    whole = LiveKPIs()
    run(t_s[:300], xy[:, :300], 0.1, whole)
    copy = LiveKPIs()
    copy.restore(whole.state())
    for frame in range(300, 500):
        ids = np.arange(1, len(xy) + 1, dtype=np.int32)
        one = whole.update(float(t_s[frame]), ids, xy[:, frame], np.full(len(ids), 0.1))
        other = copy.update(float(t_s[frame]), ids, xy[:, frame], np.full(len(ids), 0.1))
        for a, b in zip(one, other, strict=True):
            np.testing.assert_array_equal(a, b)


def test_totals_of_a_player_who_comes_back_go_on() -> None:
    t_s = frame_times(60.0, 10.0)
    xy = straight(3.0, t_s)
    xy[:, 200:400] = np.nan
    other = np.zeros_like(xy) + 50.0
    kpis = LiveKPIs()
    told = run(t_s, np.concatenate([xy, other]), 0.05, kpis)
    assert told[-1].distance_m[0] == pytest.approx(3.0 * 39, abs=6.0)
    assert kpis.totals(1)["distance_m"] == told[-1].distance_m[0]


def test_the_memory_of_an_hour_of_newcomers_has_a_bound() -> None:
    params = LiveKPIParams(totals_kept=50)
    kpis = LiveKPIs(params=params)
    for frame in range(2000):
        ids = np.array([1, 2 + frame // 5], np.int32)
        kpis.update(frame / 10, ids, np.array([[0.0, 0.0], [5.0, 5.0]]), np.full(2, 0.1))
    state = kpis.state()
    assert len(state["gone_ids"]) <= 51
    assert len(state["ids"]) <= 2 + int(params.forget_s * 2) + 1


def test_a_frame_of_a_whole_match_takes_less_than_a_millisecond() -> None:
    rng = np.random.default_rng(0)
    kpis = LiveKPIs()
    ids = np.arange(1, 24, dtype=np.int32)
    xy = rng.uniform(-30, 30, (23, 2))
    took = []
    for frame in range(200):
        start = time.perf_counter()
        kpis.update(frame / 25, ids, xy + rng.normal(0, 0.1, xy.shape), np.full(23, 0.1))
        took.append(time.perf_counter() - start)
    # The bar of 1 ms is measured by the bench; here, beside other tests, the quickest quarter must hold it.
    assert np.percentile(took[60:], 25) < 1e-3
