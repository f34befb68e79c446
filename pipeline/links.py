"""Who a tracker's numbers belong to: the linked tracks of a film, as the link step leaves them. Light: NumPy only."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, NotRequired, TypedDict

import numpy as np

from pipeline.artefacts import Artefacts
from pipeline.errors import ArtefactError
from pipeline.plan import ArtefactName
from vision.types import NO_TRACK, Int32Array

_FRAMES = 1 << 32
"""Larger than any frame index: track and frame make one sortable number."""


class LinkedTrack(TypedDict):
    """One person over the whole film.

    Keys: `team` is `a`, `b`, `referee`, `goalkeeper` or `unknown`; `color` the shirt's (`#rrggbb`); `frames` how many
    analysed frames show the person, `coverage` their share of all analysed frames; `corrected` a coach said something
    about it; `auto` the player was assigned by the scan because nobody else is in the film for long;
    `identity_doubt` the probability that the track mixes two people, `doubtful` the frames at which it may have gone
    over to another.
    """

    track_id: int
    player_id: str | None
    auto: bool
    team: str
    color: str | None
    start_s: float
    end_s: float
    frames: int
    coverage: float
    corrected: bool
    identity_doubt: NotRequired[float]
    doubtful: NotRequired[list[int]]


@dataclass(frozen=True, slots=True)
class Piece:
    """Frames `first` to `last` (inclusive) of tracker number `track_id` belong to `linked_id`."""

    track_id: int
    first: int
    last: int
    linked_id: int


@dataclass(frozen=True, slots=True)
class Links:
    """The content of the `links` artefact.

    Attributes:
        pieces: of the (first) camera's tracks.
        in_space: the same for the numbers of `points3d`, where several cameras were scanned.
    """

    tracks: Sequence[LinkedTrack]
    pieces: Sequence[Piece]
    in_space: Sequence[Piece] = ()

    @classmethod
    def read(cls, store: Artefacts) -> Links:
        """The links of a video; `ArtefactError` before the link step is done.

        Once the world step is done, goalkeepers are told: who wears neither team's shirt and stands before a goal.
        """
        content = store.read_json(ArtefactName.LINKS)
        pieces, in_space = ([Piece(*row) for row in content.get(name, ())] for name in ("pieces", "in_space"))
        return cls(with_keepers(content["tracks"], _placed_as_keepers(store)), pieces, in_space)

    def content(self) -> dict[str, Any]:
        """JSON form."""
        content: dict[str, Any] = {"tracks": list(self.tracks), "pieces": _rows(self.pieces)}
        return {**content, "in_space": _rows(self.in_space)} if self.in_space else content

    def of_points(self) -> Links:
        """The links of the numbers of `points3d`."""
        return Links(self.tracks, self.in_space)

    def linked(self, track_id: Int32Array, frame: Int32Array) -> Int32Array:
        """Linked numbers `(N,)` of rows `(N,)` of `tracks` or `poses`; `NO_TRACK` for tracks that belong to nobody."""
        if not self.pieces:
            return np.full(len(track_id), NO_TRACK, np.int32)
        ordered = sorted(self.pieces, key=lambda piece: (piece.track_id, piece.first))
        starts = np.array([piece.track_id * _FRAMES + piece.first for piece in ordered], np.int64)
        stops = np.array([piece.track_id * _FRAMES + piece.last for piece in ordered], np.int64)
        names = np.array([piece.linked_id for piece in ordered], np.int32)
        wanted = track_id.astype(np.int64) * _FRAMES + frame
        place = np.searchsorted(starts, wanted, side="right") - 1
        inside = (place >= 0) & (wanted <= stops[place])
        return np.where(inside, names[place], NO_TRACK).astype(np.int32)

    def players(self) -> dict[int, str]:
        """Linked number → player, for those whose player is known."""
        return {track["track_id"]: track["player_id"] for track in self.tracks if track["player_id"] is not None}


def with_keepers(tracks: Sequence[LinkedTrack], places: Collection[int]) -> list[LinkedTrack]:
    """Tracks with the team `goalkeeper` for those who stand like one (`places`) in a shirt of neither team.

    Where the shirts do not make two teams nobody is renamed: whoever waits before a goal in a drill is no goalkeeper.
    """
    told = {track["team"] for track in tracks}
    if not {"a", "b"} <= told:
        return list(tracks)
    return [
        {**track, "team": "goalkeeper"} if track["team"] == "unknown" and track["track_id"] in places else track
        for track in tracks
    ]


def _placed_as_keepers(store: Artefacts) -> frozenset[int]:
    """Linked numbers that the world step saw standing like goalkeepers; nobody before that step or without a pitch."""
    try:
        facts = store.manifest(ArtefactName.WORLD)["facts"]
    except ArtefactError:
        return frozenset()
    return frozenset(int(number) for number in facts.get("keepers") or ())


def _rows(pieces: Sequence[Piece]) -> list[list[int]]:
    return [[piece.track_id, piece.first, piece.last, piece.linked_id] for piece in pieces]
