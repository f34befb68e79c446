"""Who won the ball and who lost it: by hand, on possessions whose teams and gaps are chosen."""

from __future__ import annotations

import numpy as np
import pytest

from vision.events.ball_motion import BallMotion, ball_motion
from vision.events.contacts import Contact
from vision.events.possession import Possession
from vision.events.scene import BallTrack, Person
from vision.events.turnovers import find_turnovers

TEAMS = ("a", "a", "b", "b", "referee")
PEOPLE = [
    Person(number + 1, team, np.zeros(0), np.zeros((0, 4)), None, np.zeros(0), np.zeros((0, 17, 3), np.float32))
    for number, team in enumerate(TEAMS)
]
A1, A2, B1, B2, REFEREE = range(5)


def motion_of(t_s: np.ndarray) -> BallMotion:
    """A ball that rolls; only its times matter here."""
    xy = np.column_stack([100 * t_s, 0 * t_s])
    return ball_motion(BallTrack(t_s, xy, np.zeros(len(t_s), bool)), [])


def had(person: int, *touches_s: float, motion: BallMotion, until_s: float | None = None) -> Possession:
    """Somebody's possession with touches at these times."""
    contacts = tuple(
        Contact(
            t_s=t, row=int(np.searchsorted(motion.ball.t_s, t)), person=person, foot="left", gap_m=0.2,
            change_mps=3.0, release_mps=5.0, confidence=0.8,
        )
        for t in touches_s
    )  # fmt: skip
    return Possession(person, contacts, touches_s[-1] if until_s is None else until_s)


SEEN = motion_of(np.arange(0.0, 40.0, 0.04))


def test_a_tackle_is_one_ball_won_and_one_lost() -> None:
    played = [had(A1, 1, 2, motion=SEEN), had(B1, 3, 4, motion=SEEN), had(B2, 5, 6, motion=SEEN)]
    assert find_turnovers(played, SEEN, PEOPLE) == [(None, True), (True, False), (False, None)]


def test_a_ball_off_an_opponents_leg_is_neither() -> None:
    played = [had(A1, 1, 2, motion=SEEN), had(B1, 3, motion=SEEN), had(A2, 4, 5, motion=SEEN)]
    assert find_turnovers(played, SEEN, PEOPLE) == [(None, False), (False, False), (False, None)]


def test_one_touch_to_a_team_mate_wins_it() -> None:
    played = [had(A1, 1, 2, motion=SEEN), had(B1, 3, motion=SEEN), had(B2, 4, 5, motion=SEEN)]
    assert find_turnovers(played, SEEN, PEOPLE) == [(None, True), (True, False), (False, None)]


def test_what_an_opponent_gets_of_a_shot_was_not_lost() -> None:
    played = [had(A1, 1, 2, motion=SEEN), had(B1, 3, 4, motion=SEEN)]
    shots = {(A1 + 1, 2.0)}
    assert find_turnovers(played, SEEN, PEOPLE, shots=shots) == [(None, False), (True, None)]


@pytest.mark.parametrize(
    ("then", "motion"),
    [
        ((9.0, 10.0), SEEN),  # nobody touched it for seven seconds: a restart
        ((5.5, 6.0), motion_of(np.concatenate([np.arange(0.0, 2.1, 0.04), np.arange(5.4, 9.0, 0.04)]))),  # out of sight
    ],
)
def test_after_a_break_nobody_can_say(then: tuple[float, float], motion: BallMotion) -> None:
    played = [had(A1, 1, 2, motion=motion), had(B1, *then, motion=motion)]
    assert find_turnovers(played, motion, PEOPLE) == [(None, None), (None, None)]


def test_without_a_team_nobody_can_say() -> None:
    played = [had(A1, 1, 2, motion=SEEN), had(REFEREE, 3, 4, motion=SEEN), had(B1, 5, 6, motion=SEEN)]
    assert find_turnovers(played, SEEN, PEOPLE) == [(None, None), (None, None), (None, None)]


def test_nothing_played() -> None:
    assert find_turnovers([], SEEN, PEOPLE) == []
