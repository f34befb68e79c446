"""Messages: which task, which queue, which limits. One of the three modules that know Celery."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from celery import current_app
from kombu.exceptions import KombuError, OperationalError

from pipeline.plan import Queue, StepSpec
from pipeline.ports import StepKey

log = logging.getLogger(__name__)

RUN_STEP = "pipeline.tasks.run_step"
PROCESS_VIDEO_JOB = "pipeline.tasks.process_video_job"
FIT_SMPL_JOB = "pipeline.tasks.fit_smpl_job"
RUN_LIVE = "pipeline.tasks.run_live"
LIVE_RING_S = 10
"""A ring for a live session that no worker took for so long [s] is void: who still needs one has rung again."""

SOFT_LIMIT_MARGIN_S = 60
"""The step gets this long to say why it ends before its process is killed."""

ASK_TIMEOUT_S = 2

PUBLISH_RETRY = {"max_retries": 2, "interval_start": 0.1, "interval_step": 0.2, "interval_max": 0.5}
"""A request must not wait for a broker that is away: reconcile rings later for what could not be published."""


@dataclass(frozen=True, slots=True)
class CeleryBell:
    """The runner's bell: one message a key, ids only, to the step's queue."""

    def ring(self, spec: StepSpec, keys: Sequence[StepKey]) -> bool:
        """See `pipeline.runner.Bell.ring`."""
        for key in keys:
            arguments: list[str | int] = [key.job_id, key.step.value, key.window, key.camera]
            sent = send(RUN_STEP, arguments, spec.queue, time_limit_s=spec.time_limit_s)
            if not sent:
                return False
        return True

    def depth(self, queue: Queue) -> int:
        """See `pipeline.runner.Bell.depth`. A broker that cannot be asked counts as busy."""
        depths = queue_depths([queue])
        return 1 if depths is None else depths[queue]


def queue_depths(queues: Sequence[Queue] = tuple(Queue)) -> dict[Queue, int] | None:
    """Messages that wait in each queue; `None` when the broker cannot be asked."""
    try:
        with current_app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, timeout=ASK_TIMEOUT_S)
            return {queue: _depth(connection, queue) for queue in queues}
    except (KombuError, OSError):
        log.warning("the depth of the queues could not be read", exc_info=True)
        return None


def _depth(connection: Any, queue: Queue) -> int:
    try:
        return int(connection.SimpleQueue(queue.value).qsize())
    except connection.channel_errors:
        return 0  # Redis keeps no list for an empty queue


def ring_job(job_id: str) -> bool:
    """Ask a worker to start or continue a job; False when the broker did not take the message."""
    return send(PROCESS_VIDEO_JOB, [job_id], Queue.DEFAULT)


def ring_bodies(job_id: str) -> bool:
    """Ask a worker to start a body fit; False when the broker did not take the message."""
    return send(FIT_SMPL_JOB, [job_id], Queue.SMPL)


def ring_live(session_id: str) -> bool:
    """Ask a worker to take a live session; False when the broker did not take the message."""
    return send(RUN_LIVE, [session_id], Queue.LIVE, void_after_s=LIVE_RING_S)


def send(
    task: str,
    arguments: list[str | int],
    queue: Queue,
    *,
    time_limit_s: int | None = None,
    void_after_s: int | None = None,
) -> bool:
    """Publish one immutable message; False (and a log line) when the broker is away."""
    try:
        current_app.send_task(
            task,
            args=arguments,
            queue=queue.value,
            time_limit=time_limit_s,
            soft_time_limit=time_limit_s - SOFT_LIMIT_MARGIN_S if time_limit_s else None,
            expires=void_after_s,
            ignore_result=True,
            retry=True,
            retry_policy=PUBLISH_RETRY,
        )
    except (OperationalError, KombuError, OSError):
        log.warning("the broker did not take %s%s; reconcile will ring again", task, tuple(arguments), exc_info=True)
        return False
    return True
