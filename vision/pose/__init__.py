"""Keypoints of people whose boxes are known. `build_pose` makes an estimator from a setting."""

from __future__ import annotations

from pathlib import Path

from vision.errors import ModelError
from vision.pose.movenet import VARIANTS, MoveNetConfig, MoveNetPose
from vision.pose.simcc import SimCCConfig, SimCCPose
from vision.pose.topdown import TopDownPose
from vision.runtime import RuntimeConfig
from vision.weights.registry import REGISTRY

__all__ = ["MoveNetConfig", "MoveNetPose", "SimCCConfig", "SimCCPose", "TopDownPose", "build_pose"]


def build_pose(model: str, *, model_dir: Path, runtime: RuntimeConfig | None = None) -> TopDownPose:
    """The pose estimator that a setting names.

    Args:
        model: a registry key (`movenet-thunder`, `movenet-lightning`, `rtmpose-m`, …), or the path of an RTMPose
            `.onnx` file.
        model_dir: where registered models lie.
        runtime: where it runs; the processor by default.

    Raises:
        ModelError: unknown model, or its file is missing, damaged or no pose model.
    """
    entry = REGISTRY.get(model)
    if entry is not None and entry.task != "pose":
        raise ModelError(f"{model!r} is a detector; expected a pose model")
    variants = {key: variant for variant, key in VARIANTS.items()}
    if model in variants:
        return MoveNetPose(variants[model], model_dir=model_dir, runtime=runtime)
    return SimCCPose(model, model_dir=model_dir, runtime=runtime)
