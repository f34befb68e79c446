"""torchvision beside a PyTorch build that it was not made for."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CODE = """
from vision.detection.torchvision_ops import ensure_torchvision_ops
replaced = ensure_torchvision_ops()
assert ensure_torchvision_ops() == replaced
import numpy as np, torch, torchvision
from vision.detection.nms import nms
rng = np.random.default_rng(0)
corner = rng.uniform(0, 100, (300, 2))
xyxy = np.concatenate([corner, corner + rng.uniform(1, 30, (300, 2))], axis=1).astype(np.float32)
score = rng.permutation(300).astype(np.float32)
kept = torchvision.ops.nms(torch.from_numpy(xyxy), torch.from_numpy(score), 0.5)
assert 0 < len(kept) < 300
assert kept.tolist() == nms(xyxy, score, np.zeros(300, np.int16), 0.5).tolist()
print("same")
"""


def test_torchvision_imports_and_its_nms_is_right() -> None:
    """In an interpreter of its own, because operators are declared once in a process."""
    done = subprocess.run(
        [sys.executable, "-c", CODE], capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3]
    )
    assert done.stdout.strip() == "same", done.stderr
