"""The arrays that travel between vision modules, with shape, dtype, unit and frame of reference.

Image frame: pixels, origin at the top left corner of the upright (rotation applied) image, x right, y down.
Pitch frame: metres, origin at the centre spot, x along the length, y to the left, z up.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vision.errors import ShapeError

Float32Array: TypeAlias = NDArray[np.float32]
Float64Array: TypeAlias = NDArray[np.float64]
Int32Array: TypeAlias = NDArray[np.int32]
Int16Array: TypeAlias = NDArray[np.int16]
BoolArray: TypeAlias = NDArray[np.bool_]
IndexArray: TypeAlias = NDArray[np.integer]
"""Row numbers as NumPy's own searches return them (any integer width)."""

ImageBGR: TypeAlias = NDArray[np.uint8]
"""`(H, W, 3)` uint8, blue-green-red."""

Keypoints: TypeAlias = NDArray[np.float32]
"""`(M, K, 3)` float32: x, y [px, image frame], score [0-1]; score 0 and NaN position where not seen."""

CLASS_PERSON = 0
CLASS_BALL = 32
CLASS_GOALKEEPER = 100
CLASS_REFEREE = 101
PEOPLE = (CLASS_PERSON, CLASS_GOALKEEPER, CLASS_REFEREE)

NO_TRACK = -1


def check_shape(name: str, array: NDArray[np.generic], expected: tuple[int | None, ...]) -> None:
    """Raise `ShapeError` unless `array` has the `expected` shape (`None` matches any length)."""
    same_rank = array.ndim == len(expected)
    if not same_rank or any(want not in (None, got) for want, got in zip(expected, array.shape, strict=True)):
        shown = "(" + ", ".join("N" if want is None else str(want) for want in expected) + ")"
        raise ShapeError(f"{name}: expected {shown}, got {array.shape}")


def check_image(image_bgr: ImageBGR) -> tuple[int, int]:
    """Height and width of an image.

    Raises:
        ShapeError: it is not `(H, W, 3)` uint8, or has no pixels.
    """
    if image_bgr.ndim != 3 or image_bgr.shape[2] != 3 or image_bgr.dtype != np.uint8 or 0 in image_bgr.shape:
        raise ShapeError(f"image_bgr: expected (H, W, 3) uint8, got {image_bgr.shape} {image_bgr.dtype}")
    return int(image_bgr.shape[0]), int(image_bgr.shape[1])


@dataclass(frozen=True, slots=True)
class Detections:
    """Boxes of one image.

    Attributes:
        xyxy: `(N, 4)` float32, left, top, right, bottom [px, image frame].
        score: `(N,)` float32 in 0-1.
        class_id: `(N,)` int16; COCO ids (0 person, 32 ball) and `CLASS_GOALKEEPER`, `CLASS_REFEREE`.
    """

    xyxy: Float32Array
    score: Float32Array
    class_id: Int16Array

    def __post_init__(self) -> None:
        check_shape("xyxy", self.xyxy, (None, 4))
        check_shape("score", self.score, (len(self.xyxy),))
        check_shape("class_id", self.class_id, (len(self.xyxy),))

    def __len__(self) -> int:
        return len(self.xyxy)

    @classmethod
    def empty(cls) -> Detections:
        """No boxes."""
        return cls(np.zeros((0, 4), np.float32), np.zeros(0, np.float32), np.zeros(0, np.int16))

    def select(self, index: BoolArray | NDArray[np.integer]) -> Detections:
        """The boxes chosen by a mask or by indices, in that order."""
        return Detections(self.xyxy[index], self.score[index], self.class_id[index])

    def of_classes(self, classes: Sequence[int]) -> Detections:
        """The boxes whose class is one of `classes`."""
        return self.select(np.isin(self.class_id, classes))


@dataclass(frozen=True, slots=True)
class Tracks:
    """Tracked boxes of one frame.

    Attributes:
        track_id: `(M,)` int32, unique within the tracker instance.
        xyxy: `(M, 4)` float32 [px, image frame]; a tracker's are filtered.
        score: `(M,)` float32 in 0-1.
        class_id: `(M,)` int16.
        detection_index: `(M,)` int32, row in the frame's `Detections`; -1 where the box is predicted.
        detected: `(M, 4)` float32, the detector's own box of that row [px]; NaN where the box is predicted. `None`: not
            kept.
    """

    track_id: Int32Array
    xyxy: Float32Array
    score: Float32Array
    class_id: Int16Array
    detection_index: Int32Array
    detected: Float32Array | None = None

    def __post_init__(self) -> None:
        if self.detected is not None:
            check_shape("detected", self.detected, (len(self.track_id), 4))

    def __len__(self) -> int:
        return len(self.track_id)

    @classmethod
    def empty(cls) -> Tracks:
        """No tracks."""
        none = Detections.empty()
        return cls(np.zeros(0, np.int32), none.xyxy, none.score, none.class_id, np.zeros(0, np.int32), none.xyxy)


@dataclass(frozen=True, slots=True)
class ModelInfo:
    """Which model made an artefact: registry key, version (or file name), sha256 of the file that ran."""

    key: str
    version: str
    sha256: str


class Detector(Protocol):
    """Finds people and balls."""

    info: ModelInfo

    def detect(self, images_bgr: Sequence[ImageBGR]) -> list[Detections]:
        """Boxes of each image, one `Detections` an image, in image pixels."""
        ...


class PoseEstimator(Protocol):
    """Finds the keypoints of people whose boxes are known."""

    info: ModelInfo
    skeleton: str
    """`coco17` or `halpe26` (see `vision.skeletons`)."""

    def estimate(self, image_bgr: ImageBGR, xyxy: Float32Array) -> Keypoints:
        """`(M, 4)` boxes [px] → `(M, K, 3)` keypoints [px, image frame] and score."""
        ...
