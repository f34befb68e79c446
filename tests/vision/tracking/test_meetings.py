"""Where tracks are cut because somebody was lost, or came, where somebody else stood."""

from __future__ import annotations

import numpy as np

from tests.vision.tracking.test_bytetrack import FPS, box
from vision.tracking.meetings import MeetingFinder, Meetings
from vision.tracking.rows import TrackRows


def rows_of(ways, frames):
    """Rows of tracks: number → frame → box or None."""
    table = [(f, number, way(f)) for f in frames for number, way in ways.items() if way(f) is not None]
    frame, number = (np.array([row[k] for row in table], np.int32) for k in (0, 1))
    return TrackRows(frame, frame / FPS, number, np.array([row[2] for row in table], np.float32))


def found(ways, frames=range(100), windows=1):
    finder = MeetingFinder()
    for part in np.array_split(np.array(frames), windows):
        finder.add(rows_of(ways, part.tolist()))
    return finder.finish()


def stands(frame):
    return box(300)


def test_who_is_lost_and_found_beside_another_cuts_both():
    met = found({1: stands, 2: lambda f: box(310) if f < 40 or f >= 60 else None})
    assert met == Meetings({1: [40, 60], 2: [60]}, frozenset())


def test_the_windows_do_not_matter():
    ways = {1: stands, 2: lambda f: box(310) if f < 40 or f >= 60 else None}
    for windows in (2, 7, 50):
        assert found(ways, windows=windows) == found(ways)


def test_a_new_number_beside_another_cuts_the_other():
    met = found({1: stands, 2: lambda f: box(310) if f < 40 else None, 3: lambda f: box(290) if f >= 55 else None})
    assert met.cuts == {1: [40, 55]}


def test_nobody_is_cut_by_what_happens_elsewhere():
    met = found({1: stands, 2: lambda f: box(400) if f < 40 or f >= 60 else None})
    assert met == Meetings({}, frozenset())


def test_those_there_from_the_first_frame_on_have_met_nobody():
    assert found({1: stands, 2: lambda f: box(310)}).cuts == {}


def test_a_single_missed_frame_is_no_meeting():
    assert found({1: stands, 2: lambda f: box(310) if f % 10 else None}, range(1, 100)).cuts == {}


def test_a_second_box_is_told_and_cuts_nobody():
    met = found({1: stands, 2: lambda f: box(302, 280, 30, 60) if 30 <= f < 60 else None})
    assert met == Meetings({}, frozenset({2}))


def test_who_stays_beside_another_for_long_is_no_second_box():
    met = found({1: stands, 2: lambda f: box(310) if 20 <= f < 90 else None})
    assert met == Meetings({1: [20, 90]}, frozenset())


def test_cuts_leave_pieces_that_can_be_judged():
    # Lost and found in turn: no piece shorter than 0.4 s is cut off.
    met = found({1: stands, 2: lambda f: box(310) if f % 8 < 4 else None})
    assert len(met.cuts[1]) > 3
    assert np.diff([0, *met.cuts[1]]).min() >= 10 - 1
