"""Looks left out: long strides past people who stand, every picture of a sprint or a crossing, and identities kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.vision.tracking.scenes import Noise, Truth, detect, hard_scene
from tests.vision.tracking.scoring import Score, score
from vision.errors import VisionError
from vision.tracking.bytetrack import ByteTracker
from vision.tracking.looks import LookChooser, LookParams, first_looks, look_in_turn, put_between
from vision.types import CLASS_BALL, CLASS_PERSON, Detections, Tracks

FPS = 25.0
FRAMES = 50
TALL, WIDE = 100.0, 40.0
Way = Callable[[float], tuple[float, float]]


def boxes_at(frame: int, ways: list[Way], ball_score: float = 0.0) -> Detections:
    """People of 100 px whose feet are where their ways say, and a ball if it has a score."""
    feet = np.array([way(frame / FPS) for way in ways]).reshape(-1, 2)
    xyxy = np.column_stack((feet[:, 0] - WIDE / 2, feet[:, 1] - TALL, feet[:, 0] + WIDE / 2, feet[:, 1]))
    kinds, scores = [CLASS_PERSON] * len(ways), [0.9] * len(ways)
    if ball_score:
        xyxy, kinds, scores = np.vstack((xyxy, [[5, 5, 15, 15]])), [*kinds, CLASS_BALL], [*scores, ball_score]
    return Detections(xyxy.astype(np.float32), np.array(scores, np.float32), np.array(kinds, np.int16))


def stand(x: float, y: float) -> Way:
    return lambda t_s: (x, y)


def run_at(hps: float, x: float, y: float) -> Way:
    """Along the picture, with so many heights a second."""
    return lambda t_s: (x + hps * TALL * t_s, y)


def looked_at(found: Callable[[int], Detections], rate_hz: float = FPS, frames: int = FRAMES) -> NDArray[np.bool_]:
    """Which of the frames are looked at."""
    t_s = np.arange(frames) / rate_hz
    first, chooser = first_looks(t_s), LookChooser()
    told = look_in_turn(
        iter(range(frames)),
        lambda frame: bool(first[frame]),
        lambda some: [found(frame) for frame in some],
        lambda frame, detections: chooser.more(detections, float(t_s[frame])),
        batch=4,
    )
    return np.array([detections is not None for _, detections in told])


def every_second(frames: int = FRAMES) -> NDArray[np.bool_]:
    """The first looks at 25 pictures a second; after the last of them nothing can be put."""
    return (np.arange(frames) % 2 == 0) | (np.arange(frames) == frames - 1)


@pytest.mark.parametrize(("rate_hz", "nth"), [(10.0, 1), (23.9, 1), (25.0, 2), (30.0, 2), (50.0, 4), (60.0, 5)])
def test_twelve_looks_a_second_come_first(rate_hz: float, nth: int) -> None:
    np.testing.assert_array_equal(np.flatnonzero(first_looks(np.arange(40) / rate_hz)), np.arange(0, 40, nth))


def test_a_film_of_one_picture_is_looked_at() -> None:
    assert first_looks(np.zeros(1)).tolist() == [True]


def test_past_people_who_stand_or_jog_every_second_picture_is_left_out() -> None:
    ways = [stand(300, 300), stand(600, 300), run_at(2.0, 100, 600)]
    np.testing.assert_array_equal(looked_at(lambda frame: boxes_at(frame, ways)), every_second())


def test_a_picture_without_anybody_needs_no_second_look() -> None:
    np.testing.assert_array_equal(looked_at(lambda frame: boxes_at(frame, [])), every_second())


def test_a_sprint_is_looked_at_in_every_picture() -> None:
    """Stand for a second, then 4.4 heights a second: 8 m/s."""

    def sprint(t_s: float) -> tuple[float, float]:
        return (200 + 4.4 * TALL * max(0.0, t_s - 1.0), 600.0)

    looked = looked_at(lambda frame: boxes_at(frame, [stand(300, 300), stand(900, 300), sprint]))
    np.testing.assert_array_equal(looked[:24], every_second()[:24])
    assert looked[30:].all()


def test_a_camera_that_pans_past_people_who_stand_makes_nobody_quick() -> None:
    ways = [run_at(4.0, 150.0 * number, 300.0) for number in range(6)]
    np.testing.assert_array_equal(looked_at(lambda frame: boxes_at(frame, ways)), every_second())
    assert looked_at(lambda frame: boxes_at(frame, ways[:2]))[6:].all(), "of two nobody knows who or what moves"


def test_a_crossing_is_looked_at_in_every_picture_and_only_while_it_lasts() -> None:
    """Two walk through each other: their boxes touch from 0.6 to 1.4 s, and their middles meet after 1 s."""
    ways = [run_at(0.5, 250, 300), run_at(-0.5, 350, 306), stand(700, 600)]
    looked = looked_at(lambda frame: boxes_at(frame, ways))
    assert looked[22:29].all()
    np.testing.assert_array_equal(looked[:14], every_second()[:14])
    np.testing.assert_array_equal(looked[38:], every_second()[38:])


def test_who_is_lost_beside_another_is_looked_for() -> None:
    def found(frame: int) -> Detections:
        ways = [stand(300, 300), stand(320, 304), stand(700, 600)]
        return boxes_at(frame, ways if frame < 20 else [ways[0], ways[2]])

    looked = looked_at(found)
    assert looked[19] and not looked[17] and not looked[25]


def test_who_is_lost_alone_is_a_blink_of_the_detector() -> None:
    ways = [stand(300, 300), stand(500, 300), stand(700, 600)]
    looked = looked_at(lambda frame: boxes_at(frame, ways if frame < 20 else ways[1:]))
    np.testing.assert_array_equal(looked, every_second())


def test_another_view_is_looked_at_from_where_it_may_begin() -> None:
    first, second = [stand(200, 300), stand(400, 300)], [stand(900, 700), stand(1200, 700)]
    looked = looked_at(lambda frame: boxes_at(frame, first if frame < 21 else second))
    assert looked[21] and not looked[19] and not looked[31]


def test_while_a_ball_is_surely_there_every_picture_is_looked_at() -> None:
    def found(frame: int, ball_score: float) -> Detections:
        return boxes_at(frame, [stand(300, 300)], ball_score if 20 <= frame < 30 else 0.0)

    looked = looked_at(lambda frame: found(frame, 0.6))
    assert looked[19:30].all()
    assert not looked[17] and not looked[33]
    np.testing.assert_array_equal(looked_at(lambda frame: found(frame, 0.3)), every_second())


def test_at_more_pictures_a_second_more_are_left_out() -> None:
    looked = looked_at(lambda frame: boxes_at(frame, [stand(300, 300)]), rate_hz=60.0)
    np.testing.assert_array_equal(np.flatnonzero(looked), [*range(0, 46, 5), 46, 47, 48, 49])


def test_pictures_before_the_first_look_are_looked_at_and_the_order_is_kept() -> None:
    told = list(
        look_in_turn(
            iter("abcdefg"),
            lambda picture: picture in "ce",
            lambda some: [boxes_at(0, [stand(float(ord(picture)), 300)]) for picture in some],
            lambda picture, found: picture == "c",
            batch=1,
        )
    )
    assert "".join(picture for picture, _ in told) == "abcdefg"
    assert [picture for picture, found in told if found is None] == ["d"]
    for picture, found in told:
        assert found is None or found.xyxy[0, 2] - WIDE / 2 == ord(picture), "each has what was found in it"


@pytest.mark.parametrize("batch", [1, 3, 100])
def test_how_many_are_looked_at_at_once_changes_nothing(batch: int) -> None:
    chosen = []
    for size in (4, batch):
        chooser, first = LookChooser(), first_looks(np.arange(FRAMES) / FPS)
        ways = [run_at(0.5, 250, 300), run_at(-0.5, 350, 306)]
        told = look_in_turn(
            iter(range(FRAMES)),
            lambda frame, first=first: bool(first[frame]),
            lambda some, ways=ways: [boxes_at(frame, ways) for frame in some],
            lambda frame, found, chooser=chooser: chooser.more(found, frame / FPS),
            size,
        )
        chosen.append([frame for frame, found in told if found is None])
    assert chosen[0] == chosen[1] and chosen[0]


def test_times_must_rise() -> None:
    chooser = LookChooser()
    chooser.more(boxes_at(0, [stand(300, 300)]), 1.0)
    with pytest.raises(VisionError, match="increase"):
        chooser.more(boxes_at(0, [stand(300, 300)]), 1.0)


def tracks_of(numbers: list[int], x: list[float], scores: list[float]) -> Tracks:
    """Boxes of 40 × 100 px."""
    left = np.array(x, np.float32)
    xyxy = np.column_stack((left, np.zeros_like(left), left + 40, np.full_like(left, 100)))
    kinds = np.zeros(len(x), np.int16)
    return Tracks(
        np.array(numbers, np.int32), xyxy, np.array(scores, np.float32), kinds, np.arange(len(x), dtype=np.int32)
    )


def test_between_two_looks_are_those_whom_both_show_on_the_straight_way() -> None:
    found = put_between(
        tracks_of([1, 2, 4], [0, 50, 90], [0.9, 0.8, 0.7]), tracks_of([4, 1, 7], [98, 20, 5], [0.6, 0.95, 1]), 0.25
    )
    assert found.track_id.tolist() == [1, 4]
    np.testing.assert_allclose(found.xyxy[:, 0], [5.0, 92.0])
    np.testing.assert_allclose(found.score, [0.9, 0.6])
    assert found.detection_index.tolist() == [-1, -1], "nobody saw them there"


def test_between_looks_at_nobody_is_nobody() -> None:
    assert len(put_between(tracks_of([], [], []), tracks_of([3], [1.0], [0.9]), 0.5)) == 0


def followed(truth: Truth, found: list[Detections], params: LookParams | None) -> tuple[Score, float]:
    """Score of the tracker with looks left out (`None`: none), and the share that was looked at."""
    t_s, tracker, chooser = truth.t_s, ByteTracker(), LookChooser(params)
    first = first_looks(t_s, params) if params else np.ones(len(t_s), np.bool_)
    tracks: list[Tracks] = []
    waiting: list[int] = []
    looked, last = 0, 0
    for frame, detections in look_in_turn(
        iter(range(len(found))),
        lambda frame: bool(first[frame]),
        lambda some: [found[frame] for frame in some],
        lambda frame, detections: params is not None and chooser.more(detections, float(t_s[frame])),
        batch=4,
    ):
        if detections is None:
            waiting.append(frame)
            continue
        here = tracker.update(detections, float(t_s[frame]))
        tracks += [
            put_between(tracks[last], here, float((t_s[at] - t_s[last]) / (t_s[frame] - t_s[last]))) for at in waiting
        ]
        tracks.append(here)
        looked, last, waiting = looked + 1, frame, []
    return score(truth, [each.track_id for each in tracks], [each.xyxy for each in tracks]), looked / len(found)


def test_identities_are_as_good_as_with_every_picture() -> None:
    """A hard scene, quick enough to be looked at mostly; four looks a second without the rule lose its players."""
    truth = hard_scene(0)
    found, _ = detect(truth, Noise(), 0)
    every, all_looked = followed(truth, found, None)
    some, share = followed(truth, found, LookParams())
    assert all_looked == 1.0 and 0.5 < share < 0.97
    assert some.hota > every.hota - 0.03 and some.idf1 > every.idf1 - 0.03
    blind = replace(LookParams(), read_hz=4.0, quick_hps=np.inf, near=1.0, kept_share=0.0)
    few, share = followed(truth, found, blind)
    assert share < 0.25
    assert few.hota < every.hota - 0.1
