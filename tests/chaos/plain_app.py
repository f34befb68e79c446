"""Plain Celery doing what a scan does, as its guide shows it: a chain of tasks, each with an effect.

`CHAOS_ENGINE` says how messages are acknowledged: `early` is Celery's default, `late` adds `acks_late` and
`reject_on_worker_lost`.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

from celery import Celery, chain

STEPS = 12
STEP_S = 0.25

FOLDER = Path(os.environ["CHAOS_FOLDER"])
ENGINE = os.environ["CHAOS_ENGINE"]

app = Celery("plain", broker=os.environ["REDIS_URL"].replace("unix://", "redis+socket://"))
app.conf.update(
    task_acks_late=ENGINE != "early",
    task_reject_on_worker_lost=ENGINE != "early",
    worker_prefetch_multiplier=1 if ENGINE != "early" else 4,
    task_default_queue="default",
    task_ignore_result=True,
    broker_connection_retry_on_startup=True,
)


@app.task(name="plain.step")
def step(job: str, number: int) -> None:
    """Work, then leave one line."""
    time.sleep(STEP_S)
    with (FOLDER / f"{job}.effects").open("a") as effects:
        effects.write(f"{number}\n")


def submit(job: str) -> None:
    """Publish the chain of one job."""
    chain(*(step.si(job, number) for number in range(STEPS))).apply_async()


def effects(job: str) -> list[int]:
    """Which steps left their line, in order."""
    path = FOLDER / f"{job}.effects"
    return [int(line) for line in path.read_text().split()] if path.exists() else []
