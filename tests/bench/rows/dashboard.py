"""A team's trend over a season, nothing kept: summed in SQL against an object at a time, on SQLite, same answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.row import OURS, Bar, Row, compare, measure

ROOT = Path(__file__).resolve().parents[3]
PLAYERS, SESSIONS = 100, 100
MAX_RATIO = 0.25
MAX_S = 1.0
"""A page that waits longer feels broken; kept answers take milliseconds."""


def run(repeats: int) -> list[Row]:
    """The rows of this module."""
    with tempfile.TemporaryDirectory(prefix="axolotl-bench-") as folder:
        environment = {**os.environ, "AXOLOTL_VAR": folder, "DATABASE_URL": ""}
        command = [sys.executable, "-m", "tests.bench.children.dashboard", str(PLAYERS), str(SESSIONS), str(repeats)]
        done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
        if done.returncode:
            raise RuntimeError(done.stderr.strip() or done.stdout)
    seconds = json.loads(done.stdout.strip().splitlines()[-1])
    runs = {OURS: seconds["ours"], "Django, an object at a time": seconds["per object"]}
    name = f"dashboard: team trend, {PLAYERS} players × {SESSIONS} sessions"
    return [
        compare(name, "s", runs, Bar("ratio_at_most", MAX_RATIO)),
        measure(f"{name}, alone", "s", seconds["ours"], Bar("at_most", MAX_S)),
    ]
