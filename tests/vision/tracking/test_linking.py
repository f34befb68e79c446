"""Persons over a whole film: scripted absences, shirts, constraints, windows."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vision.tracking.kit_colour import KIT_SIZE
from vision.tracking.linking import Constraints, LinkConfig, LinkedPieces, link_tracklets
from vision.tracking.meetings import MeetingFinder
from vision.tracking.rows import TrackRows
from vision.tracking.tracklets import TrackletCollector

FPS = 25.0
RED, BLUE = np.zeros(KIT_SIZE, np.float32), np.zeros(KIT_SIZE, np.float32)
RED[[0, 1, 2, 3]] = 0.5, 0.6, 0.4, 1.0
BLUE[[0, 1, 2, 8]] = 0.4, 0.2, -0.6, 1.0


def run_of(track_id, start_s, stop_s, x, *, speed=60.0, y=300.0, kit=None, shift=None):
    """A track with constant speed [px/s]; `shift(t_s)` adds a camera motion."""
    frame = np.arange(round(start_s * FPS), round(stop_s * FPS), dtype=np.int32)
    t_s = frame / FPS
    centre = x + speed * (t_s - start_s) + (0 if shift is None else shift(t_s))
    xyxy = np.column_stack((centre - 20, np.full(len(frame), y - 50), centre + 20, np.full(len(frame), y + 50)))
    kits = np.full((len(frame), KIT_SIZE), np.nan, np.float32)
    if kit is not None:
        kits[::5] = kit
    return TrackRows(frame, t_s, np.full(len(frame), track_id, np.int32), xyxy.astype(np.float32), kits)


def together(*parts):
    fields = ("frame", "t_s", "track_id", "xyxy", "kit")
    return TrackRows(*(np.concatenate([getattr(part, name) for part in parts]) for name in fields))


def pieces_of(*parts, config=None, constraints=None):
    collector = TrackletCollector()
    collector.add(together(*parts))
    return link_tracklets(collector.finish(), config, constraints)


def linked(*parts, config=None, constraints=None):
    return pieces_of(*parts, config=config, constraints=constraints).track_id_map()


@pytest.mark.parametrize("gap_s", [0.5, 1.0, 2.0, 3.0])
def test_a_player_who_comes_back_where_expected_is_the_same(gap_s):
    reach = 120 + 60 * gap_s
    parts = run_of(1, 0, 2, 0), run_of(2, 2 + gap_s, 4 + gap_s, reach), run_of(3, 0, 8, 900, y=600)
    assert linked(*parts) == {1: 1, 2: 1, 3: 3}


def test_somebody_elsewhere_later_is_another():
    assert linked(run_of(1, 0, 2, 0), run_of(2, 2.4, 5, 900)) == {1: 1, 2: 2}


def test_nobody_is_linked_over_a_gap_that_is_too_long():
    config = LinkConfig(gap_s=3.0)
    assert linked(run_of(1, 0, 2, 0, speed=0), run_of(2, 5.2, 7, 0, speed=0), config=config) == {1: 1, 2: 2}
    assert linked(run_of(1, 0, 2, 0, speed=0), run_of(2, 4.5, 7, 0, speed=0), config=config) == {1: 1, 2: 1}


def test_tracks_that_overlap_in_time_elsewhere_are_two():
    assert linked(run_of(1, 0, 2, 0, speed=0), run_of(2, 1.9, 4, 90, speed=0)) == {1: 1, 2: 2}
    assert linked(run_of(1, 0, 4, 0, speed=0), run_of(2, 1, 3, 0, speed=0)) == {1: 1, 2: 2}


def test_a_new_track_on_a_person_before_the_old_one_lets_go_is_that_person():
    pieces = pieces_of(run_of(1, 0, 2, 0, speed=0), run_of(2, 1.6, 4, 3, speed=0))
    assert pieces.track_id_map() == {1: 1, 2: 1}
    # The old one was being lost: its last boxes are nobody's.
    assert pieces.last.tolist() == [39, 99]


def test_some_boxes_without_a_way_join_nobody():
    # Each flash alone would fit to the end and the start, and bridge an absence that nobody can.
    parts = run_of(1, 0, 2, 0, speed=0), run_of(2, 6, 6.12, 60, speed=0), run_of(3, 10.2, 12, 0, speed=0)
    assert linked(*parts) == {1: 1, 2: 2, 3: 3}


def swapped(*, kits=(None, None), speed=150.0, hidden_s=0.4):
    """Two cross; the front one's track goes on with the other, who has been hidden, and the front one gets a new one.

    Tracks 1 and 2 of the two before, 1 of the second after the meeting, 3 of the first.
    """
    meet, apart = 2.0, 2.0 + hidden_s
    way = speed * meet
    return (
        run_of(1, 0, apart, -way, speed=speed, kit=kits[0]),
        run_of(2, 0, meet, way + 10, speed=-speed, kit=kits[1]),
        run_of(1, apart, 5, 10 - speed * hidden_s, speed=-speed, kit=kits[1]),
        run_of(3, apart, 5, speed * hidden_s, speed=speed, kit=kits[0]),
    )


def met(*parts):
    finder = MeetingFinder()
    finder.add(together(*parts))
    collector = TrackletCollector(meetings=finder.finish())
    collector.add(together(*parts))
    return link_tracklets(collector.finish())


def owners(pieces, at_s):
    """Who tracks 1, 2, 3 are at a moment."""
    frame = np.full(3, round(at_s * FPS), np.int32)
    return pieces.linked(np.array([1, 2, 3], np.int32), frame).tolist()


def test_a_track_that_left_a_meeting_with_the_other_player_is_put_right_by_their_ways():
    pieces = met(*swapped())
    assert owners(pieces, 1.0) == [1, 2, -1]
    assert owners(pieces, 4.0) == [2, -1, 1]
    assert max(each.doubt for each in pieces.identities().values()) < 0.05


def test_a_track_that_left_a_meeting_with_the_other_player_is_put_right_by_their_shirts():
    # They stop: their ways say nothing.
    shirts = met(*swapped(speed=0.0, kits=(RED, BLUE)))
    assert owners(shirts, 4.0) == [2, -1, 1]
    assert max(each.doubt for each in shirts.identities().values()) < 0.05


def test_two_alike_who_stood_as_one_are_in_doubt_from_then_on():
    pieces = met(*swapped(speed=0.0, hidden_s=2.0))
    for who in pieces.identities().values():
        assert who.doubt > 0.25
        assert any(50 <= frame <= 101 for frame in who.frames)


def test_two_who_cross_out_of_sight_keep_their_directions():
    """Both vanish for a second at the crossing; only their speeds tell who is who."""
    parts = (
        run_of(1, 0, 2, 0, speed=150),
        run_of(2, 0, 2, 600, speed=-150),
        run_of(3, 3, 5, 450, speed=150),
        run_of(4, 3, 5, 150, speed=-150),
    )
    assert linked(*parts) == {1: 1, 2: 2, 3: 1, 4: 2}


def test_the_shirt_decides_where_motion_does_not():
    def scene(kits):
        return [run_of(i, s, s + 2, x, speed=0, kit=kit) for i, s, x, kit in kits]

    straight = scene([(1, 0, 100, RED), (2, 0, 140, BLUE), (3, 3, 115, RED), (4, 3, 125, BLUE)])
    crossed = scene([(1, 0, 100, RED), (2, 0, 140, BLUE), (3, 3, 115, BLUE), (4, 3, 125, RED)])
    assert linked(*straight) == {1: 1, 2: 2, 3: 1, 4: 2}
    assert linked(*crossed) == {1: 1, 2: 2, 3: 2, 4: 1}


def test_a_pan_during_the_absence_is_followed():
    """The camera swings by 500 px while one is away; five others show it."""

    def pan(t_s):
        return 500 * np.clip((t_s - 2) / 2, 0, 1)

    others = [run_of(10 + i, 0, 7, 150 * i, y=200 + 80 * i, speed=0, shift=pan) for i in range(6)]
    away = run_of(1, 0, 2, 400, speed=0, shift=pan), run_of(2, 4, 7, 400, speed=0, shift=pan)
    assert linked(*others, *away)[2] == 1


def test_a_coach_knows_better_than_the_motion():
    parts = run_of(1, 0, 2, 0), run_of(2, 2.4, 5, 900), run_of(3, 2.4, 5, 144)
    assert linked(*parts) == {1: 1, 2: 2, 3: 1}
    assert linked(*parts, constraints=Constraints(same=[(2, 1)])) == {1: 1, 2: 1, 3: 3}
    assert linked(*parts, constraints=Constraints(different=[(1, 3)])) == {1: 1, 2: 2, 3: 3}


def test_two_boxes_of_one_person_can_be_declared_the_same():
    parts = run_of(1, 0, 4, 0), run_of(2, 1, 3, 65)
    assert linked(*parts, constraints=Constraints(same=[(1, 2)])) == {1: 1, 2: 1}


def test_different_holds_along_a_chain():
    """1-2-3 would be one person; 1 and 3 are declared two: the dearer of the two joints goes."""
    parts = run_of(1, 0, 2, 0, speed=0), run_of(2, 2.2, 4, 0, speed=0), run_of(3, 6, 8, 20, speed=0)
    assert linked(*parts) == {1: 1, 2: 1, 3: 1}
    assert linked(*parts, constraints=Constraints(different=[(3, 1)])) == {1: 1, 2: 1, 3: 3}


def test_unknown_numbers_in_constraints_do_no_harm():
    constraints = Constraints(same=[(1, 99)], different=[(98, 1)])
    assert linked(run_of(1, 0, 2, 0), constraints=constraints) == {1: 1}


def switched(at_s, stop_s, *, back_s=None, x=100.0):
    """One track of a tracker that goes over from a red to a blue player at `at_s` (and back at `back_s`)."""
    whole = run_of(1, 0, stop_s, x, speed=10)
    for row in range(0, len(whole.frame), 5):
        blue = whole.t_s[row] >= at_s and (back_s is None or whole.t_s[row] < back_s)
        whole.kit[row] = BLUE if blue else RED
    return whole


RIVAL = run_of(2, 0, 8, 900, kit=BLUE, y=700)


def test_a_track_that_goes_over_to_another_kit_is_two_persons():
    collector = TrackletCollector()
    collector.add(together(switched(3.0, 8.0), RIVAL))
    pieces = link_tracklets(collector.finish())
    own = pieces.track_id == 1
    assert pieces.linked_id[own].tolist() == [1, 3]
    assert pieces.first[own].tolist() == [0, 73] and pieces.last[own].tolist() == [72, 199]


def test_a_shirt_that_changes_its_look_stays_one_person_where_nobody_else_wears_it():
    """Out of the shade, or bent over a ball: no reason to invent a second player in a film of one."""
    for others in ([], [run_of(2, 0, 8, 900, kit=RED, y=700)]):
        collector = TrackletCollector()
        collector.add(together(switched(3.0, 8.0), *others))
        pieces = link_tracklets(collector.finish())
        assert pieces.linked_id[pieces.track_id == 1].tolist() == [1, 1]


def test_an_opponent_in_front_for_a_moment_is_cut_out_and_bridged():
    collector = TrackletCollector()
    collector.add(together(switched(3.0, 8.0, back_s=3.8), RIVAL))
    pieces = link_tracklets(collector.finish())
    assert pieces.linked_id[pieces.track_id == 1].tolist() == [1, 3, 1]


def test_one_odd_look_cuts_nothing():
    rows = run_of(1, 0, 8, 0, kit=RED)
    rows.kit[100] = BLUE
    collector = TrackletCollector()
    collector.add(rows)
    assert link_tracklets(collector.finish()).first.tolist() == [0]


def test_a_change_of_shirt_is_found_over_the_border_of_windows():
    rows = together(switched(3.0, 8.0), RIVAL)
    collector = TrackletCollector()
    for low in range(0, 200, 10):
        part = (rows.frame >= low) & (rows.frame < low + 10)
        collector.add(TrackRows(*(getattr(rows, n)[part] for n in ("frame", "t_s", "track_id", "xyxy", "kit"))))
    pieces = link_tracklets(collector.finish())
    own = pieces.track_id == 1
    assert pieces.linked_id[own].tolist() == [1, 3]
    assert abs(int(pieces.first[own][1]) - 75) <= 10


def test_windows_give_the_same_as_the_whole():
    rng = np.random.default_rng(0)
    parts = [
        run_of(
            i, s, s + rng.uniform(1, 6), rng.uniform(0, 1800), speed=rng.normal(0, 80), y=rng.uniform(100, 900), kit=RED
        )
        for i, s in enumerate(np.sort(rng.uniform(0, 40, 60)), 1)
    ]
    rows = together(*parts)
    whole, windows = TrackletCollector(), TrackletCollector()
    whole.add(rows)
    for low in range(0, 1400, 100):
        part = (rows.frame >= low) & (rows.frame < low + 100)
        windows.add(TrackRows(*(getattr(rows, n)[part] for n in ("frame", "t_s", "track_id", "xyxy", "kit"))))
    a, b = whole.finish(), windows.finish()
    for name in ("track_id", "frame", "t_s", "count", "position", "velocity", "height", "kit"):
        np.testing.assert_allclose(getattr(b, name), getattr(a, name), rtol=1e-9, atol=1e-6)
    assert link_tracklets(a).track_id_map() == link_tracklets(b).track_id_map()
    assert len(set(link_tracklets(a).linked_id.tolist())) < 60


def test_persons_do_not_depend_on_the_size_or_place_of_the_picture():
    rng = np.random.default_rng(1)
    parts = [
        run_of(i, s, s + rng.uniform(1, 5), rng.uniform(0, 900), speed=rng.normal(0, 80), y=rng.uniform(100, 900))
        for i, s in enumerate(np.sort(rng.uniform(0, 20, 40)), 1)
    ]
    rows = together(*parts)
    moved = replace(rows, xyxy=rows.xyxy * 2 + 300)
    results = []
    for each in (rows, moved):
        collector = TrackletCollector()
        collector.add(each)
        results.append(link_tracklets(collector.finish()).track_id_map())
    assert results[0] == results[1]


def test_an_empty_film():
    collector = TrackletCollector()
    collector.add(TrackRows.of([], np.zeros(0)))
    pieces = link_tracklets(collector.finish())
    assert len(pieces) == 0
    assert pieces.linked(np.array([1], np.int32), np.array([0], np.int32)).tolist() == [-1]


def test_rows_are_looked_up_by_number_and_frame():
    pieces = LinkedPieces(*(np.array(c, np.int32) for c in ([5, 7, 5], [0, 3, 10], [9, 8, 20], [5, 5, 9])))
    track = np.array([5, 5, 5, 5, 7, 7, 6], np.int32)
    frame = np.array([0, 9, 10, 21, 3, 9, 3], np.int32)
    assert pieces.linked(track, frame).tolist() == [5, 5, 9, -1, 5, -1, -1]
    assert pieces.track_id_map() == {5: 5, 7: 5}
