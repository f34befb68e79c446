"""How a request gets from the event loop into its thread and back."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest
from asgiref.sync import AsyncToSync, SyncToAsync
from asgiref.testing import ApplicationCommunicator
from django.http import HttpRequest

from apps.core import views
from apps.core.middleware import RequestContextMiddleware
from axolotl_project.asgi import application

SCOPE = {
    "type": "http",
    "method": "GET",
    "path": "/health",
    "query_string": b"",
    "headers": [(b"host", b"localhost"), (b"x-request-id", b"asked-for-it")],
}

PATIENCE_S = 60
"""The first request of a process loads all routes; a busy machine takes its time."""


async def get() -> tuple[int, dict[bytes, bytes]]:
    """Status and headers of an answer."""
    talk = ApplicationCommunicator(application, SCOPE)
    await talk.send_input({"type": "http.request"})
    start = await talk.receive_output(PATIENCE_S)
    while (await talk.receive_output(PATIENCE_S)).get("more_body"):
        pass
    await talk.wait(PATIENCE_S)
    return start["status"], dict(start["headers"])


def test_middlewares_and_view_run_in_one_thread_that_is_entered_once(monkeypatch: pytest.MonkeyPatch) -> None:
    crossed: list[str] = []
    seen: list[threading.Thread] = []

    def counted(kind: type[Any], name: str) -> None:
        plain = kind.__call__

        def call(self: Any, *args: Any, **options: Any) -> Any:
            crossed.append(name)
            return plain(self, *args, **options)

        monkeypatch.setattr(kind, "__call__", call)

    def before(self: RequestContextMiddleware, request: HttpRequest) -> str:
        seen.append(threading.current_thread())
        return was_before(self, request)

    def now_text() -> str:
        seen.append(threading.current_thread())
        return "2026-11-23T12:00:00Z"

    was_before = RequestContextMiddleware.before
    monkeypatch.setattr(RequestContextMiddleware, "before", before)
    monkeypatch.setattr(views, "utc_now_text", now_text)
    counted(SyncToAsync, "in")
    counted(AsyncToSync, "out")

    status, headers = asyncio.run(get())

    assert status == 200
    assert seen[0] is seen[1] and seen[0] is not threading.main_thread()
    assert crossed == ["in"]  # the request's start, the request and its end
    assert headers[b"X-Request-ID"] == b"asked-for-it"
    assert b"Content-Security-Policy" in headers and headers[b"X-Frame-Options"] == b"DENY"
