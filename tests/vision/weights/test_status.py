"""What the model directory holds, as JSON."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from vision.weights import status
from vision.weights.registry import REGISTRY


def test_every_model_is_listed_with_what_mends_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "nanodet.onnx").write_bytes(b"cut")
    (tmp_path / "yolov8n.onnx").write_bytes(b"any export")  # no hash is registered for exports
    assert status.main(["--models", str(tmp_path)]) == 0
    states = {state["key"]: state for state in json.loads(capsys.readouterr().out)}
    assert set(states) == set(REGISTRY)
    assert states["nanodet"]["size_bytes"] == 3
    assert "damaged or another version" in states["nanodet"]["problem"]
    assert "make models" in states["movenet-thunder"]["problem"]
    assert states["movenet-thunder"]["size_bytes"] is None
    assert states["yolov8n-onnx"]["problem"] is None
