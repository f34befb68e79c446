"""200 coaches at once on the API: lists, dashboard, status, uploads; the same list of plain DRF in turns.

"At once" means logged in and working: each asks, and reads for five seconds on average before the next request, which
are 40 requests a second. The server has two processes, as `docker/compose.yml` starts it; it, PostgreSQL, Redis and the
clients share the machine's cores. Processor time a request is that of one process, ours and plain DRF's alike.
"""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import quote

import psutil

from tests.bench.row import OURS, Bar, Row, compare, interleave, measure
from tests.bench.rows.live_delivery import ROOT, redis_at, wait_for
from tests.conftest import start_postgres
from tests.load.api import Answers, Ask, Crowd, visit

USERS = 200
THINK_S = 5.0
SECONDS = 20.0
PROCESSES = 2
LIST_P95_MS = 150.0
PLAIN = "plain DRF"
MAX_REPEATS = 3
UPLOAD_BYTES = 2 * 1024**2
LISTS = (
    Ask("players", "/api/players?team_id={team}", 3),
    Ask("sessions", "/api/sessions?team_id={team}", 3),
    Ask("teams", "/api/teams", 1),
)
PAGES = (
    *LISTS,
    Ask("session", "/api/sessions/{session}", 2),
    Ask("status", "/api/scan/{session}/status", 2),
    Ask("dashboard", "/api/dashboard/overview?team_id={team}", 2),
)


def run(repeats: int) -> list[Row]:
    """The rows of this module."""
    rounds = min(repeats, MAX_REPEATS)
    with redis_at() as environment, postgres() as url:
        environment |= {"DATABASE_POOL": "10"}
        environment |= {"DATABASE_URL": url, "RATE_LIMITS": "ordinary=100000/min,upload=100000/min,stream=100000/s"}
        built = json.loads(child("build", environment=environment).splitlines()[-1])
        everything = [load(environment, built["users"]) for _ in range(rounds)]
        beside = interleave(
            rounds,
            {OURS: lambda: quiet(environment, built, "ours"), PLAIN: lambda: quiet(environment, built, "plain")},
        )
    name = f"api: {USERS} users"
    return [
        *(
            measure(f"{name}, {ask.name}, p95", "ms", [p95(one, ask.name) for one in everything], bar)
            for ask in PAGES
            for bar in [Bar("at_most", LIST_P95_MS)]
        ),
        measure(f"{name}, upload of 2 MB, p95", "ms", [p95(one, "upload") for one in everything], Bar("at_most", 1000)),
        measure(f"{name}, errors", "answers", [len(one.errors) for one in everything], Bar("at_most", 0)),
        compare("api: list of players, processor time", "ms", beside, Bar("ratio_at_most", 1)),
        measure(
            "api: queries more for 100 rows than for 5",
            "queries",
            [max(large - small for small, large in built["queries"].values())],
            Bar("at_most", 0),
        ),
    ]


def load(environment: dict[str, str], users: list[dict[str, str]]) -> Answers:
    """All users for a while."""
    counts = Path(environment["AXOLOTL_VAR"]) / f"counts-{time.monotonic_ns()}"
    environment = environment | {"WEB_CONCURRENCY": str(PROCESSES), "PROMETHEUS_MULTIPROC_DIR": str(counts)}
    with serving("ours", environment) as (uds, _):
        while len(list(counts.glob("counter_*.db"))) < PROCESSES:  # until each has answered something
            asyncio.run(visit(uds, users[:10], PAGES, Crowd(0.05, 0.5)))
        asyncio.run(visit(uds, users[:10], PAGES, Crowd(0.05, 2.0)))  # what is loaded at first use
        return asyncio.run(visit(uds, users[:USERS], PAGES, Crowd(THINK_S, SECONDS, UPLOAD_BYTES)))


def quiet(environment: dict[str, str], built: dict[str, Any], kind: str) -> float:
    """Processor time of the server for one page of players [ms]: a shared machine does not slow it."""
    ask = Ask("players", "/api/players?team_id={team}")
    with serving(kind, environment) as (uds, pid):
        asyncio.run(visit(uds, built["users"][:1], [ask], Crowd(0.001, 1.0)))
        before = psutil.Process(pid).cpu_times()
        answers = asyncio.run(visit(uds, built["users"][:1], [ask], Crowd(0.001, 3.0)))
        after = psutil.Process(pid).cpu_times()
    if answers.errors:
        raise RuntimeError(answers.errors[0])
    spent_s = after.user + after.system - before.user - before.system
    return 1000 * spent_s / len(answers.times_ms["players"])


def p95(answers: Answers, name: str) -> float:
    """95 of 100 answers came within [ms]."""
    return quantiles(answers.times_ms[name], n=20)[18]


def child(*argv: str, environment: dict[str, str]) -> str:
    """What a child process prints."""
    command = [sys.executable, "-m", "tests.bench.children.api_load", *argv]
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr.strip()[-2000:])
    return done.stdout


@contextmanager
def serving(kind: str, environment: dict[str, str]) -> Iterator[tuple[str, int]]:
    """A server; its socket and process."""
    uds = f"{environment['AXOLOTL_VAR']}/{kind}-{time.monotonic_ns()}.sock"
    command = [sys.executable, "-m", "tests.bench.children.api_load", kind, uds]
    server = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        wait_for(lambda: listens(uds), server)
        yield uds, server.pid
    finally:
        server.terminate()
        server.wait()


def listens(uds: str) -> bool:
    """Whether somebody takes connections there."""
    try:
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(uds)
    except OSError:
        return False
    return True


@contextmanager
def postgres() -> Iterator[str]:
    """PostgreSQL from its wheel; its URL."""
    with tempfile.TemporaryDirectory(prefix="axolotl-pg-") as short, start_postgres(Path(short) / "pg"):
        yield f"postgres://postgres@{quote(str(Path(short) / 'pg'), safe='')}/postgres"
