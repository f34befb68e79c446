"""Lines to `/ws/live/<session_id>`: who films, who watches, what is said and heard; and a worker behind them."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from asgiref.sync import sync_to_async
from channels.testing import WebsocketCommunicator

from apps.accounts.models import User
from apps.accounts.tokens import issue_ticket
from apps.live import broker
from apps.live.adapters import ChannelLiveSink, DjangoLiveStore
from apps.live.models import LiveSession
from axolotl_project.routing import sockets
from pipeline.live_ports import LiveClaim

run = sync_to_async


async def opened(
    live: LiveSession, user: User | None = None, key: str = "", application: Any = sockets
) -> WebsocketCommunicator:
    """A socket of a user or a key, accepted."""
    ticket = await run(issue_ticket)(user.pk, "live", str(live.pk)) if user else ""
    headers = [(b"authorization", f"Bearer {key}".encode())] if key else []
    socket = WebsocketCommunicator(application, f"/ws/live/{live.pk}?ticket={ticket}", headers)
    assert (await socket.connect())[0]
    return socket


async def heard(socket: WebsocketCommunicator, kind: str, timeout_s: float = 15.0) -> dict[str, Any]:
    """The next message of a kind; others are passed over."""
    async with asyncio.timeout(timeout_s):
        while True:
            message = json.loads(await socket.receive_from(timeout=timeout_s))
            if message["type"] == kind:
                return dict(message)


async def closed(socket: WebsocketCommunicator, timeout_s: float = 15.0) -> int:
    """The close code; what is said before is passed over."""
    async with asyncio.timeout(timeout_s):
        while True:
            message = await socket.receive_output(timeout=timeout_s)
            if message["type"] == "websocket.close":
                return int(message["code"])


async def say(socket: WebsocketCommunicator, kind: str, **fields: Any) -> None:
    """Send a word."""
    await socket.send_json_to({"type": kind, **fields})


async def sender(live: LiveSession, user: User, camera: str = "main") -> WebsocketCommunicator:
    """A socket that films."""
    socket = await opened(live, user)
    await say(socket, "start_session", camera=camera)
    assert (await heard(socket, "joined"))["role"] == "sender"
    return socket


async def viewer(live: LiveSession, user: User, application: Any = sockets) -> WebsocketCommunicator:
    """A socket that watches."""
    socket = await opened(live, user, application=application)
    await say(socket, "join_session")
    assert (await heard(socket, "joined"))["role"] == "viewer"
    return socket


async def taken(live: LiveSession, count: int, camera: str = "main") -> None:
    """Wait until so many frames have come."""
    async with asyncio.timeout(15):
        while (await run(broker.meta_of)(live.pk)).cameras.get(camera) is None or (
            (await run(broker.meta_of)(live.pk)).cameras[camera].received < count
        ):
            await asyncio.sleep(0.01)


async def worker(live: LiveSession) -> tuple[LiveClaim, ChannelLiveSink]:
    """The session's worker: its claim, and where its states go."""
    claim = await run(DjangoLiveStore().claim)(str(live.pk), worker="w")
    assert claim is not None
    return claim, ChannelLiveSink(claim)
