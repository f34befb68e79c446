"""Detectors and pose models of this process, each built once, on first use."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline.params import ScanParams
from vision.types import Detector, PoseEstimator

if TYPE_CHECKING:
    from vision.body.model import BodyModel

DetectorFactory = Callable[[str, str], Detector]
"""Model key and profile → detector."""
PoseFactory = Callable[[str], PoseEstimator]
"""Model key → pose model."""


@dataclass
class ModelPool:
    """Models by key, and what was learnt about films with them.

    Nothing heavy is imported before the first model is asked for, so a pool may be made before a worker forks; CUDA is
    first touched in the child.

    Attributes:
        model_dir: where model files lie.
        device: `cpu` or `cuda:N`.
        threads: processor threads a model may use; 0 for every core.
        body_dir: where licensed body models lie; `None` for the open body.
        build_detector, build_pose: how models are made; tests put scripted ones here.
        profiles: film → detector profile chosen for it.
    """

    model_dir: Path
    device: str = "cpu"
    threads: int = 0
    body_dir: Path | None = None
    build_detector: DetectorFactory | None = None
    build_pose: PoseFactory | None = None
    profiles: dict[str, str] = field(default_factory=dict)
    _detectors: dict[tuple[str, str], Detector] = field(default_factory=dict, init=False)
    _poses: dict[str, PoseEstimator] = field(default_factory=dict, init=False)
    _bodies: dict[str, BodyModel] = field(default_factory=dict, init=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False)

    def detector(self, params: ScanParams, profile: str) -> Detector:
        """The detector of these parameters with a profile; `ModelError` when its file is missing."""
        wanted = (params.detector, profile)
        with self._lock:
            if wanted not in self._detectors:
                self._detectors[wanted] = (self.build_detector or self._open_detector)(*wanted)
            return self._detectors[wanted]

    def pose(self, params: ScanParams) -> PoseEstimator:
        """The pose model of these parameters; `ModelError` when its file is missing."""
        with self._lock:
            if params.pose_model not in self._poses:
                self._poses[params.pose_model] = (self.build_pose or self._open_pose)(params.pose_model)
            return self._poses[params.pose_model]

    def body(self, gender: str) -> BodyModel:
        """The body model of a gender: the user's licensed one where there is one, else the open body."""
        from vision.body.model import body_models

        with self._lock:
            if gender not in self._bodies:
                self._bodies[gender] = body_models(self.body_dir)[gender]
            return self._bodies[gender]

    def _open_detector(self, key: str, profile: str) -> Detector:
        from vision.detection import build_detector
        from vision.runtime import RuntimeConfig

        runtime = RuntimeConfig(device=self.device, threads=self.threads)
        return build_detector(key, model_dir=self.model_dir, runtime=runtime, profile=profile)

    def _open_pose(self, key: str) -> PoseEstimator:
        from vision.pose import build_pose
        from vision.runtime import RuntimeConfig

        runtime = RuntimeConfig(device=self.device, threads=self.threads)
        return build_pose(key, model_dir=self.model_dir, runtime=runtime)
