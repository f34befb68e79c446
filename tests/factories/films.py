"""Tiny films whose content is known, and models that read it: a whole scan in seconds, without weights.

The pictures carry their number (`tests.factories.videos`); the scripted detector reads it and answers with the boxes of
a script, so that every step gets what real models would give on a film of real size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import cv2
import numpy as np

from pipeline.local import ScanRequest, ScanResults, run_local
from pipeline.models import ModelPool
from pipeline.params import params_of
from pipeline.runner import Tools
from pipeline.steps import registry
from tests.factories import videos
from vision.calibration.homography import PitchHomography
from vision.types import CLASS_BALL, CLASS_PERSON, Detections, ModelInfo

SIZE = (192, 128)
PX_PER_M = 4.0
"""Scale of the scripted films: the camera looks straight down on a pitch, 4 px a metre, centre spot in the middle."""
BODY_PX = (8, 9)
"""Width and height of a scripted person's box: 2.25 m high in the scripted scale, as loose boxes are."""

Script = Callable[[int], Sequence[tuple[float, float]]]
"""Frame number → places of people on the pitch [m]; NaN where somebody is out of view."""


@dataclass
class ScriptedDetector:
    """Sees a box of `BODY_PX` above each scripted person's feet, and a ball at the centre spot if asked to."""

    script: Script
    ball: bool = False
    info: ModelInfo = field(default=ModelInfo("scripted", "1", "0" * 64))
    seen: list[int] = field(default_factory=list)

    def detect(self, images_bgr: Sequence[np.ndarray]) -> list[Detections]:
        """See `Detector.detect`."""
        return [self._one(image) for image in images_bgr]

    def _one(self, image: np.ndarray) -> Detections:
        number = videos.read_number(image)
        self.seen.append(number)
        boxes = boxes_of(self.script(number))
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        kinds = np.full(len(boxes), CLASS_PERSON, np.int16)
        if self.ball:
            boxes = np.vstack([boxes, [94.0, 62.0, 98.0, 66.0]])
            kinds = np.append(kinds, np.int16(CLASS_BALL))
        return Detections(boxes.astype(np.float32), np.full(len(boxes), 0.9, np.float32), kinds)


@dataclass
class ScriptedPose:
    """Sees a person's ankles at the bottom of the box, the rest spread over it."""

    info: ModelInfo = field(default=ModelInfo("scripted-pose", "1", "1" * 64))
    skeleton: str = "coco17"

    def estimate(self, image_bgr: np.ndarray, xyxy: np.ndarray) -> np.ndarray:
        """See `PoseEstimator.estimate`."""
        del image_bgr
        people = np.zeros((len(xyxy), 17, 3), np.float32)
        share = np.linspace(0.05, 0.961, 17, dtype=np.float32)
        people[:, :, 0] = (xyxy[:, :1] + xyxy[:, 2:3]) / 2
        people[:, :, 1] = xyxy[:, 1:2] + share * (xyxy[:, 3:4] - xyxy[:, 1:2])
        people[:, 15, 1] = people[:, 16, 1]
        people[:, :, 2] = 0.9
        return people


def boxes_of(places_m: Sequence[tuple[float, float]]) -> np.ndarray:
    """`(M, 4)` boxes of people at these places."""
    feet = to_image(np.array(places_m, np.float64).reshape(-1, 2))
    width, height = BODY_PX
    return np.column_stack([feet[:, 0] - width / 2, feet[:, 1] - height, feet[:, 0] + width / 2, feet[:, 1]])


def to_image(xy_m: np.ndarray) -> np.ndarray:
    """Pitch → picture of the scripted camera."""
    return np.array(SIZE) / 2 + PX_PER_M * xy_m * np.array([1.0, -1.0])


def calibration() -> dict:
    """The scripted camera's calibration."""
    marks = np.array([[x, y] for x in (-20.0, 0.0, 20.0) for y in (-12.0, 0.0, 12.0)])
    return dict(PitchHomography.fit(to_image(marks), marks, image_size=SIZE).to_dict())


SHIRTS = ((40, 40, 200), (200, 60, 40), (60, 200, 60), (220, 220, 220))


def film(path: Path, frames: int, script: Script, *, pan_px: float = 0.0, **kind) -> Path:
    """A film of the script's people, each in a shirt of their own, before a still scene full of structure.

    With `pan_px` the camera turns by so many pixels a frame.
    """
    ground = np.random.default_rng(8).integers(40, 215, (SIZE[1] // 4, SIZE[0], 3), np.uint8)
    scene = cv2.resize(ground, (4 * SIZE[0], SIZE[1]), interpolation=cv2.INTER_LINEAR)

    def picture(number: int) -> np.ndarray:
        left = round(pan_px * number)
        seen = scene[:, left : left + SIZE[0]].copy()
        for place, box in enumerate(boxes_of(script(number))):
            if np.isfinite(box).all():
                low, high = np.maximum(box.round().astype(int)[:2], 0), box.round().astype(int)[2:]
                seen[low[1] : high[1], low[0] : high[0]] = SHIRTS[place % len(SHIRTS)]
        return videos.stamp_number(seen, number)

    options = {"crf": "10", "g": "50"}
    return videos.write_video(path, (picture(n) for n in range(frames)), **{"options": options, **kind})


def scripted_tools(detector: ScriptedDetector, model_dir: Path) -> Tools:
    """The real steps with scripted models."""
    pool = ModelPool(model_dir, build_detector=lambda key, profile: detector, build_pose=lambda key: ScriptedPose())
    return Tools(steps=registry.get, params=params_of, models=pool)


def scan(tmp_path: Path, script: Script, frames: int = 200, **request) -> tuple[ScanResults, ScriptedDetector]:
    """Film a script and scan it; `request` as in `ScanRequest`."""
    video = tmp_path / "film.mp4"
    if not video.exists():
        film(video, frames, script)
    detector = ScriptedDetector(script, ball=request.pop("ball", False))
    wanted = ScanRequest(video, tmp_path / "out", **{"overlay": False, **request})
    return run_local(wanted, scripted_tools(detector, tmp_path)), detector
