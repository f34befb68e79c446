"""The time as the server has it, on a computer whose clock may be wrong, jump, or have been without a battery."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from apps.edge.stamps import SAMPLES, ClockSample, believed_offset_ms

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


def wall_ms() -> float:
    """This computer's clock [ms since 1970]."""
    return time.time() * 1000


def running_ms() -> float:
    """Time since the computer started, sleep included [ms]; nobody can set it."""
    return time.clock_gettime(time.CLOCK_BOOTTIME) * 1000


def boot_id() -> str:
    """Names the time since the last start; "" where the system has no name for it."""
    try:
        return _BOOT_ID.read_text(encoding="ascii").strip()
    except OSError:
        return ""


@dataclass(frozen=True, slots=True)
class Anchor:
    """What was measured last: the offset, and the server's time at a moment of this computer's run.

    Attributes:
        offset_ms: to be added to this computer's clock, as it stood then.
        server_ms, running_ms: one moment in both.
        boot: in which run of the computer.
    """

    offset_ms: float
    server_ms: float
    running_ms: float
    boot: str


class CorrectedClock:
    """Tells the server's time from the last measurement.

    Within one run of the computer it counts on from the measured moment, so setting the clock meanwhile changes
    nothing; after a restart it is the computer's clock and the offset.
    """

    def __init__(
        self,
        anchor: Anchor | None = None,
        *,
        wall: Callable[[], float] = wall_ms,
        running: Callable[[], float] = running_ms,
        boot: str | None = None,
    ) -> None:
        self.anchor = anchor
        self.wall = wall
        self.running = running
        self._boot = boot_id() if boot is None else boot
        self._samples: list[ClockSample] = []

    @property
    def is_measured(self) -> bool:
        """Whether the offset is known."""
        return self.anchor is not None

    def now_ms(self) -> int:
        """The server's time, as far as it is known [ms]."""
        anchor = self.anchor
        if anchor is None:
            return int(self.wall())
        if anchor.boot == self._boot:
            return int(anchor.server_ms + self.running() - anchor.running_ms)
        return int(self.wall() + anchor.offset_ms)

    def measure(self, sample: ClockSample) -> Anchor | None:
        """Take in one exchange, timed by `running`; answers the anchor to be kept, `None` where it is impossible."""
        self._samples = [*self._samples, sample][-SAMPLES:]
        ahead = believed_offset_ms(self._samples)
        if ahead is None:
            return None
        running = self.running()
        self.anchor = Anchor(running + ahead - self.wall(), running + ahead, running, self._boot)
        return self.anchor

    def doubt(self) -> None:
        """Forget earlier measurements: the server found the clock wrong."""
        self._samples = []
