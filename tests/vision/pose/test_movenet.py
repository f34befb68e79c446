"""MoveNet: our decoding of many crops against the stock graph's, and people whose joints were marked by hand."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import pytest
from django.conf import settings

from vision.errors import ModelError, ShapeError
from vision.pose import MoveNetPose, build_pose
from vision.pose.movenet import decode
from vision.runtime import RuntimeConfig
from vision.skeletons import COCO17
from vision.types import Keypoints


def _stock_decode(centre: np.ndarray, heat: np.ndarray, regression: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """The stock graph's last part, step by step, for one crop: heads channels last → `(17, 3)` y, x, score."""
    grid = heat.shape[0]
    cell = int(np.argmax(centre.reshape(-1)))
    row, column = cell // grid, cell % grid
    joints = regression[row, column].reshape(17, 2)
    start_y, start_x = row + joints[:, 0], column + joints[:, 1]
    grid_y, grid_x = np.meshgrid(np.arange(grid), np.arange(grid), indexing="ij")
    distance = np.sqrt((grid_y[..., None] - start_y) ** 2 + (grid_x[..., None] - start_x) ** 2)
    near = heat / (distance + np.float32(1.7998046875))
    result = np.zeros((17, 3))
    for joint in range(17):
        best = int(np.argmax(near[..., joint].reshape(-1)))
        y, x = best // grid, best % grid
        dy, dx = offset[y, x].reshape(17, 2)[joint]
        result[joint] = ((y + dy) / grid, (x + dx) / grid, heat[y, x, joint])
    return result


def test_decoding_many_crops_equals_the_stock_graph_on_each() -> None:
    rng = np.random.default_rng(0)
    people, grid = 5, 48
    centre = rng.random((people, 1, grid, grid), dtype=np.float32)
    heat = rng.random((people, 17, grid, grid), dtype=np.float32) ** 8
    regression = rng.normal(0, 8, (people, 34, grid, grid)).astype(np.float32)
    offset = rng.normal(0, 0.5, (people, 34, grid, grid)).astype(np.float32)
    position, score = decode(centre, heat, regression, offset)
    for person in range(people):
        heads = (head[person].transpose(1, 2, 0) for head in (centre, heat, regression, offset))
        expected = _stock_decode(*heads)
        np.testing.assert_allclose(position[person][:, ::-1], expected[:, :2], atol=1e-6)
        np.testing.assert_allclose(score[person], expected[:, 2], atol=1e-7)


def test_no_crops_decode_to_nothing() -> None:
    heads = [np.zeros((0, channels, 48, 48), np.float32) for channels in (1, 17, 34, 34)]
    position, score = decode(*heads)
    assert position.shape == (0, 17, 2)
    assert score.shape == (0, 17)


def test_unknown_variant_is_told(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="'storm' is not known; expected one of thunder, lightning"):
        MoveNetPose("storm", model_dir=tmp_path)


def test_missing_model_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="make models"):
        MoveNetPose("thunder", model_dir=tmp_path)


# With the models -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lightning() -> MoveNetPose:
    return MoveNetPose("lightning", model_dir=Path(settings.MODEL_DIR))


def _labelled(test_data: Path) -> Iterator[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """Images of `coco8-pose` with people of whom at least 12 joints were marked: image, boxes, joints `(M, 17, 3)`."""
    for path in sorted((test_data / "clips/coco8-pose/images").glob("*/*.jpg")):
        image = cv2.imread(str(path))
        height, width = image.shape[:2]
        label = path.parents[2] / "labels" / path.parent.name / f"{path.stem}.txt"
        rows = np.loadtxt(label, ndmin=2)
        boxes = np.concatenate([rows[:, 1:3] - rows[:, 3:5] / 2, rows[:, 1:3] + rows[:, 3:5] / 2], axis=1)
        joints = rows[:, 5:].reshape(-1, 17, 3) * [width, height, 1]
        marked = (joints[..., 2] > 0).sum(axis=1) >= 12
        if marked.any():
            yield image, (boxes * [width, height, width, height])[marked], joints[marked]


def _pck(found: Keypoints, truth: np.ndarray, torso_share: float) -> tuple[int, int]:
    """How many marked joints lie within a share of the torso's length, and how many there are."""
    shoulders, hips = truth[:, [5, 6], :2].mean(axis=1), truth[:, [11, 12], :2].mean(axis=1)
    torso = np.linalg.norm(shoulders - hips, axis=1)
    marked = truth[..., 2] > 0
    near = np.linalg.norm(found[..., :2] - truth[..., :2], axis=2) < torso_share * torso[:, None]
    return int((near & marked).sum()), int(marked.sum())


@pytest.mark.models
@pytest.mark.data
# Found here: 0.90 and 0.89 of 101 marked joints within a quarter of the torso.
@pytest.mark.parametrize(("key", "bound"), [("movenet-thunder", 0.86), ("movenet-lightning", 0.85)])
def test_hand_marked_joints_are_found(test_data: Path, key: str, bound: float) -> None:
    pose = build_pose(key, model_dir=Path(settings.MODEL_DIR))
    hits = total = 0
    for image, boxes, joints in _labelled(test_data):
        near, marked = _pck(pose.estimate(image, boxes.astype(np.float32)), joints, 0.25)
        hits, total = hits + near, total + marked
    assert total > 80
    assert hits / total > bound


@pytest.mark.models
@pytest.mark.data
@pytest.mark.parametrize("batch", [1, 3, 16])
def test_batches_equal_single_crops(lightning: MoveNetPose, test_data: Path, batch: int) -> None:
    pose = MoveNetPose("lightning", model_dir=Path(settings.MODEL_DIR), runtime=RuntimeConfig(batch=batch))
    images, boxes, _ = zip(*_labelled(test_data), strict=True)
    boxes = tuple(each.astype(np.float32) for each in boxes)
    together = pose.estimate_many(images, boxes)
    for image, each, found in zip(images, boxes, together, strict=True):
        alone = np.concatenate([lightning.estimate(image, box[None]) for box in each])
        np.testing.assert_allclose(found, alone, atol=1e-3)


@pytest.mark.models
def test_what_cannot_be_seen_is_nan_with_score_zero(lightning: MoveNetPose) -> None:
    image = np.random.default_rng(0).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    nan = np.nan
    boxes = np.float32([[20, 20, 60, 100], [nan, 0, 5, 5], [500, 500, 600, 600], [30, 30, 30, 30], [-20, -20, 30, 60]])
    found = lightning.estimate(image, boxes)
    assert found.shape == (5, len(COCO17), 3)
    assert found.dtype == np.float32
    unseen = [1, 2, 3]
    assert np.isnan(found[unseen, :, :2]).all()
    assert (found[unseen, :, 2] == 0).all()
    assert np.isfinite(found[[0, 4]]).all()


@pytest.mark.models
def test_nobody_and_no_images(lightning: MoveNetPose) -> None:
    image = np.zeros((90, 160, 3), np.uint8)
    assert lightning.estimate(image, np.zeros((0, 4), np.float32)).shape == (0, 17, 3)
    assert lightning.estimate_many([], []) == []
    none_then_one = lightning.estimate_many(
        [image, image], [np.zeros((0, 4), np.float32), np.float32([[0, 0, 50, 90]])]
    )
    assert [len(each) for each in none_then_one] == [0, 1]


@pytest.mark.models
def test_boxes_must_go_with_the_images(lightning: MoveNetPose) -> None:
    with pytest.raises(ShapeError, match="boxes for 1 images, got 2"):
        lightning.estimate_many([np.zeros((9, 9, 3), np.uint8)], [np.zeros((0, 4), np.float32)] * 2)


@pytest.mark.models
@pytest.mark.data
def test_shifting_a_frame_shifts_its_keypoints(lightning: MoveNetPose, test_data: Path) -> None:
    """Moving picture and box by whole pixels must move every joint by exactly that."""
    image, boxes, _ = next(iter(_labelled(test_data)))
    moved = np.zeros((image.shape[0] + 40, image.shape[1] + 60, 3), np.uint8)
    moved[40:, 60:] = image
    here = lightning.estimate(image, boxes.astype(np.float32))
    there = lightning.estimate(moved, (boxes + np.asarray([60, 40] * 2)).astype(np.float32))
    np.testing.assert_allclose(there[..., :2] - [60, 40], here[..., :2], atol=0.05)
