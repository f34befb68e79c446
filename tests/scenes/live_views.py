"""Live sessions with known truth: scripted players before one camera or two, and a detector that sees their boxes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from tests.scenes.pitch_views import PITCH, clicked
from vision.calibration.camera import PinholeCamera
from vision.calibration.homography import PitchHomography
from vision.synthetic.movement import Trajectory, wander
from vision.synthetic.scenes import FilmedScene, FilmParams, film
from vision.types import CLASS_PERSON, Detections, Float64Array, ImageBGR, ModelInfo

SIZE = (1280, 720)


@dataclass
class ScriptedDetector:
    """Sees in a picture the boxes of the frame whose number and camera stand in its first pixels."""

    scenes: Sequence[FilmedScene]
    false_rate: float = 0.0
    calls: int = 0
    info: ModelInfo = field(default_factory=lambda: ModelInfo("scripted", "1", "0" * 64))

    def detect(self, images_bgr: Sequence[ImageBGR]) -> list[Detections]:
        self.calls += len(images_bgr)
        return [self._one(image) for image in images_bgr]

    def _one(self, image: ImageBGR) -> Detections:
        camera, frame = int(image[0, 0, 0]), int(image[0, 1, 0]) + 256 * int(image[0, 1, 1])
        scene = self.scenes[camera]
        zoom = image.shape[1] / scene.camera.image_size[0]
        boxes = (scene.xyxy[scene.seen[:, frame], frame] * zoom).astype(np.float32)
        rng = np.random.default_rng(frame)
        score = rng.uniform(0.5, 0.95, len(boxes)).astype(np.float32)
        return Detections(boxes, score, np.full(len(boxes), CLASS_PERSON, np.int16))


@dataclass
class ScriptedPose:
    """Puts seventeen sure keypoints into each box, ankles where feet would be."""

    calls: int = 0
    people: int = 0
    skeleton: str = "coco17"
    info: ModelInfo = field(default_factory=lambda: ModelInfo("scripted-pose", "1", "1" * 64))

    def estimate(self, image_bgr: ImageBGR, xyxy: np.ndarray) -> np.ndarray:
        self.calls += 1
        self.people += len(xyxy)
        shape = np.linspace(0.05, 0.961, 17)
        points = np.zeros((len(xyxy), 17, 3), np.float32)
        points[..., 0] = xyxy[:, None, [0, 2]].mean(axis=2)
        points[..., 1] = xyxy[:, 1, None] + shape * (xyxy[:, 3] - xyxy[:, 1])[:, None]
        points[:, 15, 1] = points[:, 16, 1]
        points[..., 2] = 0.9
        return points


def picture(frame: int, camera: int = 0, size: tuple[int, int] = SIZE) -> ImageBGR:
    """A picture of nothing that names its frame and camera."""
    image = np.zeros((size[1], size[0], 3), np.uint8)
    image[0, 0, 0], image[0, 1, 0], image[0, 1, 1] = camera, frame % 256, frame // 256
    return image


def players(count: int, duration_s: float, seed: int = 0) -> list[Trajectory]:
    """Players of a small-sided game in the middle of the pitch."""
    rng = np.random.default_rng(seed)
    return [wander(rng, duration_s, (-18.0, -14.0, 18.0, 14.0)) for _ in range(count)]


def side_camera(side: float, size: tuple[int, int] = SIZE) -> PinholeCamera:
    """A phone on a stand behind one touch line (-1 or 1), off the middle."""
    return PinholeCamera.look_at(
        (12.0 * side, 42.0 * side, 7.0), (0.0, 2.0 * side, 0.0), image_size=size, focal_px=0.75 * size[0]
    )


def marked(camera: PinholeCamera, seed: int, sigma_px: float = 1.5) -> PitchHomography:
    """The calibration a coach would click."""
    return clicked(camera, np.random.default_rng(seed), sigma_px)


def filmed(
    cast: Sequence[Trajectory], camera: PinholeCamera, t_s: Float64Array, seed: int, params: FilmParams | None = None
) -> FilmedScene:
    """One camera's film."""
    return film(cast, camera, t_s, np.random.default_rng(seed), params)


__all__ = ["PITCH", "SIZE", "ScriptedDetector", "ScriptedPose", "filmed", "marked", "picture", "players", "side_camera"]
