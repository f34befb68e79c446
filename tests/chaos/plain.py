"""The same kills against plain Celery: how many jobs it loses, and how many it does twice."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass

from tests.chaos.parts import Parts, wait_for

ENGINES = ("early", "late", "late-short")
PATIENCE_S = 8.0
END_S = 45.0


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
    time.sleep(END_S)
    found = Count(len(jobs))
    for job in jobs:
        times = Counter(plain_app.effects(job))
        found.lost += len(times) < plain_app.STEPS
        found.twice += any(count > 1 for count in times.values())
        found.once += len(times) == plain_app.STEPS and set(times.values()) == {1}
        found.steps_twice += sum(count - 1 for count in times.values())
    return found


def _kill(parts: Parts, dice: random.Random) -> None:
    ready = wait_for(lambda: [one for one in parts.workers if one.is_ready and one.children()], "a worker is ready")
    worker = dice.choice(ready)
    if len(ready) > 1 and dice.random() < 0.4:
        worker.kill()
        worker.start()
    else:
        for child in worker.children():
            os.kill(child, signal.SIGKILL)


def table(counts: dict[str, Count]) -> str:
    """One line an engine."""
    head = f"{'plain Celery':14}{'jobs':>6}{'once':>6}{'lost':>6}{'twice':>7}{'steps twice':>13}"
    rows = [f"{name:14}{c.jobs:6}{c.once:6}{c.lost:6}{c.twice:7}{c.steps_twice:13}" for name, c in counts.items()]
    return "\n".join([head, *rows])
