"""The same kills against plain Celery: how many jobs it loses, and how many it does twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass

from tests.chaos.parts import Parts, wait_for

PATIENCE_S = 8.0
QUIET_S = 30.0


@dataclass(slots=True)
class Count:
    """What became of the jobs."""

    jobs: int = 0
    once: int = 0
    lost: int = 0
    twice: int = 0
    steps_twice: int = 0


def storm(engine: str, kills: int, dice: random.Random, workers: int) -> Count:
    """Kill a worker in each of so many jobs; wait; count."""
    os.environ["CHAOS_ENGINE"] = engine
    parts = Parts(app="tests.chaos.plain_app:app")
    os.environ |= parts.env()
    try:
        parts.redis.start()
        wait_for(parts.redis.answers, "Redis answers")
        return _storm(parts, kills, dice, workers)
    finally:
        parts.stop()
        parts.remove()


def _storm(parts: Parts, kills: int, dice: random.Random, workers: int) -> Count:
    from tests.chaos import plain_app

    plain_app.FOLDER = parts.control
    parts.add_workers(workers, twice=False, beat=False)
    jobs = [f"job{number}" for number in range(kills)]
    calm_s = plain_app.STEPS * plain_app.STEP_S
    for job in jobs:
        plain_app.submit(job)
        time.sleep(dice.uniform(0.02, 0.9) * calm_s)
        _kill(parts, dice)
        until = time.monotonic() + PATIENCE_S
        while time.monotonic() < until and plain_app.STEPS - 1 not in plain_app.effects(job):
            time.sleep(0.05)
    _until_quiet(jobs)
    found = Count(len(jobs))
    for job in jobs:
        times = Counter(plain_app.effects(job))
        found.lost += len(times) < plain_app.STEPS
        found.twice += any(count > 1 for count in times.values())
        found.once += len(times) == plain_app.STEPS and set(times.values()) == {1}
        found.steps_twice += sum(count - 1 for count in times.values())
    return found


def _until_quiet(jobs: list[str]) -> None:
    """Nothing has happened for so long that nothing will."""
    from tests.chaos import plain_app

    seen, since = [], time.monotonic()
    while time.monotonic() - since < QUIET_S:
        time.sleep(0.5)
        if (now := [plain_app.effects(job) for job in jobs]) != seen:
            seen, since = now, time.monotonic()


def _kill(parts: Parts, dice: random.Random) -> None:
    ready = wait_for(lambda: [one for one in parts.workers if one.is_ready and one.children()], "a worker is ready")
    worker = dice.choice(ready)
    if len(ready) > 1 and dice.random() < 0.4:
        worker.kill()
        worker.start()
    else:
        for child in worker.children():
            os.kill(child, signal.SIGKILL)


def table(engine: str, count: Count) -> str:
    """Two lines: names and numbers."""
    names = ("jobs", "once", "lost", "twice", "steps twice")
    numbers = (count.jobs, count.once, count.lost, count.twice, count.steps_twice)
    head, row = (
        f"{first:14}" + "".join(f"{one:>13}" for one in rest)
        for first, rest in (("plain Celery", names), (engine, numbers))
    )
    return f"{head}\n{row}"
