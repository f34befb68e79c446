"""Work that needs the vision libraries, done in a child process so that the web process never loads them."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from django.conf import settings

from apps.scan.errors import Busy, ChildFailed

MAX_CHILDREN = 4
"""At once in one web process: more would take the cores from the scans that are running."""
WAIT_S = 15.0
"""How long a request waits for a free place before it is told to come back."""
_places = threading.BoundedSemaphore(MAX_CHILDREN)


@dataclass(frozen=True, slots=True)
class ChildLimits:
    """Bounds of a child process.

    Attributes:
        seconds: wall-clock time [s]; it is killed afterwards. CPU time is bound to the same.
        memory_bytes: address space [bytes].
    """

    seconds: float = 10.0
    memory_bytes: int = 3 * 1024**3


def _environment() -> dict[str, str]:
    """Only what Python needs: a parser of hostile files gets no secrets, and one thread."""
    names = ("PATH", "HOME", "LANG", "TMPDIR", "LD_LIBRARY_PATH")
    kept = {name: os.environ[name] for name in names if name in os.environ}
    threads = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
    return kept | threads | {"PYTHONPATH": str(settings.ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def _confine(pid: int, limits: ChildLimits) -> None:
    """Set the limits from outside: code between fork and exec is not safe in a process with threads."""
    if not hasattr(resource, "prlimit"):
        return
    cpu_s = int(limits.seconds) + 1
    with suppress(ProcessLookupError):
        resource.prlimit(pid, resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
        resource.prlimit(pid, resource.RLIMIT_CPU, (cpu_s, cpu_s))
        resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))


def run_child(module: str, arguments: Sequence[str], *, limits: ChildLimits, stdin: bytes = b"") -> bytes:
    """Run `python -m module arguments` and return what it wrote to standard output.

    Raises:
        ChildFailed: it ended with another status than 0, or was killed at the time limit (`timed_out`).
        Busy: all places are taken.
    """
    if not _places.acquire(timeout=WAIT_S):
        raise Busy("The server is busy preparing other videos. Please try again in a minute.")
    try:
        return _run(module, arguments, limits, stdin)
    finally:
        _places.release()


def _run(module: str, arguments: Sequence[str], limits: ChildLimits, stdin: bytes) -> bytes:
    command = [sys.executable, "-m", module, *arguments]
    pipe = subprocess.PIPE
    with subprocess.Popen(  # noqa: S603  (our own interpreter and module; arguments are not a shell's)
        command, stdin=pipe, stdout=pipe, stderr=pipe, env=_environment(), cwd=settings.ROOT
    ) as process:
        try:
            _confine(process.pid, limits)
            output, errors = process.communicate(stdin, timeout=limits.seconds)
        except subprocess.TimeoutExpired as error:
            process.kill()
            raise ChildFailed(module, timed_out=True) from error
        except BaseException:
            process.kill()
            raise
    if process.returncode != 0:
        raise ChildFailed(module, output=output, log=errors.decode(errors="replace")[-2000:])
    return output


def read_json(output: bytes) -> dict[str, Any]:
    """The JSON object a child printed, or an empty one if it printed none."""
    try:
        answer = json.loads(output)
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}
