"""SimCC models against rtmlib, on a file of RTMPose's shape with random weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnx
import pytest

from tests.vision.detection.yolo_file import write_yolo
from tests.vision.pose.simcc_model import SimCCShape, write_simcc_model
from vision.errors import ModelError
from vision.pose import SimCCPose, build_pose
from vision.runtime import RuntimeConfig

SMALL = {"channels": (8, 8, 16, 16, 32), "blocks": (1, 1, 1, 1)}


def _scene() -> tuple[np.ndarray, np.ndarray]:
    """A frame with structure, and 12 boxes of all proportions, some reaching outside."""
    rng = np.random.default_rng(1)
    y, x = np.mgrid[0:540, 0:960]
    image = np.stack([127 + 120 * np.sin(x / 9 + y / 17 + k) * np.cos(y / (7 + k)) for k in range(3)], axis=2)
    centre = rng.uniform([0, 0], [960, 540], (12, 2))
    half = rng.uniform([8, 10], [90, 160], (12, 2))
    return image.astype(np.uint8), np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)


@pytest.mark.parametrize(
    "shape",
    [SimCCShape(**SMALL), SimCCShape(joints=26, **SMALL), SimCCShape(height=384, width=288, **SMALL)],
    ids=["coco17", "halpe26", "384x288"],
)
def test_equals_rtmlib(tmp_path: Path, shape: SimCCShape) -> None:
    from rtmlib import RTMPose

    path = write_simcc_model(tmp_path / "m.onnx", shape)
    image, boxes = _scene()
    ours = SimCCPose(path)
    peer = RTMPose(str(path), model_input_size=(shape.width, shape.height))
    found = ours.estimate(image, boxes)
    points, scores = peer(image, boxes.tolist())
    assert found.shape == (12, shape.joints, 3)
    assert ours.skeleton == ("coco17" if shape.joints == 17 else "halpe26")
    seen = scores > 0
    assert seen.mean() > 0.9
    np.testing.assert_allclose(found[seen][:, :2], points[seen], atol=0.5)
    np.testing.assert_allclose(found[seen][:, 2], scores[seen], atol=1e-3)
    assert np.isnan(found[~seen][:, :2]).all()


@pytest.mark.parametrize("batch", [4, 5, 16])
def test_batches_equal_single_crops(tmp_path: Path, batch: int) -> None:
    path = write_simcc_model(tmp_path / "m.onnx")
    image, boxes = _scene()
    alone = SimCCPose(path).estimate(image, boxes)
    together = SimCCPose(path, runtime=RuntimeConfig(batch=batch)).estimate(image, boxes)
    np.testing.assert_allclose(together, alone, atol=1e-3)


def test_a_path_makes_a_simcc_model_known_by_its_file(tmp_path: Path) -> None:
    pose = build_pose(str(write_simcc_model(tmp_path / "mine.onnx")), model_dir=tmp_path)
    assert pose.info.version == "mine.onnx"
    assert len(pose.info.sha256) == 64


@pytest.mark.parametrize(
    ("model", "message"),
    [
        ("nanodet", "'nanodet' is a detector; expected a pose model"),
        ("rtmpose-m", r"'rtmpose-m' is not there.*fetch_models rtmpose-m"),
        ("absent.onnx", "is not there"),
    ],
)
def test_wrong_settings_are_told(tmp_path: Path, model: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build_pose(model, model_dir=tmp_path)


def test_a_detector_s_file_is_refused(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "m.onnx", ["ball", "player"], np.zeros((84, 6)))
    with pytest.raises(ModelError, match=r"m\.onnx is not a SimCC pose model"):
        SimCCPose(path)


def test_unknown_number_of_joints_is_refused(tmp_path: Path) -> None:
    path = write_simcc_model(tmp_path / "m.onnx", SimCCShape(joints=21, **SMALL))
    with pytest.raises(ModelError, match="no skeleton has 21 keypoints"):
        SimCCPose(path)


def test_truncated_file_is_refused(tmp_path: Path) -> None:
    path = write_simcc_model(tmp_path / "m.onnx")
    path.write_bytes(path.read_bytes()[:-1000])
    with pytest.raises(ModelError, match=r"m\.onnx is not an ONNX model"):
        SimCCPose(path)


def test_file_stays_as_its_publisher_made_it(tmp_path: Path) -> None:
    path = write_simcc_model(tmp_path / "m.onnx")
    before = path.read_bytes()
    SimCCPose(path).estimate(*_scene())
    assert path.read_bytes() == before
    assert onnx.load(str(path)).graph.input[0].name == "input"
