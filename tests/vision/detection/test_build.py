"""Choosing a detector by its setting."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from tests.vision.detection.yolo_file import SIZE, write_yolo
from vision.detection import PROFILES, build_detector
from vision.errors import ModelError
from vision.weights.registry import sha256_of


def test_a_path_is_a_yolo_file_and_known_by_its_hash(tmp_path: Path) -> None:
    rows = np.asarray([[32, 32, 10, 20, 0.1, 0.9]])
    path = write_yolo(tmp_path / "mine.onnx", ["ball", "player"], rows)
    detector = build_detector(str(path), model_dir=tmp_path)
    assert detector.info.version == "mine.onnx"
    assert detector.info.sha256 == sha256_of(path)
    assert len(detector.detect([np.zeros((SIZE, SIZE, 3), np.uint8)])[0]) == 1


@pytest.mark.parametrize(
    ("model", "profile", "message"),
    [
        ("nanodet", "turbo", "profile 'turbo' is not known; expected one of fast, standard, fine, full"),
        ("movenet-thunder", "fast", "'movenet-thunder' is a pose model"),
        ("yolov9000", "fast", "yolov9000 is not there; .* or one of nanodet, yolov8n, yolov8n-onnx, yolox"),
        ("nanodet", "fast", "make models"),
    ],
)
def test_wrong_settings_are_told(tmp_path: Path, model: str, profile: str, message: str) -> None:
    with pytest.raises(ModelError, match=message):
        build_detector(model, model_dir=tmp_path, profile=profile)


def test_profiles_trade_speed_for_small_people() -> None:
    for cheaper, dearer in pairwise(PROFILES[name] for name in ("fast", "standard", "fine", "full")):
        assert cheaper.nanodet_long_side < dearer.nanodet_long_side
        assert cheaper.yolo_long_side < dearer.yolo_long_side
        assert cheaper.shrink_max > dearer.shrink_max


def test_importing_detection_and_pose_loads_no_torch() -> None:
    code = (
        "import sys, vision.detection, vision.pose;"
        "print([name for name in ('torch', 'torchvision', 'ultralytics', 'rtmlib', 'django') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path(__file__).parents[3]
    )
    assert done.stdout.strip() == "[]"
