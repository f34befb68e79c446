"""A coach with a program in hand: log in, start, stop, sockets by ticket."""

from __future__ import annotations

import asyncio
import io
import struct
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import httpx
from PIL import Image

from tests.load.sockets import Socket


def jpeg(size: tuple[int, int] = (640, 360)) -> bytes:
    """A grey picture."""
    file = io.BytesIO()
    Image.new("RGB", size, (90, 120, 90)).save(file, "JPEG", quality=80)
    return file.getvalue()


def frame(picture: bytes) -> bytes:
    """A picture of now, as it goes over the socket."""
    return struct.pack(">Q", time.time_ns() // 1000) + picture


@dataclass
class Club:
    """Somebody who is logged in."""

    url: str
    token: str

    @classmethod
    def log_in(cls, url: str, email: str, password: str) -> Club:
        """By email and password."""
        answer = httpx.post(f"{url}/api/auth/token", json={"email": email, "password": password}, timeout=30)
        answer.raise_for_status()
        return cls(url, answer.json()["data"]["access"])

    def call(self, method: str, path: str, **options: Any) -> Any:
        """The data of an answer.

        Raises:
            httpx.HTTPStatusError: it was refused.
        """
        headers = {"Authorization": f"Bearer {self.token}"}
        answer = httpx.request(method, f"{self.url}/api/{path}", headers=headers, timeout=60, **options)
        answer.raise_for_status()
        return answer.json()["data"]

    def start(self, **fields: Any) -> str:
        """A new live session's id."""
        return str(self.call("POST", "live/start", json={"source": "phone", **fields})["session_id"])

    def stop(self, session: str) -> Any:
        """Its status once it is stored, or after ten seconds."""
        return self.call("POST", "live/stop", json={"session_id": session, "wait_ms": 10_000})

    def status(self, session: str) -> Any:
        """Its status."""
        return self.call("GET", f"live/{session}/status")

    async def socket(self, session: str) -> Socket:
        """An open socket of a session."""
        body = {"purpose": "live", "object_id": session}
        ticket = (await asyncio.to_thread(self.call, "POST", "auth/ticket", json=body))["ticket"]
        place = urlsplit(self.url)
        path = f"/ws/live/{session}?ticket={ticket}"
        return await Socket.open(path, host=place.hostname or "127.0.0.1", port=place.port or 80)
