"""The model registry as the web process may ask for it: through a child, because reading it loads model tools."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TypedDict

from django.conf import settings

TIMEOUT_S = 60


class ModelState(TypedDict):
    """One line of `python -m vision.weights.status`."""

    key: str
    task: str
    licence: str
    source: str
    embedded: bool
    path: str
    size_bytes: int | None
    sha256: str | None
    problem: str | None


def chosen_models() -> dict[str, str]:
    """What the settings say a scan looks with, as its parameters; nothing where the preset's own models do."""
    wanted = {"detector": settings.SCAN_DETECTOR, "pose_model": settings.SCAN_POSE_MODEL}
    return {parameter: model for parameter, model in wanted.items() if model}


def why_unusable(states: list[ModelState]) -> list[str]:
    """Why a scan could not start with the models chosen in the settings; a file is looked for where it is said to be.

    Args:
        states: of all registered models.
    """
    known = {state["key"]: state for state in states}
    found = []
    for name, task in (("SCAN_DETECTOR", "detect"), ("SCAN_POSE_MODEL", "pose")):
        model = getattr(settings, name)
        state = known.get(model)
        if state is not None and state["task"] != task:
            keys = ", ".join(each["key"] for each in states if each["task"] == task)
            found.append(f"{name}={model} has another task; choose one of {keys}")
        elif state is not None and state["problem"]:
            found.append(f"{name}: {state['problem']}")
        elif model and state is None and not Path(model).is_file():
            found.append(f"{name}={model} is neither a key of `manage.py models` nor a file")
    return found


def model_states() -> list[ModelState]:
    """Every registered model with the state of its file in `MODEL_DIR`."""
    result = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "vision.weights.status", "--models", str(settings.MODEL_DIR)],
        capture_output=True,
        check=True,
        timeout=TIMEOUT_S,
        cwd=settings.ROOT,
    )
    states: list[ModelState] = json.loads(result.stdout)
    return states
