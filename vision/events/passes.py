"""Passes and shots: what becomes of the ball when somebody lets go of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.events.ball_motion import BallMotion
from vision.events.possession import Possession
from vision.events.scene import Event, Goals, Person, Scene
from vision.types import Float64Array

TEAMS = ("a", "b")


@dataclass(frozen=True, slots=True)
class PassParams:
    """What counts (kpis §9 [proposal]).

    Attributes:
        flight_s: from foot to foot at least [s].
        length_m: from player to player at least [m].
        longest_s: a ball that nobody touched for longer than this was no pass [s].
        unseen_s: nor one whose ball was out of sight for longer [s]: what came back may be another.
        place_s: a player's place is looked for within this of the contact [s].
        shot_mps: speed of a shot on the ground at least [m/s].
        shot_m: distance to the goal at most [m].
        beside_m: aim beside a post at most [m].
    """

    flight_s: float = 0.3
    length_m: float = 3.0
    longest_s: float = 5.0
    unseen_s: float = 1.0
    place_s: float = 0.3
    shot_mps: float = 8.0
    shot_m: float = 32.0
    beside_m: float = 1.5


def find_passes(
    possessions: Sequence[Possession], motion: BallMotion, scene: Scene, params: PassParams | None = None
) -> list[Event]:
    """Passes and shots; none where there are no metres on the pitch."""
    params = params or PassParams()
    events: list[Event] = []
    for place, possession in enumerate(possessions):
        following = possessions[place + 1] if place + 1 < len(possessions) else None
        played = _pass(possession, following, motion, scene.people, params) if following is not None else None
        if played is None or not played.data["completed"]:
            shot = _shot(possession, following, motion, scene, params)
            played = shot if shot is not None else played
        if played is not None:
            events.append(played)
    return events


def _pass(
    first: Possession, then: Possession, motion: BallMotion, people: Sequence[Person], params: PassParams
) -> Event | None:
    giver, taker = people[first.person], people[then.person]
    flight = then.t0_s - first.release.t_s
    if first.person == then.person or giver.team not in TEAMS or taker.team not in TEAMS:
        return None
    if not params.flight_s <= flight <= params.longest_s:
        return None
    if np.diff(motion.ball.t_s[first.release.row : then.contacts[0].row + 1]).max() > params.unseen_s:
        return None
    origin, target = place_m(giver, first.release.t_s, params), place_m(taker, then.t0_s, params)
    length = float(np.linalg.norm(target - origin))
    if not length >= params.length_m:  # also where a place is not known
        return None
    completed = giver.team == taker.team
    seen = _seen_share(motion, first.release.row, then.contacts[0].row)
    confidence = min(first.release.confidence, then.contacts[0].confidence) * (0.5 + 0.5 * seen)
    speed = release_mps(motion, first.release.row)
    return Event(
        "pass",
        first.release.t_s,
        then.t0_s,
        giver.track_id,
        round(confidence, 3),
        {
            "completed": completed,
            "length_m": round(length, 1),
            "flight_s": round(flight, 2),
            "ball_speed_mps": None if speed is None else round(speed, 1),
            "foot": first.release.foot,
            "receiver_track_id": taker.track_id,
        },
        (
            f"The ball left track {giver.track_id} and track {taker.track_id} had it {flight:.1f} s later, "
            f"{length:.0f} m away, {'of the same team' if completed else 'of the other team'}.",
        ),
    )


def _shot(
    possession: Possession, following: Possession | None, motion: BallMotion, scene: Scene, params: PassParams
) -> Event | None:
    ground = motion.ground_m
    if scene.goals is None or ground is None:
        return None
    row = possession.release.row
    speed, start, heading = _ground_line(motion, ground, row)
    if not speed >= params.shot_mps:
        return None
    aim = _aim(scene.goals, start, heading, params)
    if aim is None:
        return None
    end_s = following.t0_s if following is not None else possession.release.t_s
    shooter = scene.people[possession.person]
    beside, distance = aim
    on_target = beside <= 0.0
    return Event(
        "shot",
        possession.release.t_s,
        max(min(end_s, possession.release.t_s + distance / speed), possession.release.t_s),
        shooter.track_id,
        round(possession.release.confidence * (1.0 if on_target else 0.8), 3),
        {
            "ball_speed_mps": round(speed, 1),
            "distance_m": round(distance, 1),
            "on_target": on_target,
            "foot": possession.release.foot,
        },
        (f"The ball left at {speed:.0f} m/s towards a goal {distance:.0f} m away.",),
    )


def place_m(person: Person, t_s: float, params: PassParams) -> Float64Array:
    """`(2,)` where somebody stood [m]; NaN where that is not known."""
    if person.xy_m is None:
        return np.full(2, np.nan)
    row, near = person.rows_at(np.array([t_s]), params.place_s)
    return np.asarray(person.xy_m[row[0]] if near[0] else np.full(2, np.nan), np.float64)


def release_mps(motion: BallMotion, row: int) -> float | None:
    """The ball's speed on the ground after a contact [m/s]; `None` where it flew or there are no metres."""
    ground = motion.ground_m
    if ground is None:
        return None
    speed, _, _ = _ground_line(motion, ground, row)
    return speed if np.isfinite(speed) else None


def _ground_line(motion: BallMotion, ground: Float64Array, row: int) -> tuple[float, Float64Array, Float64Array]:
    """Speed [m/s], start [m] and direction of the straight line that the ball takes on the ground after a contact."""
    rows = slice(row, row + motion.reach_rows)
    part, t_s = ground[rows], motion.ball.t_s[rows]
    whole = len(part) == motion.reach_rows and (motion.stretch[rows] == motion.stretch[row]).all()
    if not whole or not np.isfinite(part).all():
        return float("nan"), np.full(2, np.nan), np.full(2, np.nan)
    centred = t_s - t_s.mean()
    velocity = centred @ part / np.square(centred).sum()
    speed = float(np.linalg.norm(velocity))
    return speed, part[0], velocity / max(speed, 1e-9)


def _aim(goals: Goals, start: Float64Array, heading: Float64Array, params: PassParams) -> tuple[float, float] | None:
    """How far beside the goal a line goes [m, negative: inside], and how far away that is [m]; `None` elsewhere."""
    if abs(heading[0]) < 1e-6:
        return None
    line = float(np.sign(heading[0])) * goals.half_length_m
    distance = (line - start[0]) / heading[0]
    beside = abs(start[1] + distance * heading[1]) - goals.width_m / 2
    return (float(beside), float(distance)) if beside <= params.beside_m and 0 < distance <= params.shot_m else None


def _seen_share(motion: BallMotion, first: int, last: int) -> float:
    """Share of the time between two rows in which the ball was seen."""
    t_s = motion.ball.t_s[first : last + 1]
    step = float(np.median(np.diff(motion.ball.t_s)))
    expected = max(1, round((t_s[-1] - t_s[0]) / step) + 1)
    return float(min(1.0, (~motion.ball.interpolated[first : last + 1]).sum() / expected))
