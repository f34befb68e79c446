"""The embedded stack's two Redis: messages are kept through a kill, live frames never reach the disk."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
import pytest
from redis import Redis
from redis.exceptions import ConnectionError as Away

from apps.live.connections import client
from apps.live.frames import Picture
from apps.live.stream import PUSH, Keys, push_arguments, pushed
from apps.web.stack.services import redis_services
from apps.web.stack.supervisor import Supervisor

pytestmark = pytest.mark.redis
FRAME = b"\xff\xd8 children on a pitch " + bytes(100_000)


@pytest.fixture
def sockets(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """The settings of an embedded stack; its sockets' folder, whose name is short as such paths must be."""
    folder = Path(tempfile.mkdtemp(prefix="axr"))
    settings.VAR, settings.LIVE_REDIS_EMBEDDED = tmp_path, True
    settings.REDIS_SOCKET, settings.LIVE_REDIS_SOCKET = folder / "redis.sock", folder / "live.sock"
    settings.REDIS_URL, settings.LIVE_REDIS_URL = f"unix://{folder}/redis.sock", f"unix://{folder}/live.sock"
    yield folder
    shutil.rmtree(folder)


def push(camera: str, moment_us: int) -> str:
    names, arguments = push_arguments(Keys.of("kept"), camera, Picture(moment_us, moment_us, FRAME), floor=0)
    return pushed(client().eval(PUSH, len(names), *names, *arguments)).outcome


def kill_both(sockets: Path) -> None:
    killed = [one for one in psutil.process_iter(["cmdline"]) if f"{sockets}/" in " ".join(one.info["cmdline"] or [])]
    assert len(killed) == 2
    for one in killed:
        one.kill()


def answers(url: str) -> bool:
    try:
        with Redis.from_url(url) as redis:
            return bool(redis.ping())
    except Away:
        return False


def test_a_kill_keeps_messages_and_no_frame_is_ever_written(sockets: Path, settings: Any, tmp_path: Path) -> None:
    services = list(redis_services())
    supervisor = Supervisor(services, log_dir=tmp_path / "log", announce=lambda name, line: None, echo=False)
    supervisor.start()
    try:
        with Redis.from_url(settings.REDIS_URL) as redis:
            redis.lpush("video_processing", "a message")
            assert [push("1", 1_000_000 * second) for second in range(1, 31)] == ["taken"] * 30
            time.sleep(1.1)  # the append-only file is flushed once a second
            kill_both(sockets)
            end = time.monotonic() + 20
            urls = (settings.REDIS_URL, settings.LIVE_REDIS_URL)
            supervisor.run(until=lambda: all(map(answers, urls)) or time.monotonic() > end)
            assert redis.lrange("video_processing", 0, -1) == [b"a message"]
        assert client().keys("*") == []
        assert push("1", 31_000_000) == "taken"
        written = [file for file in tmp_path.rglob("*") if file.is_file()]
        assert any(b"a message" in file.read_bytes() for file in written)
        assert not [file for file in written if b"children on a pitch" in file.read_bytes()]
    finally:
        supervisor.stop()
