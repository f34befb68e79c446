"""Duplicate messages, several workers, and a broker that goes away: nothing is lost, nothing happens twice."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from apps.scan.models import JobStep, ProcessingJob
from pipeline import api
from pipeline.plan import StepName
from tests.pipeline.failures.conftest import Farm, publishing_to, wait_for
from tests.pipeline.failures.outcome import UNITS, assert_effects_once, queued_job, status_of, wait_completed

pytestmark = [pytest.mark.redis, pytest.mark.slow]


def test_every_message_twice_at_once_changes_nothing(farm: Farm, expected: dict[str, bytes]) -> None:
    farm.start(concurrency=2, twice=True)
    farm.ready()
    job_id = queued_job()
    farm.control.script(job_id, pause_s=0.02)
    api.submit(job_id)
    wait_completed(job_id)
    assert_effects_once(job_id, expected)
    assert farm.control.computed(job_id) == UNITS


def test_two_workers_share_the_windows_and_one_takes_over_when_the_other_dies(
    farm: Farm, expected: dict[str, bytes]
) -> None:
    first = farm.start(beat=False, lease_s=3.0)
    farm.start(lease_s=3.0)
    farm.ready()
    job_id = queued_job()
    farm.control.script(job_id, pause_s=0.15)
    api.submit(job_id)
    wait_for(lambda: farm.control.is_at(job_id, StepName.DETECT), seconds=30, what="detect runs")
    wait_for(
        lambda: JobStep.objects.filter(job_id=job_id, step="detect", status="running").count() == 2,
        seconds=10,
        what="both workers detect",
    )
    first.kill()
    wait_completed(job_id)
    assert_effects_once(job_id, expected)
    workers = set(JobStep.objects.filter(job_id=job_id).values_list("worker", flat=True))
    assert len({pid for _, pid, unit, _ in farm.control.batches(job_id) if unit.startswith("detect")}) == 2
    assert len(workers) <= 2


@pytest.mark.parametrize("keeps", [True, False], ids=["with its file", "empty"])
def test_redis_killed_and_back_in_the_middle_of_a_job(farm: Farm, expected: dict[str, bytes], keeps: bool) -> None:
    farm.start()
    farm.ready()
    job_id = queued_job()
    farm.control.script(job_id, pause_s=0.1)
    api.submit(job_id)
    wait_for(lambda: farm.control.is_at(job_id, StepName.DETECT), seconds=30, what="detect runs")
    farm.broker.kill()
    if not keeps:
        farm.broker.forget()
    time.sleep(2)
    farm.broker.start()
    assert wait_completed(job_id, seconds=60) < 30
    assert_effects_once(job_id, expected)
    assert farm.control.computed(job_id) == UNITS


@pytest.mark.django_db(transaction=True)
def test_submitting_without_a_broker_is_quick_and_loses_nothing(tmp_path: Path) -> None:
    job_id = queued_job()
    with publishing_to(f"redis+socket://{tmp_path}/none.sock"):
        began = time.monotonic()
        assert not api.submit(job_id)
        assert time.monotonic() - began < 5
    assert status_of(job_id) == "queued"
    assert job_id in {str(pk) for pk in ProcessingJob.objects.filter(status="queued").values_list("pk", flat=True)}
