"""A live session on the running stack lives through a killed worker, a killed Redis and a line that is cut."""

from __future__ import annotations

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.stack import Stack, kill_hard
from tests.load.client import Club, frame, jpeg
from tests.load.sockets import Socket

pytestmark = [pytest.mark.e2e, pytest.mark.models, pytest.mark.slow]

COACH = ("coach@live.example", "goal-kick-from-2026")
FIRST_STATE_S = 60.0
"""The worker loads its models first."""
TAKEN_OVER_S = 12.0
"""Promised are 5 s, and kept by hand (3.2 to 4.2 s, eight kills on end on a quiet machine); tests share two cores."""
BACK_S = 30.0
CUTS = 20


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """The platform with one team."""
    running = Stack(tmp_path_factory.mktemp("live")).start()
    try:
        running.manage("create_team", "U14", COACH[0], "--coach", "Sam", "--password", COACH[1])
        yield running
    finally:
        running.stop()


class Phone:
    """Films at 5 frames a second, whatever happens to its line."""

    def __init__(self, club: Club, session: str) -> None:
        self._club, self._session = club, session
        self.socket: Socket | None = None
        self.cuts = 0

    async def film(self) -> None:
        """Until cancelled."""
        picture = jpeg((320, 180))
        while True:
            try:
                if self.socket is None:
                    self.socket = await self._club.socket(self._session)
                    await self.socket.say("start_session")
                await self.socket.send_bytes(frame(picture))
            except Exception:  # noqa: BLE001 a phone tries again
                self.socket = None
            await asyncio.sleep(0.2)

    def cut(self) -> None:
        """Lose the line."""
        if self.socket is not None:
            self.socket.cut()
            self.socket = None
            self.cuts += 1


async def newer(club: Club, session: str, version: int, timeout_s: float) -> tuple[int, float]:
    """The next version of the state, and how long it took [s]."""
    began = time.monotonic()
    async with asyncio.timeout(timeout_s):
        while True:
            try:
                found = int((await asyncio.to_thread(club.status, session))["version"])
            except Exception:  # noqa: BLE001 the server may be without its Redis
                found = 0
            if found > version:
                return found, time.monotonic() - began
            await asyncio.sleep(0.1)


def holder(stack: Stack, session: str) -> int:
    """Process id of the worker that has the session."""
    code = f"from apps.live.models import LiveSession; print(LiveSession.objects.get(pk={session!r}).worker)"
    return int(stack.python(code).strip().rpartition(":")[2])


@pytest.mark.timeout(240)
async def test_a_session_outlives_its_worker_redis_and_twenty_cuts(stack: Stack) -> None:
    club = await asyncio.to_thread(Club.log_in, stack.url, *COACH)
    session = await asyncio.to_thread(club.start, fps=5)
    phone = Phone(club, session)
    filming = asyncio.create_task(phone.film())
    version, _ = await newer(club, session, 0, FIRST_STATE_S)

    first = await asyncio.to_thread(holder, stack, session)
    os.kill(first, signal.SIGKILL)
    version = int((await asyncio.to_thread(club.status, session))["version"])
    version, took_s = await newer(club, session, version, FIRST_STATE_S)
    assert took_s < TAKEN_OVER_S
    assert await asyncio.to_thread(holder, stack, session) != first

    async with asyncio.timeout(FIRST_STATE_S):
        while phone.cuts < CUTS:
            phone.cut()
            await asyncio.sleep(0.1)
    version, _ = await newer(club, session, version, BACK_S)

    assert kill_hard(stack.processes("redis-server")) >= 1
    await asyncio.sleep(1.0)
    version, _ = await newer(club, session, version, BACK_S)

    filming.cancel()
    phone.cut()
    stopped = await asyncio.to_thread(club.stop, session)
    for _ in range(3):
        if stopped["status"] == "stopped":
            break
        stopped = await asyncio.to_thread(club.stop, session)
    assert stopped["status"] == "stopped", stopped
    assert stopped["summary"]["frames"]["processed"] > 20
    results = await asyncio.to_thread(club.call, "GET", f"scan/{session}/results")
    assert results["status"] == "completed"
    assert await asyncio.to_thread(_films, stack.var) == [], "nothing was recorded, so nothing is kept"


def _films(var: Path) -> list[Path]:
    return list(var.rglob("*.mp4"))
