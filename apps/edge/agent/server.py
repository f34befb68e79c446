"""The server as the agent reaches it: over HTTP, or not at all."""

from __future__ import annotations

import base64
import gzip
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

import httpx

from apps.edge.agent.clock import running_ms
from apps.edge.stamps import EARLIEST_MS, ClockSample, read_time

TIMEOUT_S = 60.0
PIECE_BYTES = 4 * 1024 * 1024
GZIP_FROM_BYTES = 512
"""Smaller bodies grow when packed."""
BACK_OFF_FIRST_S, BACK_OFF_MOST_S = 2.0, 300.0


class Offline(Exception):
    """The server cannot be reached, or is not well; trying again later is right.

    Attributes:
        wait_s: how long the server asked to wait.
    """

    def __init__(self, message: str, wait_s: float = 0.0) -> None:
        super().__init__(message)
        self.wait_s = wait_s


class Refused(Exception):
    """The server answered no: the same request will get the same answer.

    Attributes:
        status: of HTTP; `message` is the server's sentence.
    """

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message


class Server(Protocol):
    """What the agent asks of a server. Every method raises `Offline` or `Refused`."""

    def post(self, route: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], ClockSample | None]:
        """The data of an answer below `/api/local-edge/`, and the four times of the exchange."""
        ...

    def send_arrays(self, fields: Mapping[str, str], packed: Path, key: str) -> dict[str, Any]:
        """Hand in what was found in a film."""
        ...

    def send_film(self, film: Path, name: str, upload: str, keep: Callable[[str], None]) -> str:
        """Upload a film, or the rest of it; answers the upload's id. `keep` is told the address before bytes go."""
        ...


@dataclass(slots=True)
class BackOff:
    """How long to wait after failures: twice as long each time, up to five minutes, never all boxes at once."""

    failures: int = 0
    random: random.Random = field(default_factory=random.Random)

    def failed(self, asked_s: float = 0.0) -> float:
        """Note a failure; answers how long to wait [s]."""
        most = min(BACK_OFF_MOST_S, BACK_OFF_FIRST_S * 2**self.failures)
        self.failures = min(self.failures + 1, 16)
        return float(max(asked_s, most * self.random.uniform(0.5, 1.0)))

    def worked(self) -> None:
        """Start anew."""
        self.failures = 0


class HttpServer:
    """A server at an address, spoken to with a device key."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"Authorization": f"Bearer {key}", "User-Agent": "axolotl-edge-agent"}
        self._http = httpx.Client(base_url=url, headers=headers, timeout=TIMEOUT_S, transport=transport)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def post(self, route: str, body: Mapping[str, Any]) -> tuple[dict[str, Any], ClockSample | None]:
        """See `Server.post`."""
        content = json.dumps(body, allow_nan=False).encode()
        headers = {"Content-Type": "application/json"}
        if len(content) >= GZIP_FROM_BYTES:
            content, headers["Content-Encoding"] = gzip.compress(content), "gzip"
        began = running_ms()
        data = _data(self._send("POST", f"/api/local-edge/{route}", content=content, headers=headers))
        return data, _sample(data.pop("clock", None), began, running_ms())

    def send_arrays(self, fields: Mapping[str, str], packed: Path, key: str) -> dict[str, Any]:
        """See `Server.send_arrays`."""
        with packed.open("rb") as file:
            files = {"extracted": ("film.npz", file, "application/octet-stream")}
            headers = {"Idempotency-Key": key}
            return _data(self._send("POST", "/api/local-edge/process", data=dict(fields), files=files, headers=headers))

    def send_film(self, film: Path, name: str, upload: str, keep: Callable[[str], None]) -> str:
        """See `Server.send_film`: tus, from where the server's bytes end."""
        size = film.stat().st_size
        offset = self._offset(upload) if upload else None
        if offset is None:
            upload, offset = self._open(name, size), 0
            keep(upload)
        with film.open("rb") as file:
            while offset < size:
                file.seek(offset)
                piece = file.read(PIECE_BYTES)
                headers = _tus({"Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"})
                answer = self._send("PATCH", upload, content=piece, headers=headers)
                offset = int(answer.headers["Upload-Offset"])
        return upload.rstrip("/").rpartition("/")[2]

    def _offset(self, upload: str) -> int | None:
        try:
            return int(self._send("HEAD", upload, headers=_tus({})).headers["Upload-Offset"])
        except Refused:
            return None  # expired, or taken by a scan: begin anew

    def _open(self, name: str, size: int) -> str:
        filename = base64.b64encode(name.encode()).decode()
        headers = _tus({"Upload-Length": str(size), "Upload-Metadata": f"filename {filename}"})
        return self._send("POST", "/api/scan/uploads", headers=headers).headers["Location"]

    def _send(self, method: str, url: str, **request: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, url, **request)
        except httpx.HTTPError as error:
            raise Offline(f"no answer ({type(error).__name__})") from error
        if answer.is_success:
            return answer
        if answer.status_code == 429 or answer.status_code >= 500:
            wait = answer.headers.get("Retry-After", "")
            raise Offline(f"the server answered {answer.status_code}", float(wait) if wait.isdigit() else 0.0)
        raise Refused(answer.status_code, _message(answer))


def _tus(more: Mapping[str, str]) -> dict[str, str]:
    return {"Tus-Resumable": "1.0.0", **more}


def _data(answer: httpx.Response) -> dict[str, Any]:
    try:
        data = answer.json()["data"]
    except (ValueError, KeyError, TypeError) as error:
        raise Offline("something else than the server answered (a log-in page of the network?)") from error
    if not isinstance(data, dict):
        raise Offline("something else than the server answered")
    return data


def _message(answer: httpx.Response) -> str:
    try:
        error = answer.json()["error"]
        return " ".join([str(error["message"]), *map(str, error["details"])])
    except (ValueError, KeyError, TypeError):
        return f"the server answered {answer.status_code}"


def _sample(clock: Any, began: float, ended: float) -> ClockSample | None:
    try:
        came, went = _time_ms(clock["received_at"]), _time_ms(clock["sent_at"])
    except (KeyError, TypeError, ValueError):
        return None
    return ClockSample(began, came, went, ended) if came > EARLIEST_MS else None


def _time_ms(text: str) -> float:
    return float(read_time(text))
