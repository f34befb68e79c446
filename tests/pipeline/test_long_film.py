"""A match of 135,000 frames takes no more memory than a minute."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
MATCH, MINUTE = 135_000, 1_500


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
    match = scan(tmp_path / "match", MATCH)
    assert match["frames"] == MATCH
    assert match["tracks"] == [MATCH // 2] * 6
    assert minute["tracks"] == [MINUTE // 2] * 6
    # What grows is the path of each player as numbers: 67,500 places, errors, times a player.
    assert match["peak_mib"] - minute["peak_mib"] < 150
