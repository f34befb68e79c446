"""What one example may take: processor time and memory. Beyond them the parser hangs or blows up."""

from __future__ import annotations

import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType

CPU_S = 5.0
"""Processor time of one example [s]: a thousand times what an honest file of this size takes, so that a slow machine
never counts as a hang."""
MEMORY_BYTES = 768 * 1024**2
"""Address space that one example may add: our largest bound (what a scan's arrays unpack to) with its copies."""
_STATM = Path("/proc/self/statm")


class Hung(BaseException):
    """The example used up its processor time; no parser of ours catches it."""


def _give_up(_signal: int, _frame: FrameType | None) -> None:
    raise Hung(f"more than {CPU_S:g} s of processor time")


@contextmanager
def bounded() -> Iterator[None]:
    """Run one example: `Hung` after too much processor time, `MemoryError` where it asks for too much memory."""
    before = resource.getrlimit(resource.RLIMIT_AS)
    handler = signal.signal(signal.SIGPROF, _give_up)
    if _STATM.exists():
        taken = int(_STATM.read_text().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (taken + MEMORY_BYTES, before[1]))
    signal.setitimer(signal.ITIMER_PROF, CPU_S)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        resource.setrlimit(resource.RLIMIT_AS, before)
        signal.signal(signal.SIGPROF, handler)
