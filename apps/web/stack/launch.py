"""The common way in for `up` and `demo`: checks, migrations, lock, signals, supervisor."""

from __future__ import annotations

import errno
import io
import os
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.core.management import call_command

from apps.web.stack.lock import StackLock
from apps.web.stack.services import stack
from apps.web.stack.supervisor import StackError, Supervisor

LAST_PORT = 65535
COLOURS = {
    "redis": 31,
    "redis-live": 91,
    "web": 36,
    "worker-vision": 35,
    "worker-steps": 34,
    "worker-quick": 32,
    "worker-live": 92,
    "beat": 33,
    "up": 1,
}


@contextmanager
def running_stack(host: str, port: int, *, echo: bool, before_start: Callable[[], None]) -> Iterator[Supervisor]:
    """The stack, started and answering; stopped when the context ends, whatever ends it.

    Raises:
        StackError: another stack runs here, the port is taken, or a service does not start.
    """
    url = f"http://{host}:{port}"
    with StackLock(Path(settings.VAR) / "up.lock", url):
        _refuse_taken_port(host, port)
        call_command("migrate", interactive=False, verbosity=0)
        before_start()
        supervisor = Supervisor(stack(host, port), log_dir=Path(settings.VAR) / "log", announce=_announce, echo=echo)
        for signum in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signum, supervisor.request_stop)
        try:
            supervisor.start()
            for library in ("load_drills", "load_knowledge"):  # they tell Redis that there is something new to find
                call_command(library, stdout=io.StringIO())
            yield supervisor
        finally:
            supervisor.stop()


def _refuse_taken_port(host: str, port: int) -> None:
    if not 1 <= port <= LAST_PORT:
        raise StackError(f"there is no port {port}; choose one from 1 to {LAST_PORT}")
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            if error.errno == errno.EADDRINUSE:
                raise StackError(f"port {port} is taken; choose another: make demo PORT={port + 1}") from None
            raise StackError(f"cannot listen on {host}:{port}: {error.strerror}") from None


def _announce(name: str, line: str) -> None:
    label = f"{name:>13} | "
    if sys.stdout.isatty() and "NO_COLOR" not in os.environ:
        label = f"\033[{COLOURS.get(name, 37)}m{label}\033[0m"
    sys.stdout.write(f"{label}{line}\n")
    sys.stdout.flush()
