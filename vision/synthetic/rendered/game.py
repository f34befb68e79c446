"""A 7v7 by script: where everybody is, where they look and where the ball is, at every frame."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from scipy.ndimage import gaussian_filter1d

from vision.synthetic.ball_flight import RADIUS_M, Leg, time_for
from vision.synthetic.movement import Pace, Trajectory
from vision.synthetic.rendered.steering import Habit, roam
from vision.types import Float64Array

TeamName = Literal["a", "b"]
BALL_AHEAD_M = 0.45
"""The ball is so far before the one who has it, and up to twice as far between touches."""
TOUCH_S = 0.8
"""Between two touches of the one who has it."""
LOOK_S = 0.25
"""1σ of the smoothing of where somebody looks [s]: nobody turns round in a frame."""

FORMATION = (
    (-24.8, 0.0, 1.2, 2.0),
    (-13.0, 9.0, 9.0, 6.0),
    (-13.0, -9.5, 5.5, 4.5),
    (-9.0, 0.0, 9.0, 6.0),
    (1.0, 8.0, 11.0, 7.0),
    (1.0, -7.5, 9.0, 6.5),
    (9.0, 1.0, 10.0, 8.0),
)
"""Where the seven of a team that plays towards +x roam: middle x, y and half length, half width [m, pitch frame]; the
keeper first. Near the camera the zones are narrow, so that nobody leaves the picture."""

OUTFIELD = (0.2, 0.27, 0.27, 0.14, 0.12)
KEEPER = (0.45, 0.45, 0.1, 0.0, 0.0)
"""Chances of standing, walking, jogging, running, sprinting to the next place."""


@dataclass(frozen=True, slots=True)
class GameParams:
    """How the game goes.

    Attributes:
        duration_s: of the film.
        rate_hz: frames a second.
        pace: speeds of a quick player; sprints end near 7 m/s, as of a good youth team.
        hold_s: how long somebody keeps the ball (low, high).
        kick_mps: how fast passes leave the foot (low, high).
        stray: chance of a pass to the other team.
        pass_m: nearest and farthest team-mate who gets a pass.
    """

    duration_s: float = 60.0
    rate_hz: float = 25.0
    pace: Pace = field(default_factory=lambda: Pace().scaled(0.87))
    hold_s: tuple[float, float] = (0.8, 2.6)
    kick_mps: tuple[float, float] = (10.0, 15.0)
    stray: float = 0.2
    pass_m: tuple[float, float] = (4.0, 24.0)


@dataclass(frozen=True, slots=True)
class Game:
    """Everything that truly happens, at the frames' times.

    Attributes:
        t_s: `(F,)` [s].
        teams: of each player; the first of each team is its keeper.
        keepers: who is one.
        xy_m: `(P, F, 2)` ground points [m, pitch frame].
        speed_mps: `(P, F)`.
        distance_m: `(P, F)` covered since the first frame.
        heading_rad: `(P, F)` where the body looks.
        ball_m: `(F, 3)` centre of the ball.
        holder: `(F,)` who has the ball; -1 while it is on its way.
    """

    t_s: Float64Array
    teams: tuple[TeamName, ...]
    keepers: tuple[bool, ...]
    xy_m: Float64Array
    speed_mps: Float64Array
    distance_m: Float64Array
    heading_rad: Float64Array
    ball_m: Float64Array
    holder: np.ndarray[tuple[int], np.dtype[np.int64]]


def play_sevens(seed: int, params: GameParams | None = None) -> Game:
    """Play 7v7 on a pitch of 60 × 40 yards; the same seed gives the same game."""
    params = params or GameParams()
    rng = np.random.default_rng(seed)
    teams: tuple[TeamName, ...] = ("a",) * 7 + ("b",) * 7
    keepers = tuple(number % 7 == 0 for number in range(14))
    habits = [_habit(team, number % 7) for number, team in enumerate(teams)]
    players = roam(rng, habits, params.duration_s + 6.0, params.pace)
    t_s = np.arange(round(params.duration_s * params.rate_hz)) / params.rate_hz
    xy = np.stack([player.position(t_s) for player in players])
    speed = np.stack([player.speed(t_s) for player in players])
    covered = np.stack([np.interp(t_s, player.t_s, player.distance_m) for player in players])
    legs, holds = _Passing(rng, params, players, teams).run()
    loose = _flight(legs, t_s)
    heading = _headings(xy, _rough_ball(loose, holds, xy, t_s), params.rate_hz)
    ball, holder = _with_feet(loose, holds, xy, heading, t_s)
    return Game(t_s, teams, keepers, xy, speed, covered - covered[:, :1], heading, ball, holder)


def _habit(team: TeamName, place: int) -> Habit:
    x, y, half_x, half_y = FORMATION[place]
    return Habit((x if team == "a" else -x, y, half_x, half_y), KEEPER if place == 0 else OUTFIELD)


Hold = tuple[int, float, float]
"""Player, from, until [s]."""


class _Passing:
    """Decides who passes to whom, on the ways that the players run anyhow."""

    def __init__(
        self, rng: np.random.Generator, params: GameParams, players: list[Trajectory], teams: tuple[TeamName, ...]
    ) -> None:
        self._rng, self._params, self._players, self._teams = rng, params, players, teams

    def run(self) -> tuple[list[Leg], list[Hold]]:
        """The ball's legs and who had it between them."""
        legs: list[Leg] = []
        holds: list[Hold] = []
        holder, t = int(self._rng.choice([5, 6, 12, 13])), 0.0
        while t < self._params.duration_s:
            until = t + float(self._rng.uniform(*self._params.hold_s))
            holds.append((holder, t, until))
            taker = self._taker(holder, until)
            leg = self._leg(holder, taker, until)
            legs.append(leg)
            holder, t = taker, leg.t1_s
        return legs, holds

    def _at(self, player: int, t_s: float) -> Float64Array:
        return np.asarray(self._players[player].position(np.array([t_s]))[0], np.float64)

    def _taker(self, holder: int, t_s: float) -> int:
        stray = bool(self._rng.random() < self._params.stray)
        mine = self._teams[holder]
        others = [p for p in range(len(self._teams)) if p != holder and (self._teams[p] != mine) == stray]
        way = [float(np.linalg.norm(self._at(p, t_s) - self._at(holder, t_s))) for p in others]
        low, high = self._params.pass_m
        fit = [p for p, length in zip(others, way, strict=True) if low <= length <= high]
        return int(self._rng.choice(fit or [others[int(np.argmin(way))]]))

    def _leg(self, giver: int, taker: int, t_s: float) -> Leg:
        start = self._at(giver, t_s)
        kick = float(self._rng.uniform(*self._params.kick_mps))
        arrives = t_s + 1.0
        for _ in range(8):
            way = float(np.linalg.norm(self._at(taker, arrives) - start))
            arrives = t_s + max(0.3, time_for(way, kick + way / 3))
        end = self._at(taker, arrives)
        return Leg(t_s, arrives, (float(start[0]), float(start[1])), (float(end[0]), float(end[1])))


def _flight(legs: list[Leg], t_s: Float64Array) -> Float64Array:
    ball = np.full((len(t_s), 3), np.nan)
    for leg in legs:
        rows = (t_s >= leg.t0_s) & (t_s < leg.t1_s)
        ball[rows] = leg.at(t_s[rows])
    return ball


def _rough_ball(loose: Float64Array, holds: list[Hold], xy: Float64Array, t_s: Float64Array) -> Float64Array:
    """`(F, 2)` where to look for the ball: on its way, or with the one who has it."""
    rough = loose[:, :2].copy()
    for player, start, until in holds:
        rows = (t_s >= start) & (t_s < until)
        rough[rows] = xy[player, rows]
    return rough


def _headings(xy: Float64Array, ball: Float64Array, rate_hz: float) -> Float64Array:
    """`(P, F)` [rad]: along the way of those who run, towards the ball of those who stand."""
    velocity = np.gradient(xy, 1.0 / rate_hz, axis=1)
    to_ball = ball - xy
    to_ball /= np.maximum(np.linalg.norm(to_ball, axis=2, keepdims=True), 1.0)
    smooth = LOOK_S * rate_hz
    gaze = gaussian_filter1d(velocity + 0.4 * to_ball, smooth, axis=1, mode="nearest")
    angle = np.unwrap(np.arctan2(gaze[..., 1], gaze[..., 0]), axis=1)
    # Somebody who turns round on the spot passes through no direction at all: the angle itself is smoothed too.
    return np.asarray(gaussian_filter1d(angle, smooth, axis=1, mode="nearest"), np.float64)


def _with_feet(
    loose: Float64Array, holds: list[Hold], xy: Float64Array, heading: Float64Array, t_s: Float64Array
) -> tuple[Float64Array, np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """The ball all the time: before the feet of the one who has it, pushed ahead at each touch."""
    ball, holder = loose.copy(), np.full(len(t_s), -1, np.int64)
    for player, start, until in holds:
        rows = np.flatnonzero((t_s >= start) & (t_s < until))
        share = (t_s[rows] - start) / (until - start)
        touches = max(1, round((until - start) / TOUCH_S))
        ahead = BALL_AHEAD_M * (np.sin(np.pi * share) + np.abs(np.sin(touches * np.pi * share)))
        looks = np.stack([np.cos(heading[player, rows]), np.sin(heading[player, rows])], axis=1)
        ball[rows, :2] = xy[player, rows] + ahead[:, None] * looks
        ball[rows, 2] = RADIUS_M
        holder[rows] = player
    return ball, holder
