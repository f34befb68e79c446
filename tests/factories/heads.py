"""A film of drawn people whose heads are known: textured, so that it shows whether one can still be read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

import numpy as np

from pipeline.models import ModelPool
from pipeline.params import params_of
from pipeline.runner import Tools
from pipeline.steps import registry
from tests.factories import videos
from vision.skeletons import COCO17
from vision.types import CLASS_PERSON, Detections, ModelInfo

SIZE = (480, 400)
FRAMES = 75
FPS = 25
HEAD_PX = 22
"""Side of a drawn head: a fifth of a drawn person, as a child's."""
BODY_PX = (44, 110)


@dataclass(frozen=True)
class Drawn:
    """One person: where the feet are in a frame, while they are there.

    Attributes:
        start_px, step_px: place in frame 0 and way in a frame [px].
        frames: first and last frame in which they stand there.
        lies: on the ground, the head on the left.
        face: what the pose model says of the face: where it is, nothing, or a place far from it.
    """

    start_px: tuple[float, float]
    step_px: tuple[float, float] = (0.0, 0.0)
    frames: tuple[int, int] = (0, FRAMES - 1)
    lies: bool = False
    face: str = "true"

    def box(self, frame: int) -> np.ndarray | None:
        """`(4,)` of the whole figure [px]; `None` while they are away."""
        if not self.frames[0] <= frame <= self.frames[1]:
            return None
        x, y = np.array(self.start_px) + frame * np.array(self.step_px)
        width, height = BODY_PX[::-1] if self.lies else BODY_PX
        return np.array([x - width / 2, y - height, x + width / 2, y])

    def head(self, frame: int) -> np.ndarray | None:
        """`(4,)` of the head [px]."""
        box = self.box(frame)
        if box is None:
            return None
        if self.lies:
            middle = (box[1] + box[3]) / 2
            return np.array([box[0], middle - HEAD_PX / 2, box[0] + HEAD_PX, middle + HEAD_PX / 2])
        middle = (box[0] + box[2]) / 2
        return np.array([middle - HEAD_PX / 2, box[1], middle + HEAD_PX / 2, box[1] + HEAD_PX])


CAST = (
    Drawn((50, 240)),
    Drawn((60, 390), (5.0, 0.0)),
    Drawn((440, 240), (-3.0, 0.0), face="none"),
    Drawn((425, 330), lies=True, face="none"),
    Drawn((120, 250), (1.0, 0.2), face="elsewhere"),
)
"""Standing, sprinting, walking with the face turned away, lying, and one whose face is read in the wrong place."""


def picture(cast: Sequence[Drawn], frame: int) -> np.ndarray:
    """The cast in a frame, before a lawn of coarse noise, with the frame's number along the top."""
    rng = np.random.default_rng(3)
    lawn = rng.integers(70, 130, (SIZE[1] // 8, SIZE[0] // 8, 1), np.uint8).repeat(3, axis=2)
    image = lawn.repeat(8, axis=0).repeat(8, axis=1)
    pattern = np.indices((HEAD_PX, HEAD_PX)).sum(axis=0) // 2 % 2
    head_picture = np.where(pattern[..., None] == 1, (30, 40, 60), (190, 200, 230)).astype(np.uint8)
    for person in cast:
        box, head = person.box(frame), person.head(frame)
        if box is None or head is None:
            continue
        _paint(image, box, np.array([60, 40, 160], np.uint8))
        _paint(image, head, head_picture)
    return videos.stamp_number(image, frame)


def film(path: Path, cast: Sequence[Drawn] = CAST, frames: int = FRAMES) -> Path:
    """The film of a cast, with sound, nearly without loss."""
    options = {"crf": "8", "g": "25"}
    pictures = (picture(cast, n) for n in range(frames))
    return videos.write_video(path, pictures, fps=Fraction(FPS), options=options, audio=True)


def tools(folder: Path, cast: Sequence[Drawn] = CAST) -> Tools:
    """The real steps, with a detector and a pose model that know the cast."""
    pool = ModelPool(folder, build_detector=lambda key, profile: _Finder(cast), build_pose=lambda key: _Poser(cast))
    return Tools(steps=registry.get, params=params_of, models=pool)


def visible(head: np.ndarray) -> tuple[slice, slice] | None:
    """Rows and columns of a head below the picture's number; `None` where too little of it is in the picture."""
    left, right = np.clip(head[[0, 2]], 0, SIZE[0]).round().astype(int)
    top, bottom = np.clip(head[[1, 3]], SIZE[1] // 4 + 1, SIZE[1]).round().astype(int)
    return (slice(top, bottom), slice(left, right)) if min(bottom - top, right - left) >= 8 else None


@dataclass
class _Finder:
    """Finds everybody in the pictures it is shown."""

    cast: Sequence[Drawn]
    info: ModelInfo = field(default=ModelInfo("drawn", "1", "2" * 64))

    def detect(self, images_bgr: Sequence[np.ndarray]) -> list[Detections]:
        """See `Detector.detect`."""
        return [self._one(videos.read_number(image)) for image in images_bgr]

    def _one(self, frame: int) -> Detections:
        boxes = [box for person in self.cast if (box := person.box(frame)) is not None]
        found = np.array(boxes, np.float32).reshape(-1, 4)
        kinds = np.full(len(found), CLASS_PERSON, np.int16)
        return Detections(found, np.full(len(found), 0.9, np.float32), kinds)


@dataclass
class _Poser:
    """Reads the face where each person has it, not at all, or in the wrong place."""

    cast: Sequence[Drawn]
    info: ModelInfo = field(default=ModelInfo("drawn-pose", "1", "3" * 64))
    skeleton: str = "coco17"

    def estimate(self, image_bgr: np.ndarray, xyxy: np.ndarray) -> np.ndarray:
        """See `PoseEstimator.estimate`."""
        frame = videos.read_number(image_bgr)
        found = np.zeros((len(xyxy), len(COCO17), 3), np.float32)
        found[..., 0] = ((xyxy[:, 0] + xyxy[:, 2]) / 2)[:, None]
        share = np.linspace(0.3, 0.95, len(COCO17))
        found[..., 1] = xyxy[:, 1:2] + share * (xyxy[:, 3:] - xyxy[:, 1:2])
        found[..., 2] = 0.9
        for row, box in enumerate(xyxy):
            person = min(self.cast, key=lambda one: np.abs(_or_far(one.box(frame)) - box).sum())
            head = person.head(frame)
            if person.face == "none" or head is None:
                found[row, :5, 2] = 0.1
                continue
            middle = (head[:2] + head[2:]) / 2 if person.face == "true" else np.array([30.0, 30.0])
            found[row, :5, :2] = middle + np.array([(0, 0), (-3, -2), (3, -2), (-8, 0), (8, 0)])
        return found


def _or_far(box: np.ndarray | None) -> np.ndarray:
    return np.full(4, 1e6) if box is None else box


def _paint(image: np.ndarray, box: np.ndarray, with_what: np.ndarray) -> None:
    left, top, right, bottom = box.round().astype(int)
    height, width = image.shape[:2]
    rows, columns = slice(max(top, 0), min(bottom, height)), slice(max(left, 0), min(right, width))
    if with_what.ndim == 3:
        with_what = with_what[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        with_what = with_what[: max(0, rows.stop - rows.start), : max(0, columns.stop - columns.start)]
    if rows.stop > rows.start and columns.stop > columns.start:
        image[rows, columns] = with_what
