"""People who run to places of their own choice, as hard as legs allow, and out of each other's way."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import gaussian_filter1d

from vision.synthetic.movement import FINE_HZ, Pace, Trajectory
from vision.types import Float64Array

KINDS = ("stand", "walk", "jog", "run", "sprint")


@dataclass(frozen=True, slots=True)
class SteeringParams:
    """Limits of legs and manners.

    Attributes:
        push_mps2: hardest push in any direction; 4-6 m/s² is what players reach in cuts and starts.
        reaction_s: time constant of coming to the wanted velocity.
        brake_mps2: slowing down before a target is planned with this.
        keep_m: others are given way from this distance on …
        give_way_mps: … with up to this speed away from them.
        arrived_m: a target counts as reached.
        smooth_s: 1σ of the smoothing of the ways: no push begins at once.
        settle_s: of running before the film begins, so that it does not begin with everybody at a stand.
    """

    push_mps2: float = 5.0
    reaction_s: float = 0.35
    brake_mps2: float = 2.5
    keep_m: float = 2.6
    give_way_mps: float = 3.5
    arrived_m: float = 1.0
    smooth_s: float = 0.15
    settle_s: float = 3.0


@dataclass(frozen=True, slots=True)
class Habit:
    """How one player roams.

    Attributes:
        zone: middle x, y and half length, half width [m, pitch frame].
        chances: of standing, walking, jogging, running, sprinting to the next place.
    """

    zone: tuple[float, float, float, float]
    chances: tuple[float, float, float, float, float]


def roam(
    rng: np.random.Generator,
    habits: list[Habit],
    duration_s: float,
    pace: Pace,
    params: SteeringParams | None = None,
) -> list[Trajectory]:
    """Let everybody roam together; position, speed and distance belong exactly to each other."""
    params = params or SteeringParams()
    crowd = _Crowd(rng, habits, pace, params)
    rows = round((duration_s + params.settle_s) * FINE_HZ)
    ways = np.stack([crowd.step() for _ in range(rows)], axis=1)
    ways = gaussian_filter1d(ways, params.smooth_s * FINE_HZ, axis=1, mode="nearest")
    ways = ways[:, round(params.settle_s * FINE_HZ) :]
    return [_trajectory(way) for way in ways]


def _trajectory(way: Float64Array) -> Trajectory:
    velocity = np.gradient(way, 1.0 / FINE_HZ, axis=0)
    steps = np.linalg.norm(np.diff(way, axis=0), axis=1)
    covered = np.concatenate([[0.0], np.cumsum(steps)])
    return Trajectory(np.arange(len(way)) / FINE_HZ, way, np.linalg.norm(velocity, axis=1), covered)


class _Crowd:
    """Everybody's place, velocity, target and speed."""

    def __init__(self, rng: np.random.Generator, habits: list[Habit], pace: Pace, params: SteeringParams) -> None:
        self._rng, self._habits, self._pace, self._params = rng, habits, pace, params
        self._place = np.array([self._spot(habit) for habit in habits])
        self._velocity = np.zeros_like(self._place)
        self._target = self._place.copy()
        self._wanted = np.zeros(len(habits))
        self._until = np.zeros(len(habits))
        self._t = 0.0

    def step(self) -> Float64Array:
        """`(P, 2)` after one more moment."""
        params, dt = self._params, 1.0 / FINE_HZ
        self._decide()
        to_go = self._target - self._place
        far = np.linalg.norm(to_go, axis=1)
        speed = np.minimum(self._wanted, np.sqrt(2.0 * params.brake_mps2 * far))
        wish = to_go / np.maximum(far, 1e-6)[:, None] * speed[:, None] + self._manners()
        push = (wish - self._velocity) / params.reaction_s
        size = np.linalg.norm(push, axis=1, keepdims=True)
        push *= np.minimum(1.0, params.push_mps2 / np.maximum(size, 1e-9))
        self._velocity = self._velocity + push * dt
        self._place = self._place + self._velocity * dt
        self._t += dt
        return self._place

    def _decide(self) -> None:
        far = np.linalg.norm(self._target - self._place, axis=1)
        idle = (self._t >= self._until) & ((far < self._params.arrived_m) | (self._wanted == 0.0))
        for player in np.flatnonzero(idle):
            habit = self._habits[player]
            kind = KINDS[int(self._rng.choice(len(KINDS), p=habit.chances))]
            self._wanted[player] = 0.0 if kind == "stand" else getattr(self._pace, kind)
            self._until[player] = self._t + (float(self._rng.uniform(0.8, 2.5)) if kind == "stand" else 0.0)
            spots = [self._spot(habit) for _ in range(4 if kind in ("run", "sprint") else 1)]
            # Runs go far: the farthest of some places, so that there is room to become fast.
            self._target[player] = max(spots, key=lambda spot: float(np.linalg.norm(spot - self._place[player])))

    def _spot(self, habit: Habit) -> Float64Array:
        x, y, half_x, half_y = habit.zone
        return np.asarray(np.array([x, y]) + self._rng.uniform(-1.0, 1.0, 2) * np.array([half_x, half_y]))

    def _manners(self) -> Float64Array:
        """Away from those who are near, the harder the nearer."""
        apart = self._place[:, None] - self._place[None]
        far = np.linalg.norm(apart, axis=2)
        np.fill_diagonal(far, np.inf)
        near = np.clip(1.0 - far / self._params.keep_m, 0.0, 1.0)
        away = (apart / np.maximum(far, 1e-6)[..., None] * near[..., None]).sum(axis=1)
        return np.asarray(2.0 * self._params.give_way_mps * away)
