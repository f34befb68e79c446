"""Scripted games, what a scan finds in them, and how well that agrees with the script."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from vision.events.find import FilmEvents, find_events
from vision.events.scene import Scene
from vision.synthetic.ball_play import Play, PlayParams, play_game
from vision.synthetic.play_film import PlayFaults, film_play, side_camera

TOLERANCE_S = 0.2
Moment = tuple[float, int]
"""Time and player."""


@dataclass(frozen=True, slots=True)
class Game:
    """A game, how it was seen, and what was found."""

    play: Play
    scene: Scene
    found: FilmEvents

    def moments(self, kind: str) -> list[Moment]:
        """Found events of a kind."""
        return [(event.t0_s, event.track_id - 1) for event in self.found.events if event.kind == kind]

    def truth(self, kind: str) -> list[Moment]:
        """Scripted events of a kind."""
        play = self.play
        return {
            "touch": [(touch.t_s, touch.player) for touch in play.touches],
            "possession": [(t0, player) for player, t0, _, _ in play.possessions()],
            "pass": [(one.t0_s, one.giver) for one in play.passes],
            "shot": [(shot.t_s, shot.player) for shot in play.shots],
            "dribble": [(one.t0_s, one.player) for one in play.dribbles],
        }[kind]


@cache
def game(seed: int, faults: PlayFaults, params: PlayParams | None = None, duration_s: float = 90.0) -> Game:
    """One game with everything that follows from it."""
    rng = np.random.default_rng(seed)
    play = play_game(rng, duration_s, params)
    scene = film_play(play, side_camera(), rng, faults)
    return Game(play, scene, find_events(scene))


def hits(true: Sequence[Moment], found: Sequence[Moment], tolerance_s: float = TOLERANCE_S) -> int:
    """How many true moments have a found one of their own, by the same player and close in time."""
    free = list(found)
    count = 0
    for t_s, player in true:
        near = [one for one in free if one[1] == player and abs(one[0] - t_s) <= tolerance_s]
        if near:
            free.remove(min(near, key=lambda one: abs(one[0] - t_s)))
            count += 1
    return count


def scores(games: Sequence[Game], kind: str, tolerance_s: float = TOLERANCE_S) -> tuple[float, float, float]:
    """Precision, recall and F1 over several games."""
    right = sum(hits(one.truth(kind), one.moments(kind), tolerance_s) for one in games)
    true = sum(len(one.truth(kind)) for one in games)
    found = sum(len(one.moments(kind)) for one in games)
    return right / max(found, 1), right / max(true, 1), 2 * right / max(true + found, 1)
