"""From postures frame by frame to a motion: smoothed over time, gaps bridged, and fitted again with that in mind."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.body.chain import ROOT
from vision.body.freedoms import from_quaternions, quaternions
from vision.body.smoothing import SmoothConfig, continuous, smooth, stretches
from vision.types import BoolArray, Float64Array


@dataclass(frozen=True, slots=True)
class Motion:
    """Postures of T frames in the world.

    Attributes:
        root: `(T, 3, 3)` rotation of the pelvis; NaN where there is no body.
        place: `(T, 3)` of the pelvis [m].
        turns: `(T, F)` free turns [rad].
        precision: `(T, 6 + F)` 1/σ² of place, rotation and turns from what was seen; 0 where nothing was.
    """

    root: Float64Array
    place: Float64Array
    turns: Float64Array
    precision: Float64Array

    @property
    def seen(self) -> BoolArray:
        """`(T,)` frames with a posture of their own."""
        return np.asarray(np.isfinite(self.place).all(axis=1), np.bool_)


def smoothed(t_s: Float64Array, motion: Motion, config: SmoothConfig) -> Motion:
    """The same motion without jitter; short gaps are filled, long ones stay empty.

    The precision of the answer is that of what was seen: it does not count the neighbours.
    """
    root, place, turns = motion.root.copy(), motion.place.copy(), motion.turns.copy()
    for rows in stretches(t_s, motion.seen, config):
        seen = motion.seen[rows]
        precision = np.where(seen[:, None], motion.precision[rows], 0.0)
        time = t_s[rows]
        place[rows] = smooth(time, _filled(motion.place[rows], seen), precision[:, :3], config.place_density)
        path = np.unwrap(_filled(motion.turns[rows], seen), axis=0)
        turns[rows] = smooth(time, path, precision[:, ROOT:], config.turn_density)
        quaternion = continuous(quaternions(_filled(motion.root[rows].reshape(-1, 9), seen).reshape(-1, 3, 3)))
        # A quaternion moves by half the angle.
        spin = np.repeat(4.0 * precision[:, 3:ROOT].mean(axis=1, keepdims=True), 4, axis=1)
        quaternion = smooth(time, quaternion, spin, config.turn_density / 4.0)
        root[rows] = from_quaternions(quaternion / np.linalg.norm(quaternion, axis=1, keepdims=True))
    return Motion(root, place, turns, motion.precision)


def _filled(values: Float64Array, seen: BoolArray) -> Float64Array:
    """Unseen rows repeat the last seen one: any finite number, for the precision is 0 there."""
    last = np.maximum.accumulate(np.where(seen, np.arange(len(seen)), 0))
    return values[last]
