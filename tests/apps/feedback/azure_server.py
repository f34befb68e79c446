"""Azure OpenAI at the wire: a real HTTP server with its paths, headers, streams and errors, playing what a test says.

It refuses what Azure refuses (key, deployment, API version, keywords that strict schemas do not know) and keeps every
byte that it was sent.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

KEY = "not-a-real-key"
DEPLOYMENT = "coach"
MODEL = "gpt-4o-2024-11-20"
VERSION = "2024-10-21"
UNKNOWN_TO_STRICT = frozenset(
    (
        "minLength",
        "maxLength",
        "pattern",
        "format",
        "minimum",
        "maximum",
        "multipleOf",
        "minItems",
        "maxItems",
        "default",
    )
)


@dataclass(frozen=True, slots=True)
class Sent:
    """A request as it arrived."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def data(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.body)
        return found

    @property
    def texts(self) -> str:
        """All messages, as the model reads them."""
        return "\n".join(message["content"] for message in self.data["messages"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Play:
    """One answer.

    Attributes:
        text: what the model says; a function makes it of the request.
        status, error, headers: an error instead of it.
        finish: why it ends; None: the connection just closes.
        pieces: letters a piece of the stream.
        pause_s: before each piece; `first_pause_s` before anything.
        in_stream: an error event after the text.
        usage: whether tokens are told at the end.
        raw: bytes instead of an answer.
    """

    text: str | Callable[[Sent], str] = ""
    status: int = 200
    error: Any = None
    headers: dict[str, str] = field(default_factory=dict)
    finish: str | None = "stop"
    pieces: int = 17
    pause_s: float = 0.0
    first_pause_s: float = 0.0
    in_stream: Any = None
    usage: bool = True
    refusal: str = ""
    raw: bytes | None = None


def azure_error(code: str, message: str, **more: Any) -> dict[str, Any]:
    return {"error": {"code": code, "message": message, **more}}


RATE_LIMITED = azure_error("429", "Requests to the ChatCompletions_Create Operation have exceeded the call rate limit.")
BAD_KEY = azure_error("401", "Access denied due to invalid subscription key or wrong API endpoint.")
NO_DEPLOYMENT = azure_error("DeploymentNotFound", "The API deployment for this resource does not exist.")
NO_RESOURCE = azure_error("404", "Resource not found")
FILTERED = azure_error(
    "content_filter",
    "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
    type=None,
    param="prompt",
    status=400,
    innererror={
        "code": "ResponsibleAIPolicyViolation",
        "content_filter_result": {"jailbreak": {"filtered": True, "detected": True}},
    },
)
BROKEN = azure_error("InternalServerError", "The server had an error while processing your request.")


class AzureServer:
    """The server: `plays` are given in turn, then `always`."""

    def __init__(self) -> None:
        self.sent: list[Sent] = []
        self.plays: deque[Play] = deque()
        self.always: Play | None = None
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"owner": self}))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._server.server_port}"

    def then(self, *plays: Play) -> None:
        self.plays.extend(plays)

    def next(self) -> Play:
        play = self.plays.popleft() if self.plays else self.always
        assert play is not None, "the server was asked more often than the test said"
        return play

    def everything(self) -> bytes:
        """Every byte that was sent here: request lines, headers, bodies."""
        lines = [f"{sent.path}\n{sent.headers}\n".encode() + sent.body for sent in self.sent]
        return b"\n".join(lines)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@contextmanager
def azure_server() -> Iterator[AzureServer]:
    server = AzureServer()
    try:
        yield server
    finally:
        server.close()


class _Handler(BaseHTTPRequestHandler):
    owner: AzureServer
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        sent = Sent(self.path, {name.lower(): value for name, value in self.headers.items()}, body)
        self.owner.sent.append(sent)
        refusal = _refusal(sent)
        try:
            if refusal is not None:
                self._json(*refusal, {})
            else:
                self._play(sent, self.owner.next())
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True

    def _play(self, sent: Sent, play: Play) -> None:
        time.sleep(play.first_pause_s)
        if play.raw is not None:
            self.wfile.write(play.raw)
            self.close_connection = True
        elif play.status != 200:
            self._json(play.status, play.error, play.headers)
        else:
            self._stream(sent, play)

    def _json(self, status: int, body: Any, headers: dict[str, str]) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in {
            "Content-Type": "application/json",
            "Content-Length": str(len(data)),
            "apim-request-id": "11111111-2222-4333-8444-555555555555",
            **headers,
        }.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def _stream(self, sent: Sent, play: Play) -> None:
        self.send_response(200)
        for name, value in {
            "Content-Type": "text/event-stream; charset=utf-8",
            "x-ratelimit-remaining-requests": "99",
            "x-ratelimit-remaining-tokens": "90000",
            "Connection": "close",
        }.items():
            self.send_header(name, value)
        self.end_headers()
        for event in _events(sent, play):
            time.sleep(play.pause_s)
            data = event.encode()
            half = len(data) // 2  # pieces end anywhere, also within a letter of two bytes
            for piece in (data[:half], data[half:]):
                self.wfile.write(piece)
                self.wfile.flush()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


def _refusal(sent: Sent) -> tuple[int, Any] | None:
    address = urlsplit(sent.path)
    if sent.headers.get("api-key") != KEY:
        return 401, BAD_KEY
    if parse_qs(address.query).get("api-version") != [VERSION]:
        return 404, NO_RESOURCE
    if address.path != f"/openai/deployments/{DEPLOYMENT}/chat/completions":
        return 404, NO_DEPLOYMENT
    shape = sent.data.get("response_format", {}).get("json_schema")
    problem = _schema_problem(shape["schema"]) if shape and shape.get("strict") else None
    if problem:
        message = f"Invalid schema for response_format '{shape['name']}': {problem}"
        return 400, azure_error("400", message, type="invalid_request_error", param="response_format")
    return None


def _schema_problem(node: Any) -> str | None:
    """What strict structured output refuses of a schema."""
    if isinstance(node, list):
        return next(filter(None, map(_schema_problem, node)), None)
    if not isinstance(node, dict):
        return None
    if "$ref" in node and len(node) > 1:
        return "$ref cannot have keywords beside it."
    if node.get("type") == "object":
        if node.get("additionalProperties") is not False:
            return "'additionalProperties' is required to be supplied and to be false."
        if sorted(node.get("required", [])) != sorted(node.get("properties", {})):
            return "'required' is required to be supplied and to be an array including every key in properties."
    unknown = {name for name in UNKNOWN_TO_STRICT & node.keys() if not isinstance(node[name], dict)}
    if unknown:
        return f"{sorted(unknown)} is not permitted."
    inner = [*node.get("properties", {}).values(), *node.get("$defs", {}).values()]
    rest = [value for name, value in node.items() if name not in ("properties", "$defs")]
    return _schema_problem([*inner, *rest])


def _events(sent: Sent, play: Play) -> Iterator[str]:
    text = play.text if isinstance(play.text, str) else play.text(sent)
    yield _event({"id": "", "object": "", "created": 0, "model": "", "choices": [], "prompt_filter_results": []})
    yield _chunk({"role": "assistant", "content": "", "refusal": None})
    if play.refusal:
        yield _chunk({"refusal": play.refusal})
    for start in range(0, len(text), play.pieces):
        yield _chunk({"content": text[start : start + play.pieces]})
    if play.in_stream is not None:
        yield _event(play.in_stream)
        return
    if play.finish is None:
        return
    yield _chunk({}, finish=play.finish)
    if play.usage and sent.data.get("stream_options", {}).get("include_usage"):
        prompt, completion = len(sent.texts) // 4, len(text) // 4
        total = {"prompt_tokens": prompt, "completion_tokens": completion, "total_tokens": prompt + completion}
        yield _event({**_FRAME, "choices": [], "usage": total})
    yield "data: [DONE]\n\n"


_FRAME = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_760_000_000, "model": MODEL}


def _chunk(delta: dict[str, Any], finish: str | None = None) -> str:
    filtered = {} if finish else {"hate": {"filtered": False, "severity": "safe"}}
    choice = {"index": 0, "delta": delta, "finish_reason": finish, "content_filter_results": filtered}
    return _event({**_FRAME, "choices": [choice]})


def _event(data: Any) -> str:
    return f"data: {json.dumps(data, ensure_ascii=False)}\n\n"
