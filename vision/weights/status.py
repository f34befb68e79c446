"""What stands in the model directory: `python -m vision.weights.status --models DIR` prints JSON."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TypedDict

from vision.errors import ModelError
from vision.weights.registry import DEFAULT_MODEL_DIR, REGISTRY, resolve


class ModelState(TypedDict):
    """One model of the registry and its file; `problem` is `None` when the file is there and right."""

    key: str
    task: str
    licence: str
    source: str
    embedded: bool
    path: str
    size_bytes: int | None
    sha256: str | None
    problem: str | None


def model_states(model_dir: Path) -> list[ModelState]:
    """Every registered model with what is known of its file in `model_dir`."""
    return [_state(key, model_dir) for key in REGISTRY]


def _state(key: str, model_dir: Path) -> ModelState:
    entry = REGISTRY[key]
    path = model_dir / entry.file_name
    problem = None
    try:
        resolve(key, model_dir)
    except ModelError as error:
        problem = error.message
    return ModelState(
        key=key,
        task=entry.task,
        licence=entry.licence,
        source=entry.source,
        embedded=entry.embedded,
        path=str(path),
        size_bytes=path.stat().st_size if path.is_file() else None,
        sha256=entry.sha256,
        problem=problem,
    )


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m vision.weights.status", description=__doc__)
    parser.add_argument("--models", type=Path, default=DEFAULT_MODEL_DIR, help="model directory (default: %(default)s)")
    options = parser.parse_args(arguments)
    json.dump(model_states(options.models), sys.stdout)
    return 0


if __name__ == "__main__":
    sys.exit(main())
