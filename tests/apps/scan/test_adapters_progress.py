"""The progress sink: the whole state, at most twice a second a job, and never a failure."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer

from apps.scan.adapters import ChannelsProgressSink, DjangoJobStore
from apps.scan.models import JobStep, ProcessingJob
from pipeline.plan import QUICK_PLAN, StepName
from pipeline.ports import StepKey
from tests.factories.scans import make_job

pytestmark = [pytest.mark.django_db, pytest.mark.redis]


def heard(job_id: str, act: Callable[[], object]) -> list[dict[str, Any]]:
    """Messages that the job's group got from `act`, over the real Redis."""
    layer, group = get_channel_layer(), f"scan.{job_id}"
    channel = async_to_sync(layer.new_channel)()
    async_to_sync(layer.group_add)(group, channel)
    act()
    async_to_sync(layer.group_send)(group, {"type": "end"})

    async def listen() -> list[dict[str, Any]]:
        messages = []
        while (message := await layer.receive(channel))["type"] != "end":
            messages.append(message)
        return messages

    return async_to_sync(listen)()


def started() -> tuple[str, StepKey]:
    job_id = str(make_job().pk)
    store = DjangoJobStore()
    key = StepKey(job_id, StepName.PROBE)
    store.open_step(job_id, StepName.PROBE, [-1])
    store.claim(key, worker="w", device="cpu", lease_s=15)
    return job_id, key


def test_the_whole_state_is_told_with_a_growing_version() -> None:
    job_id, _ = started()
    sink = ChannelsProgressSink()
    messages = heard(job_id, lambda: (sink.job_changed(job_id), sink.job_changed(job_id)))
    assert [message["type"] for message in messages] == ["scan.state", "scan.state"]
    states = [message["state"] for message in messages]
    assert [state["version"] for state in states] == [1, 2]
    assert (states[0]["status"], states[0]["step"], states[0]["job_id"]) == ("running", "probe", job_id)
    assert [step["name"] for step in states[0]["steps"]] == [spec.name.value for spec in QUICK_PLAN]


def test_a_job_speaks_at_most_twice_a_second_however_many_workers_report() -> None:
    job_id, key = started()
    ProcessingJob.objects.update(progress_at="2020-01-01T00:00:00Z")
    sinks = [ChannelsProgressSink() for _ in range(3)]

    def report() -> None:
        for sink in sinks * 4:
            sink.step_progress(key, 0.5)

    began = time.monotonic()
    messages = heard(job_id, report)
    assert 1 <= len(messages) <= 1 + (time.monotonic() - began) / 0.5
    assert JobStep.objects.get().progress == 0.5
    assert messages[0]["state"]["progress"] == 1.0
    assert messages[0]["state"]["steps"][0]["progress"] == 50.0


def test_a_deleted_job_is_silent() -> None:
    job_id, key = started()
    ProcessingJob.objects.all().delete()
    sink = ChannelsProgressSink()
    assert heard(job_id, lambda: (sink.job_changed(job_id), sink.step_progress(key, 0.5))) == []


def test_redis_away_costs_only_the_message(settings: object) -> None:
    job_id, _ = started()
    nowhere = {"hosts": ["unix:///nowhere.sock"]}
    settings.CHANNEL_LAYERS = {"default": {"BACKEND": "channels_redis.core.RedisChannelLayer", "CONFIG": nowhere}}
    ChannelsProgressSink().job_changed(job_id)
    assert ProcessingJob.objects.get().state_version == 1
