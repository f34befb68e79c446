"""The tracker on small scenes whose identities are known."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from tests.vision.tracking.scenes import Noise, as_detections, detect, hard_scene
from vision.errors import ShapeError, VisionError
from vision.tracking.bytetrack import ByteTrackConfig, ByteTracker
from vision.types import CLASS_BALL, CLASS_GOALKEEPER, CLASS_PERSON, Detections

FPS = 25.0


def box(x, y=300.0, width=40.0, height=100.0):
    return [x - width / 2, y - height / 2, x + width / 2, y + height / 2]


def ids_of(tracker, frames, fps=FPS):
    """Track id of every detection of every frame (0 where it has none), times from the frame rate."""
    result = []
    for frame, boxes in enumerate(frames):
        detections = boxes if isinstance(boxes, Detections) else as_detections(boxes)
        tracks = tracker.update(detections, frame / fps)
        ids = np.zeros(len(detections), int)
        real = tracks.detection_index >= 0
        ids[tracks.detection_index[real]] = tracks.track_id[real]
        result.append(ids.tolist())
    return result


def test_two_players_who_cross_keep_their_ids():
    frames = [[box(100 + 8 * f, 300), box(700 - 8 * f, 318)] for f in range(75)]
    assert ids_of(ByteTracker(), frames) == [[1, 2]] * 75


@pytest.mark.parametrize("hidden_s", [1.0, 1.5, 1.9])
def test_a_player_hidden_behind_another_comes_back_with_the_id(hidden_s):
    gone = range(30, 30 + round(hidden_s * FPS))
    frames = [[box(100 + 4 * f)] + ([] if f in gone else [box(500 - 4 * f, 304)]) for f in range(110)]
    seen = ids_of(ByteTracker(), frames)
    assert seen[0] == [1, 2] and seen[-1] == [1, 2]
    assert {i for ids in seen for i in ids} == {1, 2}


def test_a_player_away_for_longer_than_the_buffer_gets_a_new_id():
    config = ByteTrackConfig(lost_s=1.0)
    frames = [[box(200)]] * 10 + [[]] * 40 + [[box(200)]] * 10
    seen = ids_of(ByteTracker(config), frames)
    assert seen[9] == [1]
    assert seen[50] == [0] and seen[51] == [2] and seen[59] == [2]


def test_false_boxes_of_one_frame_are_never_shown():
    rng = np.random.default_rng(5)
    frames = [[box(100 + 3 * f), box(rng.uniform(300, 1800), rng.uniform(50, 1000))] for f in range(1, 200)]
    seen = ids_of(ByteTracker(), frames[:1] + frames)
    assert all(ids[0] == 1 for ids in seen)
    assert sum(ids[1] > 2 for ids in seen) <= 2


def test_a_weak_box_keeps_a_track_but_starts_none():
    weak = as_detections([box(206), box(900)], np.array([0.2, 0.2]))
    frames = [[box(200)], [box(203)], weak, weak, weak]
    assert ids_of(ByteTracker(), frames)[-1] == [1, 0]


def test_a_second_box_of_a_person_starts_no_track():
    body, legs, other = box(200, height=100), box(200, 325, height=50), box(232)
    frames = [as_detections([body, legs, other], np.array([0.9, 0.6, 0.8]))] * 5
    assert ids_of(ByteTracker(), frames) == [[1, 0, 2]] * 5
    assert ids_of(ByteTracker(ByteTrackConfig(double_share=1.0)), frames)[-1] == [1, 2, 3]


def test_empty_frames_and_an_empty_film():
    tracker = ByteTracker()
    for frame in range(500):
        assert len(tracker.update(Detections.empty(), frame / FPS)) == 0
    tracks = tracker.update(as_detections([box(10)]), 21.0)
    assert len(tracks) == 0
    assert tracker.update(as_detections([box(10)]), 21.04).track_id.tolist() == [1]


def test_the_rate_of_the_frames_may_change():
    rng = np.random.default_rng(2)
    tracker, t_s, seen = ByteTracker(), 0.0, set()
    for _ in range(150):
        t_s += rng.choice([1 / 60, 1 / 30, 1 / 24, 0.2])
        x = 100 + 90 * t_s
        seen |= set(tracker.update(as_detections([box(x), box(1500 - x, 330)]), t_s).track_id.tolist())
    assert seen == {1, 2}


def test_a_panning_camera_does_not_lose_the_hidden():
    """All move with the camera at 250 px/s; one is hidden for a second while the pan goes on."""
    frames = []
    for f in range(80):
        shift = 10.0 * f
        players = [box(x + shift, y) for x, y in ((100, 200), (300, 420), (500, 260), (650, 500), (800, 330))]
        hidden = [] if 30 <= f < 55 else [box(400 + shift, 650)]
        frames.append(players + hidden)
    seen = ids_of(ByteTracker(), frames)
    assert seen[0] == seen[-1] == [1, 2, 3, 4, 5, 6]


def test_a_known_camera_motion_is_used():
    """The camera jumps by 400 px; the map says so."""
    shift = np.array([[1.0, 0.0, 400.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    before = [box(600, 200), box(900, 400)]
    after = [box(200, 200), box(500, 400)]
    for motion, want in ((shift, [1, 2]), (None, [])):
        tracker = ByteTracker()
        for frame in range(10):
            tracker.update(as_detections(before), frame / FPS)
        tracks = tracker.update(as_detections(after), 10 / FPS, motion)
        assert tracks.track_id[tracks.detection_index >= 0].tolist() == want


def test_balls_and_broken_boxes_are_passed_over():
    xyxy = np.array([box(100), box(300), box(500), [50, 50, 40, 60], [np.nan] * 4, [0, 0, np.inf, 10]], np.float32)
    classes = np.array([CLASS_PERSON, CLASS_BALL, CLASS_GOALKEEPER, 0, 0, 0], np.int16)
    tracks = ByteTracker().update(Detections(xyxy, np.full(6, 0.9, np.float32), classes), 0.0)
    assert tracks.detection_index.tolist() == [0, 2]
    assert tracks.class_id.tolist() == [CLASS_PERSON, CLASS_GOALKEEPER]


def test_the_class_is_what_most_detections_said():
    tracker = ByteTracker()
    for frame, class_id in enumerate(
        [CLASS_PERSON, CLASS_GOALKEEPER, CLASS_GOALKEEPER, CLASS_PERSON, CLASS_GOALKEEPER]
    ):
        one = as_detections([box(100)])
        tracks = tracker.update(Detections(one.xyxy, one.score, np.array([class_id], np.int16)), frame / FPS)
    assert tracks.class_id.tolist() == [CLASS_GOALKEEPER]


def test_a_missed_frame_is_bridged_and_marked():
    tracker = ByteTracker()
    for frame in range(20):
        tracker.update(as_detections([box(100 + 5 * frame)]), frame / FPS)
    bridged = tracker.update(Detections.empty(), 20 / FPS)
    assert bridged.detection_index.tolist() == [-1] and bridged.track_id.tolist() == [1]
    assert bridged.xyxy[:, [0, 2]].mean() == pytest.approx(200, abs=3)
    assert bridged.detected is not None and np.isnan(bridged.detected).all()
    assert len(tracker.update(Detections.empty(), 25 / FPS)) == 0


def test_the_detectors_own_box_stands_beside_the_filtered_one():
    """Also where some are missed, and where the detections come in another order than the tracks."""
    rng = np.random.default_rng(0)
    tracker = ByteTracker()
    for frame in range(20):
        boxes = np.array([box(x + rng.normal(0, 3)) for x in (100, 300, 500)])
        order = rng.permutation(3)[: 2 if frame == 10 else 3]
        found = as_detections(boxes[order])
        tracks = tracker.update(found, frame / FPS)
        seen = tracks.detection_index >= 0
        assert tracks.detected is not None and len(tracks.detected) == len(tracks) == 3
        np.testing.assert_array_equal(tracks.detected[seen], found.xyxy[tracks.detection_index[seen]])
        assert np.isnan(tracks.detected[~seen]).all() and seen.sum() == len(order)
    assert np.abs(tracks.detected - tracks.xyxy).max() > 0.5, "the tracker's are smoothed"


def test_the_order_of_the_detections_does_not_matter():
    truth = hard_scene(4, seconds=12, players=10)
    frames, _ = detect(truth, Noise(), 7)
    rng = np.random.default_rng(0)
    plain, shuffled = ByteTracker(), ByteTracker()
    names: dict[int, int] = {}
    for frame, detections in enumerate(frames):
        order = rng.permutation(len(detections))
        a = plain.update(detections, frame / FPS)
        b = shuffled.update(detections.select(order), frame / FPS)
        index = np.where(b.detection_index >= 0, order[b.detection_index], -1)
        by_place = {tuple(np.round(x, 2)): i for x, i in zip(b.xyxy.tolist(), b.track_id.tolist(), strict=True)}
        assert sorted(index.tolist()) == sorted(a.detection_index.tolist())
        for place, track in zip(a.xyxy.tolist(), a.track_id.tolist(), strict=True):
            other = by_place[tuple(np.round(place, 2))]
            assert names.setdefault(track, other) == other
    assert len(set(names.values())) == len(names) > 10


@pytest.mark.parametrize("factor,offset", [(1.0, 500.0), (2.0, 0.0), (0.5, -100.0)])
def test_a_moved_or_scaled_picture_gives_the_same_ids(factor, offset):
    truth = hard_scene(5, seconds=10, players=12)
    frames, _ = detect(truth, Noise(), 8)
    plain, other = ByteTracker(), ByteTracker()
    for frame, detections in enumerate(frames):
        moved = as_detections(detections.xyxy.astype(np.float64) * factor + offset, detections.score)
        a, b = plain.update(detections, frame / FPS), other.update(moved, frame / FPS)
        assert a.track_id.tolist() == b.track_id.tolist()
        np.testing.assert_allclose(b.xyxy, a.xyxy * factor + offset, atol=0.05)


def test_two_trackers_count_apart():
    one, two = ByteTracker(), ByteTracker()
    assert one.update(as_detections([box(1), box(200)]), 0.0).track_id.tolist() == [1, 2]
    assert two.update(as_detections([box(1)]), 0.0).track_id.tolist() == [1]
    one.reset()
    assert one.update(as_detections([box(50)]), 0.0).track_id.tolist() == [1]


def test_a_restored_tracker_goes_on_as_if_nothing_had_happened(tmp_path):
    truth = hard_scene(6, seconds=12, players=14)
    frames, _ = detect(truth, Noise(), 9)
    whole, before, after = ByteTracker(), ByteTracker(), ByteTracker()
    for frame, detections in enumerate(frames):
        if frame == 150:
            np.savez(tmp_path / "state.npz", **before.state())
            with np.load(tmp_path / "state.npz") as saved:
                after.restore({"tracks": saved["tracks"], "drift": saved["drift"], "clock": saved["clock"]})
        want = whole.update(detections, frame / FPS)
        got = (before if frame < 150 else after).update(detections, frame / FPS)
        for name in ("track_id", "xyxy", "score", "class_id", "detection_index"):
            np.testing.assert_array_equal(getattr(got, name), getattr(want, name))


def test_a_state_of_another_kind_of_tracker_is_refused():
    other = ByteTracker(ByteTrackConfig(classes=(CLASS_PERSON,)))
    with pytest.raises(ShapeError, match=r"expected \(27, N\)"):
        ByteTracker().restore(other.state())


def test_the_given_state_is_a_copy():
    tracker = ByteTracker()
    tracker.update(as_detections([box(100)]), 0.0)
    state = tracker.state()
    state["tracks"][:] = 0
    assert tracker.update(as_detections([box(100)]), 0.04).track_id.tolist() == [1]


@pytest.mark.parametrize("t_s", [1.0, 0.5, float("nan")])
def test_time_must_go_on(t_s):
    tracker = ByteTracker()
    tracker.update(as_detections([box(100)]), 1.0)
    with pytest.raises(VisionError, match="frame times must increase"):
        tracker.update(as_detections([box(100)]), t_s)


WATCHED = 2_000


def busy_frame(rng, frame):
    """Six players who sway and six false boxes."""
    centre = rng.uniform(0, 1800, (12, 2))
    centre[:6] = np.arange(6)[:, None] * 250 + 20 * np.sin(frame / 40)
    return as_detections(np.concatenate((centre - 30, centre + 30), 1))


@pytest.mark.parametrize("frames", [WATCHED + 500, pytest.param(100_000, marks=pytest.mark.slow)])
def test_memory_does_not_grow_with_the_film(frames):
    """What the last 2,000 frames leave behind is what every 2,000 frames leave behind: nothing."""
    rng = np.random.default_rng(0)
    tracker = ByteTracker()
    for frame in range(frames):
        if frame == frames - WATCHED:
            tracemalloc.start()
        if frame == frames - WATCHED // 2:
            middle = tracemalloc.get_traced_memory()[0]
        tracker.update(busy_frame(rng, frame), frame / FPS)
    final, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert final - middle < 20_000
    assert peak < 200_000
    assert tracker.state()["tracks"].shape[1] < 200


def around(*boxes):
    """The one box that a detector draws around people who overlap."""
    corners = np.array(boxes)
    return [*corners[:, :2].min(axis=0), *corners[:, 2:].max(axis=0)]


def meeting(frame, merged):
    """Two who walk through each other, one a head behind; as one box where their boxes overlap much."""
    left, right = box(200 + 4 * frame, 300), box(440 - 4 * frame, 335)
    return [around(left, right)] if frame in merged else [left, right]


def test_a_box_around_two_is_nobodys_and_starts_nobody():
    merged = range(26, 35)
    frames = [meeting(f, merged) for f in range(60)]
    seen = ids_of(ByteTracker(), frames)
    assert [seen[f] for f in merged] == [[0]] * len(merged)
    assert seen[:26] + seen[35:] == [[1, 2]] * 51
    # Held for one of them, the box would have pulled that track along.
    pulled = ids_of(ByteTracker(ByteTrackConfig(merge_growth=np.inf)), frames)
    assert any(ids != [0] for ids in pulled[26:35])


def test_a_box_around_two_moves_no_track():
    tracker = ByteTracker(ByteTrackConfig(coast_s=1.0))
    for frame in range(33):
        tracks = tracker.update(as_detections(meeting(frame, range(26, 33))), frame / FPS)
    assert tracks.detection_index.tolist() == [-1, -1]
    np.testing.assert_allclose(tracks.xyxy, meeting(32, ()), atol=12.0)


def test_one_who_stands_before_two_others_keeps_the_box():
    # As large as it was before it hid them: no box around two.
    frames = [[box(300, 300, 90, 220), box(150 + 6 * f, 280), box(110 + 6 * f, 300)] for f in range(20)]
    frames += [[box(300, 300, 90, 220)]] * 10
    assert [ids[0] for ids in ids_of(ByteTracker(), frames)] == [1] * 30


def test_one_who_grows_alone_keeps_the_track():
    # A keeper who dives is twice as wide from one frame to the next; nobody else is expected there.
    frames = [[box(300), box(700)]] * 10 + [[box(300, width=80), box(700)]] * 10
    assert ids_of(ByteTracker(), frames) == [[1, 2]] * 20
