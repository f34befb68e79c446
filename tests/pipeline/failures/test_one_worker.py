"""One worker, killed, failed and cancelled: the job ends with the same bytes, its effects happen once."""

from __future__ import annotations

import time

import pytest

from apps.scan.models import JobStep
from pipeline import api
from pipeline.plan import QUICK_PLAN, StepName
from tests.pipeline.failures.conftest import Farm, wait_for
from tests.pipeline.failures.outcome import UNITS, assert_effects_once, outputs, queued_job, status_of, wait_completed

pytestmark = [pytest.mark.redis, pytest.mark.slow]


def test_kill_in_every_step_changes_nothing(worker: Farm, expected: dict[str, bytes]) -> None:
    job_id = queued_job()
    worker.control.script(job_id, kill=[spec.name.value for spec in QUICK_PLAN])
    assert api.submit(job_id)
    wait_completed(job_id, seconds=120)
    assert_effects_once(job_id, expected)
    assert worker.control.computed(job_id) == dict.fromkeys(UNITS, 2)
    assert set(JobStep.objects.filter(job_id=job_id).values_list("attempt", flat=True)) == {2}


def test_a_job_whose_message_was_never_published_is_found(worker: Farm, expected: dict[str, bytes]) -> None:
    job_id = queued_job()
    wait_completed(job_id)
    assert_effects_once(job_id, expected)


def test_a_step_that_always_fails_ends_the_job_after_three_tries_with_the_reason(worker: Farm) -> None:
    job_id = queued_job()
    worker.control.script(job_id, fail=["track"])
    api.submit(job_id)
    wait_for(lambda: status_of(job_id) == "failed", seconds=30, what="the job fails")
    report = api.get_job_status(job_id)
    assert report["result"]["error_code"] == "SERVER_ERROR"
    assert "Following players" in str(report["result"]["error_message"])
    assert "scripted to fail" in str(report["exc_info"])
    assert worker.control.computed(job_id)["track--1"] == 3
    worker.control.script(job_id)
    assert api.retry(job_id)
    wait_completed(job_id)
    assert worker.control.computed(job_id)["detect-0"] == 1


def test_a_step_that_always_kills_its_worker_ends_the_job_with_the_reason(worker: Farm) -> None:
    job_id = queued_job()
    worker.control.script(job_id, die=["track"])
    api.submit(job_id)
    wait_for(lambda: status_of(job_id) == "failed", seconds=40, what="the job fails")
    assert api.get_job_status(job_id)["result"]["error_code"] == "WORKER_LOST"
    assert worker.control.computed(job_id)["track--1"] == 3


def test_cancel_stops_the_work_within_five_seconds_and_leaves_nothing_half_made(worker: Farm) -> None:
    job_id = queued_job()
    worker.control.script(job_id, pause_s=0.5)
    api.submit(job_id)
    wait_for(lambda: worker.control.is_at(job_id, StepName.DETECT), seconds=30, what="detect runs")
    assert api.cancel(job_id)
    cancelled_at = time.time()
    time.sleep(5)
    last = max(at for at, *_ in worker.control.batches(job_id))
    time.sleep(1)
    assert max(at for at, *_ in worker.control.batches(job_id)) == last < cancelled_at + 2
    assert not any(name.startswith("detections") for name in outputs(job_id))
    assert status_of(job_id) == "cancelled"
    assert not api.cancel(job_id)
