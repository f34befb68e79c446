"""The truth must be true: scripted motion, observation, film, season."""

from __future__ import annotations

import numpy as np
import pytest

from vision.calibration.pitch_model import PITCH_FORMATS, PitchModel
from vision.geometry import box_foot_points
from vision.synthetic.movement import FINE_HZ, Pace, Phase, scripted, speed_profile, wander
from vision.synthetic.observation import ObservationParams, frame_times, observe
from vision.synthetic.scenes import FilmParams, film, match_scene, stand_camera
from vision.synthetic.season import TOP_SPEED_MPS, SeasonParams, season_trajectories

AREA = (-30.0, -20.0, 30.0, 20.0)


def test_speed_nears_its_target_exponentially() -> None:
    """Mono-exponential start: after one time constant 63 % of the target, but for the soft start of 0.2 s."""
    t_s, speed = speed_profile([Phase("sprint", 10.0, speed_mps=9.0)], Pace(speed_up_s=1.3))
    at = np.interp([1.3, 8.0], t_s, speed)
    assert at[0] == pytest.approx(9.0 * (1 - np.exp(-1)), abs=0.08)
    assert at[1] == pytest.approx(9.0 * (1 - np.exp(-8 / 1.3)), abs=0.01)
    assert np.gradient(speed).max() * FINE_HZ < 7.0, "nobody starts harder than 7 m/s²"


def test_distance_is_the_integral_and_the_path_length() -> None:
    truth = scripted([Phase("jog", 5, 90.0), Phase("sprint", 4, -180.0), Phase("walk", 5, 45.0)])
    assert truth.distance_m[-1] == pytest.approx(np.trapezoid(truth.speed_mps, truth.t_s), rel=1e-9)
    length = np.linalg.norm(np.diff(truth.xy_m, axis=0), axis=1).sum()
    assert length == pytest.approx(truth.distance_m[-1], rel=1e-4)
    assert truth.covered(2.0, 7.0) == pytest.approx(
        np.interp(7, truth.t_s, truth.distance_m) - np.interp(2, truth.t_s, truth.distance_m)
    )


def test_turns_end_where_the_script_says() -> None:
    truth = scripted([Phase("jog", 4.0), Phase("jog", 3.0, 90.0), Phase("jog", 4.0)], start_m=(5.0, -3.0))
    assert truth.xy_m[0].tolist() == [5.0, -3.0]
    heading = np.degrees(np.arctan2(*np.diff(truth.xy_m[-50:], axis=0).mean(axis=0)[::-1]))
    assert heading == pytest.approx(90.0, abs=0.1)


@pytest.mark.parametrize("seed", range(4))
def test_wanderers_stay_inside_and_their_speed_is_their_path(seed: int) -> None:
    truth = wander(np.random.default_rng(seed), 120.0, AREA)
    assert (truth.xy_m >= [-30.001, -20.001]).all() and (truth.xy_m <= [30.001, 20.001]).all()
    step = np.linalg.norm(np.diff(truth.xy_m, axis=0), axis=1) * FINE_HZ
    moving = truth.speed_mps[1:] > 1.0
    # The curve is a polyline of 20,000 pieces: speeds along it agree to a per mille in the median, 2 % at worst.
    ratio = step[moving] / ((truth.speed_mps[1:] + truth.speed_mps[:-1])[moving] / 2)
    assert np.median(ratio) == pytest.approx(1.0, abs=1e-3)
    assert ratio.min() > 0.97


def test_same_seed_same_player() -> None:
    first, second, other = (wander(np.random.default_rng(seed), 30.0, AREA) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.xy_m, second.xy_m)
    assert not np.array_equal(first.xy_m[:100], other.xy_m[:100])


def test_observation_faults_have_the_size_they_say() -> None:
    truth = scripted([Phase("walk", 200.0)])
    t_s = frame_times(200.0, 25.0)
    seen = observe(truth, t_s, np.random.default_rng(0), ObservationParams(sigma_m=0.1, miss_rate=0.1))
    missed = np.isnan(seen.xy_m[:, 0])
    assert missed.mean() == pytest.approx(0.1, abs=0.015)
    assert (seen.xy_m - truth.position(t_s))[~missed].std() == pytest.approx(0.1, rel=0.03)
    gaps = observe(truth, t_s, np.random.default_rng(1), ObservationParams(miss_rate=0.0, gap_rate_per_min=6.0))
    assert 0.05 < np.isnan(gaps.xy_m[:, 0]).mean() < 0.4


def test_jittered_times_still_rise() -> None:
    t_s = frame_times(60.0, 30.0, jitter_s=0.02)
    assert (np.diff(t_s) > 0).all() and np.diff(t_s).std() > 0.01


def test_boxes_stand_on_the_true_ground_points() -> None:
    rng = np.random.default_rng(0)
    players = match_scene(rng, 3, 5.0)
    camera = stand_camera(PitchModel(), k1=-0.05)
    scene = film(
        players, camera, np.arange(0, 5, 0.1), rng, FilmParams(foot_sigma=0.0, min_sigma_px=0.0, miss_rate=0.0)
    )
    assert scene.xyxy.shape == (6, 50, 4) and scene.seen.all()
    feet = box_foot_points(scene.xyxy.reshape(-1, 4).astype(np.float32))
    np.testing.assert_allclose(feet, camera.project_ground(scene.xy_m.reshape(-1, 2)), atol=1e-3)
    frames = scene.frames()
    assert len(frames) == 50 and frames[0].track_id.tolist() == [1, 2, 3, 4, 5, 6]


def test_missed_boxes_are_missing_in_frames() -> None:
    rng = np.random.default_rng(0)
    scene = film(
        match_scene(rng, 2, 20.0), stand_camera(PitchModel()), np.arange(0, 20, 0.1), rng, FilmParams(miss_rate=0.3)
    )
    assert scene.seen.mean() == pytest.approx(0.7, abs=0.05)
    assert sum(map(len, scene.frames())) == scene.seen.sum()


@pytest.mark.parametrize("name", list(PITCH_FORMATS))
@pytest.mark.parametrize("per_side", [1, 11])
def test_games_fit_on_their_pitch(name: str, per_side: int) -> None:
    pitch = PITCH_FORMATS[name]
    players = match_scene(np.random.default_rng(0), per_side, 10.0, pitch=pitch)
    assert len(players) == 2 * per_side
    everywhere = np.concatenate([player.xy_m for player in players])
    assert (np.abs(everywhere) <= np.array([pitch.length_m, pitch.width_m]) / 2).all()


@pytest.mark.parametrize("age_group", list(TOP_SPEED_MPS))
def test_a_season_is_plausible_for_its_age(age_group: str) -> None:
    """Training of an hour: 3-9 km (60-130 m a minute), top speeds within 12 % of the age group's."""
    sessions = list(season_trajectories(np.random.default_rng(1), age_group, SeasonParams(sessions=3)))
    assert len(sessions) == 3
    for seen in sessions:
        minutes = seen.t_s[-1] / 60
        assert 50 < minutes < 85
        assert 50 < seen.truth.distance_m[-1] / minutes < 130
        assert seen.truth.speed_mps.max() == pytest.approx(TOP_SPEED_MPS[age_group], rel=0.14)
        assert 0.01 < np.isnan(seen.xy_m[:, 0]).mean() < 0.15


def test_unknown_age_group() -> None:
    with pytest.raises(KeyError):
        next(season_trajectories(np.random.default_rng(0), "u3"))
