"""Speed truth through a camera: a scripted protocol on 30 × 30 m, filmed at 1080p through a lens, calibrated by clicks.

The bar of the project's vision page: speed RMSE at most 0.20 m/s in every band, distance within 2 %, sprint-count F1 at
least 0.95, with position noise up to 0.2 m and 5 % misses.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.scenes.pitch_views import visible_marks
from tests.vision.kpi.tracks import POLICY, track_of
from vision.calibration.camera import PinholeCamera
from vision.calibration.homography import PitchHomography
from vision.calibration.pitch_model import PitchModel
from vision.geometry import box_foot_points
from vision.kpi.efforts import EffortRule, find_efforts
from vision.kpi.motion import Motion, estimate_motion
from vision.kpi.smoothing import SmoothingParams
from vision.synthetic.movement import Phase, Trajectory, scripted
from vision.synthetic.scenes import FilmedScene, FilmParams, film

# A training square with its lines, cones and inner marks: 16 marks in and around 30 × 30 m.
SQUARE = PitchModel(
    length_m=30.0, width_m=30.0, goal_width_m=4.0, penalty_area_depth_m=7.0, penalty_area_width_m=16.0,
    goal_area_depth_m=None, goal_area_width_m=None, penalty_mark_m=5.0, circle_radius_m=4.0, name="square",
)  # fmt: skip
BANDS_MPS = (0.0, 7 / 3.6, 15 / 3.6, 20 / 3.6)
YOUTH = replace(POLICY, high_speed_mps=4.3, sprint_mps=5.5)


def protocol(seed: int) -> Trajectory:
    """Walk, jog and sprint across the square and back, with cuts: 60 s of a circuit."""
    rng = np.random.default_rng(seed)
    phases = []
    for _ in range(3):
        phases += [Phase("stand", 1.5), Phase("walk", 5.0), Phase("walk", 2.0, 180.0), Phase("jog", 3.0)]
        phases += [Phase("walk", 2.0, 180.0), Phase("sprint", 3.4, speed_mps=8.5), Phase("stand", 1.5, 180.0)]
        phases.append(Phase("walk", 2.0, float(rng.uniform(-8, 8))))
    return scripted(phases, start_m=(-13.0, float(rng.uniform(-9, 9))), heading_deg=float(rng.uniform(-6, 6)))


def filmed(seed: int, noise_share: float) -> tuple[FilmedScene, list[Trajectory], list[Motion]]:
    """Ten players of the protocol through camera, boxes, clicks and homography."""
    rng = np.random.default_rng(100 + seed)
    camera = PinholeCamera.look_at((0.0, -34.0, 9.0), (0.0, -1.0, 0.0), focal_px=1250.0, k1=-0.1)
    players = [protocol(10 * seed + index) for index in range(10)]
    scene = film(players, camera, np.arange(0, 60, 0.04), rng, FilmParams(foot_sigma=noise_share, miss_rate=0.05))
    names, pixels, metres = visible_marks(camera, SQUARE)
    fitted = PitchHomography.fit(
        pixels + rng.normal(0, 1.0, pixels.shape), metres, image_size=camera.image_size, estimate_lens=True, names=names
    )
    motions = []
    for boxes, seen in zip(scene.xyxy, scene.seen, strict=True):
        xy = np.full((len(seen), 2), np.nan)
        xy[seen] = fitted.to_pitch(box_foot_points(boxes[seen].astype(np.float32)))[0]
        track = track_of(scene.t_s, xy)
        assert track.xy_m is not None
        motions.append(estimate_motion(track.t_s, track.xy_m, SmoothingParams(), 10.0))
    return scene, players, motions


@pytest.mark.parametrize("noise_share", [0.01, 0.02])
def test_speed_truth(noise_share: float) -> None:
    scene, players, motions = filmed(0, noise_share)
    assert max(motion.plan.noise_m for motion in motions) < 0.2
    found = np.stack([motion.speed_mps for motion in motions])
    valid = np.isfinite(found)
    error, truth = (found - scene.speed_mps)[valid], scene.speed_mps[valid]
    for low, high in zip(BANDS_MPS, (*BANDS_MPS[1:], np.inf), strict=True):
        band = (truth >= low) & (truth < high)
        assert band.sum() > 200
        assert np.sqrt(np.mean(error[band] ** 2)) <= 0.20, f"{low}-{high} m/s"
    for player, motion in zip(players, motions, strict=True):
        moving = motion.speed_mps[motion.valid & (motion.speed_mps >= max(0.2, motion.plan.dead_band_mps))]
        assert moving.sum() / 25 == pytest.approx(player.covered(0, 60), rel=0.02)


def test_sprint_counts() -> None:
    """F1 of sprints matched by overlap in time, over 20 players."""
    rule = EffortRule.speed(YOUTH.sprint_mps, YOUTH)
    hits = found_count = true_count = 0
    for seed in (1, 2):
        scene, _, motions = filmed(seed, 0.015)
        for motion, speed in zip(motions, scene.speed_mps, strict=True):
            found, true = find_efforts(motion.speed_mps, 25.0, rule), find_efforts(speed, 25.0, rule)
            overlap = (found.start[:, None] < true.end) & (true.start < found.end[:, None])
            hits += int(overlap.any(axis=0).sum())
            found_count, true_count = found_count + len(found), true_count + len(true)
    assert true_count >= 40
    assert 2 * hits / (found_count + true_count) >= 0.95
