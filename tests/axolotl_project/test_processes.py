"""Two web processes behind one port, as `docker/compose.yml` runs them: one count, one killed, an answered stop."""

from __future__ import annotations

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import psutil
import pytest

pytestmark = [pytest.mark.alone, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


@dataclass
class Web:
    """uvicorn with two processes."""

    process: subprocess.Popen[bytes]
    port: int
    counts: Path

    def get(self, path: str, timeout_s: float = PATIENCE_S) -> str:
        """Body of an answer, by a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout_s)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            assert answer.status == 200
            return answer.read().decode()
        finally:
            connection.close()

    def counted(self) -> int:
        """How often `/health` was answered, as Prometheus hears it."""
        found = re.findall(
            r'^axolotl_http_requests_total{method="GET",route="health",status="200"} (\S+)$',
            self.get("/metrics"),
            re.MULTILINE,
        )
        return int(float(found[0]))

    def answered_by(self) -> set[int]:
        """Processes that have answered something."""
        return {int(path.stem.partition("_")[2]) for path in self.counts.glob("counter_*.db")}


@pytest.fixture
def web(tmp_path: Path, redis_server: str) -> Iterator[Web]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    counts = tmp_path / "counts"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "axolotl_project.settings",
        "AXOLOTL_VAR": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'db.sqlite3'}",
        "REDIS_URL": redis_server,
        "WEB_CONCURRENCY": "2",
        "PROMETHEUS_MULTIPROC_DIR": str(counts),
    }
    argv = [sys.executable, "-m", "uvicorn", "axolotl_project.asgi:application", "--port", str(port)]
    process = subprocess.Popen([*argv, "--log-level", "error"], cwd=ROOT, env=environment)
    children: list[psutil.Process] = []
    try:
        yield Web(process, port, counts)
        children = psutil.Process(process.pid).children(recursive=True) if process.poll() is None else []
    finally:
        process.terminate()
        process.wait(PATIENCE_S)
        psutil.wait_procs(children, PATIENCE_S)


def until_both_answer(web: Web, gone: int = 0) -> int:
    """Ask for health until two living processes have answered; answers how often was asked."""
    asked, end = 0, time.monotonic() + PATIENCE_S
    while len(web.answered_by() - {gone}) < 2:
        assert web.process.poll() is None and time.monotonic() < end
        try:
            web.get("/health")
            asked += 1
        except OSError:
            time.sleep(0.1)
    return asked


def test_two_processes_count_as_one_outlive_one_and_end_with_an_answer(web: Web) -> None:
    asked = until_both_answer(web)
    assert [web.counted() for _ in range(4)] == [asked] * 4  # whichever is asked

    (killed, _) = sorted(web.answered_by())
    os.kill(killed, signal.SIGKILL)
    asked += until_both_answer(web, gone=killed)  # another one takes its place
    assert web.counted() == asked

    with socket.create_connection(("127.0.0.1", web.port), timeout=PATIENCE_S) as line:
        line.sendall(b"GET /health HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\n\r\nha")
        line.settimeout(PATIENCE_S)
        web.get("/health")  # the server has had the time to read it
        web.process.terminate()
        with suppress(OSError):  # nobody takes it any more
            while True:
                web.get("/health", timeout_s=0.5)
        line.sendall(b"lf")
        assert line.recv(1024).startswith(b"HTTP/1.1 200")
    assert web.process.wait(PATIENCE_S) == 0
