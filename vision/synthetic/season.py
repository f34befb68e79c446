"""A season of training for the demo: made-up movement, plausible for the age, always to be labelled synthetic."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

from vision.synthetic.movement import Mix, Pace, wander
from vision.synthetic.observation import ObservationParams, Observed, frame_times, observe

TOP_SPEED_MPS: Mapping[str, float] = MappingProxyType(
    {"u12": 6.5, "u14": 7.02, "u16": 7.91, "u18": 8.55, "women": 7.9, "adult": 8.8}
)
"""Maximal sprint speed by age group [m/s]: U14-U18 Mendez-Villanueva 2011, U12 and adults as on the KPI page; made-up
players only need a plausible size."""

SPRINT_SHARE = 0.97
"""A sprint of a few seconds ends near, not at, the maximal speed."""


@dataclass(frozen=True, slots=True)
class SeasonParams:
    """A player's season.

    Attributes:
        sessions: how many.
        minutes: length of a session (low, high) [min].
        rate_hz: positions per second, as the `fast` preset gives [Hz].
        individual_sigma: 1σ of a player's speed against the age group, as a share.
        day_sigma: 1σ of a day's form, as a share.
        gain: how much faster at the end of the season, as a share.
        area_m: half length and half width of the training area [m].
    """

    sessions: int = 24
    minutes: tuple[float, float] = (55.0, 80.0)
    rate_hz: float = 10.0
    individual_sigma: float = 0.04
    day_sigma: float = 0.015
    gain: float = 0.03
    area_m: tuple[float, float] = (48.0, 30.0)


def season_trajectories(
    rng: np.random.Generator, age_group: str, params: SeasonParams | None = None
) -> Iterator[Observed]:
    """The sessions of one made-up player, one after the other.

    Args:
        rng: source of randomness; the same seed gives the same season.
        age_group: key of `TOP_SPEED_MPS`.
        params: of the season.

    Raises:
        KeyError: unknown age group.
    """
    params = params or SeasonParams()
    own = 1.0 + params.individual_sigma * rng.standard_normal()
    reference = Pace()
    half_length, half_width = params.area_m
    for index in range(params.sessions):
        progress = params.gain * index / max(params.sessions - 1, 1)
        form = own * (1.0 + progress + params.day_sigma * rng.standard_normal())
        factor = form * SPRINT_SHARE * TOP_SPEED_MPS[age_group] / reference.sprint
        duration = 60.0 * float(rng.uniform(*params.minutes))
        # Hard and easy days: how often they run and sprint varies by half.
        hard = float(rng.uniform(0.5, 1.5))
        mix = Mix(stand=0.35, walk=0.4, jog=0.2, run=0.08 * hard, sprint=0.04 * hard)
        area = (-half_length, -half_width, half_length, half_width)
        truth = wander(rng, duration, area, pace=reference.scaled(factor), mix=mix)
        times = frame_times(duration, params.rate_hz)
        yield observe(truth, times, rng, ObservationParams(sigma_m=0.08, miss_rate=0.03, gap_rate_per_min=0.3))
