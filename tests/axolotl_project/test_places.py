"""How many requests compute at a time, what a slow one holds up (nothing), and what the handler leaves behind."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from asgiref.testing import ApplicationCommunicator
from django.core import signals
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.urls import path

from axolotl_project.handler import OneHopHandler, Places

PATIENCE_S = 60
LONG_S = 3600.0
gate = threading.Event()
running: list[int] = [0, 0]
"""Now, and at most."""
lock = threading.Lock()
streamed: list[str] = []


def counted(request: HttpRequest) -> HttpResponse:
    with lock:
        running[0] += 1
        running[1] = max(running)
    time.sleep(0.01)
    with lock:
        running[0] -= 1
    return HttpResponse("counted")


def stuck(request: HttpRequest) -> HttpResponse:
    gate.wait(PATIENCE_S)
    return HttpResponse("let go")


class Endless(StreamingHttpResponse):
    async def __aiter__(self) -> AsyncIterator[bytes]:
        try:
            while True:
                yield b"more"
                await asyncio.sleep(0)
        finally:
            streamed.append("ended")

    def close(self) -> None:
        streamed.append("closed")
        super().close()


urlpatterns = [
    path("counted", counted),
    path("stuck", stuck),
    path("endless", lambda request: Endless()),
    path("health", lambda request: HttpResponse("alive")),
]


@pytest.fixture(autouse=True)
def _routes(settings: Any) -> Iterator[None]:
    settings.ROOT_URLCONF = __name__
    settings.MIDDLEWARE = []
    running[:] = [0, 0]
    streamed.clear()
    gate.clear()
    yield
    gate.set()


def handler_with(number: int, held_s: float) -> OneHopHandler:
    handler = OneHopHandler()
    handler._places = Places(number, held_s)
    return handler


def begin(handler: OneHopHandler, where: str) -> ApplicationCommunicator:
    scope = {"type": "http", "method": "GET", "path": where, "query_string": b"", "headers": [(b"host", b"localhost")]}
    return ApplicationCommunicator(handler, scope)


async def get(handler: OneHopHandler, where: str) -> bytes:
    talk = begin(handler, where)
    await talk.send_input({"type": "http.request"})
    start = await talk.receive_output(PATIENCE_S)
    body = await talk.receive_output(PATIENCE_S)
    assert start["status"] == 200
    return bytes(body["body"])


def test_no_more_requests_compute_at_a_time_than_there_are_places() -> None:
    async def crowd() -> list[bytes]:
        handler = handler_with(2, LONG_S)
        return await asyncio.gather(*(get(handler, "/counted") for _ in range(12)))

    assert asyncio.run(crowd()) == [b"counted"] * 12
    assert running == [0, 2]


def test_a_slow_request_gives_its_place_to_the_next() -> None:
    async def both() -> tuple[bytes, bytes]:
        handler = handler_with(1, 0.05)
        slow = asyncio.create_task(get(handler, "/stuck"))
        await asyncio.sleep(0)
        quick = await get(handler, "/counted")  # comes while the only place is held
        assert not slow.done()
        gate.set()
        return await slow, quick

    assert asyncio.run(both()) == (b"let go", b"counted")


def test_a_place_is_given_back_once() -> None:
    async def late() -> int:
        places = Places(1, 0.01)
        async with places.place():
            await asyncio.sleep(0.05)  # given back by the clock, then ends
        await asyncio.wait_for(places._free.acquire(), 1)
        return places._free._value

    assert asyncio.run(late()) == 0


def test_health_is_answered_while_nothing_else_is() -> None:
    async def watched() -> bytes:
        handler = handler_with(1, LONG_S)
        slow = asyncio.create_task(get(handler, "/stuck"))
        waiting = asyncio.create_task(get(handler, "/counted"))
        alive = await get(handler, "/health")
        assert not slow.done() and not waiting.done()
        gate.set()
        await asyncio.gather(slow, waiting)
        return alive

    assert asyncio.run(watched()) == b"alive"


def test_a_stream_ends_when_nobody_listens() -> None:
    async def listen() -> None:
        talk = begin(handler_with(1, LONG_S), "/endless")
        await talk.send_input({"type": "http.request"})
        assert (await talk.receive_output(PATIENCE_S))["status"] == 200
        assert (await talk.receive_output(PATIENCE_S))["body"] == b"more"
        await talk.send_input({"type": "http.disconnect"})
        await talk.wait(PATIENCE_S)

    asyncio.run(listen())
    assert streamed == ["ended", "closed"]


def test_a_request_begins_and_ends_once_in_the_same_thread() -> None:
    seen: list[tuple[str, threading.Thread]] = []

    def began(**_: Any) -> None:
        seen.append(("began", threading.current_thread()))

    def ended(**_: Any) -> None:
        seen.append(("ended", threading.current_thread()))

    signals.request_started.connect(began)
    signals.request_finished.connect(ended)
    try:
        asyncio.run(get(handler_with(1, LONG_S), "/counted"))
    finally:
        signals.request_started.disconnect(began)
        signals.request_finished.disconnect(ended)
    assert [what for what, _ in seen] == ["began", "ended"]
    assert seen[0][1] is seen[1][1]


def test_a_large_body_lies_where_uploads_go(tmp_path: Path, settings: Any) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path
    pieces = [{"type": "http.request", "body": bytes(1024**2), "more_body": left > 0} for left in (1, 0)]

    async def receive() -> dict[str, Any]:
        return pieces.pop(0)

    body = asyncio.run(OneHopHandler().read_body(receive))
    with body:
        assert Path(f"/proc/self/fd/{body.fileno()}").readlink().parent == tmp_path
        assert len(body.read()) == 2 * 1024**2
