"""The real agent beside the real server: killed while it scans, the server away, started again; a film comes once."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.e2e.stack import ROOT, Stack, wait_until

pytestmark = [pytest.mark.e2e, pytest.mark.models, pytest.mark.slow, pytest.mark.timeout(600)]

COACH = ("coach@rovers.example", "goal-kick-from-2026")
PAIR = f"""
from apps.accounts.models import Membership, Team, User
from apps.pairing.auth import generate_api_key
from apps.pairing.models import PairedDevice
team, user = Team.objects.get(name="U14"), User.objects.get(email={COACH[0]!r})
key, prefix, digest = generate_api_key()
PairedDevice.objects.create(
    team=team, user=user, membership=Membership.objects.get(team=team, user=user), name="Box", device_type="edge",
    scopes=["edge", "scan"], key_prefix=prefix, key_hash=digest,
)
print(key)
"""
SCAN_S = 240.0


class AgentProcess:
    """`manage.py edge_agent` as somebody starts it at the pitch; its lines are kept."""

    def __init__(self, stack: Stack, key: Path, watch: Path, var: Path) -> None:
        self.lines: list[str] = []
        command = ["edge_agent", "--server", stack.url, "--key-file", str(key), "--watch", str(watch)]
        self._process = subprocess.Popen(
            [sys.executable, "manage.py", *command, "--preset", "fast", "--settle", "0.5", "--name", "Pitch 1"],
            cwd=ROOT,
            env={**stack.env, "AXOLOTL_VAR": str(var), "DATABASE_URL": "postgres://nobody@127.0.0.1:1/none"},
            stderr=subprocess.PIPE,
            text=True,
        )
        threading.Thread(target=self._read, daemon=True).start()

    def said(self, words: str) -> bool:
        """Whether a line with these words came."""
        assert self._process.poll() is None or any(words in line for line in self.lines), self.lines[-20:]
        return any(words in line for line in list(self.lines))

    def end(self, number: signal.Signals) -> int:
        """Send a signal and wait."""
        self._process.send_signal(number)
        return self._process.wait(timeout=60)

    def _read(self) -> None:
        assert self._process.stderr is not None
        for line in self._process.stderr:
            self.lines.append(line.rstrip())


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    """The platform with a team."""
    running = Stack(tmp_path / "server").start()
    try:
        running.manage("create_team", "U14", COACH[0], "--club", "Rovers", "--coach", "Sam", "--password", COACH[1])
        yield running
    finally:
        running.stop()


def sessions(stack: Stack) -> list[dict[str, Any]]:
    """What the coach sees."""
    login = {"email": COACH[0], "password": COACH[1]}
    token = httpx.post(f"{stack.url}/api/auth/token", json=login, timeout=30).json()["data"]["access"]
    answer = httpx.get(f"{stack.url}/api/sessions", headers={"Authorization": f"Bearer {token}"}, timeout=30)
    found: list[dict[str, Any]] = answer.json()["data"]
    return found


def test_a_film_comes_once_through_kills_and_outages(stack: Stack, clip: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text(stack.python(PAIR).strip())
    watch = tmp_path / "films"
    watch.mkdir()
    shutil.copy(clip, watch / "Tuesday.mp4")
    (watch / "Tuesday.mp4.json").write_text('{"title": "Tuesday on the pitch", "session_type": "match"}')
    first = AgentProcess(stack, key, watch, tmp_path / "box")
    wait_until(lambda: first.said("scanning Tuesday.mp4"), "the scan begins", timeout_s=60)
    first.end(signal.SIGKILL)
    stack.stop()
    second = AgentProcess(stack, key, watch, tmp_path / "box")
    wait_until(lambda: second.said("offline"), "the server is missed", timeout_s=60)
    wait_until(lambda: second.said("is scanned"), "the scan is done without a server", timeout_s=SCAN_S)
    stack.lines.clear()
    stack.start()
    wait_until(lambda: second.said("is on the server (new)"), "the film is delivered", timeout_s=120)
    shutil.copy(clip, watch / "Copy.mp4")
    wait_until(lambda: second.said("Copy.mp4 was here before"), "the copy is known", timeout_s=60)
    wait_until(lambda: sessions(stack)[0]["status"] == "completed", "the figures are made", timeout_s=120, every_s=1)
    (session,) = sessions(stack)
    assert (session["title"], session["session_type"]) == ("Tuesday on the pitch", "match")
    assert second.end(signal.SIGTERM) == 0
    assert (
        stack.python("from apps.scan.models import *; print(ProcessingJob.objects.count(), Video.objects.count())")
        == "1 1\n"
    )
    assert (watch / "Tuesday.mp4").exists(), "the film is its owner's"
