"""What is refused by its headers, without a server: the limits, and who is let through."""

from __future__ import annotations

import errno
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.tokens import create_session_token
from apps.scan import gate
from apps.scan.gate import UploadGate, body_limit
from apps.scan.services.uploads import LIMITS

MEGABYTE = 1024 * 1024


@pytest.mark.parametrize(
    ("path", "limit"),
    [
        ("/api/scan/quick", 501 * MEGABYTE),
        ("/api/scan/quick/", 501 * MEGABYTE),
        ("/api/scan/uploads", 8 * MEGABYTE),
        ("/api/scan/uploads/3f0e8c6e", 8 * MEGABYTE),
        ("/api/scan/quickly", 10 * MEGABYTE),
        ("/api/auth/token", 10 * MEGABYTE),
        ("/", 10 * MEGABYTE),
    ],
)
def test_every_path_has_a_limit(path: str, limit: int) -> None:
    assert body_limit(path) == limit


async def ask(scope: dict[str, Any], *pieces: bytes) -> tuple[int | None, list[bytes]]:
    """Status of the answer, and what the application inside got of the body."""
    waiting = [{"type": "http.request", "body": piece, "more_body": True} for piece in pieces]
    waiting.append({"type": "http.request", "body": b"", "more_body": False})
    sent: list[dict[str, Any]] = []
    got: list[bytes] = []

    async def receive() -> dict[str, Any]:
        return waiting.pop(0) if waiting else {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    async def inner(scope: Any, receive: Callable[..., Any], send: Callable[..., Any]) -> None:
        while (message := await receive())["type"] == "http.request":
            got.append(message["body"])
            if not message["more_body"]:
                await send({"type": "http.response.start", "status": 200, "headers": []})
                await send({"type": "http.response.body", "body": b""})
                return

    await UploadGate(inner)(scope, receive, send)
    starts = [message for message in sent if message["type"] == "http.response.start"]
    assert len(starts) == 1
    if starts[0]["status"] >= 400:
        headers = dict(starts[0]["headers"])
        body = b"".join(message["body"] for message in sent[1:])
        assert json.loads(body)["success"] is False
        assert headers[b"content-length"] == str(len(body)).encode()
        assert headers[b"x-request-id"]
    return starts[0]["status"], got


def scope_of(path: str, method: str = "POST", **headers: str) -> dict[str, Any]:
    named = [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    return {"type": "http", "path": path, "method": method, "headers": named}


async def test_a_body_passes_whole_up_to_its_limit(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert await ask(scope_of("/api/x"), b"12345", b"67890") == (200, [b"12345", b"67890", b""])


async def test_a_body_that_grows_past_its_limit_is_cut(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert await ask(scope_of("/api/x"), b"12345", b"678901") == (413, [b"12345"])
    lying = scope_of("/api/x", content_length="3")
    assert (await ask(lying, b"12345", b"678901"))[0] == 413


async def test_an_announced_length_over_the_limit_is_not_read(settings: Any) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 10
    assert await ask(scope_of("/api/x", content_length="11"), b"12345") == (413, [])


@pytest.fixture
def token(coach: User) -> str:
    return create_session_token(str(coach.pk))


async def test_a_valid_token_opens_the_door(token: str) -> None:
    for authorization, status in (
        (f"Bearer {token}", 200),
        (f"bearer {token}", 200),
        ("Bearer axk_device", 200),  # a device's key is looked up by the view
        (f"Bearer {token[:-3]}abc", 401),
        ("Bearer ", 401),
        (f"Basic {token}", 401),
        ("", 401),
    ):
        scope = scope_of("/api/scan/quick", content_length="5", authorization=authorization)
        assert (await ask(scope, b"12345"))[0] == status, authorization


async def test_a_film_that_the_disk_has_no_room_for_is_refused_unread(
    token: str, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.UPLOAD_ROOT = tmp_path
    room = 2 * 100 * MEGABYTE + LIMITS.spare_bytes  # a form is spooled, then its film is copied out of it
    for free, status in ((room, 200), (room - 1, 503)):
        monkeypatch.setattr(gate.shutil, "disk_usage", lambda _, free=free: SimpleNamespace(free=free))
        headers = {"content_length": str(100 * MEGABYTE), "authorization": f"Bearer {token}"}
        for path in ("/api/scan/quick", "/api/scan/multiview"):
            assert await ask(scope_of(path, **headers), b"12345") == (status, [b"12345", b""] if status == 200 else [])
        # Room for the pieces of an upload was kept when it began; what stays in memory needs none.
        for path, length in (("/api/scan/uploads/3f0e8c6e", 8 * MEGABYTE), ("/api/scan/quick", MEGABYTE)):
            small = headers | {"content_length": str(length)}
            assert (await ask(scope_of(path, "PATCH" if "uploads" in path else "POST", **small)))[0] == 200


@pytest.mark.parametrize(
    ("number", "began", "told"), [(errno.ENOSPC, False, True), (errno.ENOSPC, True, False), (errno.EIO, False, False)]
)
async def test_a_disk_that_fills_up_while_a_body_comes_is_told(number: int, began: bool, told: bool) -> None:
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    async def full(scope: Any, receive: Any, send: Any) -> None:
        if began:
            await send({"type": "http.response.start", "status": 200, "headers": []})
        raise OSError(number, "told by the disk")

    door = UploadGate(full)(scope_of("/api/x", content_length="2097152"), receive, send)
    if not told:
        with pytest.raises(OSError, match="told by the disk"):
            await door
        return
    await door
    assert sent[0]["status"] == 503
    assert json.loads(sent[1]["body"])["error"]["code"] == "UNAVAILABLE"
    assert "no room for these 2 MB" in json.loads(sent[1]["body"])["error"]["message"]


async def test_reading_and_sockets_are_nobodys_business() -> None:
    assert (await ask(scope_of("/api/scan/uploads/x", "HEAD")))[0] == 200
    assert (await ask(scope_of("/api/scan/uploads", "OPTIONS")))[0] == 200
    seen: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    await UploadGate(inner)({"type": "websocket"}, None, None)  # type: ignore[arg-type]
    assert seen == ["websocket"]
