"""Poses and clips of bodies for these tests."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from vision.body.freedoms import JOINTS, axis_angles, from_turns
from vision.body.limits import turn_limits


def poses_within_limits(count: int, seed: int, share: float = 0.6) -> np.ndarray:
    """`(count, 24, 3)` random poses within a share of the anatomical limits, turned freely as a whole."""
    rng = np.random.default_rng(seed)
    lower, upper = turn_limits()
    return axis_angles(from_turns(rng.uniform(share * lower, share * upper, (count, len(JOINTS), 3))))


def clip(count: int, *, rate_hz: float, seed: int = 0, start_s: float = 0.0) -> SimpleNamespace:
    """A body that sways smoothly, valid all the time."""
    rng = np.random.default_rng(seed)
    t_s = start_s + np.arange(count) / rate_hz
    swing = rng.normal(0, 0.25, (len(JOINTS), 3))
    phase = np.sin(2 * np.pi * 0.4 * (t_s - start_s))[:, None, None]
    return SimpleNamespace(
        t_s=t_s,
        betas=rng.normal(0, 0.7, 10),
        pose=swing * phase + np.eye(len(JOINTS), 1)[:, :1] * [np.pi / 2, 0.0, 0.0],
        translation=np.stack([t_s, 0.1 * t_s, np.ones(count)], axis=1),
        valid=np.ones(count, bool),
    )
