"""The rhythm of a live session, and its lease: kept in a thread, lost when the loop hangs."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from types import TracebackType

from pipeline.errors import JobCancelled, LeaseLost
from pipeline.live_ports import LiveClaim, LiveStore
from pipeline.ports import Lease

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class LiveTiming:
    """Rhythm of a session; in seconds unless said.

    Attributes:
        lease_s, renew_s: a killed worker costs `lease_s`.
        stuck_s: a loop that did not come round for so long gives its session up: something in it hangs.
        result_s: the same while the result is made.
        block_s: longest wait for a frame.
        save_s: between checkpoints; also how soon a calibration or label is taken up.
        idle_s: without a frame for so long the session ends and is stored.
        most_s: longest session.
        drain_s: frames that are still there when somebody pressed stop are looked at for so long.
        rate_s: span over which frames a second are counted.
        read_frames: frames read at once.
        failures: pictures on end at which the analysis itself failed, before the session is ended with what is there.
        version_step: states of a new worker are numbered from so far ahead, above all that the last one told.
    """

    lease_s: float = 3.0
    renew_s: float = 0.75
    stuck_s: float = 30.0
    result_s: float = 900.0
    block_s: float = 0.2
    save_s: float = 1.0
    idle_s: float = 300.0
    most_s: float = 4 * 3600.0
    drain_s: float = 2.0
    rate_s: float = 5.0
    read_frames: int = 64
    failures: int = 30
    version_step: int = 1000


class LeaseKeeper:
    """Renews a lease in a thread while the context is open, unless the loop hangs; gives it back at the end."""

    def __init__(self, store: LiveStore, claim: LiveClaim, timing: LiveTiming) -> None:
        self._store, self._claim, self._timing = store, claim, timing
        self._lease = Lease.HELD
        self._came_round = time.monotonic()
        self._patience_s = timing.stuck_s
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease of live {claim.session_id}", daemon=True)

    def __enter__(self) -> LeaseKeeper:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()
        self._store.release(self._claim)

    def be_patient(self) -> None:
        """The loop is over, and what comes now may take minutes."""
        self._patience_s = self._timing.result_s

    def check(self) -> None:
        """The loop came round.

        Raises:
            JobCancelled: the session was deleted.
            LeaseLost: somebody else has it.
        """
        self._came_round = time.monotonic()
        if self._lease is Lease.CANCELLED:
            raise JobCancelled("The session was deleted.")
        if self._lease is Lease.LOST:
            raise LeaseLost("Another worker took the session over.")

    def _beat(self) -> None:
        held_until = time.monotonic() + self._timing.lease_s
        try:
            while self._lease is Lease.HELD and not self._stop.wait(self._timing.renew_s):
                if time.monotonic() - self._came_round > self._patience_s:
                    log.error("live session %s: the loop hangs; giving it up", self._claim.session_id)
                    self._lease = Lease.LOST
                    break
                try:
                    self._lease = self._store.renew(self._claim, lease_s=self._timing.lease_s)
                    held_until = time.monotonic() + self._timing.lease_s
                except Exception:
                    log.warning("lease of live session %s not renewed", self._claim.session_id, exc_info=True)
                    if time.monotonic() > held_until:
                        self._lease = Lease.LOST
        finally:
            self._store.close()
