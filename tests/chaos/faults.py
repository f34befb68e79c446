"""One fault in the middle of one scan: strike, mend, measure how long nothing was committed after the part was back."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from django.conf import settings
from django.db import connection

from tests.chaos import scans, uploads
from tests.chaos.parts import Parts, Worker, wait_for
from tests.chaos.scans import Outcome, Unit

END_S = 60.0
LOOK_S = 0.05
HOUR_S = 3600.0
AIMED = 0.5
"""This share of the kills waits for a step to be computed: most of a short scan is between steps."""
AIM_S = 2.0
WEB = "web"


@dataclass(slots=True)
class Round:
    """What came of one fault.

    Attributes:
        what: the fault in words, with the unit that it hit.
        struck_at, back_at: when the part was taken away, and when it answered again (by `time.monotonic`).
        lost: tokens of the units whose worker died.
        silence_s: the longest time from the strike on in which nothing was committed, or a unit lay with its dead
            worker; a healthy step's own time is part of it. `None` when the scan had ended by then.
        recovery_s: the same, but only from the part's return on: what is promised.
    """

    fault: str
    what: str = ""
    struck_at: float = 0.0
    back_at: float = float("inf")
    lost: set[str] = field(default_factory=set)
    silence_s: float | None = None
    recovery_s: float | None = None
    took_s: float = 0.0
    wrongs: list[str] = field(default_factory=list)
    is_back: Callable[[], bool] = lambda: False

    def lasted(self, since: float, until: float) -> None:
        """Note a time in which nothing moved."""
        since = max(since, self.struck_at)
        self.silence_s = max(self.silence_s or 0.0, until - since)
        self.recovery_s = max(self.recovery_s or 0.0, until - max(since, self.back_at))


@dataclass
class Storm:
    """Strikes one scan after the other. `calm_s` is how long a scan takes undisturbed."""

    parts: Parts
    dice: random.Random
    expected: Outcome
    calm_s: float
    rounds: list[Round] = field(default_factory=list)
    _uploaded: Outcome | None = None

    def strike(self, fault: str) -> Round:
        """One scan, one fault, and the account of it."""
        found = self._strike_upload() if fault == WEB else self._strike(fault)
        self.rounds.append(found)
        return found

    def _strike(self, fault: str) -> Round:
        job_id, began = scans.submit(), time.monotonic()
        time.sleep(self.dice.uniform(0.02, 0.9) * self.calm_s)
        found = Round(fault)
        try:
            FAULTS[fault](self, job_id, found)
            self._follow(job_id, found)
            found.took_s = time.monotonic() - began
            logs = [worker.said() for worker in self.parts.workers]
            found.wrongs += scans.wrongs(job_id, self.expected, logs)
            if found.wrongs:
                found.wrongs.append(scans.failure_of(job_id))
        except TimeoutError as error:
            found.wrongs += [str(error), *map(str, scans.units(job_id)), scans.failure_of(job_id)]
        return found

    def _strike_upload(self) -> Round:
        found, began = Round(WEB), time.monotonic()
        if self._uploaded is None:
            self.parts.web.start()
            wait_for(self.parts.web.answers, "the web answers")
            job_id, _ = uploads.upload(self.parts.web, self.dice, break_it=False)
            wait_for(lambda: scans.status_of(job_id) in scans.ENDED, "the calm scan ends")
            self._uploaded = scans.outcome(job_id)
        job_id, found.recovery_s = uploads.upload(self.parts.web, self.dice, break_it=True)
        try:
            wait_for(lambda: scans.status_of(job_id) in scans.ENDED, f"scan {job_id} ends", seconds=END_S)
        except TimeoutError as error:
            found.wrongs.append(str(error))
        found.what, found.took_s = "killed in a piece", time.monotonic() - began
        found.wrongs += uploads.wrongs(job_id, (Path(settings.MEDIA_ROOT) / scans.FILM).read_bytes())
        found.wrongs += scans.wrongs(job_id, self._uploaded, [worker.said() for worker in self.parts.workers])
        return found

    def _follow(self, job_id: str, found: Round) -> None:
        """Watch the scan to its end, and how long nothing moved."""
        seen, moved_at = scans.units(job_id), found.struck_at
        while (status := scans.status_of(job_id)) not in scans.ENDED or found.silence_s is None:
            now, at = scans.units(job_id), time.monotonic()
            if found.back_at == float("inf") and found.is_back():
                found.back_at = at
            if any(unit.token in found.lost and unit.status == "running" for unit in now):
                found.lasted(found.struck_at, at)
            if now != seen or status in scans.ENDED:
                found.lasted(moved_at, at)
                seen, moved_at = now, at
            if at - found.struck_at > END_S:
                raise TimeoutError(f"scan {job_id} does not end")
            time.sleep(LOOK_S)
        found.lasted(moved_at, time.monotonic())

    def ready_workers(self) -> list[Worker]:
        """Those that can be struck so that somebody is left."""
        return [worker for worker in self.parts.workers if worker.is_ready and worker.children()]


def kill(storm: Storm, job_id: str, found: Round) -> None:
    """SIGKILL to a pool's child, as the kernel does when memory is short, or to a worker with all it has."""
    ready = storm.ready_workers() or [wait_for(lambda: next(iter(storm.ready_workers()), None), "a worker is ready")]
    worker = _holder(job_id, ready) if storm.dice.random() < AIMED else storm.dice.choice(ready)
    whole = len(ready) > 1 and storm.dice.random() < 0.4
    victims = set(worker.children())
    if whole:
        worker.kill()
        worker.start()
    else:
        for child in victims:
            os.kill(child, signal.SIGKILL)
    found.struck_at = time.monotonic()
    found.is_back = lambda: worker.is_ready and bool(set(worker.children()) - victims)
    lost = [unit for unit in scans.units(job_id) if unit.status == "running" and _pid(unit) in victims]
    held = ", ".join(unit.name for unit in lost) or "nothing"
    found.what = f"{worker.name} {'whole' if whole else 'child'}, held {held}"
    found.lost = {unit.token for unit in lost}


def _holder(job_id: str, ready: Sequence[Worker]) -> Worker:
    """The worker that is computing something, as soon as one is."""
    until = time.monotonic() + AIM_S
    while time.monotonic() < until:
        pids = {_pid(unit) for unit in scans.units(job_id) if unit.status == "running"}
        for worker in ready:
            if pids & set(worker.children()):
                return worker
    return ready[0]


def _pid(unit: Unit) -> int:
    return int(unit.worker.rpartition(":")[2] or 0)


def redis(storm: Storm, job_id: str, found: Round) -> None:
    """Redis killed, and started again on its append-only file."""
    away_s = storm.dice.uniform(0.2, 8.0)
    found.struck_at = time.monotonic()
    storm.parts.redis.kill()
    time.sleep(away_s)
    storm.parts.redis.start()
    wait_for(storm.parts.redis.answers, "Redis answers")
    found.back_at = time.monotonic()
    found.what = f"away {away_s:.1f} s"


def postgres_cut(storm: Storm, job_id: str, found: Round) -> None:
    """Every connection but this one's is cut at the server."""
    cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname IS NOT NULL"

    def strike() -> int:
        with connection.cursor() as cursor:
            cursor.execute(cut)
            return len(cursor.fetchall())

    found.struck_at = time.monotonic()
    # Connections are opened for a task and closed with it, so one look may find none.
    wanted, count, until = storm.dice.randint(1, 6), 0, time.monotonic() + storm.calm_s
    while count < wanted and time.monotonic() < until:
        count += scans.patiently(strike)
        time.sleep(0.01)
    found.back_at = time.monotonic()
    found.what = f"{count} connections"


def postgres_restart(storm: Storm, job_id: str, found: Round) -> None:
    """PostgreSQL stopped as if its machine had lost power, and started again."""
    connection.close()
    found.struck_at = time.monotonic()
    away_s = storm.dice.uniform(0.2, 4.0)
    storm.parts.postgres.control("-m", "immediate", "stop")
    time.sleep(away_s)
    storm.parts.postgres.ensure_running()
    scans.status_of(job_id)
    found.back_at = time.monotonic()
    found.what = f"away {away_s:.1f} s"


def disk(storm: Storm, job_id: str, found: Round) -> None:
    """No room for a while."""
    full = storm.parts.control / "disk_full"
    away_s = storm.dice.uniform(0.5, 4.0)
    found.struck_at = time.monotonic()
    full.touch()
    time.sleep(away_s)
    full.unlink()
    found.back_at = time.monotonic()
    found.what = f"full for {away_s:.1f} s"


def clock(storm: Storm, job_id: str, found: Round) -> None:
    """One worker's clock is set an hour ahead or back, and right again while the scan goes on; sometimes it dies."""
    name = storm.dice.choice([worker.name for worker in storm.parts.workers] + ["beat"])
    ahead_s = storm.dice.choice([-HOUR_S, HOUR_S])
    found.struck_at = time.monotonic()
    storm.parts.set_clock(name, ahead_s)
    if storm.dice.random() < 0.5:
        kill(storm, job_id, found)
    time.sleep(storm.dice.uniform(0.2, 1.0) * storm.calm_s)
    storm.parts.set_clock(name, 0)
    found.back_at = time.monotonic()
    found.what = f"{name} {ahead_s:+.0f} s {found.what}"


FAULTS: dict[str, Callable[[Storm, str, Round], None]] = {
    "kill": kill,
    "redis": redis,
    "postgres-cut": postgres_cut,
    "postgres-restart": postgres_restart,
    "disk": disk,
    "clock": clock,
}


def left_behind(storm: Storm) -> list[str]:
    """Half files that lie in the store."""
    return scans.half_written(Path(settings.ARTEFACT_ROOT))
