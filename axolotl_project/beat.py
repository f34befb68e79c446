"""The clock of periodic tasks, on machines whose own clock is set."""

from __future__ import annotations

import time
from typing import Any

from celery.beat import PersistentScheduler
from celery.utils.log import get_logger

SET_S = 5.0
"""A wall clock that went so far from the machine's own count was set by somebody."""

log = get_logger(__name__)


class SteadyScheduler(PersistentScheduler):
    """Goes on when the wall clock is set back; celery's own waits until the old time comes again."""

    def __init__(self, *args: Any, **options: Any) -> None:
        self._apart_s = time.time() - time.monotonic()
        super().__init__(*args, **options)

    def tick(self, *args: Any, **options: Any) -> float:
        """Publish what is due; seconds until the next time."""
        apart_s = time.time() - time.monotonic()
        if abs(apart_s - self._apart_s) > SET_S:
            log.warning("the clock was set by %.0f s; all intervals begin anew", apart_s - self._apart_s)
            self._begin_anew()
        self._apart_s = apart_s
        return float(super().tick(*args, **options))

    def setup_schedule(self) -> None:
        """Read the file of last times; one that lies in the future was written by a clock that has been set since."""
        super().setup_schedule()
        now = self.app.now()
        if any(entry.last_run_at and entry.last_run_at > now for entry in self.schedule.values()):
            self._begin_anew()

    def _begin_anew(self) -> None:
        for entry in self.schedule.values():
            entry.last_run_at = entry.default_now()
        self._heap = None
