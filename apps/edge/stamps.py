"""When an edit was made, so that every party picks the same winner: hybrid clocks and the measure of a wrong clock.

Knows neither Django nor the network: server and agent share it. Source of the clock: Kulkarni et al., Logical Physical
Clocks, 2014; of the offset: RFC 5905, section 8.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

EARLIEST_MS = 1_577_836_800_000
"""2020-01-01: no edit of ours is older; a clock that says so was never set [ms since 1970]."""
LATEST_MS = 4_102_444_800_000
"""2100-01-01 [ms since 1970]: bounds what is calculated with."""
AHEAD_MS = 30_000
"""An edit this far ahead of the server comes from a wrong clock [ms]: measured offsets are good to a few seconds even
on a bad mobile network, and what lies in the future would win against everybody until then."""
MAX_COUNTER = 1_000_000_000
SAMPLES = 8
"""Clock measurements that are kept; the one with the shortest way is believed (RFC 5905 keeps eight as well)."""

_TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[+-]\d\d:\d\d)")


class Stamp(NamedTuple):
    """A moment in the total order of edits: milliseconds since 1970, a counter within them, and who made the edit.

    `origin` is a node's id, "" for the server; it decides only between edits of the same moment.
    """

    wall_ms: int
    counter: int = 0
    origin: str = ""

    @property
    def moment(self) -> tuple[int, int]:
        """Without who."""
        return self.wall_ms, self.counter


@dataclass(slots=True)
class HybridClock:
    """Time that never runs backwards and is always later than what was seen.

    Attributes:
        wall_ms, counter: the latest moment given or seen.
    """

    wall_ms: int = 0
    counter: int = 0

    def tick(self, now_ms: int, origin: str = "") -> Stamp:
        """The moment of a new edit at the physical time `now_ms`."""
        if now_ms > self.wall_ms:
            self.wall_ms, self.counter = now_ms, 0
        else:
            self.counter += 1
        return Stamp(self.wall_ms, self.counter, origin)

    def see(self, stamp: Stamp) -> None:
        """Take note of somebody else's edit: whatever is edited from now on is later."""
        if stamp.moment > (self.wall_ms, self.counter):
            self.wall_ms, self.counter = stamp.moment


def after(time_ms: int, earlier: Stamp | None, origin: str = "") -> Stamp:
    """The stamp of an edit at `time_ms` that overwrote what `earlier` stamps: later than it, whatever clocks say."""
    if earlier is None or time_ms > earlier.wall_ms:
        return Stamp(time_ms, 0, origin)
    return Stamp(earlier.wall_ms, earlier.counter + 1, origin)


@dataclass(frozen=True, slots=True)
class ClockSample:
    """Four times of one exchange [ms]: request sent (here), received, answered (there), answer received (here)."""

    t0: float
    t1: float
    t2: float
    t3: float

    @property
    def offset_ms(self) -> float:
        """What must be added to the clock here to get the one there."""
        return ((self.t1 - self.t0) + (self.t2 - self.t3)) / 2

    @property
    def way_ms(self) -> float:
        """Time on the network; half of it bounds the offset's error."""
        return (self.t3 - self.t0) - (self.t2 - self.t1)


def believed_offset_ms(samples: Sequence[ClockSample]) -> float | None:
    """The offset of the sample with the shortest way; `None` without a possible one."""
    possible = [sample for sample in samples[-SAMPLES:] if sample.way_ms >= 0]
    return min(possible, key=lambda sample: sample.way_ms).offset_ms if possible else None


def read_time(text: object) -> int:
    """Milliseconds since 1970 of an ISO 8601 time with a zone.

    Raises:
        ValueError: says what is wrong, and what would be right.
    """
    if not isinstance(text, str) or not _TIME.fullmatch(text):
        raise ValueError("updated_at must be a time in ISO 8601 with a zone, for example 2026-05-01T12:00:00.250Z.")
    try:
        since = datetime.fromisoformat(text).astimezone(UTC) - datetime(1970, 1, 1, tzinfo=UTC)
    except (ValueError, OverflowError) as error:
        raise ValueError(f"updated_at is no possible time: {text}.") from error
    time_ms = since // timedelta(milliseconds=1)
    if not EARLIEST_MS <= time_ms < LATEST_MS:
        raise ValueError("updated_at must lie between the years 2020 and 2100: was the clock ever set?")
    return time_ms


def write_time(time_ms: int) -> str:
    """ISO 8601 in UTC with milliseconds."""
    moment = datetime.fromtimestamp(time_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{time_ms % 1000:03d}Z"
