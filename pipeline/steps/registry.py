"""Step name → step, imported on first use (the modules load video and model libraries)."""

from __future__ import annotations

from importlib import import_module
from typing import cast

from pipeline.plan import StepName
from pipeline.steps.base import Step


def get(name: StepName) -> Step:
    """The step called `name`."""
    return cast(Step, import_module(f"pipeline.steps.{name.value}").STEP)
