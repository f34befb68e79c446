"""Players who move by script, so that position, speed and distance are known at every instant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
from scipy.ndimage import gaussian_filter1d

from vision.types import Float64Array

FINE_HZ = 200.0
"""Rate of the exact motion [Hz]; linear interpolation between its rows errs below 0.2 mm at 8 m/s² [m]."""

FORCE_RISE_S = 0.2
"""1σ of the smoothing of scripted speeds [s]: no leg reaches its full push at once."""

Kind: TypeAlias = Literal["stand", "walk", "jog", "run", "sprint"]


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast one kind of player does things [m/s], and how quickly they get there.

    Attributes:
        walk, jog, run, sprint: target speeds [m/s].
        speed_up_s: time constant of speeding up [s]: 1.3 reproduces sprint starts of 6-7 m/s² (mono-exponential
            model of sprint acceleration, Samozino 2016).
        slow_down_s: time constant of slowing down [s].
    """

    walk: float = 1.4
    jog: float = 2.8
    run: float = 4.8
    sprint: float = 8.2
    speed_up_s: float = 1.3
    slow_down_s: float = 0.7

    def target(self, kind: Kind) -> float:
        """Speed of a kind of movement [m/s]."""
        return 0.0 if kind == "stand" else float(getattr(self, kind))

    def scaled(self, factor: float) -> Pace:
        """The same player, `factor` times as fast."""
        return Pace(
            self.walk * factor**0.5,
            self.jog * factor**0.5,
            self.run * factor,
            self.sprint * factor,
            self.speed_up_s,
            self.slow_down_s,
        )


@dataclass(frozen=True, slots=True)
class Phase:
    """One piece of a script: hold a kind of movement for a while, turning to the left by `turn_deg` on the way.

    `speed_mps` overrides the pace's speed; a cut is a short phase with a large turn at low speed.
    """

    kind: Kind
    duration_s: float
    turn_deg: float = 0.0
    speed_mps: float | None = None


@dataclass(frozen=True, slots=True)
class Trajectory:
    """Exact movement at `FINE_HZ`.

    Attributes:
        t_s: `(N,)` [s].
        xy_m: `(N, 2)` [m, pitch frame].
        speed_mps: `(N,)` [m/s].
        distance_m: `(N,)` covered since the start [m].
    """

    t_s: Float64Array
    xy_m: Float64Array
    speed_mps: Float64Array
    distance_m: Float64Array

    def position(self, t_s: Float64Array) -> Float64Array:
        """`(T, 2)` positions at `(T,)` times [m]."""
        return np.stack([np.interp(t_s, self.t_s, self.xy_m[:, axis]) for axis in (0, 1)], axis=1)

    def speed(self, t_s: Float64Array) -> Float64Array:
        """`(T,)` speeds at `(T,)` times [m/s]."""
        speeds: Float64Array = np.interp(t_s, self.t_s, self.speed_mps)
        return speeds

    def covered(self, t0_s: float, t1_s: float) -> float:
        """Ground covered between two times [m]."""
        return float(np.diff(np.interp([t0_s, t1_s], self.t_s, self.distance_m))[0])


def speed_profile(phases: Sequence[Phase], pace: Pace, start_mps: float = 0.0) -> tuple[Float64Array, Float64Array]:
    """Exact speed of a script: in each phase it nears its target exponentially, with a soft start.

    Returns:
        `(N,)` times [s] and `(N,)` speeds [m/s] at `FINE_HZ`.
    """
    pieces, speed = [np.array([start_mps])], start_mps
    for phase in phases:
        target = phase.speed_mps if phase.speed_mps is not None else pace.target(phase.kind)
        constant = pace.speed_up_s if target >= speed else pace.slow_down_s
        elapsed = np.arange(1, _rows(phase) + 1) / FINE_HZ
        piece = target + (speed - target) * np.exp(-elapsed / constant)
        pieces.append(piece)
        speed = float(piece[-1])
    speeds = gaussian_filter1d(np.concatenate(pieces), FORCE_RISE_S * FINE_HZ, mode="nearest")
    return np.arange(len(speeds)) / FINE_HZ, speeds


def _rows(phase: Phase) -> int:
    return max(1, round(phase.duration_s * FINE_HZ))


def scripted(
    phases: Sequence[Phase],
    *,
    start_m: tuple[float, float] = (0.0, 0.0),
    heading_deg: float = 0.0,
    pace: Pace | None = None,
) -> Trajectory:
    """Walk a script from `start_m` [m, pitch frame]; heading 0° is +x, turns are smooth over their phase."""
    times, speeds = speed_profile(phases, pace or Pace())
    headings, heading = [np.array([heading_deg])], heading_deg
    for phase in phases:
        share = np.arange(1, _rows(phase) + 1) / _rows(phase)
        headings.append(heading + phase.turn_deg * (1 - np.cos(np.pi * share)) / 2)
        heading += phase.turn_deg
    angle = np.radians(np.concatenate(headings))
    velocity = speeds[:, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)
    return Trajectory(times, np.asarray(start_m) + _integrate(velocity), speeds, _integrate(speeds[:, None])[:, 0])


def _integrate(values: Float64Array) -> Float64Array:
    """Trapezoidal running integral along the first axis, starting at 0."""
    steps = (values[1:] + values[:-1]) / (2 * FINE_HZ)
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(steps, axis=0)])


@dataclass(frozen=True, slots=True)
class Mix:
    """How a random player spends the time: chances of each kind and how long it lasts (low, high) [s]."""

    stand: float = 0.2
    walk: float = 0.38
    jog: float = 0.27
    run: float = 0.1
    sprint: float = 0.05
    stand_s: tuple[float, float] = (2.0, 8.0)
    walk_s: tuple[float, float] = (4.0, 15.0)
    jog_s: tuple[float, float] = (3.0, 12.0)
    run_s: tuple[float, float] = (3.0, 7.0)
    sprint_s: tuple[float, float] = (3.0, 5.0)

    def draw(self, rng: np.random.Generator, duration_s: float) -> list[Phase]:
        """A random script that fills `duration_s`."""
        kinds: tuple[Kind, ...] = ("stand", "walk", "jog", "run", "sprint")
        chances = np.array([self.stand, self.walk, self.jog, self.run, self.sprint])
        phases, filled = [], 0.0
        while filled < duration_s:
            kind = kinds[int(rng.choice(len(kinds), p=chances / chances.sum()))]
            low, high = getattr(self, f"{kind}_s")
            length = min(float(rng.uniform(low, high)), duration_s - filled + 1.0 / FINE_HZ)
            phases.append(Phase(kind, length))
            filled += length
        return phases


def wander(
    rng: np.random.Generator,
    duration_s: float,
    area_m: tuple[float, float, float, float],
    *,
    pace: Pace | None = None,
    mix: Mix | None = None,
) -> Trajectory:
    """A random player who never leaves an area: random speeds along a random smooth closed curve.

    Args:
        rng: source of randomness.
        duration_s: length [s].
        area_m: x low, y low, x high, y high [m, pitch frame].
        pace: speeds of the player.
        mix: how the time is spent.
    """
    times, speeds = speed_profile((mix or Mix()).draw(rng, duration_s), pace or Pace())
    distance = _integrate(speeds[:, None])[:, 0]
    curve, along = _closed_curve(rng, area_m)
    lap = np.mod(distance + float(rng.uniform(0, along[-1])), along[-1])
    xy = np.stack([np.interp(lap, along, curve[:, axis]) for axis in (0, 1)], axis=1)
    return Trajectory(times, xy, speeds, distance)


def _closed_curve(
    rng: np.random.Generator, area_m: tuple[float, float, float, float]
) -> tuple[Float64Array, Float64Array]:
    """Points of a smooth closed curve that touches the area's sides, and the arc length at each."""
    low, high = np.array(area_m[:2]), np.array(area_m[2:])
    angle = np.linspace(0.0, 2 * np.pi, 20001)
    curve = np.zeros((len(angle), 2))
    for harmonic in (1, 2, 3):
        size = rng.normal(0, 1, 2) / harmonic**2 + (harmonic == 1) * np.array([1.0, 1.0])
        phase = rng.uniform(0, 2 * np.pi) + np.array([0.0, np.pi / 2])
        curve += size * np.cos(harmonic * angle[:, None] + phase)
    span = curve.max(axis=0) - curve.min(axis=0)
    curve = low + (curve - curve.min(axis=0)) / span * (high - low)
    along = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(curve, axis=0), axis=1))])
    return curve, along
