"""A real server in a process of its own: memory, early refusals, broken lines."""

from __future__ import annotations

import base64
import http.client
import json
import os
import socket
import struct
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings

pytestmark = [pytest.mark.alone, pytest.mark.slow]

ROOT = Path(__file__).parents[3]
MEGABYTE = 1024 * 1024
LIMIT_MB = 500
ALLOWED_GROWTH_MB = 40
PIECE = b"\0" * MEGABYTE
BOUNDARY = "axolotl"
PREPARE = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
from tests.factories.accounts import make_member, make_team
from apps.accounts.tokens import create_session_token
print(create_session_token(str(make_member(make_team()).pk)))
"""


@dataclass
class Server:
    """uvicorn on a free port, with a database of its own."""

    process: subprocess.Popen[bytes]
    port: int
    token: str
    var: Path

    def connect(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)

    def request(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = self.connect()
        try:
            connection.request(method, path, body, {"Authorization": f"Bearer {self.token}", **headers})
            answer = connection.getresponse()
            return answer.status, {key.lower(): value for key, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def memory_kb(self, name: str) -> int:
        status = Path(f"/proc/{self.process.pid}/status").read_text(encoding="ascii")
        return int(next(line for line in status.splitlines() if line.startswith(f"{name}:")).split()[1])

    def forget_peak(self) -> None:
        Path(f"/proc/{self.process.pid}/clear_refs").write_text("5", encoding="ascii")

    def stored(self) -> list[str]:
        media = self.var / "media"
        return sorted(str(path.relative_to(media)) for path in media.rglob("*") if path.is_file())


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, redis_server: str) -> Iterator[Server]:
    var = tmp_path_factory.mktemp("server")
    env = {name: value for name, value in os.environ.items() if not name.startswith("AXOLOTL_TEST")}
    env |= {
        "DJANGO_SETTINGS_MODULE": "axolotl_project.settings",
        "AXOLOTL_VAR": str(var),
        "DATABASE_URL": f"sqlite:///{var / 'db.sqlite3'}",
        "REDIS_URL": redis_server,
        "DEBUG": "1",
        "RATE_LIMITS": "upload=1000/min,stream=1000/s",
        "OMP_NUM_THREADS": "1",
    }
    prepared = subprocess.run([sys.executable, "-c", PREPARE], cwd=ROOT, env=env, capture_output=True, check=False)
    assert prepared.returncode == 0, prepared.stderr.decode()
    port = free_port()
    command = [sys.executable, "-m", "uvicorn", "axolotl_project.asgi:application", "--port", str(port)]
    process = subprocess.Popen([*command, "--log-level", "warning"], cwd=ROOT, env=env)
    started = Server(process, port, prepared.stdout.decode().split()[-1], var)
    try:
        wait_until_healthy(started)
        yield started
    finally:
        process.terminate()
        process.wait(timeout=20)


def wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        assert server.process.poll() is None, "the server ended at once"
        try:
            if server.request("GET", "/health")[0] == 200:
                return
        except OSError:
            time.sleep(0.1)
    pytest.fail("the server did not start")


def padding(size: int) -> bytes:
    """Header of an MP4 box of `size` bytes that players skip."""
    return struct.pack(">I4sQ", 1, b"free", size)


def form_around(length: int, name: str = "film.mp4") -> tuple[bytes, bytes, int]:
    """What stands before and after a film of `length` bytes in a form, and the length of it all."""
    head = (
        f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="video"; filename="{name}"\r\n'
        "Content-Type: video/mp4\r\n\r\n"
    ).encode()
    tail = f"\r\n--{BOUNDARY}--\r\n".encode()
    return head, tail, len(head) + length + len(tail)


def film_of(size: int, film: bytes) -> Iterator[bytes]:
    """A film of exactly `size` bytes, in pieces: real pictures, then padding."""
    rest = size - len(film)
    yield film + padding(rest)
    rest -= 16
    while rest > 0:
        yield PIECE[: min(rest, MEGABYTE)]
        rest -= MEGABYTE


def send_form(server: Server, size: int, film: bytes) -> tuple[int, dict[str, Any]]:
    head, tail, length = form_around(size)

    def body() -> Iterator[bytes]:
        yield head
        yield from film_of(size, film)
        yield tail

    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}", "Content-Length": str(length)}
    status, _, answer = server.request("POST", "/api/scan/quick", body(), **headers)
    return status, json.loads(answer)


def send_pieces(server: Server, size: int, film: bytes) -> tuple[int, dict[str, Any]]:
    tus = {"Tus-Resumable": "1.0.0"}
    name = base64.b64encode(b"film.mp4").decode()
    opened = {"Upload-Length": str(size), "Upload-Metadata": f"filename {name}"}
    status, headers, body = server.request("POST", "/api/scan/uploads", **tus, **opened)
    assert status == 201, body
    url, upload_id, offset = headers["location"], json.loads(body)["data"]["upload_id"], 0
    whole = film_of(size, film)
    waiting = b""
    while offset < size:
        while len(waiting) < 8 * MEGABYTE and (more := next(whole, b"")):
            waiting += more
        piece, waiting = waiting[: 8 * MEGABYTE], waiting[8 * MEGABYTE :]
        kind = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": str(offset)}
        status, headers, body = server.request("PATCH", url, piece, **tus, **kind)
        assert status == 204, body
        offset = int(headers["upload-offset"])
    finish = json.dumps({"upload_id": upload_id}).encode()
    status, _, answer = server.request("POST", "/api/scan/quick", finish, **{"Content-Type": "application/json"})
    return status, json.loads(answer)


@pytest.mark.timeout(240)
@pytest.mark.parametrize("send", [send_form, send_pieces])
def test_half_a_gigabyte_raises_the_web_process_by_less_than_forty_megabytes(
    server: Server, film: Path, send: Any
) -> None:
    content = film.read_bytes()
    size = LIMIT_MB * MEGABYTE
    assert size == django_settings.MAX_FORM_UPLOAD_SIZE
    assert send(server, 20 * MEGABYTE, content)[0] == 200  # everything is imported now
    before = server.memory_kb("VmRSS")
    server.forget_peak()
    status, answer = send(server, size, content)
    growth_mb = (server.memory_kb("VmHWM") - before) / 1024
    assert status == 200, answer
    stored = server.var / "media/videos" / answer["session_id"]
    assert [path.stat().st_size for path in stored.iterdir()] == [size]
    for path in stored.iterdir():
        path.unlink()
    assert growth_mb < ALLOWED_GROWTH_MB


# Refused by their headers ----------------------------------------------------------------------------------------


def half_sent(server: Server, path: str, length: int, **headers: str) -> tuple[int, dict[str, Any]]:
    """Announce `length` bytes, send a little, and read the answer that must come before the rest."""
    connection = server.connect()
    try:
        connection.putrequest("POST", path)
        for name, value in {"Content-Length": str(length), **headers}.items():
            connection.putheader(name, value)
        connection.endheaders(b"x" * 1000)
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())
    finally:
        connection.close()


FORM = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}


def test_too_large_is_said_before_the_body_is_sent(server: Server) -> None:
    bearer = {"Authorization": f"Bearer {server.token}"}
    limits = {
        "/api/scan/quick": (LIMIT_MB + 2) * MEGABYTE,
        "/api/scan/uploads": 9 * MEGABYTE,
        "/api/auth/token": 11 * MEGABYTE,
    }
    for path, length in limits.items():
        status, body = half_sent(server, path, length, **bearer, **FORM)
        assert (status, body["error"]["code"], body["success"]) == (413, "FILE_TOO_LARGE", False), path


@pytest.mark.parametrize("authorization", [None, "Bearer", "Bearer nonsense", "Basic YTpi"])
def test_a_strangers_upload_is_turned_away_before_the_body_is_sent(server: Server, authorization: str | None) -> None:
    headers = {"Authorization": authorization} if authorization else {}
    status, body = half_sent(server, "/api/scan/quick", 400 * MEGABYTE, **headers, **FORM)
    assert (status, body["error"]["code"]) == (401, "AUTH_ERROR")


def test_a_body_without_a_length_is_cut_at_the_limit(server: Server) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(64):
            yield PIECE

    headers = {"Content-Type": "application/offset+octet-stream", "Upload-Offset": "0", "Tus-Resumable": "1.0.0"}
    path = "/api/scan/uploads/3f0e8c6e-2d1c-4a44-9f0e-5b8c2b7e3a11"
    connection = server.connect()
    with suppress(BrokenPipeError, ConnectionResetError):  # the server has heard enough; its answer can be read
        connection.request("PATCH", path, endless(), {"Authorization": f"Bearer {server.token}", **headers})
    answer = connection.getresponse()
    assert answer.status == 413
    connection.close()


def test_a_film_without_a_length_is_not_taken_for_an_empty_form(server: Server, film: Path) -> None:
    head, tail, _ = form_around(0)
    headers = {"Content-Type": f"multipart/form-data; boundary={BOUNDARY}"}
    chunks = iter([head, film.read_bytes(), tail])  # http.client sends an iterator chunked, without a length
    status, _, body = server.request("POST", "/api/scan/quick", chunks, **headers)
    assert (status, json.loads(body)["error"]["code"]) == (411, "VALIDATION_ERROR")


def test_a_line_that_breaks_leaves_nothing(server: Server, film: Path) -> None:
    before = server.stored()
    head, _, length = form_around(100 * MEGABYTE)
    line = socket.create_connection(("127.0.0.1", server.port))
    request = (
        f"POST /api/scan/quick HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {server.token}\r\n"
        f"Content-Type: {FORM['Content-Type']}\r\nContent-Length: {length}\r\n\r\n"
    )
    line.sendall(request.encode() + head)
    for _ in range(50):
        line.sendall(PIECE)
    line.close()
    deadline = time.monotonic() + 10
    while open_spools(server) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert open_spools(server) == []
    assert server.stored() == before


def open_spools(server: Server) -> list[str]:
    """Files below the upload folder that the server holds open."""
    links = (str(link.readlink()) for link in Path(f"/proc/{server.process.pid}/fd").iterdir() if link.is_symlink())
    return [link for link in links if "/incoming/" in link]


def test_a_film_is_played_in_ranges_without_being_read_whole(server: Server, film: Path) -> None:
    status, answer = send_form(server, 200 * MEGABYTE, film.read_bytes())
    assert status == 200
    _, _, body = server.request("GET", f"/api/scan/{answer['session_id']}/results")
    url = json.loads(body)["data"]["video"]["url"]
    before = server.memory_kb("VmRSS")
    server.forget_peak()
    connection = server.connect()
    connection.request("GET", url)  # no header: the link is signed
    whole = connection.getresponse()
    read = 0
    while piece := whole.read(MEGABYTE):
        read += len(piece)
    assert (whole.status, read) == (200, 200 * MEGABYTE)
    connection.request("GET", url, headers={"Range": "bytes=0-9"})
    part = connection.getresponse()
    assert (part.status, part.read()) == (206, film.read_bytes()[:10])
    connection.close()
    assert (server.memory_kb("VmHWM") - before) / 1024 < ALLOWED_GROWTH_MB
