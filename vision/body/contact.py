"""When a foot stands: its sole is low and still. What stands neither sinks nor slides."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from vision.signals import segments
from vision.types import BoolArray, Float64Array


@dataclass(frozen=True, slots=True)
class ContactConfig:
    """What counts as standing.

    Attributes:
        max_height_m: of a point of the sole: a shoe's sole and the error of a smoothed keypoint.
        max_speed_mps: of a point that stands; a foot in the swing of a walk does 2 m/s and more.
        min_s: shorter touches are chance.
        sigma_m: how still a standing point is held.
    """

    max_height_m: float = 0.05
    max_speed_mps: float = 0.6
    min_s: float = 0.06
    sigma_m: float = 0.008


def standing(t_s: Float64Array, soles_m: Float64Array, config: ContactConfig) -> BoolArray:
    """`(T, P, 3)` points of soles [m, world, z up] → `(T, P)` which stand; never where NaN."""
    if len(t_s) < 2:
        return np.zeros(soles_m.shape[:2], np.bool_)
    speed = np.linalg.norm(np.gradient(soles_m, t_s, axis=0), axis=2)
    with np.errstate(invalid="ignore"):
        still = (soles_m[..., 2] < config.max_height_m) & (speed < config.max_speed_mps)
    for point in range(still.shape[1]):
        for run in list(segments(still[:, point])):
            if t_s[run.stop - 1] - t_s[run.start] < config.min_s:
                still[run, point] = False
    return np.asarray(still, np.bool_)


def anchors(soles_m: Float64Array, stands: BoolArray, config: ContactConfig) -> tuple[Float64Array, Float64Array]:
    """Where the points of the soles ought to be.

    Returns:
        `(T, P, 3)` places [m] and `(T, P, 3)` 1/σ by axis [1/m], 0 where nothing is asked: a point that stands keeps
        the middle of its stand, on the ground; one that would sink is lifted.
    """
    places, weight = np.nan_to_num(soles_m), np.zeros_like(soles_m)
    with np.errstate(invalid="ignore"):
        sinks = soles_m[..., 2] < 0
    places[sinks, 2], weight[sinks, 2] = 0.0, 1.0 / config.sigma_m
    for point in range(stands.shape[1]):
        for run in segments(stands[:, point]):
            places[run, point, :2] = np.median(soles_m[run, point, :2], axis=0)
            places[run, point, 2] = 0.0
            weight[run, point] = 1.0 / config.sigma_m
    return places, weight
