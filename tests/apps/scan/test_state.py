"""The state of a job: steps over their windows, and the time left."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.scan.models import JobStep, ProcessingJob
from apps.scan.status import status_of
from tests.factories.scans import make_job

pytestmark = pytest.mark.django_db


def running_job(**fields: Any) -> ProcessingJob:
    return make_job(status="running", **fields)


def step(job: ProcessingJob, name: str, status: str = "done", **fields: Any) -> JobStep:
    now = timezone.now()
    times: dict[str, Any] = {"started_at": now - timedelta(seconds=10), "ended_at": now if status == "done" else None}
    return JobStep.objects.create(job=job, step=name, status=status, **{**times, **fields})


def shown(job: ProcessingJob, name: str) -> Any:
    return next(found for found in status_of(job)["steps"] if found["name"] == name)


def test_windows_are_summed_up() -> None:
    job = running_job(current_step="detect")
    step(job, "detect", window=0)
    step(job, "detect", "running", window=1, progress=0.5, device="cuda:0", attempt=2)
    for window in (2, 3):
        step(job, "detect", "pending", window=window, started_at=None)
    detect = shown(job, "detect")
    assert (detect["status"], detect["windows_done"], detect["windows_total"]) == ("running", 1, 4)
    assert (detect["progress"], detect["device"], detect["attempt"]) == (37.5, "cuda:0", 2)
    assert (detect["ended_at"], detect["duration_s"]) == (None, None)
    assert status_of(job)["progress"] == 3 + 40 * 0.375


def test_a_step_between_two_windows_still_runs() -> None:
    job = running_job(current_step="detect")
    step(job, "detect", window=0)
    step(job, "detect", "pending", window=1, started_at=None)
    assert shown(job, "detect")["status"] == "running"


@pytest.mark.parametrize(("status", "expected"), [("pending", "pending"), ("done", "done"), ("failed", "failed")])
def test_a_single_row_is_its_own_state(status: str, expected: str) -> None:
    job = running_job(current_step="track")
    step(job, "track", status, error_code="X" if status == "failed" else "", error_message="Why.")
    assert shown(job, "track")["status"] == expected
    assert shown(job, "track")["error"] == ({"code": "X", "message": "Why."} if status == "failed" else None)
    assert shown(job, "pose") == {
        "name": "pose", "label": "Reading body posture", "status": "pending", "progress": 0.0, "started_at": None,
        "ended_at": None, "duration_s": None, "device": "", "windows_done": 0, "windows_total": 0, "attempt": 0,
        "error": None,
    }  # fmt: skip


def test_the_time_left_follows_the_pace() -> None:
    job = running_job(current_step="track", started_at=timezone.now() - timedelta(seconds=86))
    for name in ("probe", "calibrate", "detect"):
        step(job, name)
    step(job, "track", "running", progress=0.0)
    assert status_of(job)["eta_s"] == pytest.approx(86 * 57 / 43, abs=1)


def test_the_time_left_of_a_retry_forgets_the_first_run() -> None:
    start = timezone.now() - timedelta(seconds=45)
    job = running_job(current_step="link", started_at=start, runs=2)
    for name in ("probe", "calibrate", "detect", "track"):
        step(job, name, started_at=start - timedelta(days=1))
    step(job, "pose", started_at=start)
    step(job, "link", "running", progress=0.0, started_at=timezone.now())
    assert status_of(job)["eta_s"] == pytest.approx(9, abs=1)


def test_too_early_nothing_is_guessed() -> None:
    job = running_job(current_step="detect", started_at=timezone.now() - timedelta(seconds=99))
    for name in ("probe", "calibrate"):
        step(job, name)
    assert status_of(job)["eta_s"] is None


@pytest.mark.parametrize("status", ["queued", "completed", "failed", "cancelled"])
def test_no_time_left_is_guessed(status: str) -> None:
    job = make_job(status=status, current_step="publish")
    state = status_of(job)
    assert state["eta_s"] is None
    assert state["step"] == ("publish" if status == "queued" else None)
    assert (state["progress"] == 100.0) == (status == "completed")


def test_it_costs_one_query(django_assert_num_queries: Any) -> None:
    job = running_job(current_step="detect")
    for window in range(20):
        step(job, "detect", window=window)
    with django_assert_num_queries(1):
        status_of(job)
