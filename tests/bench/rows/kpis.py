"""Whole-match KPIs: 22 players × 90 minutes × 25 Hz, ours against floodlight's four models; memory; interval time.

Times are processor time: both sides run in one thread, and what else the machine does then counts for neither.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from tests.bench.peers import Peer
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
MEASURE_MEMORY = """
import json, resource, sys
import numpy as np
from tests.bench.rows.kpis import evaluate, load
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
evaluate(*load(sys.argv[1]), with_intervals=True)
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024))
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


def peak_memory_mb(t_s: Float64Array, xy: Float64Array) -> float:
    """Largest memory of a fresh process that loads the match and computes everything, intervals included."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        path = str(Path(folder) / "match.npz")
        np.savez(path, t_s=t_s, xy=xy)
        command = [sys.executable, "-c", MEASURE_MEMORY, path]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(json.loads(done.stdout.strip().splitlines()[-1]))


def run(repeats: int) -> list[Row]:
    """The rows of this module."""
    t_s, xy = make_match(0.0)
    flat = xy.transpose(1, 0, 2).reshape(len(t_s), -1)
    with Peer("floodlight") as peer:

        def theirs() -> float:
            return float(peer.call({"xy": flat}, {"framerate": int(RATE_HZ)})["seconds"][0])

        runs = interleave(repeats, {OURS: lambda: evaluate(t_s, xy, with_intervals=False), PEER: theirs})
    whole = make_match(0.05)
    plain = [evaluate(*whole, with_intervals=False) for _ in range(2)]
    with_intervals = [evaluate(*whole, with_intervals=True) for _ in range(repeats)]
    extra = [seconds - min(plain) for seconds in with_intervals]
    return [
        compare("kpis: whole match, 22 × 90 min × 25 Hz", "CPU s", runs, Bar("ratio_at_most", 0.5)),
        measure("kpis: intervals of a whole match", "CPU s", extra, Bar("at_most", INTERVALS_S)),
        measure("kpis: peak memory of a whole match", "MB", [peak_memory_mb(*whole)], Bar("at_most", MEMORY_MB)),
    ]
