"""The model registry as the web process may ask for it: through a child, because reading it loads model tools."""

from __future__ import annotations

import json
import subprocess
import sys
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
