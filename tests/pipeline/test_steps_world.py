"""Foot points, metres and their errors, and whether the camera stood still."""

from __future__ import annotations

import numpy as np
import pytest

from pipeline.artefacts import Artefacts, Stamp
from pipeline.plan import ArtefactName
from pipeline.steps.camera import camera_moves
from pipeline.steps.feet import boxes_of, foot_points, match_poses, usual_offsets
from pipeline.steps.scale import load_scale, to_metres
from pipeline.testing import MemoryArtefactStore
from tests.factories.films import PX_PER_M, SIZE, calibration, to_image
from vision.calibration.homography import PitchHomography
from vision.errors import CalibrationError

BOX = np.array([[100.0, 100.0, 140.0, 200.0]], np.float32)


def person(ankle_y: float, *, seen: bool = True) -> np.ndarray:
    """Keypoints of one person whose ankles are at this height."""
    keypoints = np.zeros((1, 17, 3), np.float32)
    keypoints[0, :, 0], keypoints[0, :, 1], keypoints[0, :, 2] = 125.0, ankle_y, 0.9 if seen else 0.0
    return keypoints


def test_poses_are_matched_by_track_and_frame() -> None:
    tracks = {"track_id": np.array([2, 1, 1], np.int32), "frame": np.array([5, 5, 6], np.int32)}
    poses = {
        "track_id": np.array([1, 2], np.int32),
        "frame": np.array([6, 5], np.int32),
        "keypoints": np.stack([np.full((17, 3), 6.0, np.float32), np.full((17, 3), 5.0, np.float32)]),
    }
    found = match_poses(tracks, poses)
    assert found is not None
    assert [float(row[0, 0]) for row in found[[0, 2]]] == [5.0, 6.0]
    assert np.isnan(found[1, :, :2]).all() and (found[1, :, 2] == 0).all()
    assert match_poses(tracks, {key: array[:0] for key, array in poses.items()}) is None


def test_a_person_whose_ankles_hide_stands_where_they_usually_stand_from_the_box() -> None:
    one, other = np.array([1], np.int32), np.array([2], np.int32)
    usual = usual_offsets([(one, BOX, person(190.0)), (one, BOX, None), (other, BOX, person(180.0, seen=False))])
    seen, sigma_seen = foot_points(one, BOX, person(190.0), usual)
    hidden, sigma_hidden = foot_points(one, BOX, None, usual)
    stranger, _ = foot_points(other, BOX, None, usual)
    np.testing.assert_allclose(seen, [[125.0, 190.0 + 3.9]], atol=1e-4)
    np.testing.assert_allclose(hidden, seen, atol=1e-4)
    np.testing.assert_allclose(stranger, seen, atol=1e-4)
    assert sigma_hidden[0] > sigma_seen[0] > 0


def test_without_any_pose_people_stand_at_the_box_bottom() -> None:
    one = np.array([1], np.int32)
    points, _ = foot_points(one, BOX, None, usual_offsets([(one, BOX, None)]))
    np.testing.assert_allclose(points, [[120.0, 200.0]])


def test_people_stand_where_the_detector_saw_them_and_where_it_did_not_where_the_tracker_thinks() -> None:
    one = np.array([1, 1], np.int32)
    rows = {"xyxy": np.tile(BOX, (2, 1)), "detected": np.array([BOX[0] + 3, [np.nan] * 4], np.float32)}
    points, _ = foot_points(one, boxes_of(rows), None, usual_offsets([(one, boxes_of(rows), None)]))
    np.testing.assert_allclose(points, [[123.0, 203.0], [120.0, 200.0]])


def test_the_error_in_metres_grows_with_that_in_pixels() -> None:
    scale = load_scale(calibration())
    assert scale is not None
    points = to_image(np.array([[5.0, 2.0], [5.0, 2.0]]))
    xy, sigma = to_metres(scale, points, np.array([0.4, 4.0]))
    np.testing.assert_allclose(xy, [[5.0, 2.0], [5.0, 2.0]], atol=1e-3)
    np.testing.assert_allclose(sigma, np.array([0.4, 4.0]) / PX_PER_M, rtol=0.2)


def test_a_calibration_of_another_picture_size_is_refused() -> None:
    from pipeline.steps.calibrate import check_fits

    fitted = PitchHomography.from_dict(calibration())
    check_fits(fitted, SIZE)
    with pytest.raises(CalibrationError, match="192x128"):
        check_fits(fitted, (1920, 1080))


def watched(*windows: list[float]) -> Artefacts:
    """A camera series."""
    store = Artefacts(MemoryArtefactStore(), "s")
    stamp = Stamp("h")
    entries = []
    for number, shift in enumerate(windows):
        count = len(shift)
        arrays = {
            "frame": np.arange(count, dtype=np.int32),
            "t": np.arange(count) + 20.0 * number,
            "shift": np.array(shift, np.float32),
        }
        store.write_window(ArtefactName.CAMERA, number, arrays, stamp)
        entries.append({"window": number, "start": 0, "stop": 1, "t0": 20.0 * number, "t1": 20.0 * number + 19})
    store.write_manifest(ArtefactName.CAMERA, stamp, entries)
    return store


STILL = [0.0, 0.0002, 0.0001, 0.0003]


@pytest.mark.parametrize(
    ("windows", "moves"),
    [
        ([STILL] * 300, False),
        ([STILL, [0.0, 0.01, 0.04, 0.09]], True),
        ([STILL, [np.inf, 0.0, 0.0, 0.0], STILL], True),
        ([STILL] * 5 + [[0.0, np.nan, np.nan, np.nan]], False),
        ([STILL] * 20 + [[0.0, np.inf, 0.0, 0.0]], False),
        ([STILL] + [[0.006, 0.0, 0.0, 0.0]] * 6, True),
        ([[]], False),
    ],
    ids=["tripod", "pan", "set up anew", "bare grass", "one bad picture", "slow drift", "nothing known"],
)
def test_what_counts_as_a_moving_camera(windows: list[list[float]], moves: bool) -> None:
    assert camera_moves(watched(*windows)) is moves
