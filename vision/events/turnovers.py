"""Balls won from opponents and lost to them: whose control follows whose.

A ball that was out of sight or untouched for too long may have left the pitch: what follows is a restart, of which
nobody can say by the film alone who won it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from vision.events.ball_motion import BallMotion
from vision.events.passes import TEAMS
from vision.events.possession import Possession
from vision.events.scene import Person

Turnover = tuple[bool | None, bool | None]
"""Whether a possession was won from the other team, and whether it was lost to it; `None` where that is not known."""


@dataclass(frozen=True, slots=True)
class TurnoverParams:
    """When one possession still follows from another [proposal].

    Attributes:
        longest_s: nobody touched the ball for at most so long [s].
        unseen_s: it was out of sight for at most so long [s].
    """

    longest_s: float = 5.0
    unseen_s: float = 2.5


def find_turnovers(
    possessions: Sequence[Possession],
    motion: BallMotion,
    people: Sequence[Person],
    params: TurnoverParams | None = None,
    *,
    shots: Collection[tuple[int, float]] = (),
) -> list[Turnover]:
    """Who won and who lost the ball.

    A team has the ball once somebody has it with two touches, or with one that reaches a team-mate: a ball that
    bounces off an opponent's leg was neither won nor lost.

    Args:
        possessions: in order of time.
        motion: of the ball.
        people: of the scene.
        params: when one possession follows from another.
        shots: track and time of the contacts that were shots: what an opponent gets of those was not lost.

    Returns:
        One for each possession: `None` where a team is not known, the ball was out of sight, or none goes before
        (won) or follows (lost).
    """
    params = params or TurnoverParams()
    teams = [people[one.person].team for one in possessions]
    joined = [_joined(a, b, motion, params) for a, b in pairwise(possessions)]
    held = [place for place in range(len(possessions)) if _has_it(place, possessions, teams, joined)]
    found: list[Turnover] = [(False, False)] * len(possessions)
    for at, place in enumerate(held):
        before = _changes(held[at - 1], place, teams, joined) if at else None
        after = _changes(place, held[at + 1], teams, joined) if at + 1 < len(held) else None
        one = possessions[place]
        if (people[one.person].track_id, one.release.t_s) in shots:
            after = False
        found[place] = (before, after)
    return found


def _has_it(place: int, possessions: Sequence[Possession], teams: Sequence[str], joined: Sequence[bool]) -> bool:
    """Whether the ball was under control: two touches, or one to a team-mate."""
    if len(possessions[place].contacts) > 1:
        return True
    return place < len(joined) and joined[place] and teams[place] == teams[place + 1]


def _changes(first: int, then: int, teams: Sequence[str], joined: Sequence[bool]) -> bool | None:
    """Whether the ball went to the other team between two possessions; `None` where nobody can say."""
    if teams[first] not in TEAMS or teams[then] not in TEAMS or not all(joined[first:then]):
        return None
    return teams[first] != teams[then]


def _joined(first: Possession, then: Possession, motion: BallMotion, params: TurnoverParams) -> bool:
    """Whether one possession follows the other without a break in which the ball may have left the pitch."""
    if then.t0_s - first.t1_s > params.longest_s:
        return False
    between = motion.ball.t_s[first.release.row : then.contacts[0].row + 1]
    return len(between) < 2 or float(np.diff(between).max()) <= params.unseen_s
