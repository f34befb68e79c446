"""How a camera moved, from points with a known answer; and what a chain of such steps is sure of."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from tests.scenes.pitch_views import PITCH
from vision.calibration.camera import PinholeCamera
from vision.calibration.camera_link import LinkParams, Pairs, adjoint, fit_link, small_difference
from vision.calibration.camera_state import CameraState, focal_of
from vision.calibration.homography import PitchHomography
from vision.synthetic.camera_work import CameraWork

SIZE = (1280, 720)
WORK = CameraWork(image_size=SIZE, pan_deg=12, pan_s=8.0, zoom=1.3, zoom_s=8.0)


def marked(camera: PinholeCamera, noise_px: float = 0.0) -> CameraState:
    places = PITCH.grid(12.0)
    pixels = camera.project_ground(places)
    seen = camera.inside(pixels)
    clicks = pixels[seen] + np.random.default_rng(0).normal(0, noise_px, (int(seen.sum()), 2))
    return CameraState.of(PitchHomography.fit(clicks, places[seen], image_size=SIZE))


def world_points(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Places on the ground and on a far stand, and which are on the ground."""
    ground = np.column_stack([rng.uniform(-45, 45, 60), rng.uniform(-30, 30, 60), np.zeros(60)])
    stand = np.column_stack([rng.uniform(-60, 60, 40), np.full(40, 45.0), rng.uniform(1, 12, 40)])
    return np.vstack([ground, stand]), np.arange(100) < 60


def pairs_of(one: PinholeCamera, two: PinholeCamera, state: CameraState, noise_px: float) -> Pairs:
    """What both cameras see: `there` by the first, `here` by the second."""
    rng = np.random.default_rng(4)
    points, ground = world_points(rng)
    there, here = one.project(points), two.project(points)
    both = one.inside(there) & two.inside(here)
    noise = rng.normal(0, noise_px, here.shape)
    return Pairs(state.ideal((here + noise)[both]), state.ideal(there[both]), ground[both])


def ground_error_m(found: CameraState, camera: PinholeCamera) -> float:
    """Largest error on the ground that the camera sees within 45 m."""
    places = PITCH.grid(6.0)
    pixels = camera.project_ground(places)
    near = camera.inside(pixels) & (np.linalg.norm(places - camera.position_m[:2], axis=1) < 60)
    homography = found.homography()
    assert homography is not None
    return float(np.linalg.norm(homography.to_pitch(pixels[near])[0] - places[near], axis=1).max())


def test_a_turn_with_zoom_is_exact() -> None:
    one, two = WORK.cameras(np.array([0.0, 1.5]))
    state = marked(one)
    link = fit_link(pairs_of(one, two, state, 0.0), state.focal, state.ground(68.0))
    assert link is not None
    assert link.model == "turn"
    assert link.zoom == pytest.approx(two.focal_px / one.focal_px, rel=2e-3)
    moved = state.moved(link)
    assert moved.focal == pytest.approx(two.focal_px / state.frame.half_diagonal_px, rel=5e-3)
    assert ground_error_m(moved, two) < 0.05


@pytest.mark.parametrize("step_m", [(0.5, 0.0, 0.0), (0.0, 0.6, 0.0), (0.1, -0.2, 0.15)])
def test_a_step_of_the_camera_is_seen_on_the_ground(step_m: tuple[float, float, float]) -> None:
    one = WORK.cameras(np.array([0.0]))[0]
    two = PinholeCamera(SIZE, one.focal_px, one.rotation, one.position_m + np.array(step_m))
    state = marked(one)
    link = fit_link(pairs_of(one, two, state, 0.1), state.focal, state.ground(68.0))
    assert link is not None
    assert link.model == "step"
    assert ground_error_m(state.moved(link), two) < 0.15


def test_noise_alone_is_no_step() -> None:
    one, two = WORK.cameras(np.array([0.0, 1.0]))
    state = marked(one)
    link = fit_link(pairs_of(one, two, state, 0.4), state.focal, state.ground(68.0))
    assert link is not None
    assert link.model == "turn"


def test_points_without_a_common_motion_give_no_link() -> None:
    one, two = WORK.cameras(np.array([0.0, 1.0]))
    state = marked(one)
    pairs = pairs_of(one, two, state, 0.0)
    shuffled = Pairs(np.random.default_rng(1).permutation(pairs.here), pairs.there, pairs.ground)
    assert fit_link(shuffled, state.focal, state.ground(68.0)) is None
    few = Pairs(pairs.here[:9], pairs.there[:9], pairs.ground[:9])
    assert fit_link(few, state.focal, state.ground(68.0)) is None


def test_the_stated_error_of_a_link_is_that_of_many_draws() -> None:
    """`correlated` multiplies the variance: residuals of real pictures are alike, those drawn here are not."""
    one, two = WORK.cameras(np.array([0.0, 1.0]))
    state = marked(one)
    clean = pairs_of(one, two, state, 0.0)
    params = LinkParams(correlated=1.0)
    true = fit_link(clean, state.focal, state.ground(68.0), params)
    assert true is not None
    rng, sigma = np.random.default_rng(3), 0.001
    draws = []
    for _ in range(200):
        noisy = Pairs(clean.here + rng.normal(0, sigma, clean.here.shape), clean.there, clean.ground)
        link = fit_link(noisy, state.focal, state.ground(68.0), params)
        assert link is not None
        draws.append(small_difference(link.matrix, true.matrix))
        stated = np.sqrt(np.diag(link.covariance))
    found = np.std(draws, axis=0)
    off_diagonal = [1, 2, 3, 5, 6, 7]
    np.testing.assert_allclose(found[off_diagonal], stated[off_diagonal], rtol=0.35)


def test_a_chain_is_less_sure_with_every_step_and_lines_or_not_never_surer_than_its_start() -> None:
    cameras = WORK.cameras(np.arange(0.0, 3.0, 0.5))
    state = marked(cameras[0], noise_px=1.0)
    places = np.array([[0.0, 0.0], [5.0, 8.0], [-6.0, -4.0]])
    sigma = [state.ground_sigma_m(places)]
    for one, two in pairwise(cameras):
        link = fit_link(pairs_of(one, two, state, 0.3), state.focal, state.ground(68.0))
        assert link is not None
        state = state.moved(link)
        sigma.append(state.ground_sigma_m(places))
    assert (np.diff(sigma, axis=0) > 0).all()
    homography = state.homography()
    assert homography is not None
    stated = np.sqrt(np.trace(homography.covariance_at(places), axis1=1, axis2=2) / 2)
    np.testing.assert_allclose(stated, state.ground_sigma_m(places), rtol=1e-6)


def test_a_marked_picture_is_the_same_camera_as_its_calibration() -> None:
    camera = WORK.cameras(np.array([0.7]))[0]
    state = marked(camera, noise_px=1.0)
    homography = state.homography()
    assert homography is not None
    pixels = np.array([[640.0, 500.0], [200.0, 400.0], [1100.0, 650.0]])
    marks = PitchHomography.fit(camera.project_ground(PITCH.grid(30.0)), PITCH.grid(30.0), image_size=SIZE)
    assert np.linalg.norm(homography.to_pitch(pixels)[0] - marks.to_pitch(pixels)[0], axis=1).max() < 1.0
    assert abs(state.ground(68.0).distance_m) == pytest.approx(camera.position_m[2], rel=0.03)
    np.testing.assert_allclose(abs(state.ground(68.0).normal @ camera.rotation[:, 2]), 1.0, atol=1e-3)


def test_the_focal_length_follows_from_a_marked_pitch() -> None:
    camera = WORK.cameras(np.array([0.0]))[0]
    places = PITCH.grid(12.0)
    pixels = camera.project_ground(places)
    seen = camera.inside(pixels)
    found = focal_of(PitchHomography.fit(pixels[seen], places[seen], image_size=SIZE))
    true = camera.focal_px / (np.hypot(*SIZE) / 2)
    assert found.focal == pytest.approx(true, rel=0.02)
    assert found.sigma < 0.05


def test_small_changes_follow_each_other() -> None:
    rng = np.random.default_rng(7)
    matrix = np.eye(3) + rng.normal(0, 0.1, (3, 3))
    small = rng.normal(0, 1e-5, 9)
    small -= np.eye(3).ravel() * small.reshape(3, 3).trace() / 3
    carried = small_difference(matrix @ (np.eye(3) + small.reshape(3, 3)), matrix)
    np.testing.assert_allclose(adjoint(matrix) @ small, carried, atol=1e-9)
