"""YOLOX files."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.vision.detection.football_frames import frames
from tests.vision.detection.yolo_file import write_yolo
from vision.detection import YOLOXDetector
from vision.detection.letterboxed import Choice
from vision.detection.nms import iou
from vision.errors import ModelError
from vision.types import CLASS_PERSON


@pytest.mark.data
def test_boxes_are_those_of_rtmlib(test_data: Path) -> None:
    from rtmlib.tools.object_detection.yolox import YOLOX

    path = test_data / "models/yolox_nano.onnx"
    ours = YOLOXDetector(path, choice=Choice(score_min=0.3, iou_max=0.45))
    peer = YOLOX(str(path), model_input_size=(416, 416), score_thr=0.3, det_mode="multiclass")
    compared = 0
    for frame in frames(test_data, 3):
        boxes, classes = peer(frame.image_bgr)
        theirs = np.asarray(boxes, np.float32).reshape(-1, 4)[np.asarray(classes) == CLASS_PERSON]
        found = ours.detect([frame.image_bgr])[0].of_classes([CLASS_PERSON])
        compared += len(theirs)
        assert len(found) == len(theirs)
        # rtmlib rounds the shrunk frame down where ours rounds to nearest: half an input pixel
        assert iou(theirs, found.xyxy).max(axis=1).min() > 0.9
    assert compared > 5


def test_registered_by_key(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"'yolox-nano' is not there.*fetch_models yolox-nano"):
        YOLOXDetector("yolox-nano", model_dir=tmp_path)


def test_another_detector_s_file_is_refused(tmp_path: Path) -> None:
    path = write_yolo(tmp_path / "m.onnx", ["ball", "player"], np.zeros((84, 6)))
    with pytest.raises(ModelError, match="is not a YOLOX detector"):
        YOLOXDetector(path)
