"""Step `link`: who is who over the whole film: pieces of tracks joined, teams told apart, coaches' words applied."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar

import numpy as np

from pipeline.artefacts import Artefacts, artefacts_of
from pipeline.links import LinkedTrack, Links, Piece
from pipeline.plan import ArtefactName, StepName
from pipeline.ports import Correction
from pipeline.steps.artefact_step import ArtefactStep, stamped
from pipeline.steps.base import StepContext, StepResult
from pipeline.steps.timing import analysed, read_stored_timebase
from vision.tracking.linking import LinkConfig, link_tracklets
from vision.tracking.tracklets import TrackletCollector, TrackRows


@dataclass(frozen=True, slots=True)
class LinkParams:
    """Parameters of the step.

    Attributes:
        min_seen_s: people seen for less are left out [s]: mostly false boxes, and nothing can be measured on them.
        min_seen_share: … unless that is this much of a short film.
        subject_share: somebody seen for this share of the film is "long in view"; if exactly one is, and the session is
            about a player, that is the player.
    """

    min_seen_s: float = 1.0
    min_seen_share: float = 0.3
    subject_share: float = 0.3


class LinkStep(ArtefactStep):
    """Writes `links`."""

    name: ClassVar[StepName] = StepName.LINK

    def choices(self, context: StepContext) -> object:
        """See `ArtefactStep.choices`."""
        corrections = [[c.kind, c.track_id, c.player_id, c.other_track_id, c.frame] for c in context.job.corrections]
        return LinkParams(), LinkConfig(), corrections, context.job.subject_player_id

    def run(self, context: StepContext, params_hash: str) -> StepResult:
        """See `Step.run`."""
        store = artefacts_of(context.artefacts, context.job, context.video)
        timebase, _ = read_stored_timebase(store)
        looked = int(analysed(timebase, context.params).sum())
        pieces = correct(linked_pieces(store, LinkConfig()), context.job.corrections)
        links = Links((), pieces)
        people = _People.count(store, links)
        params = LinkParams()
        enough = min(params.min_seen_s, params.min_seen_share * timebase.duration_s)
        corrected = {number for c in context.job.corrections for number in (c.track_id, c.other_track_id)}
        kept = [
            number
            for number in sorted(people.frames)
            if number in corrected or people.frames[number] / looked * timebase.duration_s >= enough
        ]
        players, auto = assign(kept, people.frames, context.job.corrections, context.job.subject_player_id, looked)
        tracks = [
            LinkedTrack(
                track_id=number,
                player_id=players.get(number),
                auto=number in auto,
                team="unknown",
                color=None,
                start_s=people.start_s[number],
                end_s=people.end_s[number],
                frames=people.frames[number],
                coverage=people.frames[number] / looked,
                corrected=number in corrected,
            )
            for number in kept
        ]
        kept_pieces = [piece for piece in pieces if piece.linked_id in set(kept)]
        content = Links(tracks, kept_pieces).content()
        store.write_json(ArtefactName.LINKS, content, stamped(context, params_hash))
        return StepResult(frames=looked)


def linked_pieces(store: Artefacts, config: LinkConfig) -> list[Piece]:
    """The tracker's numbers joined to people by motion and shirt; a person's number is that of their first piece."""
    collector = TrackletCollector()
    for _, tracks in store.iter_windows(ArtefactName.TRACKS):
        seen = ~tracks["interpolated"]
        rows = {column: array[seen] for column, array in tracks.items()}
        collector.add(TrackRows(rows["frame"], rows["t"], rows["track_id"], rows["xyxy"], rows["kit"]))
    found = link_tracklets(collector.finish(), config)
    columns = (found.track_id, found.first, found.last, found.linked_id)
    return [Piece(*row) for row in np.stack(columns, axis=1).tolist()]


def correct(pieces: Sequence[Piece], corrections: Iterable[Correction]) -> list[Piece]:
    """Apply a coach's merges and splits in the order given.

    A merge gives the other track's pieces the first one's number; where both are in view at once that is the coach's
    word. A split gives everything from its frame on the next free number, so that numbers stay the same in every run.
    """
    current = list(pieces)
    free = max((piece.linked_id for piece in current), default=0) + 1
    for word in corrections:
        if word.kind == "merge" and word.other_track_id is not None:
            current = [
                replace(p, linked_id=word.track_id) if p.linked_id == word.other_track_id else p for p in current
            ]
        elif word.kind == "split" and word.frame is not None:
            current = [part for p in current for part in _split(p, word.track_id, word.frame, free)]
            free += 1
    return current


def _split(piece: Piece, linked_id: int, frame: int, new_id: int) -> list[Piece]:
    if piece.linked_id != linked_id or piece.last < frame:
        return [piece]
    if piece.first >= frame:
        return [replace(piece, linked_id=new_id)]
    return [replace(piece, last=frame - 1), replace(piece, first=frame, linked_id=new_id)]


@dataclass(slots=True)
class _People:
    """Times in view by linked number."""

    frames: dict[int, int] = field(default_factory=dict)
    start_s: dict[int, float] = field(default_factory=dict)
    end_s: dict[int, float] = field(default_factory=dict)

    @classmethod
    def count(cls, store: Artefacts, links: Links) -> _People:
        people = cls()
        for _, tracks in store.iter_windows(ArtefactName.TRACKS):
            linked = links.linked(tracks["track_id"], tracks["frame"])
            for number in np.unique(linked[linked >= 0]):
                times = tracks["t"][linked == number]
                people.frames[int(number)] = people.frames.get(int(number), 0) + len(np.unique(times))
                people.start_s.setdefault(int(number), float(times[0]))
                people.end_s[int(number)] = float(times[-1])
        return people


def assign(
    kept: Sequence[int],
    frames: Mapping[int, int],
    corrections: Iterable[Correction],
    subject: str | None,
    looked: int,
) -> tuple[dict[int, str], set[int]]:
    """Linked number → player, and which of these the scan found by itself.

    A coach's word counts; else the session's player is the only person who is long in view.
    """
    said = {c.track_id: c.player_id for c in corrections if c.kind == "assign"}
    players = {number: player for number, player in said.items() if player is not None and number in kept}
    long = [number for number in kept if frames[number] >= LinkParams().subject_share * looked]
    alone = subject is not None and subject not in players.values() and len(long) == 1 and long[0] not in said
    if alone and subject is not None:
        return {**players, long[0]: subject}, {long[0]}
    return players, set()


STEP = LinkStep()
