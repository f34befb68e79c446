"""Contacts: moments at which the ball changes its velocity beside somebody's foot or body.

The rule is the project's (kpis §9): a foot within 0.35 m and the ball's radius of its centre, and a change of
velocity by more than 1 m/s, or of direction by more than 20°, within 0.2 s. Distances are taken in the picture and
measured in the person's own size, so a ball that passes behind a player can look near; it does not change its velocity
there, which is why both are asked for, and where both stand on a marked pitch their places must agree too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from vision.events.ball_motion import BallMotion
from vision.events.scene import BALL_RADIUS_M, Event, Person, nearest
from vision.types import BoolArray, Float64Array, IndexArray

Foot: TypeAlias = Literal["left", "right", "unknown", "body"]
FEET: dict[str, tuple[int, ...]] = {"left": (15, 20, 22, 24), "right": (16, 21, 23, 25)}
"""Ankle and, where the skeleton has them (Halpe-26), big toe, small toe and heel."""


@dataclass(frozen=True, slots=True)
class ContactParams:
    """The rule's numbers (kpis §9 [proposal]).

    Attributes:
        reach_m: foot keypoint to the ball's centre, beyond the ball's radius [m].
        change_mps: change of velocity [m/s] …
        turn_deg: … or of direction [°], …
        turn_speed_mps: … where the ball rolls at least so fast before and after [m/s] and …
        turn_change_mps: … changes its velocity by at least this [m/s].
        friction_mps: a ball that goes straight on and slows down by less was not touched [m/s]: sliding takes 4 m/s²
            for a third of a second.
        sigmas: the change must be so many sigmas of the ball's noise.
        apart_s: two contacts are at least this far apart [s].
        foot_gap_m: the nearer foot must be nearer by this to be named [m].
        pose_gap_s: postures further apart are not interpolated [s].
        min_score: keypoint score that counts as seen.
        body_change_mps: change of velocity for a contact without a foot (chest, head, hands, hidden feet) [m/s].
        body_margin_m: around the box, for such a contact [m].
        ground_m: on a marked pitch, person and ball stand at most so far apart [m]: errors of both.
        ground_share: weight of the distance on the ground beside that in the picture, to tell people apart.
        rival_m: another person as near as this makes it uncertain whose contact it was [m].
        min_confidence: below, it is no contact: on scripted games as many of these were false as true.
    """

    reach_m: float = 0.35
    change_mps: float = 0.7
    turn_deg: float = 20.0
    turn_speed_mps: float = 1.0
    turn_change_mps: float = 0.4
    friction_mps: float = 1.3
    sigmas: float = 4.0
    apart_s: float = 0.16
    foot_gap_m: float = 0.1
    pose_gap_s: float = 0.25
    min_score: float = 0.3
    body_change_mps: float = 2.5
    body_margin_m: float = 0.2
    ground_m: float = 2.0
    ground_share: float = 1.0
    rival_m: float = 0.15
    min_confidence: float = 0.45

    @property
    def limit_m(self) -> float:
        """Largest distance from foot to the ball's centre [m]."""
        return self.reach_m + BALL_RADIUS_M


@dataclass(frozen=True, slots=True)
class Contact:
    """One contact.

    Attributes:
        row: of the ball.
        person: place in the scene's list.
        foot: which; `unknown` where both are as near, `body` where no foot was.
        gap_m: from foot (or box) to the ball's centre [m].
        change_mps: of the ball's velocity [m/s, picture].
        release_mps: the ball's speed after it [m/s, picture].
    """

    t_s: float
    row: int
    person: int
    foot: Foot
    gap_m: float
    change_mps: float
    release_mps: float
    confidence: float

    def event(self, people: Sequence[Person]) -> Event | None:
        """As a touch; `None` where no foot did it."""
        if self.foot == "body":
            return None
        named = "one of the feet" if self.foot == "unknown" else f"the {self.foot} foot"
        return Event(
            "touch",
            self.t_s,
            self.t_s,
            people[self.person].track_id,
            self.confidence,
            {"foot": self.foot, "gap_m": round(self.gap_m, 2), "change_mps": round(self.change_mps, 1)},
            (
                f"Ball {self.gap_m:.2f} m from {named}.",
                f"The ball's velocity changed by {self.change_mps:.1f} m/s.",
            ),
        )


def find_contacts(motion: BallMotion, people: Sequence[Person], params: ContactParams | None = None) -> list[Contact]:
    """Contacts of everybody, in order of time."""
    params = params or ContactParams()
    rows = _changes(motion, params)
    if not len(rows) or not people:
        return []
    near = [_gaps(person, motion, rows, params) for person in people]
    feet = np.stack([gap.feet for gap in near])  # (P, C, 2)
    box = np.stack([gap.box for gap in near])
    ground = np.stack([gap.ground for gap in near])
    found = []
    for place, row in enumerate(rows):
        contact = _judge(motion, int(row), _Gaps(feet[:, place], box[:, place], ground[:, place]), params)
        if contact is not None:
            found.append(contact)
    return found


def _changes(motion: BallMotion, params: ContactParams) -> IndexArray:
    """Rows at which the velocity changes as by a contact: local maxima of the change."""
    change = np.where(np.isfinite(motion.change_mps), motion.change_mps, 0.0)
    speeds = np.linalg.norm(np.nan_to_num(motion.before), axis=1), np.linalg.norm(np.nan_to_num(motion.after), axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        cosine = np.nan_to_num((motion.before * motion.after).sum(axis=1) / (speeds[0] * speeds[1]), nan=1.0)
    turned = (cosine < np.cos(np.radians(params.turn_deg))) & (np.minimum(*speeds) >= params.turn_speed_mps)
    enough = (change >= params.change_mps) | (turned & (change >= params.turn_change_mps))
    enough &= _beyond_friction(motion, params) >= params.sigmas * motion.noise_mps
    enough &= (change >= params.friction_mps) | ~_rolls_on(motion, params)
    rows = np.flatnonzero(enough)
    kept: list[int] = []
    for row in rows[np.argsort(-change[rows], kind="stable")]:
        if all(abs(motion.ball.t_s[row] - motion.ball.t_s[other]) >= params.apart_s - 1e-9 for other in kept):
            kept.append(int(row))
    return np.array(sorted(kept), np.int64)


def _along_across(motion: BallMotion) -> tuple[Float64Array, Float64Array]:
    """Loss of speed along the ball's way, and change of velocity across it, at every row [m/s, picture]."""
    before, after = np.nan_to_num(motion.before), np.nan_to_num(motion.after)
    speed = np.maximum(np.linalg.norm(before, axis=1), 1e-9)
    along = ((before - after) * before).sum(axis=1) / speed
    return along, np.abs(before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]) / speed


def _beyond_friction(motion: BallMotion, params: ContactParams) -> Float64Array:
    """Change of velocity that friction does not explain [m/s, picture]."""
    along, across = _along_across(motion)
    return np.asarray(np.hypot(along - np.clip(along, 0.0, params.friction_mps), across))


def _rolls_on(motion: BallMotion, params: ContactParams) -> BoolArray:
    """Where the ball goes straight on and slows down."""
    along, across = _along_across(motion)
    return np.asarray((along > 0) & (across < params.sigmas * motion.noise_mps / np.sqrt(2.0)), np.bool_)


@dataclass(frozen=True, slots=True)
class _Gaps:
    """Distances [m] of one person to the ball at each candidate: `(C, 2)` left and right foot, `(C,)` the box, `(C,)`
    on the ground (0 where that is not known).
    """

    feet: Float64Array
    box: Float64Array
    ground: Float64Array


def _gaps(person: Person, motion: BallMotion, rows: IndexArray, params: ContactParams) -> _Gaps:
    """The nearest the ball came to the feet in the frame before, at and after each candidate, and to the box then.

    A fast ball is half a metre further in the next frame, so one frame alone would miss it.
    """
    feet, box, ground = np.full((len(rows), 2), np.inf), np.full(len(rows), np.inf), np.zeros(len(rows))
    if not len(person.t_s):
        return _Gaps(feet, box, ground)
    for step in (-1, 0, 1):
        at = np.clip(rows + step, 0, len(motion.ball) - 1)
        at = np.where(motion.stretch[at] == motion.stretch[rows], at, rows)
        t_s, ball = motion.ball.t_s[at], motion.ball.xy[at]
        own, near = person.rows_at(t_s, params.pose_gap_s)
        scale = np.maximum((person.xyxy[own, 3] - person.xyxy[own, 1]) / person.height_m, motion.px_per_m[at])
        outside = np.maximum(np.maximum(person.xyxy[own, :2] - ball, ball - person.xyxy[own, 2:]), 0.0)
        away = np.linalg.norm(outside, axis=1) / scale
        if person.xy_m is not None and motion.ball.xy_m is not None:
            apart = np.linalg.norm(person.xy_m[own] - motion.ball.xy_m[at], axis=1)
            with np.errstate(invalid="ignore"):
                near &= ~((apart > params.ground_m) & ~motion.airborne[at])
            if step == 0:
                ground = np.where(motion.airborne[at], 0.0, np.nan_to_num(apart))
        box = np.minimum(box, np.where(near, away, np.inf))
        for side, name in enumerate(("left", "right")):
            gap = _foot_gap(person, FEET[name], t_s, ball, params) / scale
            feet[:, side] = np.minimum(feet[:, side], np.where(near, gap, np.inf))
    return _Gaps(feet, box, ground)


def _foot_gap(
    person: Person, joints: tuple[int, ...], t_s: Float64Array, ball: Float64Array, params: ContactParams
) -> Float64Array:
    """`(C,)` distance [px] of the nearest keypoint of one foot; infinite where the foot was not seen."""
    best = np.full(len(t_s), np.inf)
    for joint in joints:
        if joint < person.keypoints.shape[1]:
            place = joint_at(person, joint, t_s, params)
            best = np.fmin(best, np.linalg.norm(place - ball, axis=1))
    return best


def joint_at(person: Person, joint: int, t_s: Float64Array, params: ContactParams) -> Float64Array:
    """`(T, 2)` a joint's place [px] at any times, on the line between the postures that were read before and after; NaN
    if unseen.
    """
    known = person.pose_t_s[person.measured]
    if len(known) < 2:
        return np.full((len(t_s), 2), np.nan)
    right = np.clip(np.searchsorted(known, t_s), 1, len(known) - 1)
    left = right - 1
    points = person.keypoints[person.measured, joint].astype(np.float64)
    share = np.clip((t_s - known[left]) / np.maximum(known[right] - known[left], 1e-9), 0.0, 1.0)[:, None]
    place = points[left, :2] * (1 - share) + points[right, :2] * share
    _, near = nearest(known, t_s, params.pose_gap_s / 2 + 1e-9)
    seen = (points[[left, right], 2].min(axis=0) >= params.min_score) & near
    seen &= known[right] - known[left] <= params.pose_gap_s + 1e-9
    return np.where(seen[:, None], place, np.nan)


def _judge(motion: BallMotion, row: int, near: _Gaps, params: ContactParams) -> Contact | None:
    """The contact at a candidate, if anybody was near enough: by foot, else by the body."""
    by_foot = np.nanmin(np.where(np.isnan(near.feet), np.inf, near.feet), axis=1)
    foot: Foot = "body"
    gaps, limit = np.where(by_foot <= params.limit_m, by_foot, np.inf), params.limit_m
    if not np.isfinite(gaps).any():
        gaps, limit = np.where(near.box <= params.body_margin_m, near.box, np.inf), params.body_margin_m
        if not np.isfinite(gaps).any() or motion.change_mps[row] < params.body_change_mps:
            return None
    # Two people who overlap in the picture are told apart by where they stand.
    cost = gaps + params.ground_share * near.ground
    order = np.argsort(cost, kind="stable")
    person = int(order[0])
    gap, rival = float(gaps[person]), float(cost[order[1]] - cost[person]) if len(order) > 1 else np.inf
    if limit == params.limit_m:
        left, right = near.feet[person]
        foot = "unknown" if abs(left - right) < params.foot_gap_m else ("left" if left < right else "right")
    reach = slice(max(0, row - motion.reach_rows + 1), row + motion.reach_rows)
    seen = float(1.0 - motion.ball.interpolated[reach].mean())
    strength = min(1.0, float(motion.picture_mps[row] / motion.noise_mps[row]) / 12.0)
    confidence = (0.5 + 0.5 * strength) * (1.0 - 0.4 * gap / max(limit, 1e-9)) * (0.4 + 0.6 * seen)
    if rival < params.rival_m:
        confidence *= 0.6
    if confidence < params.min_confidence:
        return None
    return Contact(
        t_s=float(motion.ball.t_s[row]),
        row=row,
        person=person,
        foot=foot,
        gap_m=gap,
        change_mps=float(motion.change_mps[row]),
        release_mps=float(np.linalg.norm(motion.after[row])),
        confidence=round(confidence, 3),
    )
