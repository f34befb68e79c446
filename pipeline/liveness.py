"""Who a worker is, so that another on the same machine can see that it is dead without waiting for its lease.

A name says host, place, start and number of a process. The place is the boot of the machine together with the space in
which process numbers count (two containers have two); a name of another place is never called dead from here.
"""

from __future__ import annotations

import hashlib
import os
import socket
from functools import cache
from pathlib import Path

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_SPACE = Path("/proc/self/ns/pid")
_ZOMBIE = frozenset({"Z", "X"})


def this_worker() -> str:
    """The name of this process: `host:place:start:number`; place and start are empty where there is no `/proc`."""
    number = os.getpid()
    return f"{socket.gethostname()}:{_place()}:{_start(number)}:{number}"


def is_dead(worker: str) -> bool:
    """Whether the process of that name surely ended; False for one of another machine or container."""
    host, _, rest = worker.rpartition(":")[0].partition(":")
    place, _, start = rest.partition(":")
    number = worker.rpartition(":")[2]
    if not (place and start and number.isdigit()) or (host, place) != (socket.gethostname(), _place()):
        return False
    try:
        os.kill(int(number), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False  # somebody else's process, whose start may be hidden
    return _start(int(number)) not in (start, "")


@cache
def _place() -> str:
    try:
        return hashlib.sha256(f"{_BOOT.read_text().strip()} {_SPACE.readlink()}".encode()).hexdigest()[:8]
    except OSError:
        return ""


def _start(number: int) -> str:
    """When the process started, in ticks since the boot; `dead` for one that only waits to be collected."""
    try:
        # The name in brackets may hold anything, also brackets and spaces.
        words = Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return "dead" if words[0] in _ZOMBIE else words[19]
