"""Who stands like a goalkeeper: samples of everybody's place, collected while the film is measured."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np

from pipeline.artefacts import Array
from vision.tracking.teams import goalkeepers

SAMPLE_S = 0.5
"""A goalkeeper's place over minutes needs no more looks [s]."""


@dataclass(slots=True)
class Stands:
    """Collects places window by window.

    Attributes:
        length_m: of the pitch; `None` where none is marked, and nobody is a goalkeeper.
    """

    length_m: float | None
    _track: list[Array] = field(default_factory=list)
    _xy: list[Array] = field(default_factory=list)
    _t_s: list[Array] = field(default_factory=list)

    def add(self, world: Mapping[str, Array]) -> None:
        """Take the rows of `world` of one window."""
        if self.length_m is None or not len(world["t"]):
            return
        slot = np.floor(world["t"] / SAMPLE_S).astype(np.int64)
        _, first = np.unique(np.stack([world["track_id"], slot]), axis=1, return_index=True)
        self._track.append(world["track_id"][first])
        self._xy.append(world["xy"][first])
        self._t_s.append(world["t"][first])

    def keepers(self) -> dict[str, str]:
        """Linked number (as text, for JSON) → `left` or `right`: the goal before which that person stands."""
        if self.length_m is None or not self._track:
            return {}
        places = np.concatenate(self._xy).astype(np.float64)
        found = goalkeepers(
            np.concatenate(self._track).astype(np.int32), places, np.concatenate(self._t_s), self.length_m
        )
        return {str(number): goal for number, goal in sorted(found.items())}
