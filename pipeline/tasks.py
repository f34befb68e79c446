"""Celery tasks. Each takes ids, may run twice, at once or never, and leaves every decision to the job store."""

from __future__ import annotations

import logging
import os
import threading
import time
from typing import Any

import structlog
from celery import current_app, shared_task
from celery.exceptions import SoftTimeLimitExceeded
from celery.signals import worker_process_init, worker_ready

from pipeline.chain import CeleryBell, send
from pipeline.errors import PipelineError
from pipeline.heartbeat import Timing
from pipeline.live_ports import installed_live
from pipeline.liveness import this_worker
from pipeline.plan import Queue, StepName, route_of
from pipeline.ports import StepKey, installed
from pipeline.runner import Runner, Tools, as_pipeline_error
from vision.errors import VisionError

log = logging.getLogger(__name__)

LIVE_LIMIT_S = 6 * 3600
"""A live session may be longer than any step; it ends by itself before (`LiveTiming.most_s`)."""

RECONCILED_S = 0.5
"""Messages that come closer together waited in a heap, and the first of them did everything."""

_reconciled = [-RECONCILED_S]
_equipment: list[tuple[Tools, Timing]] = []
_equipping = threading.Lock()


def use_tools(tools: Tools, timing: Timing | None = None) -> None:
    """Work with these tools and this rhythm in this process instead of the real steps and models."""
    _equipment[:] = [(tools, timing or Timing())]


def runner() -> Runner:
    """The runner of this process. Steps and models are loaded on first use, so in the worker's child."""
    tools, timing = _equipped()
    return Runner(installed(), tools, CeleryBell(), worker=this_worker(), timing=timing, translate=_translate)


def _equipped() -> tuple[Tools, Timing]:
    with _equipping:
        if not _equipment:
            from pipeline.local import default_tools

            machine = installed().machine
            tools = default_tools(
                machine.model_dir, device=machine.device, threads=machine.threads, body_dir=machine.body_dir
            )
            use_tools(tools)
    return _equipment[0]


def _translate(error: Exception, key: StepKey) -> PipelineError:
    if isinstance(error, SoftTimeLimitExceeded):
        minutes = route_of(key.step).time_limit_s // 60
        failure = PipelineError(
            f"'{route_of(key.step).label}' took longer than {minutes} minutes. "
            "Choose the fast preset or a shorter film.",
            code="STEP_TIMEOUT",
        )
        failure.__cause__ = error
        return failure
    return as_pipeline_error(error, key)


@shared_task(name="pipeline.tasks.run_step", ignore_result=True)
def run_step(job_id: str, step: str, window: int, camera: str) -> None:
    """Work on one unit of a job, if it is there to be worked on."""
    with structlog.contextvars.bound_contextvars(job_id=job_id, step=step, window=window):
        runner().run(StepKey(job_id, StepName(step), window, camera))


@shared_task(name="pipeline.tasks.process_video_job", ignore_result=True)
def process_video_job(job_id: str) -> None:
    """Start a job, or continue it where it stands."""
    with structlog.contextvars.bound_contextvars(job_id=job_id):
        runner().continue_job(job_id)


@shared_task(name="pipeline.tasks.fit_smpl_job", ignore_result=True)
def fit_smpl_job(job_id: str) -> None:
    """Start a body fit, or continue it where it stands; its step goes to `smpl_jobs`."""
    with structlog.contextvars.bound_contextvars(job_id=job_id):
        runner().continue_job(job_id)


@shared_task(name="pipeline.tasks.run_live", ignore_result=True, time_limit=LIVE_LIMIT_S)
def run_live(session_id: str) -> None:
    """Work on a live session until it ends, if nobody else does."""
    from pipeline.live import run_live as work_on
    from pipeline.live_models import LiveModels

    with structlog.contextvars.bound_contextvars(session_id=session_id):
        tools, _ = _equipped()
        work_on(session_id, installed_live(), LiveModels(tools.models), worker=this_worker())


@shared_task(name="pipeline.tasks.reconcile", ignore_result=True)
def reconcile() -> None:
    """Ring for lost messages and dead leases, unless this process did so a moment ago."""
    if time.monotonic() - _reconciled[-1] < RECONCILED_S:
        return
    _reconciled[:] = [time.monotonic()]
    mended = runner().reconcile()
    if mended:
        log.info("reconcile rang for %d", mended)


@shared_task(name="pipeline.tasks.sweep", ignore_result=True)
def sweep() -> None:
    """Remove files whose rows are gone: what a storage that was down, or a dead process, left behind."""
    removed = installed().sweep()
    if removed:
        log.info("swept %d files without a row", removed)


@worker_process_init.connect
def _prepare_child(**_: Any) -> None:
    """OpenCV's own threads are not fork-safe and would fight with the models' for the cores."""
    os.environ.setdefault("OPENCV_FOR_THREADS_NUM", "1")
    if Queue.LIVE.value in current_app.amqp.queues.consume_from:
        threading.Thread(target=_warm_up, name="models of live sessions", daemon=True).start()


def _warm_up() -> None:
    """A session that begins, or whose worker died, waits for no model to be loaded."""
    from pipeline.live_models import LiveModels

    try:
        LiveModels(_equipped()[0].models).warm_up()
    except VisionError as error:
        log.warning("models of live sessions: %s", error)  # Whoever begins a session is told then.


@worker_ready.connect
def _reconcile_at_start(**_: Any) -> None:
    """What died while no worker was here is found at once, not at the next tick of the clock."""
    send(reconcile.name, [], Queue.LOW)
