"""A small Azure AI Search on localhost: the real paths, key, filters and answers of API version 2026-04-01.

It keeps what it is sent, so that a test sees what really stands in the cloud. `script` holds answers that come before
its own: busy, broken, cut off.
"""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import numpy as np

KEY = "the-right-key"
PATHS = {
    ("PUT", r"/indexes\('([\w-]+)'\)"): "create",
    ("POST", r"/indexes\('([\w-]+)'\)/docs/search\.index"): "index",
    ("POST", r"/indexes\('([\w-]+)'\)/docs/search\.post\.search"): "search",
    ("GET", r"/indexes\('([\w-]+)'\)/docs/\$count"): "count",
}
_TOKEN = re.compile(
    r"\s*(?:(?P<paren>[()])|(?P<join>and|or)\b"
    r"|search\.in\((?P<field>\w+), '(?P<values>[^']*)', ','\)"
    r"|(?P<left>\w+) (?P<op>eq|le|ge) (?:'(?P<text>[^']*)'|(?P<number>\d+)))"
)


@dataclass
class Scripted:
    """An answer that was decided before the question."""

    status: int
    body: bytes = b'{"error": {"code": "", "message": "scripted"}}'
    headers: Mapping[str, str] = field(default_factory=dict)
    cut_after: int | None = None
    hang_s: float = 0.0


@dataclass
class Azure:
    """What the server has seen and keeps."""

    url: str = ""
    indexes: dict[str, dict[str, Any]] = field(default_factory=dict)
    documents: dict[str, dict[str, Any]] = field(default_factory=dict)
    requests: list[tuple[str, str, Any]] = field(default_factory=list)
    script: list[Scripted] = field(default_factory=list)
    refuse_once: set[str] = field(default_factory=set)

    def bodies(self, what: str) -> list[Any]:
        """The bodies of the requests of one kind, in order."""
        return [body for name, _, body in self.requests if name == what]

    def answer(self, what: str, name: str, body: Any) -> tuple[int, Any]:
        """Do as Azure would."""
        if what == "create":
            self.indexes[name] = body
            return 201, body
        if name not in self.indexes:
            return 404, {"error": {"code": "ResourceNotFound", "message": f"No index with the name '{name}' was found"}}
        if what == "index":
            return self._index(body["value"])
        if what == "search":
            return 200, {"value": self._search(body)}
        return 200, len(self.documents)

    def _index(self, rows: list[dict[str, Any]]) -> tuple[int, Any]:
        results = []
        for row in rows:
            action, key = row.pop("@search.action"), row["id"]
            assert re.fullmatch(r"[\w=-]+", key), key
            is_busy = key in self.refuse_once
            self.refuse_once.discard(key)
            if not is_busy and action == "upload":
                assert row.keys() == {one["name"] for one in next(iter(self.indexes.values()))["fields"]}
                self.documents[key] = row
            elif not is_busy:
                assert action == "delete"
                self.documents.pop(key, None)
            status = 503 if is_busy else 200
            results.append({"key": key, "status": not is_busy, "errorMessage": None, "statusCode": status})
        return (207 if any(not one["status"] for one in results) else 200), {"value": results}

    def _search(self, body: dict[str, Any]) -> list[dict[str, Any]]:
        asked = set(re.findall(r"\w+", body.get("search", "").lower()))
        vectors = [np.array(one["vector"]) for one in body.get("vectorQueries") or []]
        found = []
        for row in self.documents.values():
            if not allows(body["filter"], row):
                continue
            words = asked & set(re.findall(r"\w+", f"{row['title']} {' '.join(row['tags'])} {row['text']}".lower()))
            score = float(len(words)) + sum(float(one @ row["meaning"]) for one in vectors if row["meaning"])
            if score > 0.2:
                chosen = {name: row[name] for name in body["select"].split(",")}
                found.append({"@search.score": score, **chosen})
        return sorted(found, key=lambda one: -one["@search.score"])[: body["top"]]


def allows(odata: str, row: Mapping[str, Any]) -> bool:
    """Evaluate the part of OData that we use; anything else is an error, as it would be in Azure."""
    python, at = "", 0
    while at < len(odata):
        token = _TOKEN.match(odata, at)
        assert token, f"invalid filter at {odata[at:]!r}"
        at = token.end()
        if token["paren"] or token["join"]:
            python += f" {token['paren'] or token['join']} "
        elif token["field"]:
            python += str(row[token["field"]] in token["values"].split(","))
        else:
            value: Any = token["text"] if token["number"] is None else int(token["number"])
            have = row[token["left"]]
            python += str({"eq": have == value, "le": have <= value, "ge": have >= value}[token["op"]])
    return bool(eval(python, {"__builtins__": {}}))  # True, False, and, or, parentheses


class _Handler(BaseHTTPRequestHandler):
    azure: Azure
    protocol_version = "HTTP/1.1"

    def log_message(self, *args: Any) -> None:
        """Tests read `azure.requests`."""

    def _serve(self) -> None:
        parts = urlsplit(self.path)
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        body = json.loads(raw) if raw else None
        what, name = self._what(unquote(parts.path))
        self.azure.requests.append((what, self.headers.get("api-key", ""), body))
        if self.azure.script:
            self._send(self.azure.script.pop(0))
            return
        if parse_qs(parts.query).get("api-version") != ["2026-04-01"] or what == "unknown":
            status, answer = 400, {"error": {"code": "", "message": f"what is {self.path}?"}}
        elif self.headers.get("api-key") != KEY:
            status, answer = 403, {"error": {"code": "Forbidden", "message": f"not {self.headers['api-key']}"}}
        else:
            status, answer = self.azure.answer(what, name, body)
        self._send(Scripted(status, json.dumps(answer).encode()))

    def _what(self, path: str) -> tuple[str, str]:
        for (method, pattern), what in PATHS.items():
            found = re.fullmatch(pattern, path)
            if found and method == self.command:
                return what, found[1]
        return "unknown", ""

    def _send(self, answer: Scripted) -> None:
        threading.Event().wait(answer.hang_s)
        self.send_response(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer.body)))
        self.end_headers()
        self.wfile.write(answer.body[: answer.cut_after])
        if answer.cut_after is not None:
            self.close_connection = True

    do_GET = do_POST = do_PUT = _serve


@contextmanager
def azure_server() -> Iterator[Azure]:
    """Serve on a free port until the block ends."""
    azure = Azure()
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"azure": azure}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    azure.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield azure
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
