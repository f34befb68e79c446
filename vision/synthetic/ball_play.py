"""A game by script: players, feet and a ball, with every touch, possession, pass, shot and dribble known exactly."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Literal

import numpy as np
from scipy.interpolate import PchipInterpolator

from vision.synthetic.ball_flight import Leg, flight_time, kick_for, time_for
from vision.synthetic.bodies import ANKLE_M, HALF_HIPS_M, HIP_M, place_body
from vision.types import Float64Array

FootName = Literal["left", "right"]
BODY_BEHIND_M, FOOT_BEHIND_M = 0.4, 0.2
"""At a touch the body and the ankle of the touching foot are so far behind the ball [m]."""
BLEND_S = 0.07
"""1σ in time of a foot's way to the ball [s]."""


@dataclass(frozen=True, slots=True)
class Touch:
    """A foot meets the ball."""

    t_s: float
    player: int
    foot: FootName
    place_m: tuple[float, float]


@dataclass(frozen=True, slots=True)
class Pass:
    """From the last touch of one to the first of another; completed within a team."""

    t0_s: float
    t1_s: float
    giver: int
    taker: int
    length_m: float
    completed: bool
    lofted: bool


@dataclass(frozen=True, slots=True)
class Shot:
    """At a goal; `lofted`: off the ground."""

    t_s: float
    player: int
    speed_mps: float
    lofted: bool


@dataclass(frozen=True, slots=True)
class Dribble:
    """Three touches or more of one player on the run."""

    t0_s: float
    t1_s: float
    player: int
    way_m: float


@dataclass(frozen=True, slots=True)
class PlayParams:
    """What happens how often; lengths in metres, speeds in m/s.

    Attributes:
        per_side: players of each team.
        half_area_m: half length and half width of the area they stand in.
        dribble, one_touch, lofted, stray, shot: chances: of running with the ball; of passing on at the first touch;
            of a pass being lofted; of a pass reaching an opponent; of a shot at the end of a possession.
        right_foot: chance of each touch.
        goal_x_m: where the goals' lines are.
    """

    per_side: int = 4
    half_area_m: tuple[float, float] = (11.0, 8.0)
    dribble: float = 0.5
    one_touch: float = 0.25
    lofted: float = 0.15
    stray: float = 0.2
    shot: float = 0.08
    right_foot: float = 0.7
    goal_x_m: float = 15.0


@dataclass(slots=True)
class Play:
    """Everything that truly happens.

    Attributes:
        legs: the ball's way from touch to touch; between the last and a shot's end too.
        stands: player → times and places through which the body goes.
    """

    params: PlayParams
    duration_s: float
    touches: list[Touch] = field(default_factory=list)
    passes: list[Pass] = field(default_factory=list)
    shots: list[Shot] = field(default_factory=list)
    dribbles: list[Dribble] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    stands: dict[int, list[tuple[float, tuple[float, float]]]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Players of both teams; the first half plays for team `a`."""
        return 2 * self.params.per_side

    def team(self, player: int) -> str:
        """`a` or `b`."""
        return "a" if player < self.params.per_side else "b"

    def possessions(self) -> list[tuple[int, float, float, int]]:
        """Player, first and last touch [s], touches: runs of touches of one player within one phase of play."""
        found: list[tuple[int, float, float, int]] = []
        for touch in self.touches:
            if found and found[-1][0] == touch.player and touch.t_s - found[-1][2] < 2.0:
                found[-1] = (touch.player, found[-1][1], touch.t_s, found[-1][3] + 1)
            else:
                found.append((touch.player, touch.t_s, touch.t_s, 1))
        return found

    def ball(self, t_s: Float64Array) -> Float64Array:
        """`(N, 3)` centre of the ball [m]; NaN while it is out of play."""
        place = np.full((len(t_s), 3), np.nan)
        for leg in self.legs:
            rows = (t_s >= leg.t0_s) & (t_s <= leg.t1_s)
            place[rows] = leg.at(t_s[rows])
        return place

    def bodies(self, t_s: Float64Array) -> Float64Array:
        """`(P, N, 17, 3)` joints of everybody [m]."""
        return np.stack([self._body(player, t_s) for player in range(self.count)])

    def places(self, t_s: Float64Array) -> Float64Array:
        """`(P, N, 2)` ground points [m]."""
        return np.stack([self._way(player)(t_s) for player in range(self.count)])

    def _way(self, player: int) -> PchipInterpolator:
        stands = sorted(self.stands[player])
        times = np.array([stand[0] for stand in stands])
        kept = np.concatenate([[True], np.diff(times) > 1e-6])
        places = np.array([stand[1] for stand in stands])[kept]
        times = times[kept]
        if times[0] > 0.0:
            times, places = np.concatenate([[0.0], times]), np.concatenate([places[:1], places])
        end = max(self.duration_s, times[-1]) + 1.0
        return PchipInterpolator(np.append(times, end), np.concatenate([places, places[-1:]]))

    def _body(self, player: int, t_s: Float64Array) -> Float64Array:
        way = self._way(player)
        place, velocity = way(t_s), way(t_s, 1)
        speed = np.linalg.norm(velocity, axis=1)
        heading = np.unwrap(np.arctan2(velocity[:, 1], velocity[:, 0]))
        heading = np.where(speed > 0.3, heading, 0.0)
        stride = np.cumsum(speed) * np.gradient(t_s)
        ankles = np.zeros((len(t_s), 2, 3))
        forward = np.stack([np.cos(heading), np.sin(heading)], axis=1)
        left = np.stack([-forward[:, 1], forward[:, 0]], axis=1)
        for foot, sign in ((0, 1.0), (1, -1.0)):
            swing = sign * np.sin(2 * np.pi * stride / 2.2) * np.minimum(0.1 * speed, 0.35)
            ankles[:, foot, :2] = place + sign * HALF_HIPS_M * left + swing[:, None] * forward
            ankles[:, foot, 2] = ANKLE_M + np.maximum(0.0, swing)
        for touch in self.touches:
            if touch.player == player:
                _reach(ankles, t_s, touch, place)
        hip = np.column_stack([place, np.full(len(t_s), HIP_M - 0.04)])
        return place_body(hip, ankles, heading)


def _reach(ankles: Float64Array, t_s: Float64Array, touch: Touch, place: Float64Array) -> None:
    """Lead the touching foot to the ball around the touch."""
    weight = np.exp(-0.5 * ((t_s - touch.t_s) / BLEND_S) ** 2)
    rows = weight > 1e-3
    side, ball = (0 if touch.foot == "left" else 1), np.asarray(touch.place_m)
    at = ball - place[int(np.argmin(np.abs(t_s - touch.t_s)))]
    direction = at / max(float(np.linalg.norm(at)), 1e-9)
    goal = np.array([*(ball - FOOT_BEHIND_M * direction), ANKLE_M])
    share = weight[rows, None]
    ankles[rows, side] = ankles[rows, side] * (1 - share) + goal * share


def play_game(rng: np.random.Generator, duration_s: float, params: PlayParams | None = None) -> Play:
    """Play for a while by chance."""
    params = params or PlayParams()
    play = Play(params, duration_s)
    half = np.asarray(params.half_area_m)
    for player in range(play.count):
        play.stands[player] = [(0.0, _pair(rng.uniform(-half, half)))]
    _Director(play, rng).run()
    _wander(play, rng)
    return play


class _Director:
    """Decides what happens next and writes it down."""

    def __init__(self, play: Play, rng: np.random.Generator) -> None:
        self._play, self._rng = play, rng
        self._t = 1.0
        self._holder = int(rng.integers(play.count))
        self._ball = np.asarray(play.stands[self._holder][0][1]) + np.array([BODY_BEHIND_M, 0.0])

    def run(self) -> None:
        while self._t < self._play.duration_s - 8.0:
            self._possess()
            if self._chance(self._play.params.shot):
                self._shoot()
            else:
                self._give()

    def _chance(self, share: float) -> bool:
        return bool(self._rng.random() < share)

    def _touch(self, toward: Float64Array) -> None:
        """Record a touch of the holder at the ball's place; the body stands behind it."""
        direction = toward / max(float(np.linalg.norm(toward)), 1e-9)
        foot: FootName = "right" if self._chance(self._play.params.right_foot) else "left"
        self._play.touches.append(Touch(self._t, self._holder, foot, _pair(self._ball)))
        self._play.stands[self._holder].append((self._t, _pair(self._ball - BODY_BEHIND_M * direction)))

    def _roll(self, target: Float64Array, time_s: float, *, peak_m: float = 0.0, bounce: float = 0.0) -> None:
        self._play.legs.append(Leg(self._t, self._t + time_s, _pair(self._ball), _pair(target), peak_m, bounce))
        self._t, self._ball = self._t + time_s, np.asarray(target)

    def _possess(self) -> None:
        """First touch and, by chance, a dribble; ends at the moment of the releasing touch, not yet recorded."""
        if self._chance(self._play.params.one_touch):
            return
        begin, first = self._t, self._ball.copy()
        heading = self._rng.uniform(-np.pi, np.pi)
        runs = self._chance(self._play.params.dribble)
        speed = self._rng.uniform(2.5, 4.5) if runs else 0.6
        count = int(self._rng.integers(3, 7)) if runs else int(self._rng.integers(1, 3))
        for _ in range(count):
            away = self._ball + 6.0 * np.array([np.cos(heading), np.sin(heading)])
            if (np.abs(away) > np.asarray(self._play.params.half_area_m) + 1.0).any():
                heading = float(np.arctan2(*(-self._ball)[::-1]))  # back to the middle
            direction = np.array([np.cos(heading), np.sin(heading)])
            self._touch(direction)
            time_s = self._rng.uniform(0.5, 0.8) if runs else self._rng.uniform(0.7, 1.1)
            self._roll(self._ball + speed * time_s * direction, time_s)
            heading += self._rng.uniform(-0.6, 0.6)
        if runs:
            way = float(np.linalg.norm(self._ball - first))
            self._play.dribbles.append(Dribble(begin, self._t, self._holder, way))

    def _give(self) -> None:
        play, rng = self._play, self._rng
        own = play.team(self._holder)
        stray = self._chance(play.params.stray)
        others = [p for p in range(play.count) if p != self._holder and (play.team(p) != own) == stray]
        places = {p: np.asarray(play.stands[p][-1][1]) for p in others}
        far = [p for p in others if 5.0 <= np.linalg.norm(places[p] - self._ball) <= 26.0] or others
        taker = int(rng.choice(far))
        line = places[taker] - self._ball
        length = float(np.linalg.norm(line))
        direction = line / max(length, 1e-9)
        target = places[taker] - BODY_BEHIND_M * direction
        way = float(np.linalg.norm(target - self._ball))
        lofted = self._chance(play.params.lofted) and way > 8.0
        peak = float(rng.uniform(1.2, 3.0))
        time_s = flight_time(peak) if lofted else time_for(way, float(rng.uniform(8.0, 13.0)) + way / 4)
        self._touch(direction)
        giver, begin = self._holder, self._t
        stood = np.asarray(play.stands[giver][-1][1])
        self._roll(target, time_s, peak_m=peak if lofted else 0.0, bounce=0.7 if lofted else 0.0)
        self._holder = taker
        play.stands[taker].append((self._t - 0.3, _pair(places[taker])))
        apart = float(np.linalg.norm(places[taker] - stood))
        play.passes.append(Pass(begin, self._t, giver, taker, apart, not stray, lofted))

    def _shoot(self) -> None:
        play, rng = self._play, self._rng
        goal_x = play.params.goal_x_m * (1.0 if self._ball[0] > 0 else -1.0)
        target = np.array([goal_x, rng.uniform(-2.5, 2.5)])
        way = float(np.linalg.norm(target - self._ball))
        lofted = self._chance(0.3)
        speed = float(rng.uniform(14.0, 22.0)) + way / 8
        time_s = way / speed if lofted else time_for(way, speed)
        self._touch(target - self._ball)
        leg_speed = speed if lofted else kick_for(way, time_s)
        play.shots.append(Shot(self._t, self._holder, leg_speed, lofted))
        self._roll(target, time_s, peak_m=9.80665 * time_s**2 / 8 if lofted else 0.0)
        # Kick-off: the ball appears elsewhere, at somebody's feet.
        self._t += float(rng.uniform(2.0, 3.0))
        self._holder = int(rng.integers(play.count))
        self._ball = np.asarray(play.stands[self._holder][-1][1]) + np.array([BODY_BEHIND_M, 0.0])
        lie = self._t + 0.6
        play.legs.append(Leg(self._t, lie, _pair(self._ball), _pair(self._ball)))
        self._t = lie


def _wander(play: Play, rng: np.random.Generator) -> None:
    """Let nobody stand like a post: small ways between the moments that the script fixes."""
    for stands in play.stands.values():
        fixed = sorted(stands)
        fixed.append((play.duration_s, fixed[-1][1]))
        for (t0, from_m), (t1, to_m) in pairwise(fixed):
            for t in np.arange(t0 + 1.6, t1 - 1.6, 2.0):
                share = (t - t0) / (t1 - t0)
                middle = np.asarray(from_m) * (1 - share) + np.asarray(to_m) * share
                stands.append((float(t), _pair(middle + rng.uniform(-1.0, 1.0, 2))))


def _pair(xy: Float64Array | Sequence[float]) -> tuple[float, float]:
    return float(xy[0]), float(xy[1])
