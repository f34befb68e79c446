"""The camera's motion out of recorded correspondences, and what it is worth to the tracker."""

from __future__ import annotations

import numpy as np
import pytest

from tests.vision.tracking.scenes import Hand, Noise, background_rows, detect, hand_maps, hard_scene, held
from tests.vision.tracking.scoring import Score, score
from vision.errors import ShapeError
from vision.tracking.background import NO_KEYFRAME
from vision.tracking.bytetrack import ByteTracker
from vision.tracking.recorded_motion import RecordedMotion

SIZE = (1920, 1080)
CORNERS = np.array([[0, 0, 1], [1920, 0, 1], [1920, 1080, 1], [0, 1080, 1.0]]).T
T_S = np.arange(100) / 25.0


def corner_error(got, want) -> float:
    mapped, true = got @ CORNERS, want @ CORNERS
    return float(np.abs(mapped[:2] / mapped[2] - true[:2] / true[2]).max())


@pytest.mark.parametrize("sigma_px,limit_px", [(0.0, 0.05), (0.5, 6.0)])
def test_the_map_to_the_last_picture_across_keyframes(sigma_px: float, limit_px: float) -> None:
    """36 points of 0.5 px fix a corner to about 1 px; the worst of 99 pictures and two links may be six times that."""
    maps = hand_maps(Hand(pan_deg=10, shake_deg=0.3), T_S, 0)
    recorded = RecordedMotion(SIZE)
    found = [recorded.step(*row) for row in background_rows(maps, SIZE, 1, sigma_px=sigma_px)]
    assert found[0] is None
    errors = [corner_error(found[k], maps[k - 1] @ np.linalg.inv(maps[k])) for k in range(1, len(maps))]
    assert max(errors) < limit_px


def test_a_lost_background_is_no_motion_and_found_again() -> None:
    maps = hand_maps(Hand(pan_deg=10), T_S, 0)
    rows = background_rows(maps, SIZE, 1, sigma_px=0.0)
    rows[10] = (10, NO_KEYFRAME, np.full((36, 4), np.nan, np.float32))
    recorded = RecordedMotion(SIZE)
    found = [recorded.step(*row) for row in rows[:14]]
    assert [k for k, moved in enumerate(found) if moved is None] == [0, 10, 11]
    assert corner_error(found[12], maps[11] @ np.linalg.inv(maps[12])) < 0.05


def test_too_few_points_and_impossible_maps_are_no_motion() -> None:
    maps = hand_maps(Hand(), T_S, 0)
    rows = background_rows(maps, SIZE, 1)
    few = rows[1][2].copy()
    few[7:] = np.nan
    flipped = rows[2][2].copy()
    flipped[:, 2] = SIZE[0] - flipped[:, 2]
    recorded = RecordedMotion(SIZE)
    assert recorded.step(*rows[0]) is None
    assert recorded.step(1, 0, few) is None
    assert recorded.step(2, 0, flipped) is None
    with pytest.raises(ShapeError):
        recorded.step(3, 0, np.zeros((5, 3), np.float32))


def followed(hand: Hand, *, compensated: bool) -> Score:
    still = hard_scene(0, seconds=12)
    maps = hand_maps(hand, still.t_s, 0)
    truth = held(still, maps)
    detections, _ = detect(truth, Noise(), 0)
    recorded, tracker, tracks = RecordedMotion(SIZE), ByteTracker(), []
    for row, each, t_s in zip(background_rows(maps, SIZE, 1), detections, truth.t_s, strict=True):
        moved = recorded.step(*row)
        tracks.append(tracker.update(each, float(t_s), moved if compensated else None))
    return score(truth, [each.track_id for each in tracks], [each.xyxy for each in tracks])


def test_a_shaking_hand_no_longer_costs_the_identities() -> None:
    """0.3° of shake are 6 px a far player of 60 px jumps by; without the map the tracker takes it for running."""
    shaken = Hand(shake_deg=0.3)
    without, with_map, still = (
        followed(hand, compensated=on) for hand, on in ((shaken, False), (shaken, True), (Hand(), False))
    )
    assert with_map.idf1 > without.idf1 + 0.2
    assert with_map.switches < without.switches / 4
    assert with_map.idf1 > still.idf1 - 0.05


def test_a_wide_quick_pan_keeps_more() -> None:
    """The players' common drift follows a pan by itself; the map knows its turning points."""
    hand = Hand(pan_deg=25, pan_s=6)
    without, with_map = followed(hand, compensated=False), followed(hand, compensated=True)
    assert with_map.idf1 > without.idf1
    assert with_map.switches < without.switches
