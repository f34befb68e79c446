"""Who has the ball: from the first contact to the last moment within reach, as in Link & Hoernig 2017.

A possession starts where somebody near the ball changes its velocity, and ends where somebody else does, or where its
owner cannot reach the ball for a second.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.events.ball_motion import BallMotion
from vision.events.contacts import Contact
from vision.events.scene import Event, Person
from vision.signals import run_bounds
from vision.types import BoolArray, Float64Array


@dataclass(frozen=True, slots=True)
class PossessionParams:
    """Numbers of the rule (Link & Hoernig 2017; kpis §9).

    Attributes:
        near_m: distance at which the ball is under control [m].
        reach_m: further away it cannot be reached [m] …
        lost_s: … and if that lasts so long the possession is over [s]; so does a ball that is not seen.
    """

    near_m: float = 1.25
    reach_m: float = 2.5
    lost_s: float = 1.0


@dataclass(frozen=True, slots=True)
class Possession:
    """One player's control of the ball.

    Attributes:
        person: place in the scene's list.
        contacts: at least one, in order of time.
        t1_s: last moment at which the ball was near [s].
    """

    person: int
    contacts: tuple[Contact, ...]
    t1_s: float

    @property
    def t0_s(self) -> float:
        """First contact [s]."""
        return self.contacts[0].t_s

    @property
    def release(self) -> Contact:
        """The last contact."""
        return self.contacts[-1]

    def event(self, people: Sequence[Person]) -> Event:
        """As an event."""
        confidence = round(float(np.mean([contact.confidence for contact in self.contacts])), 3)
        count = len(self.contacts)
        return Event(
            "possession",
            self.t0_s,
            self.t1_s,
            people[self.person].track_id,
            confidence,
            {"touches": count, "duration_s": round(self.t1_s - self.t0_s, 2)},
            (f"{count} contact{'s' if count > 1 else ''} until the ball left for good.",),
        )


def find_possessions(
    contacts: Sequence[Contact], motion: BallMotion, people: Sequence[Person], params: PossessionParams | None = None
) -> list[Possession]:
    """Possessions in order of time."""
    params = params or PossessionParams()
    groups: list[list[Contact]] = []
    for contact in contacts:
        last = groups[-1][-1] if groups else None
        if last is None or last.person != contact.person or _lost(last, contact, motion, people, params):
            groups.append([])
        groups[-1].append(contact)
    found = []
    for place, group in enumerate(groups):
        following = groups[place + 1][0].t_s if place + 1 < len(groups) else float(motion.ball.t_s[-1])
        found.append(
            Possession(group[0].person, tuple(group), _last_near(group[-1], following, motion, people, params))
        )
    return found


def ball_gap_m(person: Person, motion: BallMotion, rows: slice) -> Float64Array:
    """Distance of the ball to a person's feet, in the picture and in the person's size [m]; NaN where unseen."""
    t_s, ball = motion.ball.t_s[rows], motion.ball.xy[rows]
    if not len(person.t_s):
        return np.full(len(t_s), np.nan)
    own, near = person.rows_at(t_s, 0.25)
    box = person.xyxy[own]
    beside = np.maximum(np.maximum(box[:, 0] - ball[:, 0], ball[:, 0] - box[:, 2]), 0.0)
    away = np.hypot(beside, ball[:, 1] - box[:, 3]) / motion.px_per_m[rows]
    return np.where(near, away, np.nan)


def _lost(
    last: Contact, contact: Contact, motion: BallMotion, people: Sequence[Person], params: PossessionParams
) -> bool:
    """Whether the ball was out of reach, or out of sight, for too long between two contacts."""
    rows = slice(last.row, contact.row + 1)
    t_s = motion.ball.t_s[rows]
    if (np.diff(t_s) > params.lost_s).any():
        return True
    gap = ball_gap_m(people[last.person], motion, rows)
    away: BoolArray = ~(gap <= params.reach_m)
    return any(t_s[end - 1] - t_s[start] >= params.lost_s for start, end in zip(*run_bounds(away), strict=True))


def _last_near(
    last: Contact, until_s: float, motion: BallMotion, people: Sequence[Person], params: PossessionParams
) -> float:
    """The last moment, without a break, at which the ball was near after the last contact [s]."""
    stop = int(np.searchsorted(motion.ball.t_s, until_s, side="right"))
    rows = slice(last.row, max(stop, last.row + 1))
    near = ball_gap_m(people[last.person], motion, rows) <= params.near_m
    near &= motion.stretch[rows] == motion.stretch[last.row]
    near[0] = True
    length = len(near) if near.all() else int(np.argmin(near))
    return float(motion.ball.t_s[last.row + length - 1])
