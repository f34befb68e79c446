"""A body is fitted to keypoints of a body with known parameters: what comes back, how well, and what is refused."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from tests.vision.body.motions import Truth, random_people, running
from vision.body.fitter import FitConfig, SMPLFitter
from vision.body.freedoms import HABIT_SPREAD, rotation_matrices, to_turns
from vision.body.limits import turn_limits
from vision.body.model import open_body
from vision.body.pose_data import SMPL24, BodyFit, PoseData
from vision.errors import ShapeError, VisionError
from vision.skeletons import COCO17, HALPE26, Skeleton
from vision.types import Float64Array

NOISE_M = 0.01


@pytest.fixture(scope="module")
def fitter() -> SMPLFitter:
    return SMPLFitter()


@pytest.fixture(scope="module")
def people() -> Truth:
    return random_people(open_body(), 60, seed=3)


@pytest.fixture(scope="module")
def runner() -> Truth:
    return running(open_body(), 60, seed=5)


def data(truth: Truth, *, noise_m: float = NOISE_M, seed: int = 1) -> PoseData:
    noise = np.random.default_rng(seed).normal(size=truth.joints.shape) * noise_m
    return PoseData(truth.t_s, truth.joints + noise, SMPL24)


def error_mm(joints: Float64Array, truth: Truth) -> float:
    return 1000 * float(np.nanmean(np.linalg.norm(joints - truth.joints, axis=2)))


def test_exact_joints_give_back_the_body(fitter: SMPLFitter, people: Truth) -> None:
    fit = fitter.fit(data(people, noise_m=0.0))
    # Habits pull even where keypoints are exact, for their least assumed noise is 6 mm: a quarter of that of 10 mm.
    assert error_mm(fit.joints, people) < 4.0
    assert abs(fit.height_m - open_body().height(people.betas)) < 0.01
    assert fit.valid.all() and not fit.bridged.any() and fit.warnings == ()


def test_a_fit_tells_how_far_it_is(fitter: SMPLFitter, runner: Truth) -> None:
    told: list[float] = []
    fitter.fit(data(runner), told.append)
    assert told == sorted(told) and len(told) >= 3 and told[-1] == 1.0


def test_the_fit_is_nearer_to_the_truth_than_the_keypoints(fitter: SMPLFitter, people: Truth) -> None:
    given = data(people)
    fit = fitter.fit(given)
    # 43 of 72 numbers of a frame are the pose's own, so a fit without habits keeps √0.6 of 16 mm: 12.4.
    assert error_mm(fit.joints, people) < 12.4 < 15.0 < error_mm(given.keypoints, people)
    assert fit.error_m is not None
    assert np.all(fit.error_m < 0.03)


def test_the_shape_is_found_whatever_the_noise(fitter: SMPLFitter) -> None:
    """One noise in five once left the mean body: 20 mm instead of 10."""
    people = random_people(open_body(), 120, seed=11)
    fits = [fitter.fit(data(people, seed=seed)) for seed in range(8)]
    assert max(error_mm(fit.joints, people) for fit in fits) < 11.5
    assert max(abs(fit.height_m - open_body().height(people.betas)) for fit in fits) < 0.01
    # Size is known to a twentieth of its spread, the next to a few tenths of theirs.
    away = np.abs(np.stack([fit.betas for fit in fits]) - people.betas)[:, :3].max(axis=0)
    assert np.all(away < [0.1, 0.6, 1.2])


@pytest.mark.parametrize("seed", [4, 5])
def test_the_shape_is_not_bent_by_postures_that_are_all_alike(fitter: SMPLFitter, seed: int) -> None:
    """Hips and shoulders alone leave a long body that stoops beside a short one that does not: two steps of the shape
    once ended between them, 15 to 18 mm off."""
    people = running(open_body(), 100, seed=seed)
    points = open_body().keypoints(people.pose, people.betas, people.translation, HALPE26.name).astype(np.float64)
    points += NOISE_M * np.random.default_rng(1).normal(size=points.shape)
    fit = fitter.fit(PoseData(people.t_s, points, HALPE26))
    assert error_mm(fit.joints, people) < 11.0
    assert abs(fit.height_m - open_body().height(people.betas)) < 0.01


def test_the_model_poses_the_fit_where_the_fit_says(fitter: SMPLFitter, people: Truth) -> None:
    fit = fitter.fit(data(people))
    joints = open_body().joints(fit.pose, fit.betas, fit.translation)
    assert np.abs(joints - fit.joints).max() < 1e-4


def test_no_joint_leaves_its_limits(fitter: SMPLFitter, people: Truth) -> None:
    fit = fitter.fit(data(people, noise_m=0.03))
    turns = to_turns(rotation_matrices(fit.pose))[:, 1:]
    lower, upper = turn_limits()
    assert np.all(turns >= lower[1:] - 1e-4) and np.all(turns <= upper[1:] + 1e-4)
    assert np.all(turns[:, HABIT_SPREAD[1:] == 0] == pytest.approx(0.0, abs=1e-6))


def test_a_sequence_is_fitted_better_than_its_frames(fitter: SMPLFitter, runner: Truth) -> None:
    single = SMPLFitter(fitter.model, replace(FitConfig(), smoothing=None)).fit(data(runner))
    together = fitter.fit(data(runner))
    assert error_mm(together.joints, runner) < 0.9 * error_mm(single.joints, runner)
    # Its jitter from frame to frame falls more than its error.
    truth = np.diff(runner.joints, n=2, axis=0)
    shake = [np.abs(np.diff(fit.joints, n=2, axis=0) - truth).mean() for fit in (together, single)]
    assert shake[0] < 0.6 * shake[1]


def test_a_moved_and_turned_world_gives_the_same_body(fitter: SMPLFitter, people: Truth) -> None:
    given = data(people)
    turn, shift = rotation_matrices(np.array([0.0, 0.0, 1.1])), np.array([30.0, -12.0, 0.5])
    moved = fitter.fit(replace(given, keypoints=given.keypoints @ turn.T + shift))
    fit = fitter.fit(given)
    assert np.abs(moved.joints - (fit.joints @ turn.T + shift)).max() < 0.002
    assert np.abs(moved.pose[:, 1:] - fit.pose[:, 1:]).max() < 0.02


def test_time_run_backwards_gives_the_same_frames_backwards(fitter: SMPLFitter, runner: Truth) -> None:
    given = data(runner)
    back = fitter.fit(replace(given, t_s=given.t_s, keypoints=given.keypoints[::-1].copy()))
    assert np.abs(back.joints[::-1] - fitter.fit(given).joints).max() < 0.004


def test_short_gaps_are_bridged_and_marked_long_ones_stay_empty(fitter: SMPLFitter, runner: Truth) -> None:
    given = data(runner)
    keypoints = given.keypoints.copy()
    keypoints[10:18] = np.nan
    keypoints[30:50] = np.nan
    fit = fitter.fit(replace(given, keypoints=keypoints))
    assert fit.bridged[10:18].all() and fit.valid[10:18].all() and fit.bridged.sum() == 8
    assert not fit.valid[30:50].any() and np.isnan(fit.pose[30:50]).all() and np.isnan(fit.joints[30:50]).all()
    assert fit.error_m is not None and np.isnan(fit.error_m[10:18]).all()
    assert np.linalg.norm(fit.joints[10:18] - runner.joints[10:18], axis=2).mean() < 0.05
    assert "33%" not in fit.warnings and any("stay empty" in sentence for sentence in fit.warnings)


@pytest.mark.parametrize("skeleton", [COCO17, HALPE26], ids=["coco17", "halpe26"])
def test_detector_skeletons_are_fitted_too(fitter: SMPLFitter, people: Truth, skeleton: Skeleton) -> None:
    points = open_body().keypoints(people.pose, people.betas, people.translation, skeleton.name).astype(np.float64)
    fit = fitter.fit(PoseData(people.t_s, points, skeleton))
    found = open_body().keypoints(fit.pose, fit.betas, fit.translation, skeleton.name)
    assert np.linalg.norm(found - points, axis=2).mean() < 0.006
    knees = [SMPL24.index("left_knee"), SMPL24.index("right_knee")]
    assert np.linalg.norm(fit.joints[:, knees] - people.joints[:, knees], axis=2).mean() < 0.012


def test_an_unseen_arm_is_said_to_be_unseen(fitter: SMPLFitter, people: Truth) -> None:
    given = data(people)
    keypoints = given.keypoints.copy()
    arm = [SMPL24.index(name) for name in ("left_elbow", "left_wrist", "left_hand")]
    keypoints[:, arm] = np.nan
    fit = fitter.fit(replace(given, keypoints=keypoints))
    assert fit.valid.all()
    assert not fit.seen[:, SMPL24.index("left_elbow")].any() and fit.seen[:, SMPL24.index("right_elbow")].all()


def test_one_wrong_keypoint_does_not_bend_the_body(fitter: SMPLFitter, people: Truth) -> None:
    given = data(people)
    keypoints = given.keypoints.copy()
    ankle = SMPL24.index("left_ankle")
    keypoints[::3, ankle] += [0.0, 0.0, 0.8]
    fit = fitter.fit(replace(given, keypoints=keypoints))
    others = np.delete(np.arange(24), [ankle, SMPL24.index("left_foot"), SMPL24.index("left_knee")])
    assert np.linalg.norm(fit.joints[:, others] - people.joints[:, others], axis=2).mean() < 0.016


def test_exchanged_sides_are_noticed(fitter: SMPLFitter, people: Truth) -> None:
    given = data(people)
    mirrored = replace(given, keypoints=given.keypoints * [-1.0, 1.0, 1.0])
    assert any("left and right look exchanged" in sentence for sentence in fitter.fit(mirrored).warnings)


def test_a_told_height_that_the_keypoints_contradict_is_said(fitter: SMPLFitter, people: Truth) -> None:
    fit = fitter.fit(replace(data(people), height_m=2.2))
    assert any("the given height is 2.20 m" in sentence for sentence in fit.warnings)


def test_covariance_weighs_a_poor_axis_less(fitter: SMPLFitter, people: Truth) -> None:
    rng = np.random.default_rng(2)
    sigma = np.array([0.005, 0.005, 0.04])
    points = people.joints + rng.normal(size=people.joints.shape) * sigma
    covariance = np.broadcast_to(np.diag(sigma**2), (*points.shape, 3))
    known = fitter.fit(PoseData(people.t_s, points, SMPL24, covariance=covariance))
    unknown = fitter.fit(PoseData(people.t_s, points, SMPL24))
    assert error_mm(known.joints, people) < 0.9 * error_mm(unknown.joints, people)


def refusal(**changes: Any) -> str:
    truth = random_people(open_body(), 4, seed=1)
    with pytest.raises(VisionError) as caught:
        SMPLFitter().fit(replace(data(truth), **changes))
    return caught.value.message


def test_what_cannot_be_fitted_is_refused_in_words() -> None:
    good = data(random_people(open_body(), 4, seed=1))
    few = good.keypoints.copy()
    few[:, 6:] = np.nan
    assert "millimetres" in refusal(keypoints=good.keypoints * 1000)
    assert "is the camera black" in refusal(keypoints=np.full_like(good.keypoints, np.nan))
    assert "no frame has enough keypoints" in refusal(keypoints=few)
    assert "must increase" in refusal(t_s=good.t_s[::-1].copy())
    assert "178 m is not a player's" in refusal(height_m=178)
    assert "need a camera" in refusal(kind="2d")
    with pytest.raises(ShapeError, match=r"expected \(4, 24, 3\)"):
        replace(good, keypoints=good.keypoints[:, :17])


def test_one_frame_alone_has_a_body(fitter: SMPLFitter, people: Truth) -> None:
    fit: BodyFit = fitter.fit(PoseData(people.t_s[:1], people.joints[:1], SMPL24))
    assert fit.valid.tolist() == [True] and np.linalg.norm(fit.joints - people.joints[:1], axis=2).mean() < 0.02
