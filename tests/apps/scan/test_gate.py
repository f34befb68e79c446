"""What is refused by its headers, without a server: the limits, and who is let through."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from apps.accounts.models import User
from apps.accounts.tokens import create_session_token
from apps.scan.gate import UploadGate, body_limit

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


async def test_reading_and_sockets_are_nobodys_business() -> None:
    assert (await ask(scope_of("/api/scan/uploads/x", "HEAD")))[0] == 200
    assert (await ask(scope_of("/api/scan/uploads", "OPTIONS")))[0] == 200
    seen: list[Any] = []

    async def inner(scope: Any, receive: Any, send: Any) -> None:
        seen.append(scope["type"])

    await UploadGate(inner)({"type": "websocket"}, None, None)  # type: ignore[arg-type]
    assert seen == ["websocket"]
