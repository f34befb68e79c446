"""YOLO files: decoding, classes, equality of the two runtimes, and every way to be the wrong file."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

from tests.vision.detection.football_frames import frames, people_recall
from tests.vision.detection.yolo_file import SIZE, write_yolo
from vision.detection import build_detector, yolo_backends
from vision.detection.letterboxed import Choice
from vision.detection.yolo import YOLOConfig, YOLODetector
from vision.errors import ModelError, ShapeError
from vision.types import CLASS_BALL, CLASS_GOALKEEPER, CLASS_PERSON, CLASS_REFEREE, Detections

FOOTBALL = ["ball", "goalkeeper", "player", "referee"]
IMAGE = np.zeros((SIZE, SIZE, 3), np.uint8)


def _rows(*found: tuple[float, float, float, float, int, float]) -> np.ndarray:
    """Rows of centre x, y, width, height, class, score among many empty ones."""
    rows = np.zeros((20, 8))
    for index, (*box, class_index, score) in enumerate(found):
        rows[index, :4] = box
        rows[index, 4 + class_index] = score
    return rows


def test_football_weights_find_every_role(tmp_path: Path) -> None:
    path = write_yolo(
        tmp_path / "football.onnx",
        FOOTBALL,
        _rows((10, 20, 8, 16, 2, 0.9), (40, 20, 8, 16, 1, 0.8), (30, 50, 8, 16, 3, 0.7), (50, 50, 4, 4, 0, 0.6)),
    )
    found = YOLODetector(path).detect([IMAGE])[0]
    assert found.class_id.tolist() == [CLASS_PERSON, CLASS_GOALKEEPER, CLASS_REFEREE, CLASS_BALL]
    np.testing.assert_allclose(found.score, [0.9, 0.8, 0.7, 0.6], rtol=1e-5)
    np.testing.assert_allclose(found.xyxy[0], [6, 12, 14, 28], atol=1e-4)


def test_boxes_come_back_to_a_letterboxed_frame(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "m.onnx", FOOTBALL, _rows((32, 32, 16, 8, 2, 0.9)))
    wide = np.zeros((128, 256, 3), np.uint8)  # shrunk by 4, 16 px of border above and below
    found = YOLODetector(path).detect([wide])[0]
    np.testing.assert_allclose(found.xyxy, [[96, 48, 160, 80]], atol=1e-3)


def test_low_scores_and_overlaps_are_dropped_and_the_number_is_bounded(tmp_path: Path) -> None:
    found = [(32, 32, 20, 40, 2, 0.9), (33, 32, 20, 40, 2, 0.8), (10, 10, 8, 8, 2, 0.7), (50, 9, 8, 8, 2, 0.05)]
    path = write_yolo(tmp_path / "m.onnx", FOOTBALL, _rows(*found))
    assert YOLODetector(path).detect([IMAGE])[0].score.tolist() == pytest.approx([0.9, 0.7])
    one = YOLOConfig(choice=Choice(score_min=0.1, iou_max=0.7, boxes_max=1))
    assert YOLODetector(path, config=one).detect([IMAGE])[0].score.tolist() == pytest.approx([0.9])


def test_classes_without_use_are_dropped_even_where_they_win(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "m.onnx", ["car", "goal", "person", "dog"], _rows((32, 32, 9, 9, 0, 0.9)))
    assert len(YOLODetector(path).detect([IMAGE])[0]) == 0


def test_nothing_found_and_no_images(tmp_path: Path) -> None:
    detector = YOLODetector(write_yolo(tmp_path / "m.onnx", FOOTBALL, _rows()))
    assert len(detector.detect([IMAGE])[0]) == 0
    assert detector.detect([]) == []


@pytest.mark.parametrize("shape", [(8, 8), (8, 8, 4), (0, 8, 3)], ids=str)
def test_images_of_another_kind_are_refused(tmp_path: Path, shape: tuple[int, ...]) -> None:
    detector = YOLODetector(write_yolo(tmp_path / "m.onnx", FOOTBALL, _rows()))
    with pytest.raises(ShapeError, match=r"expected \(H, W, 3\) uint8"):
        detector.detect([np.zeros(shape, np.uint8)])


def test_float_images_are_refused(tmp_path: Path) -> None:
    detector = YOLODetector(write_yolo(tmp_path / "m.onnx", FOOTBALL, _rows()))
    with pytest.raises(ShapeError, match="uint8"):
        detector.detect([IMAGE.astype(np.float32)])  # type: ignore[list-item]


# Wrong files -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("absent.onnx", None, "is not there"),
        ("empty.onnx", b"", "is not an ONNX model"),
        ("text.onnx", b"<html>404 not found</html>", "is not an ONNX model"),
        ("noise.onnx", np.random.default_rng(0).bytes(5000), "is not an ONNX model"),
        ("model.engine", b"x", r"\.onnx or \.pt"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_other_files_are_refused_in_a_sentence(tmp_path: Path, name: str, content: bytes | None, message: str) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content)
    with pytest.raises(ModelError, match=message):
        YOLODetector(tmp_path / name, model_dir=tmp_path)


def test_truncated_file_is_refused(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "m.onnx", FOOTBALL, _rows())
    path.write_bytes(path.read_bytes()[:-40])
    with pytest.raises(ModelError, match=r"m\.onnx is not an ONNX model"):
        YOLODetector(path)


def test_model_for_another_task_is_refused(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "m.onnx", FOOTBALL, _rows(), task="segment")
    with pytest.raises(ModelError, match=r"m\.onnx is a segment model; expected a detector"):
        YOLODetector(path)


def test_model_without_class_names_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="does not name its classes"):
        YOLODetector(write_yolo(tmp_path / "m.onnx", None, _rows()))


def test_model_of_another_shape_is_refused(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "m.onnx", FOOTBALL, _rows())
    model = onnx.load(str(path))
    model.graph.output[0].type.tensor_type.shape.dim.pop()
    onnx.save(model, str(path))
    with pytest.raises(ModelError, match="is not a YOLO detector"):
        YOLODetector(path)


# Real weights ----------------------------------------------------------------------------------------------------


def _assert_same(first: Detections, second: Detections, *, pixels: float) -> None:
    assert len(first) == len(second) > 3
    np.testing.assert_allclose(first.xyxy, second.xyxy, atol=pixels)
    np.testing.assert_allclose(first.score, second.score, atol=1e-4)
    assert (first.class_id == second.class_id).all()


@pytest.mark.data
def test_onnx_and_checkpoint_find_the_same_boxes(test_data: Path, tmp_path: Path) -> None:
    config = YOLOConfig(choice=Choice(score_min=0.25, iou_max=0.7))
    export = YOLODetector(test_data / "models/yolov8n.onnx", config=config)
    checkpoint = YOLODetector(test_data / "models/yolov8n.pt", config=config, model_dir=tmp_path)
    images = [frame.image_bgr for frame in frames(test_data, 2)]
    images.append(np.ascontiguousarray(images[0][200:, 500:1100]))  # upright: another input size in the same call
    for first, second in zip(export.detect(images), checkpoint.detect(images), strict=True):
        _assert_same(first, second, pixels=0.05)


@pytest.mark.data
def test_boxes_equal_those_of_ultralytics(test_data: Path, tmp_path: Path) -> None:
    config = YOLOConfig(choice=Choice(score_min=0.25, iou_max=0.7))
    ours = YOLODetector(test_data / "models/yolov8n.pt", config=config, model_dir=tmp_path)  # sets ultralytics up
    from ultralytics.models import YOLO

    peer = YOLO(str(test_data / "models/yolov8n.pt"))
    for frame in frames(test_data, 2):
        boxes = peer.predict(frame.image_bgr, verbose=False, classes=[CLASS_PERSON, CLASS_BALL])[0].boxes
        theirs = Detections(boxes.xyxy.numpy(), boxes.conf.numpy(), boxes.cls.numpy().astype(np.int16))
        _assert_same(ours.detect([frame.image_bgr])[0], theirs, pixels=0.05)


@pytest.mark.data
def test_cut_graph_decodes_as_the_export_itself(test_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    square = cv2.resize(next(frames(test_data, 1)).image_bgr, (640, 640))
    cut = YOLODetector(test_data / "models/yolov8n.onnx").detect([square])[0]
    monkeypatch.setattr(yolo_backends, "find_heads", lambda model: None)
    whole = YOLODetector(test_data / "models/yolov8n.onnx")
    assert whole.long_side == 640
    _assert_same(cut, whole.detect([square])[0], pixels=0.01)


@pytest.mark.data
def test_people_of_match_frames_are_found(test_data: Path) -> None:
    detector = build_detector(str(test_data / "models/yolov8n.onnx"), model_dir=test_data, profile="full")
    # ultralytics' own run finds 0.910 at this size and score on all 25 frames; these 5 are the spread
    assert people_recall(detector, test_data, count=5, score_min=0.25) > 0.85


@pytest.mark.data
def test_pose_model_is_no_detector(test_data: Path) -> None:
    with pytest.raises(ModelError, match="is a pose model; expected a detector"):
        YOLODetector(test_data / "models/yolov8n-pose-dequant.onnx")


@pytest.mark.data
@pytest.mark.parametrize("content", [b"", b"not a zip", None], ids=["empty", "text", "cut"])
def test_damaged_checkpoint_is_refused(test_data: Path, tmp_path: Path, content: bytes | None) -> None:
    whole = (test_data / "models/yolov8n.pt").read_bytes()
    (tmp_path / "m.pt").write_bytes(whole[: len(whole) // 2] if content is None else content)
    with pytest.raises(ModelError, match=r"m\.pt is not a YOLO checkpoint"):
        YOLODetector(tmp_path / "m.pt", model_dir=tmp_path)
