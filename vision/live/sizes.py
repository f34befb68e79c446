"""Detectors whose input size can be chosen frame by frame."""

from __future__ import annotations

from dataclasses import replace

from vision.detection import NanoDetDetector, TiledDetector, YOLODetector
from vision.types import Detections, Detector, ImageBGR, ModelInfo

SIZES_PX = (416, 576, 736)
"""Of the fully convolutional models: from few to nearly all players of a broadcast frame (`detection.PROFILES`). Few,
because ONNX Runtime keeps memory for each."""


class SizedDetector:
    """A detector with sizes to choose from, where its model allows it.

    Attributes:
        info: which model it is.
        sizes: longer sides of the input [px]; empty where the model fixes it.
    """

    def __init__(self, detector: Detector) -> None:
        """Wrap `detector`; its own configuration changes with the size."""
        self.info: ModelInfo = detector.info
        # Tiles see more, and cost a call each: not while players wait.
        self._detector = detector.inner if isinstance(detector, TiledDetector) else detector
        self.sizes: tuple[int, ...] = SIZES_PX if _has_choice(self._detector) else ()

    def detect(self, image_bgr: ImageBGR, long_side_px: int | None) -> Detections:
        """Boxes of one image [px of it]; `long_side_px` is passed over where the model fixes its input."""
        detector = self._detector
        if self.sizes and long_side_px is not None:
            if isinstance(detector, NanoDetDetector):
                detector.config = replace(detector.config, long_side=long_side_px)
            if isinstance(detector, YOLODetector):
                detector.config = replace(detector.config, long_side=long_side_px)
        return detector.detect([image_bgr])[0]


def _has_choice(detector: Detector) -> bool:
    if isinstance(detector, YOLODetector):
        return detector.resizable
    return isinstance(detector, NanoDetDetector)
