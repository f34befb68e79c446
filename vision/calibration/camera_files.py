"""Cameras in the files of others: Pose2Sim's `Calib.toml` and OpenCV's YAML.

Both keep a 3 × 3 matrix [px], distortion coefficients k1, k2, p1, p2 (, k3 …), and the turn and shift world → camera.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
import yaml

from vision.errors import CalibrationError
from vision.types import Float64Array

LEAST_COEFFICIENTS = 4
MOST_NUMBERS = 32
"""Of one entry; OpenCV knows 14 coefficients."""


@dataclass(frozen=True, slots=True)
class CameraParams:
    """A calibrated camera.

    Attributes:
        name: of the camera.
        image_size: width, height [px].
        matrix: `(3, 3)` intrinsics [px].
        distortion: `(D,)` in OpenCV's order, at least four.
        rotation: `(3,)` Rodrigues vector world → camera [rad].
        translation_m: `(3,)` world → camera [m].
        fisheye: OpenCV's fisheye model instead of the usual one.
    """

    name: str
    image_size: tuple[int, int]
    matrix: Float64Array
    distortion: Float64Array
    rotation: Float64Array
    translation_m: Float64Array
    fisheye: bool = False


def read_calib_toml(text: str) -> list[CameraParams]:
    """The cameras of a `Calib.toml`, in its order.

    Raises:
        CalibrationError: no TOML, no camera, or a camera without one of its numbers.
    """
    try:
        tables = tomllib.loads(text)
    except (ValueError, RecursionError) as error:  # also a number of thousands of digits
        raise CalibrationError(f"This is not a Calib.toml: {error}.") from error
    found = [_from_table(key, table) for key, table in tables.items() if isinstance(table, dict) and "matrix" in table]
    if not found:
        raise CalibrationError("This Calib.toml has no camera: a table with name, size, matrix and so on is needed.")
    return found


def write_calib_toml(cameras: Sequence[CameraParams]) -> str:
    """A `Calib.toml` that Pose2Sim reads."""
    parts = []
    for number, camera in enumerate(cameras, start=1):
        lines = [
            f"[cam_{number:02d}]",
            f"name = {_quoted(camera.name)}",
            f"size = {_listed(np.asarray(camera.image_size, np.float64))}",
            f"matrix = [ {', '.join(_listed(row) for row in camera.matrix)},]",
            f"distortions = {_listed(camera.distortion)}",
            f"rotation = {_listed(camera.rotation)}",
            f"translation = {_listed(camera.translation_m)}",
            f"fisheye = {str(camera.fisheye).lower()}",
        ]
        parts.append("\n".join(lines))
    return "\n\n".join([*parts, "[metadata]\nadjusted = false\nerror = 0.0"]) + "\n"


def read_opencv_yaml(text: str, name: str) -> CameraParams:
    """A camera of OpenCV's calibration sample: `camera_matrix`, `distortion_coefficients`, `image_width`, …

    The numbers are read by us: OpenCV ends the process at a damaged file. Without `rvec` and `tvec` the camera stands
    at the world's origin.

    Raises:
        CalibrationError: not such a file.
    """
    try:
        found = yaml.load(_DIRECTIVE.sub("", text), _Reader)  # noqa: S506 - a safe loader and one harmless tag
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CalibrationError("This is not a camera file of OpenCV (YAML with camera_matrix).") from error
    if not isinstance(found, dict) or not {"camera_matrix", "distortion_coefficients"} <= found.keys():
        raise CalibrationError("This OpenCV file has no camera_matrix or no distortion_coefficients.")
    table = {
        "matrix": found["camera_matrix"],
        "distortions": found["distortion_coefficients"],
        "size": [found.get("image_width"), found.get("image_height")],
        "rotation": found.get("rvec", [0.0] * 3),
        "translation": found.get("tvec", [0.0] * 3),
    }
    return _from_table(name, table)


class _Reader(yaml.SafeLoader):
    """OpenCV's own reader ends the process at a damaged file, so this one stands in."""


def _matrix(loader: _Reader, node: yaml.Node) -> object:
    """The numbers of a `!!opencv-matrix`, flat."""
    entries = loader.construct_mapping(node, deep=True) if isinstance(node, yaml.MappingNode) else {}
    return entries.get("data")


_Reader.add_constructor("tag:yaml.org,2002:opencv-matrix", _matrix)
_DIRECTIVE = re.compile(r"\A%YAML.*\n")
"""OpenCV's first line: older versions write `%YAML:1.0`, which no other reader takes."""


def write_opencv_yaml(camera: CameraParams) -> str:
    """The same as OpenCV writes it."""
    storage = cv2.FileStorage(".yml", cv2.FILE_STORAGE_WRITE | cv2.FILE_STORAGE_MEMORY)
    storage.write("image_width", int(camera.image_size[0]))
    storage.write("image_height", int(camera.image_size[1]))
    for key, array in (
        ("camera_matrix", camera.matrix),
        ("distortion_coefficients", camera.distortion.reshape(1, -1)),
        ("rvec", camera.rotation.reshape(3, 1)),
        ("tvec", camera.translation_m.reshape(3, 1)),
    ):
        storage.write(key, np.asarray(array, np.float64))
    return str(storage.releaseAndGetString())


def _from_table(key: str, table: Mapping[str, Any]) -> CameraParams:
    name = str(table.get("name", key))
    width, height = (round(float(side)) for side in _numbers(name, table, "size", (2,)))
    distortion = _numbers(name, table, "distortions", None)
    if len(distortion) < LEAST_COEFFICIENTS or min(width, height) < 1:
        raise CalibrationError(
            f"Camera '{name}' needs a size in pixels and at least {LEAST_COEFFICIENTS} distortion coefficients."
        )
    matrix = _numbers(name, table, "matrix", (9,)).reshape(3, 3)
    if matrix[0, 0] <= 0 or matrix[1, 1] <= 0 or abs(matrix[2, 2] - 1) > 1e-6:
        raise CalibrationError(
            f"Camera '{name}' has an impossible matrix: focal lengths above 0 and a last 1 are needed."
        )
    return CameraParams(
        name,
        (width, height),
        matrix,
        distortion,
        _numbers(name, table, "rotation", (3,)),
        _numbers(name, table, "translation", (3,)),
        bool(table.get("fisheye", False)),
    )


def _numbers(name: str, table: Mapping[str, Any], key: str, shape: tuple[int] | None) -> Float64Array:
    """Flat numbers of one entry."""
    try:
        values = np.array([float(value) for value in _flat(table[key])], np.float64)
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise CalibrationError(f"Camera '{name}' has no usable '{key}'.") from error
    if (shape is not None and values.shape != shape) or not np.isfinite(values).all():
        raise CalibrationError(f"Camera '{name}': '{key}' has {len(values)} numbers, or some that are none.")
    return values


def _flat(values: Any) -> Sequence[Any]:
    """A list, or a matrix's rows one after the other; what is deeper is no camera's (and may repeat itself)."""
    if not isinstance(values, list) or len(values) > MOST_NUMBERS:
        raise ValueError("no list of numbers")
    return [number for row in values for number in (row[:MOST_NUMBERS] if isinstance(row, list) else [row])]


def _listed(values: Float64Array) -> str:
    return f"[ {', '.join(repr(float(value)) for value in values)},]"


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
