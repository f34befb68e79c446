"""Coaches at their pages: each asks, reads a while, asks again. 200 of them fit beside the server under test."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

KEPT_OPEN_S = 2.0
"""Uvicorn ends a quiet connection after 5 s."""
LEAVING_S = 0.1
"""Who reads on when time is up goes then, without another request."""


@dataclass(frozen=True, slots=True)
class Ask:
    """One kind of request; `share` says how often it is chosen beside the others."""

    name: str
    path: str
    share: float = 1.0
    method: str = "GET"
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    expects: int = 200


@dataclass
class Answers:
    """Times [ms] by name, and what went wrong."""

    times_ms: dict[str, list[float]] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


class Connection:
    """HTTP/1.1 over a Unix socket, one request after the other."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    @classmethod
    async def open(cls, uds: str) -> Connection:
        """Connect."""
        return cls(*await asyncio.open_unix_connection(uds, limit=2**22))

    async def ask(self, ask: Ask, path: str, token: str) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of an answer."""
        lines = [f"{ask.method} {path} HTTP/1.1", "Host: localhost", f"Authorization: Bearer {token}"]
        lines += [f"{name}: {value}" for name, value in ask.headers]
        if ask.method != "GET":
            lines.append(f"Content-Length: {len(ask.body)}")
        self._writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + ask.body)
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in head[1:] if line)}
        status = int(head[0].split()[1])
        size = int(headers.get("content-length", 0))
        return status, headers, await self._reader.readexactly(size) if size else b""

    def close(self) -> None:
        """Hang up."""
        self._writer.close()


@dataclass(frozen=True, slots=True)
class Crowd:
    """How the users behave.

    Attributes:
        think_s: mean time between an answer and the next request [s], exponential.
        seconds: how long they stay.
        upload_bytes: each tenth user sends a film of so many bytes first; 0: nobody.
    """

    think_s: float
    seconds: float
    upload_bytes: int = 0
    seed: int = 8


async def visit(uds: str, users: Sequence[dict[str, str]], asks: Sequence[Ask], crowd: Crowd) -> Answers:
    """Let all users work at once; answers what they met."""
    answers = Answers({ask.name: [] for ask in asks})
    await asyncio.gather(*(_stay(uds, number, user, asks, crowd, answers) for number, user in enumerate(users)))
    return answers


async def _stay(
    uds: str, number: int, user: dict[str, str], asks: Sequence[Ask], crowd: Crowd, answers: Answers
) -> None:
    rng = random.Random(crowd.seed * 1000 + number)
    connection, used = await Connection.open(uds), time.perf_counter()
    end = time.perf_counter() + crowd.seconds
    await asyncio.sleep(rng.uniform(0, crowd.think_s))
    if crowd.upload_bytes and number % 10 == 0:
        connection.close()
        connection = await Connection.open(uds)
        await _upload(connection, user, crowd.upload_bytes, answers)
        used = time.perf_counter()
    while time.perf_counter() < end:
        (ask,) = rng.choices(asks, weights=[one.share for one in asks])
        if time.perf_counter() - used > KEPT_OPEN_S:  # the server hangs up soon: a browser connects anew, too
            connection.close()
            connection = await Connection.open(uds)
        await _once(connection, ask, user, answers)
        used = time.perf_counter()
        read_s = rng.expovariate(1 / crowd.think_s)
        await asyncio.sleep(max(0.0, min(read_s, end - time.perf_counter() + LEAVING_S)))
    connection.close()


async def _once(connection: Connection, ask: Ask, user: dict[str, str], answers: Answers) -> dict[str, str]:
    began = time.perf_counter()
    try:
        status, headers, body = await connection.ask(ask, ask.path.format(**user), user["token"])
    except (OSError, EOFError) as error:
        answers.errors.append(f"{ask.name}: {type(error).__name__}")
        return {}
    answers.times_ms.setdefault(ask.name, []).append((time.perf_counter() - began) * 1000)
    if status != ask.expects:
        answers.errors.append(f"{ask.name}: {status} {body[:200].decode(errors='replace')}")
    return headers


async def _upload(connection: Connection, user: dict[str, str], size: int, answers: Answers) -> None:
    tus = ("Tus-Resumable", "1.0.0")
    named = ("Upload-Metadata", "filename ZmlsbS5tcDQ=")
    begin = Ask("upload", "/api/scan/uploads", 1, "POST", (tus, named, ("Upload-Length", str(size))), b"", 201)
    place = (await _once(connection, begin, user, answers)).get("location", "")
    path = place[place.find("/api/") :]
    kind = ("Content-Type", "application/offset+octet-stream")
    piece = Ask("upload", path, 1, "PATCH", (tus, kind, ("Upload-Offset", "0")), bytes(size), 204)
    await _once(connection, piece, user, answers)
