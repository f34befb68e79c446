"""Keeps a step's lease alive in a thread, and tells the step when it must stop."""

from __future__ import annotations

import logging
import threading
import time
from dataclasses import dataclass
from types import TracebackType

from pipeline.errors import JobCancelled, LeaseLost
from pipeline.ports import Lease, Ports, StepKey

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Timing:
    """Rhythm of leases, messages and progress; all in seconds.

    Attributes:
        lease_s: how long a silent worker keeps its step; what a lost machine costs. One that was killed on a machine
            that lives on is seen by the next `reconcile` (`pipeline.liveness`).
        renew_s: pause between renewals; also how soon a cancelled job is noticed.
        report_s: least pause between two progress reports of one unit (at most twice a second).
        ring_lost_s: a message of this age whose queue is empty was lost: popping and claiming take milliseconds, and
            a ring too many is harmless.
        ring_again_s: a message of this age is published again even if its queue is busy.
        room_s: how long a step waits for room on a full disk before it fails.
        max_attempts: tries of a step before the job fails.
    """

    lease_s: float = 9.0
    renew_s: float = 1.5
    report_s: float = 0.5
    ring_lost_s: float = 2.0
    ring_again_s: float = 900.0
    room_s: float = 60.0
    max_attempts: int = 3


class Heartbeat:
    """While the context is open, renews the lease every `renew_s`; `report` is what the step calls between batches."""

    def __init__(self, ports: Ports, key: StepKey, token: str, timing: Timing) -> None:
        self._ports = ports
        self._key = key
        self._token = token
        self._timing = timing
        self._state = Lease.HELD
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat, name=f"lease {key.step}", daemon=True)
        self._reported = -timing.report_s

    def __enter__(self) -> Heartbeat:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def check(self) -> None:
        """Stop a unit that must not go on.

        Raises:
            JobCancelled: a person cancelled the job.
            LeaseLost: another worker has the step, or the job is gone.
        """
        if self._state is Lease.CANCELLED:
            raise JobCancelled("The scan was cancelled.")
        if self._state is Lease.LOST:
            raise LeaseLost("Another worker took this step over.")

    def report(self, fraction: float) -> None:
        """Note that `fraction` (0-1) of the unit is done.

        Raises:
            JobCancelled: a person cancelled the job.
            LeaseLost: another worker has the step, or the job is gone.
        """
        self.check()
        now = time.monotonic()
        if now - self._reported < self._timing.report_s:
            return
        self._reported = now
        try:
            self._ports.progress.step_progress(self._key, min(max(fraction, 0.0), 1.0))
        except Exception:
            # Progress is a hint: whatever ails the channel must not cost the work.
            log.warning("progress of step %s could not be told", self._key, exc_info=True)

    def _beat(self) -> None:
        held_until = time.monotonic() + self._timing.lease_s
        try:
            while self._state is Lease.HELD and not self._stop.wait(self._timing.renew_s):
                try:
                    self._state = self._ports.jobs.renew(self._key, self._token, lease_s=self._timing.lease_s)
                    held_until = time.monotonic() + self._timing.lease_s
                except Exception:
                    log.warning("lease of step %s could not be renewed", self._key, exc_info=True)
                    if time.monotonic() > held_until:
                        self._state = Lease.LOST
        finally:
            self._ports.jobs.close()
