"""Who is who across cameras, against people whose places are known."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.vision.multiview.people import tracks_of, walkers
from tests.vision.multiview.rigs import ring
from vision.errors import ShapeError
from vision.multiview.association import ViewTrack, associate
from vision.multiview.cameras import CameraRig
from vision.skeletons import COCO17


def rig(cameras: int, **kwargs: Any) -> CameraRig:
    return CameraRig.from_params(ring(cameras, **kwargs))


def pairs(owner: Any) -> Any:
    owner = np.asarray(owner)
    return owner[:, None] == owner[None, :]


def agreement(found: Any, owners: Any) -> tuple[float, float]:
    """Precision and recall over pairs of tracks that are said to be one person."""
    upper = np.triu(np.ones((len(owners), len(owners)), bool), 1)
    said, true = pairs(found)[upper], pairs(owners)[upper]
    return float((said & true).sum() / max(said.sum(), 1)), float((said & true).sum() / max(true.sum(), 1))


@pytest.mark.parametrize(("cameras", "people"), [(2, 3), (3, 6), (4, 6), (4, 10), (8, 6)])
def test_everybody_is_found_in_every_camera(cameras: int, people: int) -> None:
    several = rig(cameras)
    if cameras == 2:
        several = CameraRig.from_params({name: ring(8)[name] for name in ("camera0", "camera2")})
    precisions, recalls = [], []
    for seed in range(4):
        tracks, owners = tracks_of(several, walkers(people, 8.0, seed=seed), seed=seed)
        precision, recall = agreement(associate(tracks, several, COCO17), owners)
        precisions.append(precision)
        recalls.append(recall)
    assert np.mean(precisions) >= 0.99
    assert np.mean(recalls) >= 0.97


def test_pieces_of_a_track_are_joined_through_the_other_cameras() -> None:
    several = rig(4)
    tracks, owners = tracks_of(several, walkers(5, 12.0, seed=3), pieces=3)
    precision, recall = agreement(associate(tracks, several, COCO17), owners)
    assert precision >= 0.97
    assert recall >= 0.9


def test_two_tracks_of_one_camera_at_one_instant_are_two_people() -> None:
    several = rig(4)
    truth = walkers(1, 4.0)
    tracks, _ = tracks_of(several, truth)
    beside = tracks[0].keypoints + np.array([250.0, 0.0, 0.0], np.float32)
    double = ViewTrack(0, tracks[0].instant, beside)
    found = associate([*tracks, double], several, COCO17)
    assert found[0] != found[-1]


def test_a_false_track_belongs_to_nobody() -> None:
    several = rig(4)
    tracks, _ = tracks_of(several, walkers(3, 6.0, seed=2))
    rng = np.random.default_rng(0)
    still = np.concatenate([rng.uniform(100, 900, (1, 17, 2)).repeat(100, axis=0), np.full((100, 17, 1), 0.9)], axis=2)
    false = ViewTrack(2, np.arange(100, dtype=np.int32), still.astype(np.float32))
    found = associate([*tracks, false], several, COCO17)
    assert (found == found[-1]).sum() == 1


def test_people_filmed_one_after_the_other_are_not_joined() -> None:
    several = rig(3)
    tracks, _ = tracks_of(several, walkers(1, 4.0))
    later = [ViewTrack(t.camera, t.instant + np.int32(200 * t.camera), t.keypoints) for t in tracks]
    assert sorted(associate(later, several, COCO17).tolist()) == [0, 1, 2]


def test_nobody_is_nobody() -> None:
    assert associate([], rig(3), COCO17).tolist() == []


def test_another_skeleton_is_refused() -> None:
    track = ViewTrack(0, np.zeros(1, np.int32), np.zeros((1, 26, 3), np.float32))
    with pytest.raises(ShapeError, match="26"):
        associate([track], rig(3), COCO17)


def test_two_boxes_on_one_body_are_one_person() -> None:
    """A detector that finds a body and its upper half gives two tracks of one person in one camera."""
    several = rig(4)
    tracks, owners = tracks_of(several, walkers(3, 8.0, seed=6))
    half = tracks[0].keypoints.copy()
    half[:, 11:, 2] = 0.1
    half[:, :, :2] += np.random.default_rng(0).normal(0, 3, half[:, :, :2].shape).astype(np.float32)
    found = associate([*tracks, ViewTrack(0, tracks[0].instant, half)], several, COCO17)
    assert found[-1] == found[0]
    assert agreement(found[:-1], owners) == (1.0, 1.0)
