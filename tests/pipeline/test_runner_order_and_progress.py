"""The runner on ports in memory: order, fan-in, duplicates, what stands already, progress."""

from __future__ import annotations

from collections import Counter

import pytest

from pipeline.heartbeat import Timing
from pipeline.plan import QUICK_PLAN, StepName
from pipeline.ports import WHOLE, JobStatus, StepKey
from pipeline.runner import run_to_end
from pipeline.testing import MemoryProgressSink
from tests.pipeline.runner_host import UNITS, Host
from tests.pipeline.scripted import BATCHES, WINDOWS, scripted_tools
from tests.pipeline.stores import job_record


def test_a_job_runs_all_steps_in_order_and_every_window_once(host: Host) -> None:
    seen: list[StepName] = []
    for step in host.steps.values():
        step.hook = lambda context, batch: seen.append(context.key.step) if batch == 0 else None
    host.start()
    host.work()
    expected = [spec.name for spec in QUICK_PLAN for _ in (WINDOWS if spec.windowed else [WHOLE])]
    assert seen == expected
    assert host.status is JobStatus.COMPLETED
    assert host.jobs.jobs[host.job_id].stores == 1
    assert host.jobs.overview(host.job_id).progress == 100.0


def test_every_message_twice_changes_nothing(host: Host) -> None:
    host.start()
    host.work()
    once = host.files()
    other = Host()
    other.jobs.jobs.clear()
    other.record, other.job_id = host.record, host.job_id
    other.jobs.add(host.record)
    other.start()
    other.work(copies=2)
    assert other.files() == once
    assert Counter(window for step in other.steps.values() for window in step.runs) == {
        WHOLE: len(QUICK_PLAN) - 2, 0: 2, 1: 2, 2: 2
    }  # fmt: skip
    assert other.jobs.jobs[host.job_id].stores == 1


def test_an_output_that_stands_is_not_made_again(host: Host) -> None:
    host.start()
    host.work()
    host.jobs.reset(host.job_id, StepName.DETECT)
    for step in host.steps.values():
        step.runs.clear()
    host.start()
    host.work()
    assert host.status is JobStatus.COMPLETED
    assert {name for name, step in host.steps.items() if step.runs} == {StepName.PUBLISH}


def test_a_new_calibration_runs_from_world_only(host: Host) -> None:
    host.start()
    host.work()
    host.jobs.reset(host.job_id, StepName.WORLD)
    row = host.jobs.jobs[host.job_id]
    row.record = job_record(
        job_id=host.job_id, session_id=row.record.session_id, videos=row.record.videos, calibration={"H": [1, 2]}
    )
    for step in host.steps.values():
        step.runs.clear()
    host.start()
    host.work()
    ran = {name for name, step in host.steps.items() if step.runs}
    assert ran == {StepName.WORLD, StepName.EVENTS, StepName.KPIS, StepName.PUBLISH}
    assert row.stores == 2


def test_two_cameras_are_opened_side_by_side() -> None:
    host = Host()
    left, right = host.record.videos[0], host.record.videos[0]
    record = job_record(videos=tuple(type(left)(video.video_id, camera, video.key, video.sha256)
                                     for video, camera in ((left, "left"), (right, "right"))))  # fmt: skip
    host.jobs.add(record)
    host.runner.continue_job(record.job_id)
    assert [key.camera for key in host.bell.keys] == ["left", "right"]


def test_progress_is_told_at_most_twice_a_second() -> None:
    host = Host(timing=Timing(renew_s=10.0))
    host.start()
    host.work()
    told = Counter(key for key, _ in host.progress.steps)
    assert set(told.values()) == {1}
    assert len(told) == UNITS


def test_progress_grows_within_a_unit(host: Host) -> None:
    host.runner.run(host.until(StepName.TRACK))
    fractions = [fraction for key, fraction in host.progress.steps if key.step is StepName.TRACK]
    assert fractions == [0.0, *(batch / BATCHES for batch in range(BATCHES))]


def test_a_broken_progress_channel_costs_no_work(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, key: StepKey, fraction: float) -> None:
        raise ConnectionError("Redis is away")

    monkeypatch.setattr(MemoryProgressSink, "step_progress", broken)
    host.start()
    host.work()
    assert host.status is JobStatus.COMPLETED


def test_run_to_end_answers_how_it_ended(host: Host) -> None:
    overview = run_to_end(host.ports, scripted_tools(host.steps), host.job_id)
    assert (overview.status, overview.progress) == (JobStatus.COMPLETED, 100.0)


def test_run_to_end_tries_once(host: Host) -> None:
    def fail(context: object, batch: int) -> None:
        raise ValueError("a bug")

    host.steps[StepName.TRACK].hook = fail
    overview = run_to_end(host.ports, scripted_tools(host.steps), host.job_id)
    assert (overview.status, overview.error_code) == (JobStatus.FAILED, "SERVER_ERROR")
    assert host.steps[StepName.TRACK].runs == [WHOLE]
