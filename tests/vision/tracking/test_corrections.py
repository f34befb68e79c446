"""A coach's merges and splits on linked tracks."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vision.tracking.corrections import TrackCorrection, apply_corrections, merge, split, without_overlaps
from vision.tracking.doubt import Identity
from vision.tracking.linking import LinkedPieces


def pieces_of(*rows):
    columns = np.array(rows, np.int32).reshape(-1, 4).T
    return LinkedPieces(*columns)


def rows_of(pieces):
    columns = (pieces.track_id, pieces.first, pieces.last, pieces.linked_id)
    return sorted(zip(*(column.tolist() for column in columns), strict=True))


FILM = pieces_of((1, 0, 99, 1), (2, 0, 49, 2), (3, 60, 99, 2), (4, 120, 199, 4))


def test_merge_gives_everything_to_the_first():
    assert rows_of(merge(FILM, 1, 4)) == [(1, 0, 99, 1), (2, 0, 49, 2), (3, 60, 99, 2), (4, 120, 199, 1)]


def test_merged_tracks_are_never_in_two_places():
    merged = merge(FILM, 2, 1)
    assert rows_of(merged) == [(1, 0, 99, 2), (4, 120, 199, 4)]
    ends = merge(pieces_of((1, 10, 50, 1), (2, 0, 20, 2)), 1, 2)
    assert rows_of(ends) == [(1, 10, 50, 1), (2, 0, 9, 1)]


def test_split_inside_and_between_pieces():
    assert rows_of(split(FILM, 2, 70, 9)) == [
        (1, 0, 99, 1),
        (2, 0, 49, 2),
        (3, 60, 69, 2),
        (3, 70, 99, 9),
        (4, 120, 199, 4),
    ]
    assert rows_of(split(FILM, 2, 55, 9))[1:3] == [(2, 0, 49, 2), (3, 60, 99, 9)]


@pytest.mark.parametrize("frame", [0, 100, -5, 5000])
def test_a_split_outside_the_track_is_none(frame):
    assert split(FILM, 2, frame, 9) is None


def test_corrections_follow_one_another_and_survive_a_re_run():
    words = [
        TrackCorrection("split", 1, frame=40),
        TrackCorrection("merge", 5, other_track_id=4),
        TrackCorrection("split", 5, frame=150),
    ]
    first, again = apply_corrections(FILM, words), apply_corrections(FILM, words)
    assert rows_of(first.pieces) == rows_of(again.pieces)
    assert rows_of(first.pieces) == [
        (1, 0, 39, 1),
        (1, 40, 99, 5),
        (2, 0, 49, 2),
        (3, 60, 99, 2),
        (4, 120, 149, 5),
        (4, 150, 199, 6),
    ]
    assert first.touched == {1, 5, 6} and first.unapplied == ()


def test_what_is_not_there_is_reported_and_changes_nothing():
    words = [TrackCorrection("merge", 1, other_track_id=77), TrackCorrection("split", 2, frame=900)]
    result = apply_corrections(FILM, words)
    assert rows_of(result.pieces) == rows_of(FILM)
    assert result.unapplied == tuple(words) and result.touched == frozenset()


def test_a_split_that_fails_does_not_renumber_the_next():
    words = [TrackCorrection("split", 2, frame=900), TrackCorrection("split", 1, frame=50)]
    assert (1, 50, 99, 6) in rows_of(apply_corrections(FILM, words).pieces)


def test_overlaps_are_cut_out_of_the_shorter_piece_on_both_sides():
    cut = without_overlaps(pieces_of((1, 10, 60, 1), (2, 0, 45, 1), (3, 55, 80, 1), (4, 20, 30, 1), (5, 20, 30, 2)))
    assert rows_of(cut) == [(1, 10, 60, 1), (2, 0, 9, 1), (3, 61, 80, 1), (5, 20, 30, 2)]


def test_no_frame_of_a_person_has_two_boxes_whatever_is_merged():
    rng = np.random.default_rng(0)
    for _ in range(50):
        first = rng.integers(0, 100, 12)
        rows = np.column_stack((np.arange(12), first, first + rng.integers(0, 60, 12), rng.integers(0, 3, 12)))
        kept = rows_of(without_overlaps(pieces_of(*rows.tolist())))
        for person in range(3):
            frames = [f for _, a, b, owner in kept if owner == person for f in range(a, b + 1)]
            covered = {f for _, a, b, owner in rows.tolist() if owner == person for f in range(a, b + 1)}
            assert len(frames) == len(set(frames)) and set(frames) == covered


def test_doubts_stay_with_their_joints_and_a_coachs_word_has_none():
    film = replace(FILM, doubt=np.array([0.0, 0.0, 0.4, 0.0]))
    assert film.identities()[2] == Identity(0.4, (60,))
    assert split(film, 2, 60, 9).identities() == dict.fromkeys((1, 2, 4, 9), Identity())
    assert split(film, 2, 70, 9).identities()[2].doubt == pytest.approx(0.4)
    assert merge(film, 1, 4).identities()[1] == Identity()
    assert merge(film, 4, 2).identities()[4].doubt == pytest.approx(0.4)
    # Put together again, it is the coach's word.
    assert merge(split(film, 2, 60, 9), 2, 9).identities()[2] == Identity()
