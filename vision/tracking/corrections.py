"""A coach's word on the linked tracks, applied in the order it was given.

Corrections name linked tracks as the coach saw them. As the numbers of linked tracks follow from the film and the
parameters alone, and corrections change numbers in one fixed way (a merge keeps the first number, a split gives the
later part the next free one), the same list gives the same result after every re-run.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from vision.tracking.linking import LinkedPieces
from vision.types import NO_TRACK

_NO_FRAME = np.iinfo(np.int32).max


@dataclass(frozen=True, slots=True)
class TrackCorrection:
    """One correction.

    Attributes:
        kind: `merge`: `other_track_id` is the person `track_id`; `split`: from `frame` on `track_id` is somebody else.
        track_id: linked track.
        other_track_id: for `merge`.
        frame: for `split`: first frame of the later part.
    """

    kind: Literal["merge", "split"]
    track_id: int
    other_track_id: int | None = None
    frame: int | None = None


@dataclass(frozen=True, slots=True)
class Corrected:
    """The linked tracks after the corrections.

    Attributes:
        pieces: who is who.
        touched: linked tracks that a correction made or changed.
        unapplied: corrections that name a track or frame which this result does not have.
    """

    pieces: LinkedPieces
    touched: frozenset[int]
    unapplied: tuple[TrackCorrection, ...]


def apply_corrections(pieces: LinkedPieces, corrections: Sequence[TrackCorrection]) -> Corrected:
    """Apply corrections in order; those that name what is not there are reported, not guessed at."""
    touched: set[int] = set()
    unapplied: list[TrackCorrection] = []
    next_number = int(max(pieces.track_id.max(initial=0), pieces.linked_id.max(initial=0))) + 1
    for correction in corrections:
        changed: LinkedPieces | None = None
        if correction.kind == "merge" and correction.other_track_id is not None:
            changed = merge(pieces, correction.track_id, correction.other_track_id)
        elif correction.kind == "split" and correction.frame is not None:
            changed = split(pieces, correction.track_id, correction.frame, next_number)
            # Counted whether or not it applies: the numbers of later splits must not depend on it.
            next_number += 1
        if changed is None:
            unapplied.append(correction)
            continue
        pieces = changed
        touched.discard(correction.other_track_id if correction.other_track_id is not None else NO_TRACK)
        touched.add(correction.track_id)
        if correction.kind == "split":
            touched.add(next_number - 1)
    return Corrected(pieces, frozenset(touched), tuple(unapplied))


def merge(pieces: LinkedPieces, track_id: int, other_track_id: int) -> LinkedPieces | None:
    """Give everything of `other_track_id` to `track_id`; None when one of them is not there or both are the same.

    Where both have boxes in the same frames (a person with a double box), the longer piece keeps them and the rest of
    the shorter one stays with nobody: a person is never in two places.
    """
    numbers = pieces.linked_id
    if track_id == other_track_id or not (numbers == track_id).any() or not (numbers == other_track_id).any():
        return None
    joined = np.where(numbers == other_track_id, np.int32(track_id), numbers).astype(np.int32)
    return without_overlaps(replace(pieces, linked_id=joined))


def split(pieces: LinkedPieces, track_id: int, at_frame: int, new_id: int) -> LinkedPieces | None:
    """Give the boxes of `track_id` from `at_frame` on to `new_id`; None when nothing lies on one of the sides."""
    own = pieces.linked_id == track_id
    if not (own & (pieces.first < at_frame)).any() or not (own & (pieces.last >= at_frame)).any():
        return None
    # What a coach has put apart says nothing of the joint that was there.
    begins = own & (pieces.first >= at_frame)
    begins &= pieces.first == pieces.first[begins].min(initial=_NO_FRAME)
    cut = own & (pieces.first < at_frame) & (pieces.last >= at_frame)
    later = own & (pieces.first >= at_frame)
    return LinkedPieces(
        track_id=np.concatenate((pieces.track_id, pieces.track_id[cut])),
        first=np.concatenate((pieces.first, np.full(cut.sum(), at_frame, np.int32))),
        last=np.concatenate((np.where(cut, at_frame - 1, pieces.last), pieces.last[cut])).astype(np.int32),
        linked_id=np.concatenate(
            (np.where(later, new_id, pieces.linked_id), np.full(cut.sum(), new_id)),
        ).astype(np.int32),
        doubt=np.concatenate((np.where(begins & ~cut.any(), 0.0, pieces.doubt), np.zeros(cut.sum()))),
    )


def without_overlaps(pieces: LinkedPieces) -> LinkedPieces:
    """Cut pieces so that no linked track has two in one frame; longer pieces keep their frames."""
    kept: list[tuple[int, int, int, int, int]] = []
    taken: dict[int, list[tuple[int, int]]] = {}
    order = np.argsort(pieces.first - pieces.last, kind="stable")
    for row in order.tolist():
        linked = int(pieces.linked_id[row])
        ranges = taken.setdefault(linked, [])
        for first, last in _outside(int(pieces.first[row]), int(pieces.last[row]), ranges):
            kept.append((int(pieces.track_id[row]), first, last, linked, row))
            ranges.append((first, last))
    table = np.ascontiguousarray(np.array(sorted(kept), np.int32).reshape(-1, 5).T)
    return LinkedPieces(table[0], table[1], table[2], table[3], pieces.doubt[table[4]])


def _outside(first: int, last: int, taken: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """What of a range remains outside the others."""
    free = [(first, last)]
    for low, high in taken:
        parts = [((a, min(b, low - 1)), (max(a, high + 1), b)) for a, b in free]
        free = [part for both in parts for part in dict.fromkeys(both) if part[0] <= part[1]]
    return free
