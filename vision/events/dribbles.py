"""Dribbles: running with the ball."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vision.events.ball_motion import BallMotion
from vision.events.possession import Possession
from vision.events.scene import Event, Person


@dataclass(frozen=True, slots=True)
class DribbleParams:
    """What counts [proposal; the three touches are the vocabulary of foot-worn sensors].

    Attributes:
        touches: at least.
        way_m: at least [m]; without metres on the pitch, in the picture, which shows no depth.
        smooth_s: places are averaged over this [s], so that their noise is not taken for way.
    """

    touches: int = 3
    way_m: float = 3.0
    smooth_s: float = 0.6


def find_dribbles(
    possessions: Sequence[Possession], motion: BallMotion, people: Sequence[Person], params: DribbleParams | None = None
) -> list[Event]:
    """Dribbles in order of time."""
    params = params or DribbleParams()
    found = []
    for possession in possessions:
        if len(possession.contacts) < params.touches:
            continue
        person = people[possession.person]
        t0, t1 = possession.t0_s, possession.release.t_s
        way = _way_m(person, t0, t1, params)
        shown = way if way is not None else _picture_way_m(motion, possession)
        if shown < params.way_m:
            continue
        distance = None if way is None else round(way, 1)
        found.append(
            Event(
                "dribble",
                t0,
                t1,
                person.track_id,
                round(float(np.mean([contact.confidence for contact in possession.contacts])), 3),
                {
                    "touches": len(possession.contacts),
                    "distance_m": distance,
                    "speed_mps": None if way is None else round(way / (t1 - t0), 1),
                },
                (f"{len(possession.contacts)} contacts of one player on the run, {t1 - t0:.1f} s.",),
            )
        )
    return found


def _way_m(person: Person, t0_s: float, t1_s: float, params: DribbleParams) -> float | None:
    """Ground covered [m], `None` where the places are not known throughout."""
    if person.xy_m is None:
        return None
    rows = slice(*np.searchsorted(person.t_s, [t0_s, t1_s + 1e-9]))
    part, t_s = person.xy_m[rows], person.t_s[rows]
    good = np.isfinite(part).all(axis=1) if len(part) else np.zeros(0, bool)
    if good.sum() < 2 or np.diff(t_s[good]).max() > params.smooth_s:
        return None
    part, t_s = part[good], t_s[good]
    count = max(2, int((t_s[-1] - t_s[0]) / params.smooth_s) + 1)
    corners = np.linspace(t_s[0], t_s[-1], count)
    weight = np.maximum(1 - np.abs(t_s[None] - corners[:, None]) / params.smooth_s, 0.0)
    places = weight @ part / weight.sum(axis=1, keepdims=True)
    inner = float(np.linalg.norm(np.diff(places, axis=0), axis=1).sum())
    # The first and last average lie inside the stretch: what they leave out at the ends goes at the same speed.
    mean_t = weight @ t_s / weight.sum(axis=1)
    return inner * float((t_s[-1] - t_s[0]) / (mean_t[-1] - mean_t[0]))


def _picture_way_m(motion: BallMotion, possession: Possession) -> float:
    """Way of the ball in the picture from contact to contact, in the size of the people there [m]."""
    rows = [contact.row for contact in possession.contacts]
    steps = np.linalg.norm(np.diff(motion.ball.xy[rows], axis=0), axis=1) / motion.px_per_m[rows[1:]]
    return float(steps.sum())
