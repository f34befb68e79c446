"""Models of live sessions: built once in each worker's child and shared by its sessions in turn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.errors import PipelineError
from pipeline.live_ports import LiveRecord
from pipeline.models import ModelPool
from pipeline.params import PRESETS, ScanParams
from vision.live import LiveConfig, LiveProcessor
from vision.types import ModelInfo
from vision.weights.registry import REGISTRY

NO_POSE = "none"
FASTEST = ScanParams(detector="nanodet", pose_model="movenet-lightning")
"""The fastest embedded models: 13 to 40 ms a picture and 4 ms a posture on two cores."""
PROFILE = "fast"


class LiveModels:
    """Makes processors; models come from the process's pool.

    Attributes:
        infos: the models of the last session.
        skeleton: of its postures.
    """

    def __init__(self, pool: ModelPool) -> None:
        """Use `pool`; nothing is loaded yet."""
        self._pool = pool
        self.infos: Sequence[ModelInfo] = ()
        self.skeleton = "coco17"

    def warm_up(self) -> None:
        """Load the models that a session has unless it names others, and let each look at one picture.

        Raises:
            ModelError: a model's file is missing or damaged.
        """
        picture = np.zeros((180, 320, 3), np.uint8)
        self._pool.detector(FASTEST, PROFILE).detect([picture])
        self._pool.pose(FASTEST).estimate(picture, np.array([[0.0, 0.0, 160.0, 180.0]], np.float32))

    def processor(self, record: LiveRecord, config: LiveConfig) -> LiveProcessor:
        """A processor for a session, without cameras yet.

        Raises:
            PipelineError: `BAD_PARAMS`, no such model.
            ModelError: a model's file is missing or damaged.
        """
        params = self._params(record)
        detector = self._pool.detector(params, PROFILE)
        pose = None if params.pose_model == NO_POSE else self._pool.pose(params)
        self.infos = [detector.info, *([pose.info] if pose is not None else [])]
        self.skeleton = getattr(pose, "skeleton", "coco17")
        cameras = {camera.name: None for camera in record.cameras}
        return LiveProcessor(detector, pose, cameras=cameras, config=config, session_id=record.session_id)

    def _params(self, record: LiveRecord) -> ScanParams:
        """Keys only: a session's row must not open any file of the server."""
        params = PRESETS.get(record.model, FASTEST)
        if record.model and record.model not in PRESETS:
            params = replace(params, detector=_known(record.model, "detect"))
        if record.pose_model == NO_POSE:
            return replace(params, pose_model=NO_POSE)
        return replace(params, pose_model=_known(record.pose_model, "pose")) if record.pose_model else params


def _known(key: str, task: str) -> str:
    entry = REGISTRY.get(key)
    if entry is None or entry.task != task:
        names = ", ".join(name for name, each in REGISTRY.items() if each.task == task)
        raise PipelineError(f"There is no model '{key}'; choose one of {names}.", code="BAD_PARAMS")
    return key
