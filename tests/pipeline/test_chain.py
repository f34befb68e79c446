"""What travels through the broker: ids and small scalars, to the step's queue, with its limits."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from kombu.message import Message

from axolotl_project.celery import app
from pipeline.chain import SOFT_LIMIT_MARGIN_S, CeleryBell, ring_job
from pipeline.plan import QUICK_PLAN, Queue, StepName, route_of
from pipeline.ports import WHOLE, StepKey
from tests.pipeline.failures.conftest import publishing_to

JOB = "7f0c1a52-0000-4000-8000-000000000001"


@pytest.fixture
def broker() -> Iterator[None]:
    """A broker in memory, empty."""
    with publishing_to("memory://"):
        drain()
        yield
        drain()


def drain() -> list[tuple[str, Message]]:
    """Every waiting message with its queue."""
    found = []
    with app.connection_for_read() as connection:
        for queue in Queue:
            simple = connection.SimpleQueue(queue.value)
            while simple.qsize():
                message = simple.get_nowait()
                message.ack()
                found.append((queue.value, message))
    return found


def test_a_message_is_ids_only_and_goes_to_the_steps_queue(broker: None) -> None:
    assert CeleryBell().ring(
        route_of(StepName.DETECT), [StepKey(JOB, StepName.DETECT, 3), StepKey(JOB, StepName.DETECT, 4)]
    )
    messages = drain()
    assert [queue for queue, _ in messages] == ["video_processing", "video_processing"]
    arguments = [json.loads(message.body)[0] for _, message in messages]
    assert arguments == [[JOB, "detect", 3, ""], [JOB, "detect", 4, ""]]
    message = messages[0][1]
    assert message.content_type == "application/json"
    assert message.headers["timelimit"] == [3600, 3600 - SOFT_LIMIT_MARGIN_S]
    assert (message.headers["task"], message.headers["ignore_result"]) == ("pipeline.tasks.run_step", True)
    assert json.loads(message.body)[2] == {"callbacks": None, "errbacks": None, "chain": None, "chord": None}
    assert len(message.body) < 200


@pytest.mark.parametrize("spec", QUICK_PLAN, ids=lambda spec: spec.name)
def test_every_step_has_its_queue(broker: None, spec) -> None:
    CeleryBell().ring(spec, [StepKey(JOB, spec.name, 0 if spec.windowed else WHOLE)])
    assert [queue for queue, _ in drain()] == [spec.queue.value]


def test_a_job_is_rung_for_on_the_default_queue(broker: None) -> None:
    assert ring_job(JOB)
    [(queue, message)] = drain()
    assert (queue, json.loads(message.body)[0]) == ("default", [JOB])
    assert message.headers["task"] == "pipeline.tasks.process_video_job"


def test_the_depth_of_a_queue_counts_what_waits(broker: None) -> None:
    bell = CeleryBell()
    assert bell.depth(Queue.VIDEO) == 0
    bell.ring(route_of(StepName.DETECT), [StepKey(JOB, StepName.DETECT, window) for window in range(5)])
    assert (bell.depth(Queue.VIDEO), bell.depth(Queue.DEFAULT)) == (5, 0)


def test_a_broker_that_cannot_be_asked_counts_as_busy() -> None:
    with publishing_to("redis+socket:///nowhere/redis.sock"):
        assert CeleryBell().depth(Queue.VIDEO) == 1
        assert not CeleryBell().ring(route_of(StepName.DETECT), [StepKey(JOB, StepName.DETECT, 0)])


def test_workers_take_one_task_at_a_time_and_acknowledge_early() -> None:
    """Late acknowledgement runs one long task four times at once; prefetch strands messages behind it (measured)."""
    conf = app.conf
    assert (conf.task_acks_late, conf.worker_disable_prefetch, conf.worker_prefetch_multiplier) == (False, True, 1)
    assert (conf.task_serializer, conf.accept_content, conf.task_ignore_result) == ("json", ["json"], True)
    assert conf.broker_transport_options["visibility_timeout"] > conf.task_time_limit
    assert conf.worker_max_memory_per_child > 0
    assert conf.broker_connection_retry_on_startup
    assert not conf.worker_cancel_long_running_tasks_on_connection_loss
    assert conf.beat_schedule["reconcile"]["schedule"] <= 60
