"""Energy, knee angles and running rhythm against constructed truth."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vision.kpi.tracks import POLICY, measured, reason
from vision.kpi.gait import GaitParams, find_gait, knee_flexion_deg
from vision.kpi.physical import energy_cost
from vision.kpi.player import calculate_player_kpis
from vision.kpi.track import Measurement, PlayerTrack
from vision.types import Float32Array, Float64Array

FS = 25.0


def runner(t_s: Float64Array, stride_hz: float, *, facing: bool = False, noise_px: float = 0.0) -> Float32Array:
    """COCO-17 keypoints of a stick runner, 200 px tall, seen from the side (or from the front)."""
    keypoints = np.full((len(t_s), 17, 3), 0.9, np.float32)
    keypoints[:, :, :2] = 0.0
    width = 40.0 if facing else 6.0
    for side, sign, shift in ((0, 1.0, 0.0), (1, -1.0, np.pi)):
        phase = 2 * np.pi * stride_hz * t_s + shift
        thigh, knee = np.radians(35) * np.sin(phase), np.radians(50) * (1 + np.sin(phase - 0.8))
        hip = np.stack([np.full(len(t_s), sign * width / 2), np.full(len(t_s), 100.0)], axis=1)
        knees = hip + 45 * np.stack([np.sin(thigh), np.cos(thigh)], axis=1)
        ankles = knees + 45 * np.stack([np.sin(thigh - knee), np.cos(thigh - knee)], axis=1)
        keypoints[:, 5 + side, :2] = hip - [0.0, 55.0]
        keypoints[:, 11 + side, :2], keypoints[:, 13 + side, :2], keypoints[:, 15 + side, :2] = hip, knees, ankles
    keypoints[:, :, :2] += np.random.default_rng(0).normal(0, noise_px, (len(t_s), 17, 2)).astype(np.float32)
    return keypoints


def test_energy_cost_check_values() -> None:
    """Flat running costs 3.6 J/kg/m; speeding up costs more, slowing gently costs less than hard braking.

    ES 0.643 (3.6 s of a sprint start, di Prampero 2005) is in the region of 40 J/kg/m.
    """
    flat, start, brake, hard = energy_cost(np.array([0.0, 0.643 * 9.80665, -1.0, -6.0]))
    assert flat == pytest.approx(3.6)
    assert 25 < start < 50
    assert 0 < brake < flat < hard


def test_energy_cost_is_continuous_at_zero() -> None:
    below, above = energy_cost(np.array([-1e-9, 1e-9]))
    assert below == pytest.approx(above, abs=1e-6)


@pytest.mark.parametrize("flexion", [0.0, 30.0, 90.0, 130.0])
def test_knee_flexion_convention(flexion: float) -> None:
    """0° is a straight leg, bending is positive, whatever the leg's direction in the picture."""
    for turn in (0.0, 0.7, 2.5):
        keypoints = np.ones((1, 17, 3), np.float32)
        shank = turn + np.radians(flexion)
        for hip, knee, ankle in ((11, 13, 15), (12, 14, 16)):
            keypoints[0, knee, :2] = 100.0
            keypoints[0, hip, :2] = 100 - 40 * np.array([np.sin(turn), np.cos(turn)])
            keypoints[0, ankle, :2] = 100 + 40 * np.array([np.sin(shank), np.cos(shank)])
        np.testing.assert_allclose(knee_flexion_deg(keypoints), flexion, atol=0.01)


@pytest.mark.parametrize("stride_hz", [1.3, 1.5, 1.8])
def test_rhythm_is_found(stride_hz: float) -> None:
    """Eight seconds of running with 3 px of noise: the stride frequency within 3 %."""
    t = np.arange(0, 8, 1 / FS)
    gait = find_gait(t, runner(t, stride_hz, noise_px=3.0), GaitParams())
    assert not isinstance(gait, str)
    assert np.median(gait.stride_hz) == pytest.approx(stride_hz, rel=0.03)
    # The script bends the knee between 0° and 100°; the 5th to 95th percentiles of a sine span 98.8 % of that.
    assert np.nanmedian(gait.knee_range_deg) == pytest.approx(98.8, abs=6)


def test_reasons_for_silence() -> None:
    t = np.arange(0, 8, 1 / FS)
    still = runner(np.zeros(len(t)), 1.5, noise_px=3.0)
    assert "No stretch of steady running" in str(find_gait(t, still, GaitParams()))
    slow = np.arange(0, 8, 1 / 5)
    assert "Poses at 5 a second" in str(find_gait(slow, runner(slow, 1.5), GaitParams()))
    assert "does not find ankles" in str(find_gait(t, np.zeros((len(t), 5, 3), np.float32), GaitParams()))
    hidden = runner(t, 1.5)
    hidden[:, 16, 2] = 0.1
    assert "both ankles" in str(find_gait(t, hidden, GaitParams()))


def test_seen_from_the_front_there_is_no_knee_range() -> None:
    t = np.arange(0, 8, 1 / FS)
    gait = find_gait(t, runner(t, 1.5, facing=True), GaitParams())
    assert not isinstance(gait, str) and np.isnan(gait.knee_range_deg).all()


def test_stride_length_needs_metres() -> None:
    """A runner at 4.5 m/s with 1.5 strides a second covers 3 m a stride; without metres only the cadence is told."""
    t = np.arange(0, 10, 1 / FS)
    keypoints = runner(t, 1.5, noise_px=1.0)
    nothing = np.full(len(t), np.nan)
    seen = np.ones(len(t), bool)
    rng = np.random.default_rng(0)
    moving = PlayerTrack(t, np.stack([4.5 * t, 0 * t], axis=1), nothing, seen, t, keypoints)
    kpis = calculate_player_kpis(moving, POLICY, rng=rng)["physical"]
    assert measured(kpis["stride_length_m"])["value"] == pytest.approx(3.0, rel=0.03)
    assert measured(kpis["cadence_spm"])["value"] == pytest.approx(180.0, rel=0.03)
    blind = PlayerTrack(t, None, nothing, seen, t, keypoints)
    kpis = calculate_player_kpis(blind, POLICY, rng=rng, measurement=Measurement("none"))["physical"]
    assert "value" in kpis["cadence_spm"] and "mark the pitch" in reason(kpis["stride_length_m"])
    assert "absent" in kpis["ground_contact_time_ms"]
