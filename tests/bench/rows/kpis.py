"""Whole-match KPIs: 22 players × 90 minutes × 25 Hz, ours against floodlight's four models; memory; interval time.

Times are processor time: both sides run in one thread, and what else the machine does then counts for neither.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.bench.peers import THREAD_LIMITS, Peer
from tests.bench.row import OURS, Bar, Row, compare, interleave, measure
from vision.kpi.player import KPIParams, calculate_player_kpis
from vision.kpi.policy import ZonePolicy
from vision.kpi.track import PlayerTrack
from vision.synthetic.movement import wander
from vision.synthetic.observation import ObservationParams, frame_times, observe
from vision.types import Float64Array

PLAYERS = 22
SECONDS = 90 * 60.0
RATE_HZ = 25.0
PEER = "floodlight 1.2.0"
MEMORY_MB = 500.0
INTERVALS_S = 10.0
ALONE = """
import json, sys
from tests.bench.rows.kpis import evaluate, load
seconds = evaluate(*load(sys.argv[1]), with_intervals=bool(sys.argv[2]))
with open("/proc/self/status") as status:
    peak = next(int(line.split()[1]) for line in status if line.startswith("VmHWM"))
print(json.dumps([seconds, peak / 1024]))
"""


def make_match(misses: float) -> tuple[Float64Array, Float64Array]:
    """`(T,)` times and `(P, T, 2)` noisy positions of a made-up match (8 cm of noise)."""
    rng = np.random.default_rng(0)
    t_s = frame_times(SECONDS, RATE_HZ)
    faults = ObservationParams(sigma_m=0.08, miss_rate=misses)
    area = (-50.0, -32.0, 50.0, 32.0)
    return t_s, np.stack([observe(wander(rng, SECONDS, area), t_s, rng, faults).xy_m for _ in range(PLAYERS)])


def load(path: str) -> tuple[Float64Array, Float64Array]:
    """A match that `make_match` made."""
    with np.load(path) as data:
        return data["t_s"], data["xy"]


def evaluate(t_s: Float64Array, xy: Float64Array, *, with_intervals: bool) -> float:
    """Processor seconds for the full suite of all players."""
    policy, params = ZonePolicy(), KPIParams(with_intervals=with_intervals)
    sigma = np.full(len(t_s), 0.1)
    start = time.process_time()
    for player in range(len(xy)):
        track = PlayerTrack(t_s, xy[player], sigma, np.isfinite(xy[player, :, 0]))
        calculate_player_kpis(track, policy, rng=np.random.default_rng(player), params=params)
    return time.process_time() - start


def alone(match: Path, *, with_intervals: bool) -> tuple[float, float]:
    """Processor seconds and peak memory [MB] of a fresh process with one thread, as a peer has it."""
    command = [sys.executable, "-c", ALONE, str(match), "yes" if with_intervals else ""]
    one_thread = os.environ | dict.fromkeys(THREAD_LIMITS, "1")
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=one_thread)
    seconds, peak_mb = json.loads(done.stdout.strip().splitlines()[-1])
    return seconds, peak_mb


def run(repeats: int) -> list[Row]:
    """The rows of this module."""
    t_s, xy = make_match(0.0)
    flat = xy.transpose(1, 0, 2).reshape(len(t_s), -1)
    with tempfile.TemporaryDirectory(prefix="bench-") as folder, Peer("floodlight") as peer:
        match, with_misses = Path(folder) / "match.npz", Path(folder) / "misses.npz"
        np.savez(match, t_s=t_s, xy=xy)

        def ours() -> float:
            return alone(match, with_intervals=False)[0]

        def theirs() -> float:
            return float(peer.call({"xy": flat}, {"framerate": int(RATE_HZ)})["seconds"][0])

        runs = interleave(repeats, {OURS: ours, PEER: theirs})
        np.savez(with_misses, **dict(zip(("t_s", "xy"), make_match(0.05), strict=True)))
        plain = [alone(with_misses, with_intervals=False)[0] for _ in range(2)]
        whole = [alone(with_misses, with_intervals=True) for _ in range(repeats)]
    extra = [seconds - min(plain) for seconds, _ in whole]
    return [
        compare("kpis: whole match, 22 × 90 min × 25 Hz", "CPU s", runs, Bar("ratio_at_most", 0.5)),
        measure("kpis: intervals of a whole match", "CPU s", extra, Bar("at_most", INTERVALS_S)),
        measure("kpis: peak memory of a whole match", "MB", [peak for _, peak in whole], Bar("at_most", MEMORY_MB)),
    ]
