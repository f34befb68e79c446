"""A plain WebSocket client for load: small enough that 500 of them fit one process beside the server under test."""

from __future__ import annotations

import asyncio
import base64
import json
import os
import struct
from typing import Any

OPCODE_TEXT, OPCODE_BINARY, OPCODE_CLOSE, OPCODE_PING, OPCODE_PONG = 1, 2, 8, 9, 10


class Socket:
    """One connection (RFC 6455, no extensions), over TCP or a Unix socket."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(
        cls, path: str, *, uds: str = "", host: str = "127.0.0.1", port: int = 0, headers: dict[str, str] | None = None
    ) -> Socket:
        """Shake hands.

        Raises:
            ConnectionError: the server says no.
        """
        if uds:
            reader, writer = await asyncio.open_unix_connection(uds, limit=2**21)
        else:
            reader, writer = await asyncio.open_connection(host, port, limit=2**21)
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Upgrade: websocket", "Connection: Upgrade"]
        lines += [f"Sec-WebSocket-Key: {key}", "Sec-WebSocket-Version: 13"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        answer = await reader.readuntil(b"\r\n\r\n")
        if b" 101 " not in answer.split(b"\r\n")[0]:
            raise ConnectionError(answer.split(b"\r\n")[0].decode())
        return cls(reader, writer)

    async def say(self, kind: str, **fields: Any) -> None:
        """Send a JSON message."""
        await self._send(OPCODE_TEXT, json.dumps({"type": kind, **fields}).encode())

    async def send_bytes(self, data: bytes) -> None:
        """Send a binary message."""
        await self._send(OPCODE_BINARY, data)

    async def receive(self) -> bytes | None:
        """The next message; `None` when the other side closed."""
        while True:
            head = await self._reader.readexactly(2)
            opcode, size = head[0] & 15, head[1] & 127
            if size == 126:
                (size,) = struct.unpack(">H", await self._reader.readexactly(2))
            elif size == 127:
                (size,) = struct.unpack(">Q", await self._reader.readexactly(8))
            body = await self._reader.readexactly(size)
            if opcode == OPCODE_PING:
                await self._send(OPCODE_PONG, body)
            elif opcode == OPCODE_CLOSE:
                return None
            elif opcode in (OPCODE_TEXT, OPCODE_BINARY):
                return body

    async def until(self, kind: str) -> dict[str, Any]:
        """The next JSON message of a kind.

        Raises:
            ConnectionError: the other side closed.
        """
        while (body := await self.receive()) is not None:
            message: dict[str, Any] = json.loads(body)
            if message["type"] == kind:
                return message
        raise ConnectionError(f"closed before {kind}")

    def cut(self) -> None:
        """End without a word, as a lost line does."""
        self._writer.transport.abort()

    async def _send(self, opcode: int, body: bytes) -> None:
        mask = os.urandom(4)
        size = len(body)
        head = bytes([128 | opcode])
        if size < 126:
            head += bytes([128 | size])
        elif size < 2**16:
            head += bytes([128 | 126]) + struct.pack(">H", size)
        else:
            head += bytes([128 | 127]) + struct.pack(">Q", size)
        spread = (mask * (size // 4 + 1))[:size]
        masked = (int.from_bytes(body, "big") ^ int.from_bytes(spread, "big")).to_bytes(size, "big") if size else b""
        self._writer.write(head + mask + masked)
        await self._writer.drain()
