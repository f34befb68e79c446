"""Two minutes with real models take no more memory than half a minute."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from apps.web.demo.footage import demo_clip
from tests.factories.clips import looped

ROOT = Path(__file__).parents[2]
SCAN = """
import resource, sys
from pathlib import Path
from pipeline.local import ScanRequest, default_tools, run_local
video, out, models = map(Path, sys.argv[1:])
results = run_local(ScanRequest(video, out, preset="fast", overlay=False), default_tools(models))
print(results["video"]["frames"], resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
"""
ALLOWED_MIB = 60
"""Four times the frames: one more picture in a queue is 5 MiB, the paths of a few people are below 1."""


def peak_mib(clip: Path, out: Path, models: Path) -> tuple[int, int]:
    """Frames of a scan in a process of its own, and that process's peak memory [MiB]."""
    command = [sys.executable, "-c", SCAN, str(clip), str(out), str(models)]
    done = subprocess.run(command, check=True, cwd=ROOT, capture_output=True, text=True, timeout=800)
    frames, peak = done.stdout.split()[-2:]
    return int(frames), int(peak)


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.timeout(1200)
def test_memory_is_flat_with_real_models(tmp_path: Path, settings) -> None:
    source = demo_clip(ROOT / "var" / "demo")
    measured = {}
    for seconds in (30, 120):
        clip = looped(source, tmp_path / f"{seconds}.mp4", seconds)
        measured[seconds] = peak_mib(clip, tmp_path / str(seconds), settings.MODEL_DIR)
    assert measured[120][0] == 4 * measured[30][0]
    assert measured[120][1] - measured[30][1] < ALLOWED_MIB, measured
