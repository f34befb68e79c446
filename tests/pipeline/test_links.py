"""Linked numbers of the tracker's rows."""

from __future__ import annotations

import numpy as np

from pipeline.links import LinkedTrack, Links, Piece, with_keepers
from pipeline.steps.keepers import Stands
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


def track(number: int, team: str) -> LinkedTrack:
    return LinkedTrack(
        track_id=number, player_id=None, auto=False, team=team, color=None, start_s=0.0, end_s=1.0, frames=1,
        coverage=1.0, corrected=False,
    )  # fmt: skip


def test_who_stands_like_a_keeper_in_a_shirt_of_neither_team_is_one() -> None:
    tracks = [track(1, "a"), track(2, "b"), track(3, "unknown"), track(4, "unknown"), track(5, "referee")]
    told = with_keepers(tracks, {1, 3, 5})
    assert [each["team"] for each in told] == ["a", "b", "goalkeeper", "unknown", "referee"]


def test_without_two_teams_nobody_is_a_keeper() -> None:
    for teams in (("unknown", "unknown"), ("a", "unknown"), ()):
        tracks = [track(number, team) for number, team in enumerate(teams)]
        assert with_keepers(tracks, {0, 1}) == tracks


def test_places_are_sampled_over_windows_and_need_a_pitch() -> None:
    """A keeper at one goal and a player in midfield, 20 s in two windows at 25 Hz; two looks a second are kept."""
    stands, unmarked = Stands(60.0), Stands(None)
    for start in (0.0, 10.0):
        t_s = np.repeat(start + np.arange(250) / 25, 2)
        rows = {"track_id": np.tile([7, 9], 250), "t": t_s, "xy": np.tile([[-27.0, 1.0], [3.0, -4.0]], (250, 1))}
        stands.add(rows)
        unmarked.add(rows)
    assert stands.keepers() == {"7": "left"}
    assert unmarked.keepers() == {}
    assert Stands(60.0).keepers() == {}
