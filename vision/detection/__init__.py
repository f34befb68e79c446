"""Finding people and balls. `build_detector` makes a detector from a setting; all answer to `vision.types.Detector`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vision.detection.nanodet import NanoDetConfig, NanoDetDetector
from vision.detection.tiles import TiledDetector, TileRule
from vision.detection.yolo import YOLOConfig, YOLODetector
from vision.detection.yolox import YOLOXDetector
from vision.errors import ModelError
from vision.runtime import RuntimeConfig
from vision.types import Detector
from vision.weights.registry import REGISTRY

__all__ = [
    "PROFILES",
    "DetectionProfile",
    "NanoDetConfig",
    "NanoDetDetector",
    "TileRule",
    "TiledDetector",
    "YOLOConfig",
    "YOLODetector",
    "YOLOXDetector",
    "build_detector",
]


@dataclass(frozen=True, slots=True)
class DetectionProfile:
    """Speed against small far people.

    Attributes:
        nanodet_long_side: longer side of NanoDet's input [px].
        yolo_long_side: of YOLO's [px].
        shrink_max: how far a frame may be shrunk before it is cut into tiles.
    """

    nanodet_long_side: int
    yolo_long_side: int
    shrink_max: float


# People found at IoU 0.5 on 25 hand-boxed 1080p match frames: NanoDet 0.58, 0.76, 0.85, 0.89 at these sizes (score
# 0.25), for 55, 84, 136, 249 ms of one processor thread.
PROFILES: Mapping[str, DetectionProfile] = {
    "fast": DetectionProfile(nanodet_long_side=576, yolo_long_side=640, shrink_max=6.0),
    "standard": DetectionProfile(nanodet_long_side=736, yolo_long_side=960, shrink_max=4.0),
    "fine": DetectionProfile(nanodet_long_side=960, yolo_long_side=1120, shrink_max=3.0),
    "full": DetectionProfile(nanodet_long_side=1280, yolo_long_side=1280, shrink_max=2.0),
}


def build_detector(
    model: str, *, model_dir: Path, runtime: RuntimeConfig | None = None, profile: str = "standard"
) -> Detector:
    """The detector that a setting names.

    Args:
        model: a registry key (`nanodet`, `yolov8n`, `yolox-nano`), or the path of a YOLO `.onnx` or `.pt` file.
        model_dir: where registered models lie.
        runtime: where it runs; the processor by default.
        profile: `fast`, `standard`, `fine` or `full`.

    Raises:
        ModelError: unknown model or profile, or its file is missing, damaged or no detector.
    """
    if profile not in PROFILES:
        raise ModelError(f"profile {profile!r} is not known; expected one of {', '.join(PROFILES)}")
    chosen = PROFILES[profile]
    entry = REGISTRY.get(model)
    if entry is not None and entry.task != "detect":
        raise ModelError(f"{model!r} is a pose model; expected a detector")
    family = entry.family if entry is not None else "yolo"
    if family == "nanodet":
        config = NanoDetConfig(long_side=chosen.nanodet_long_side)
        nanodet = NanoDetDetector(model_dir=model_dir, runtime=runtime, config=config)
        return TiledDetector(nanodet, TileRule(config.long_side, chosen.shrink_max))
    if family == "yolox":
        yolox = YOLOXDetector(model, model_dir=model_dir, runtime=runtime)
        return TiledDetector(yolox, TileRule(max(yolox.input_size), chosen.shrink_max))
    yolo = YOLODetector(model, model_dir=model_dir, runtime=runtime, config=YOLOConfig(long_side=chosen.yolo_long_side))
    return TiledDetector(yolo, TileRule(yolo.long_side, chosen.shrink_max))
