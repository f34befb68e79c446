"""Linked numbers of the tracker's rows."""

from __future__ import annotations

import numpy as np

from pipeline.links import Links, Piece
from vision.types import NO_TRACK


def test_rows_get_the_number_of_the_piece_they_lie_in() -> None:
    links = Links((), [Piece(7, 0, 99, 1), Piece(7, 100, 200, 9), Piece(3, 50, 60, 1)])
    track = np.array([7, 7, 7, 7, 3, 3, 3, 5], np.int32)
    frame = np.array([0, 99, 100, 201, 49, 50, 60, 10], np.int32)
    assert list(links.linked(track, frame)) == [1, 1, 9, NO_TRACK, NO_TRACK, 1, 1, NO_TRACK]


def test_without_pieces_nobody_is_anybody() -> None:
    empty = np.zeros(0, np.int32)
    assert list(Links((), ()).linked(np.array([4], np.int32), np.array([0], np.int32))) == [NO_TRACK]
    assert len(Links((), [Piece(1, 0, 5, 1)]).linked(empty, empty)) == 0
