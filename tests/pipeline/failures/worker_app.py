"""The worker of the failure tests: the real Celery application, adapters and tasks; scripted steps, short leases.

A job's script is a JSON file `<control>/<job id>.json`: `kill` and `fail` name steps, `pause_s` is slept in every
batch. What runs is written down in `<control>/<job id>.runs`, one line a batch.
"""

# ruff: noqa: E402 — Django must be set up before its models are imported
from __future__ import annotations

import json
import os
import signal
import time
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "axolotl_project.settings.test")
django.setup()

from django.conf import settings
from django.db import connections

import apps.scan.adapters.jobs
import pipeline.chain
from axolotl_project.celery import app
from pipeline.heartbeat import Timing
from pipeline.steps.base import StepContext
from pipeline.tasks import use_tools
from tests.pipeline.scripted import scripted_steps, scripted_tools

CONTROL = Path(os.environ["TEST_CONTROL"])
RECONCILE_S = 0.5
TIMING = Timing(lease_s=float(os.environ["TEST_LEASE_S"]), renew_s=0.2, report_s=0.1, ring_lost_s=1.0)

connections["default"].settings_dict["NAME"] = os.environ["TEST_DATABASE"]
settings.CHANNEL_LAYERS["default"]["CONFIG"]["hosts"] = [f"unix://{os.environ['TEST_SOCKET']}"]
settings.CHANNEL_LAYERS["default"]["CONFIG"]["capacity"] = 10_000
apps.scan.adapters.jobs.BACK_OFF_S = 0.2
app.conf.update(
    broker_url=f"redis+socket://{os.environ['TEST_SOCKET']}",
    beat_schedule={"reconcile": {**settings.CELERY_BEAT_SCHEDULE["reconcile"], "schedule": RECONCILE_S}},
)


def _hook(context: StepContext, batch: int) -> None:
    unit = f"{context.key.step}-{context.key.window}"
    script_file = CONTROL / f"{context.job.job_id}.json"
    script = json.loads(script_file.read_text()) if script_file.exists() else {}
    with (CONTROL / f"{context.job.job_id}.runs").open("a") as runs:
        runs.write(f"{time.time():.3f} {os.getpid()} {unit} {batch}\n")
    killed = CONTROL / f"{context.job.job_id}.{unit}.killed"
    if context.key.step in script.get("kill", ()) and batch == 1 and not killed.exists():
        killed.touch()
        os.kill(os.getpid(), signal.SIGKILL)
    if context.key.step in script.get("die", ()):
        os.kill(os.getpid(), signal.SIGKILL)
    if context.key.step in script.get("fail", ()):
        raise RuntimeError("scripted to fail")
    time.sleep(script.get("pause_s", 0))


use_tools(scripted_tools(scripted_steps(_hook)), TIMING)

if os.environ.get("TEST_TWICE"):
    send_once = pipeline.chain.send

    def _send_twice(task: str, arguments: list[str | int], queue: object, **limits: int) -> bool:
        return send_once(task, arguments, queue, **limits) and send_once(task, arguments, queue, **limits)

    pipeline.chain.send = _send_twice
