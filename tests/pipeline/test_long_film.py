"""A half of a match, 67,500 frames, takes no more memory than a minute."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HALF, MINUTE = 67_500, 1_500


def scan(folder: Path, frames: int) -> dict:
    """Film and scan in processes of their own, so that the peak is that of the scan alone."""
    folder.mkdir()
    command = [sys.executable, "-m", "tests.pipeline.long_film", str(folder), str(frames)]
    subprocess.run([*command, "film"], check=True, cwd=ROOT, timeout=1200)
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=2400)
    return json.loads(done.stdout.splitlines()[-1])


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_memory_does_not_grow_with_the_films_length(tmp_path: Path) -> None:
    minute = scan(tmp_path / "minute", MINUTE)
    half = scan(tmp_path / "half", HALF)
    assert half["frames"] == HALF
    assert half["tracks"] == [HALF // 2] * 6
    assert minute["tracks"] == [MINUTE // 2] * 6
    # What grows is the path of each player as numbers: 33,750 places, errors, times a player.
    assert half["peak_mib"] - minute["peak_mib"] < 75
