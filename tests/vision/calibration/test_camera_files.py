"""Cameras written and read back, and files that are none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vision.calibration.camera_files import (
    CameraParams,
    read_calib_toml,
    read_opencv_yaml,
    write_calib_toml,
    write_opencv_yaml,
)
from vision.errors import CalibrationError

MATRIX = np.array([[1681.24, 0.0, 960.0], [0.0, 1681.02, 540.0], [0.0, 0.0, 1.0]])
CAMERA = CameraParams(
    'by "the" goal',
    (1920, 1080),
    MATRIX,
    np.array([-0.0466, 0.0338, 0.001, -0.0002]),
    np.array([1.21, -1.21, 1.2]),
    np.array([0.49, 0.91, 3.1]),
)
POSE2SIM = """
[cam_01]
name = "cam_01"
size = [ 1088.0, 1920.0,]
matrix = [ [ 1681.244873046875, 0.0, 540.0,], [ 0.0, 1681.075439453125, 959.5,], [ 0.0, 0.0, 1.0,],]
distortions = [ -0.046183, 0.139983, -0.000608, 0.00069,]
rotation = [ 0.95, 0.13, 0.09,]
translation = [ -0.5, 1.1, 3.4,]
fisheye = false

[metadata]
adjusted = false
error = 0.0
"""


def same(one: CameraParams, other: CameraParams) -> bool:
    arrays = ("matrix", "distortion", "rotation", "translation_m")
    return one.image_size == other.image_size and all(
        np.array_equal(getattr(one, key), getattr(other, key)) for key in arrays
    )


def test_pose2sims_file_is_read() -> None:
    (camera,) = read_calib_toml(POSE2SIM)
    assert (camera.name, camera.image_size, camera.fisheye) == ("cam_01", (1088, 1920), False)
    assert camera.matrix[1].tolist() == [0.0, 1681.075439453125, 959.5]
    assert camera.translation_m.tolist() == [-0.5, 1.1, 3.4]


def test_what_is_written_reads_back_the_same() -> None:
    (again, other) = read_calib_toml(write_calib_toml([CAMERA, CAMERA]))
    assert again.name == other.name == CAMERA.name
    assert same(again, CAMERA)
    assert same(read_opencv_yaml(write_opencv_yaml(CAMERA), "x"), CAMERA)


def test_opencv_reads_what_is_written() -> None:
    storage = cv2.FileStorage(write_opencv_yaml(CAMERA), cv2.FILE_STORAGE_READ | cv2.FILE_STORAGE_MEMORY)
    np.testing.assert_array_equal(storage.getNode("camera_matrix").mat(), MATRIX)
    assert storage.getNode("image_width").real() == 1920


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("not = [toml", "not a Calib.toml"),
        ("[metadata]\nerror = 0.0", "no camera"),
        (POSE2SIM.replace("translation", "moved"), "no usable 'translation'"),
        (POSE2SIM.replace("[ 0.95, 0.13, 0.09,]", "[ 0.95, 0.13,]"), "'rotation' has 2 numbers"),
        (POSE2SIM.replace("1681.244873046875", "-3.0"), "impossible matrix"),
        (POSE2SIM.replace("[ -0.046183, 0.139983, -0.000608, 0.00069,]", "[ 0.1,]"), "at least 4"),
        (POSE2SIM.replace("-0.046183", "nan"), "'distortions'"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_reason(text: str, said: str) -> None:
    with pytest.raises(CalibrationError, match=said):
        read_calib_toml(text)


@pytest.mark.parametrize("text", ["%YAML:1.0\n---\nimage_width: 3\n", "hello", ""])
def test_yaml_that_is_no_camera_is_refused(text: str) -> None:
    with pytest.raises(CalibrationError, match="OpenCV"):
        read_opencv_yaml(text, "x")
