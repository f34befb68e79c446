"""Every event of a film, and for everybody what could not be told and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from vision.events.ball_motion import BallMotion, BallMotionParams, ball_motion
from vision.events.contacts import FEET, ContactParams, find_contacts, joint_at
from vision.events.dribbles import DribbleParams, find_dribbles
from vision.events.jumps import JumpParams, find_jumps, why_no_jumps
from vision.events.passes import TEAMS, PassParams, find_passes
from vision.events.possession import Possession, PossessionParams, ball_gap_m, find_possessions
from vision.events.scene import BallTrack, Event, Person, Scene
from vision.events.turnovers import TurnoverParams, find_turnovers
from vision.signals import run_bounds

NO_BALL = "Not measured: the ball was not found in this film."
NO_METRES_ON_PITCH = "Not measured: passes need metres on the pitch; mark it in the picture."
NO_PLACES = "Not measured: where the player was in metres is not known; mark the pitch in the picture."
NO_TEAMS = "Not measured: the teams cannot be told apart by their shirts, so who passed to whom is not known."
NO_GOALS = "Not measured: shots need the goals' place; mark the pitch in the picture."
NO_BALL_METRES = "Not measured: the ball's place on the ground is not known; mark the pitch in the picture."


@dataclass(frozen=True, slots=True)
class CoverageParams:
    """What must have been seen before ball events of a player are told [proposal].

    Attributes:
        min_rate_hz: analysed frames a second.
        min_ball_share: share of the player's frames in which the ball was seen.
        min_ball_score: median score of the ball's sightings: on a real film with cones on the ground the
            embedded detector followed cones and shoes at 0.33, on one with a ball in play the ball at 0.59.
        min_feet_share: share of the moments near the ball in which both feet were seen.
        near_m: what is near [m].
        min_body_px: height in the picture [px]: below, the reach of the touch rule is less than a few pixels of noise.
    """

    min_rate_hz: float = 9.5
    min_ball_share: float = 0.6
    min_ball_score: float = 0.4
    min_feet_share: float = 0.6
    near_m: float = 2.0
    min_body_px: float = 60.0


@dataclass(frozen=True, slots=True)
class EventParams:
    """Parameters of all events."""

    ball: BallMotionParams = field(default_factory=BallMotionParams)
    contacts: ContactParams = field(default_factory=ContactParams)
    possessions: PossessionParams = field(default_factory=PossessionParams)
    passes: PassParams = field(default_factory=PassParams)
    turnovers: TurnoverParams = field(default_factory=TurnoverParams)
    dribbles: DribbleParams = field(default_factory=DribbleParams)
    jumps: JumpParams = field(default_factory=JumpParams)
    coverage: CoverageParams = field(default_factory=CoverageParams)


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a person's play could be seen, and what is absent for which reason (need → sentence).

    Attributes:
        ball_share: of the person's frames, those in which the ball was seen.
        feet_share: of the moments near the ball, those in which both feet were seen; 1 where there were none.
        absent: keys `touches` (all ball events), `turnovers`, `passes`, `places`, `shots`, `ball_metres`, `jumps`.
    """

    ball_share: float
    feet_share: float
    absent: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class FilmEvents:
    """What was found.

    Attributes:
        events: by time; ball events only of people with enough coverage.
        coverage: track → coverage.
        in_flight_s: when the ball flew, so that its place on the ground is not known.
    """

    events: Sequence[Event]
    coverage: Mapping[int, Coverage]
    in_flight_s: Sequence[tuple[float, float]] = ()

    def of(self, track_id: int) -> list[Event]:
        """One person's events."""
        return [event for event in self.events if event.track_id == track_id]


def find_events(scene: Scene, params: EventParams | None = None) -> FilmEvents:
    """Find touches, possessions, passes, shots, dribbles and jumps of a film.

    Sprints and turns come from the movement in metres (`vision.kpi.efforts`, `turns.py`).
    """
    params = params or EventParams()
    motion = ball_motion(scene.ball, scene.people, params.ball)
    coverage = {person.track_id: _coverage(person, motion, scene, params) for person in scene.people}
    contacts = find_contacts(motion, scene.people, params.contacts) if len(scene.ball) else []
    possessions = find_possessions(contacts, motion, scene.people, params.possessions)
    found: list[Event] = [event for contact in contacts if (event := contact.event(scene.people)) is not None]
    found += find_dribbles(possessions, motion, scene.people, params.dribbles)
    played = find_passes(possessions, motion, scene, params.passes)
    found += played
    found += _possession_events(possessions, played, motion, scene, params)
    needs = {"pass": "passes", "shot": "shots"}
    told = [
        event
        for event in found
        if not {"touches", needs.get(event.kind, "touches")} & set(coverage[event.track_id].absent)
    ]
    for person in scene.people:
        told += find_jumps(person, params.jumps)
    flights = [
        (float(motion.ball.t_s[a]), float(motion.ball.t_s[b - 1]))
        for a, b in zip(*run_bounds(motion.airborne), strict=True)
    ]
    return FilmEvents(sorted(told, key=lambda event: (event.t0_s, event.track_id, event.kind)), coverage, flights)


def _possession_events(
    possessions: Sequence[Possession], played: Sequence[Event], motion: BallMotion, scene: Scene, params: EventParams
) -> list[Event]:
    """Possessions with their first touch, and whether they were won from opponents and lost to them."""
    shots = {(event.track_id, event.t0_s) for event in played if event.kind == "shot"}
    turned = find_turnovers(possessions, motion, scene.people, params.turnovers, shots=shots)
    events = []
    for possession, (won, lost) in zip(possessions, turned, strict=True):
        event = _with_first_touch(possession, motion, scene.people)
        event.data.update(won=won, lost=lost)
        events.append(event)
    return events


FIRST_TOUCH_S = 1.0
"""The first touch is judged by where the ball is this much later, or at the next touch [s]."""


def _with_first_touch(possession: Possession, motion: BallMotion, people: Sequence[Person]) -> Event:
    """A possession with how far the ball went by its first touch, where somebody received it and kept it."""
    event = possession.event(people)
    ground = motion.ground_m
    first = possession.contacts[0]
    if ground is None or len(possession.contacts) < 2:
        return event
    until = min(possession.contacts[1].t_s, first.t_s + FIRST_TOUCH_S)
    row = int(np.searchsorted(motion.ball.t_s, until + 1e-9, side="right")) - 1
    way = float(np.linalg.norm(ground[row] - ground[first.row]))
    event.data["first_touch_m"] = round(way, 2) if np.isfinite(way) else None
    return event


def _coverage(person: Person, motion: BallMotion, scene: Scene, params: EventParams) -> Coverage:
    limits = params.coverage
    seen_ball = motion.ball.t_s[~motion.ball.interpolated]
    ball_share = float(np.isin(person.t_s, seen_ball).mean()) if len(person.t_s) else 0.0
    feet_share = _feet_share(person, motion, params)
    absent: dict[str, str] = {}
    if reason := _why_no_touches(person, ball_share, feet_share, scene, limits):
        absent["touches"] = reason
    if person.team not in TEAMS:
        absent["passes"] = absent["turnovers"] = NO_TEAMS
    if person.xy_m is None or not np.isfinite(person.xy_m).any():
        absent["passes"] = NO_METRES_ON_PITCH
        absent["places"] = NO_PLACES
    if scene.goals is None:
        absent["shots"] = NO_GOALS
    if motion.ball.xy_m is None:
        absent["ball_metres"] = NO_BALL_METRES
        absent["shots"] = NO_GOALS
    if reason := why_no_jumps(person, params.jumps):
        absent["jumps"] = reason
    return Coverage(round(ball_share, 4), round(feet_share, 4), absent)


def _feet_share(person: Person, motion: BallMotion, params: EventParams) -> float:
    """Share of the moments near the ball in which both feet were seen."""
    gap = ball_gap_m(person, motion, slice(0, len(motion.ball)))
    with np.errstate(invalid="ignore"):
        near = np.flatnonzero(gap <= params.coverage.near_m)
    if not len(near):
        return 1.0
    if person.keypoints.shape[1] <= max(FEET["right"][0], FEET["left"][0]):
        return 0.0
    t_s = motion.ball.t_s[near]
    feet = [joint_at(person, joints[0], t_s, params.contacts) for joints in FEET.values()]
    return float(np.isfinite(feet[0][:, 0] + feet[1][:, 0]).mean())


def why_doubtful(ball: BallTrack, limits: CoverageParams) -> str:
    """Why what was followed over a film may not be the ball; empty where it is sure enough."""
    if ball.score is None or ball.interpolated.all():
        return ""
    score = float(np.median(ball.score[~ball.interpolated]))
    if score >= limits.min_ball_score:
        return ""
    return (
        f"Not measured: the detector was not sure of the ball (typical score {score:.2f}; "
        f"{limits.min_ball_score:.1f} is needed): it may have followed cones or shoes."
    )


def _why_no_touches(person: Person, ball_share: float, feet_share: float, scene: Scene, limits: CoverageParams) -> str:
    """Why a person's ball events are not told; empty where they are."""
    if not len(scene.ball):
        return NO_BALL
    if scene.rate_hz < limits.min_rate_hz:
        return f"Not measured: {scene.rate_hz:.0f} pictures a second are too few for touches; 10 are needed."
    if not len(person.t_s):
        return "Not measured: the player was not seen."
    tall = float(np.median(person.xyxy[:, 3] - person.xyxy[:, 1]))
    if tall < limits.min_body_px:
        return (
            f"Not measured: the player is {tall:.0f} pixels tall in the picture, too small to see feet at the ball; "
            f"{limits.min_body_px:.0f} are needed."
        )
    if reason := why_doubtful(scene.ball, limits):
        return reason
    if ball_share < limits.min_ball_share:
        return (
            f"Not measured: the ball was seen in {ball_share:.0%} of the player's time; "
            f"{limits.min_ball_share:.0%} are needed."
        )
    if feet_share < limits.min_feet_share:
        return (
            f"Not measured: near the ball both feet were seen in {feet_share:.0%} of the time; "
            f"{limits.min_feet_share:.0%} are needed."
        )
    return ""
