"""The worker of the faults: the real application, adapters, settings and steps; models that follow a script.

Where `CHAOS_TWICE` is set, every message is published twice. While the file `disk_full` lies in `CHAOS_FOLDER`, nothing
can be flushed to the disk: ENOSPC, as a real disk says it.
"""

# ruff: noqa: E402 — Django must be set up before its models are imported
from __future__ import annotations

import errno
import os
from pathlib import Path

import django

django.setup()

from django.conf import settings

import pipeline.chain
import pipeline.steps.registry
from axolotl_project.celery import app
from pipeline.plan import QUICK_PLAN
from pipeline.tasks import use_tools
from tests.chaos.film import walk
from tests.factories.films import ScriptedDetector, scripted_tools

FOLDER = Path(os.environ["CHAOS_FOLDER"])
ONLY = ("reconcile", "sweep")

app.conf.beat_schedule = {name: settings.CELERY_BEAT_SCHEDULE[name] for name in ONLY}
use_tools(scripted_tools(ScriptedDetector(walk), FOLDER))
for spec in QUICK_PLAN:
    pipeline.steps.registry.get(spec.name)

_fsync = os.fsync


def _fsync_if_room(number: int) -> None:
    if (FOLDER / "disk_full").exists():
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    _fsync(number)


os.fsync = _fsync_if_room

if os.environ.get("CHAOS_TWICE"):
    send_once = pipeline.chain.send

    def _send_twice(task: str, arguments: list[str | int], queue: object, **limits: int) -> bool:
        return send_once(task, arguments, queue, **limits) and send_once(task, arguments, queue, **limits)

    pipeline.chain.send = _send_twice
