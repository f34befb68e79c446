"""Poses and motions with known answers: random plausible ones, and a person who moves on smoothly."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.body.freedoms import HABIT_MEAN, HABIT_SPREAD, axis_angles, from_turns, rotation_matrices
from vision.body.limits import turn_limits
from vision.body.model import BodyModel
from vision.types import Float64Array

UPRIGHT = rotation_matrices(np.array([np.pi / 2, 0.0, 0.0]))
"""Body frame (y up) → world (z up)."""
MARGIN_RAD = 0.01


@dataclass(frozen=True)
class Truth:
    """A body with known parameters; `joints` is `(T, 24, 3)` [m, world]."""

    t_s: Float64Array
    pose: Float64Array
    betas: Float64Array
    translation: Float64Array
    joints: Float64Array

    @classmethod
    def of(
        cls, model: BodyModel, t_s: Float64Array, pose: Float64Array, body: tuple[Float64Array, Float64Array]
    ) -> Truth:
        betas, translation = body
        joints = np.asarray(model.joints(pose, betas, translation), np.float64)
        return cls(t_s, pose, betas, translation, joints)


def within_limits(turns: Float64Array) -> Float64Array:
    """Turns no farther than the joints go."""
    lower, upper = turn_limits()
    return np.clip(turns, lower + MARGIN_RAD, upper - MARGIN_RAD) * (HABIT_SPREAD > 0)


def poses(turns: Float64Array, root: Float64Array) -> Float64Array:
    """`(T, 24, 3)` turns and `(T, 3, 3)` rotation of the pelvis → axis-angles."""
    rotations = from_turns(within_limits(turns))
    rotations[:, 0] = root
    return axis_angles(rotations)


def random_people(model: BodyModel, count: int, seed: int) -> Truth:
    """One person in `count` unrelated poses (1 s apart): each turn its habit give or take, at most two spreads."""
    rng = np.random.default_rng(seed)
    turns = HABIT_MEAN + 0.7 * HABIT_SPREAD * np.clip(rng.normal(size=(count, 24, 3)), -2, 2)
    heading = rotation_matrices(np.outer(rng.uniform(-np.pi, np.pi, count), [0.0, 0.0, 1.0]))
    root = rotation_matrices(0.25 * rng.normal(size=(count, 3))) @ heading @ UPRIGHT
    betas = np.clip(rng.normal(size=model.shape_count), -2, 2)
    place = rng.normal(size=(count, 3)) * [5.0, 5.0, 0.2] + [10.0, -4.0, 1.0]
    return Truth.of(model, np.arange(count, dtype=np.float64), poses(turns, root), (betas, place))


def running(model: BodyModel, count: int, seed: int, *, rate_hz: float = 50.0) -> Truth:
    """One person who runs at 4 m/s, steps of 1.4 Hz, arms against legs."""
    rng = np.random.default_rng(seed)
    t_s = np.arange(count) / rate_hz
    phase = 2 * np.pi * 1.4 * t_s
    turns = np.broadcast_to(HABIT_MEAN, (count, 24, 3)).copy()
    for side, sign in ((0, 1.0), (1, -1.0)):
        stride = np.sin(phase + (0.0 if side == 0 else np.pi))
        bend = np.sin(phase + (0.0 if side == 0 else np.pi) - 1.2)
        turns[:, 1 + side, 0] = np.radians(-20 - 35 * stride)
        turns[:, 4 + side, 0] = np.radians(50 + 40 * bend)
        turns[:, 16 + side, 1] = sign * np.radians(25 * stride)
        turns[:, 18 + side, 0] = -sign * np.radians(80 + 10 * stride)
    turns[:, 9, 1 + 1] = np.radians(8 * np.sin(phase))
    heading = rotation_matrices(np.outer(0.3 * np.sin(2 * np.pi * 0.3 * t_s), [0.0, 0.0, 1.0]))
    lean = rotation_matrices(np.outer(0.05 * np.sin(2 * phase), [0.0, 1.0, 0.0]))
    betas = np.clip(rng.normal(size=model.shape_count), -2, 2)
    place = np.stack([4 * t_s, 0.2 * np.sin(2 * t_s), 1.0 + 0.04 * np.sin(2 * phase)], axis=1)
    # The body looks along +x of the world, where it runs.
    facing = rotation_matrices(np.array([0.0, 0.0, np.pi / 2]))
    return Truth.of(model, t_s, poses(turns, heading @ lean @ facing @ UPRIGHT), (betas, place))
