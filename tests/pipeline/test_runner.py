"""The runner on ports in memory: failures, cancel, lost leases, lost messages."""

from __future__ import annotations

import errno
import time

import pytest

from pipeline.errors import PipelineError
from pipeline.heartbeat import Timing
from pipeline.plan import Queue, StepName, StepSpec
from pipeline.ports import WHOLE, ClaimOutcome, JobStatus, StepKey
from pipeline.runner import LocalBell, Runner, as_pipeline_error
from pipeline.testing import MemoryJobStore
from tests.pipeline.runner_host import UNITS, Host
from tests.pipeline.scripted import BATCHES, ScriptedStep
from vision.errors import VideoError


def test_a_killed_worker_on_this_machine_is_seen_by_the_next_reconcile(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = host.until(StepName.TRACK)
    host.jobs.claim(key, worker="the dead one", device="cpu", lease_s=9.0)
    host.clock.forward(1)
    assert host.runner.reconcile() == 0, "nobody knows yet"
    monkeypatch.setattr("pipeline.runner.is_dead", lambda worker: worker == "the dead one")
    assert host.runner.reconcile() == 1
    host.work()
    assert host.status is JobStatus.COMPLETED


def test_a_step_waits_for_room_on_a_full_disk_and_loses_nothing(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.room.LOOK_AGAIN_S", 0.001)
    refusals = iter(range(3))
    write = host.artefacts.write

    def full_at_first(key: str, data: bytes) -> None:
        if next(refusals, None) is not None:
            raise OSError(errno.ENOSPC, "full")
        write(key, data)

    monkeypatch.setattr(host.artefacts, "write", full_at_first)
    host.start()
    host.work()
    assert host.status is JobStatus.COMPLETED
    assert sum(len(step.runs) for step in host.steps.values()) == UNITS, "nothing was computed twice"


@pytest.mark.parametrize(
    ("error", "code", "tries"),
    [
        (ValueError("a bug"), "SERVER_ERROR", 3),
        (MemoryError(), "OUT_OF_MEMORY", 1),
        (OSError(errno.ENOSPC, "full"), "DISK_FULL", 1),
        (OSError(errno.EIO, "flaky"), "SERVER_ERROR", 3),
        (VideoError("The film is empty.", code="EMPTY_FILE"), "EMPTY_FILE", 1),
        (PipelineError("Try later.", code="LATER", retryable=True), "LATER", 3),
    ],
)
def test_failures_end_the_job_with_a_reason(host: Host, error: Exception, code: str, tries: int) -> None:
    def fail(context: object, batch: int) -> None:
        raise error

    host.steps[StepName.TRACK].hook = fail
    key = host.until(StepName.TRACK)
    for _ in range(5):
        host.runner.run(key)
        host.clock.forward(60)
    overview = host.jobs.overview(host.job_id)
    assert (overview.status, overview.error_code) == (JobStatus.FAILED, code)
    assert overview.error_message.endswith(".")
    assert type(error).__name__ in overview.error_trace
    assert len(host.steps[StepName.TRACK].runs) == tries
    assert host.job_id in host.progress.changes


def test_a_failure_that_passes_costs_one_attempt(host: Host) -> None:
    failures = iter([ValueError("once")])

    def fail_once(context: object, batch: int) -> None:
        for error in failures:
            raise error

    host.steps[StepName.TRACK].hook = fail_once
    key = host.until(StepName.TRACK)
    assert host.runner.run(key) is ClaimOutcome.CLAIMED
    assert host.runner.run(key) is ClaimOutcome.BUSY
    host.clock.forward(5)
    assert host.runner.reconcile() == 1
    host.work()
    assert host.status is JobStatus.COMPLETED


def test_the_message_to_the_coach_names_no_exception() -> None:
    failure = as_pipeline_error(KeyError("xyxy"), StepKey("j", StepName.DETECT))
    assert "KeyError" not in failure.message
    assert "Finding players and ball" in failure.message
    assert isinstance(failure.__cause__, KeyError)


def test_cancel_stops_between_batches_and_removes_the_half_made(host: Host) -> None:
    batches: list[int] = []

    def cancel_in_the_middle(context, batch: int) -> None:
        batches.append(batch)
        if batch == 1:
            name = f"sessions/{host.record.session_id}/{host.record.videos[0].video_id}/tracks/000000.npz"
            context.artefacts.write(name, b"half")
            host.jobs.cancel(host.job_id)
            time.sleep(0.1)

    host.steps[StepName.TRACK].hook = cancel_in_the_middle
    key = host.until(StepName.TRACK)
    before = host.files()
    host.runner.run(key)
    assert batches == [0, 1]
    assert host.files() == before
    assert host.status is JobStatus.CANCELLED
    assert not host.bell.keys


def test_a_window_cancelled_leaves_the_finished_windows(host: Host) -> None:
    def cancel_second(context, batch: int) -> None:
        if context.key.window == 1:
            host.jobs.cancel(host.job_id)
            time.sleep(0.1)

    host.steps[StepName.DETECT].hook = cancel_second
    host.start()
    host.work()
    assert [key[-10:] for key in host.files() if "/detections/" in key] == ["000000.npz"]
    host.steps[StepName.DETECT].hook = lambda context, batch: None
    host.steps[StepName.DETECT].runs.clear()
    assert host.jobs.reset(host.job_id)
    host.start()
    host.work()
    assert host.status is JobStatus.COMPLETED
    assert host.steps[StepName.DETECT].runs == [1, 2]


def test_a_cancelled_worker_that_wakes_after_a_retry_removes_nothing(host: Host) -> None:
    def rival(context, batch: int) -> None:
        """Cancel, retry and finish the step elsewhere while this worker sits between two batches."""
        if host.steps[StepName.TRACK].runs == [WHOLE]:
            host.jobs.cancel(host.job_id)
            time.sleep(0.1)
            host.jobs.reset(host.job_id)
            host.runner.run(key)

    host.steps[StepName.TRACK].hook = rival
    key = host.until(StepName.TRACK)
    host.runner.run(key)
    assert any("/tracks" in name for name in host.files())
    host.work()
    assert host.status is JobStatus.COMPLETED


def test_a_worker_that_lost_its_lease_leaves_without_publishing(host: Host) -> None:
    def sleep_too_long(context, batch: int) -> None:
        if len(host.steps[StepName.TRACK].runs) == 1 and batch == 0:
            host.clock.forward(60)
            host.runner.run(key)
            time.sleep(0.1)

    host.steps[StepName.TRACK].hook = sleep_too_long
    key = host.until(StepName.TRACK)
    host.runner.run(key)
    assert host.steps[StepName.TRACK].runs == [WHOLE, WHOLE]
    host.work()
    assert host.status is JobStatus.COMPLETED
    assert host.jobs.jobs[host.job_id].stores == 1


@pytest.mark.parametrize("noticed", ["at the end", "between batches", "by an error"])
def test_a_session_deleted_during_a_step_leaves_no_file(host: Host, noticed: str) -> None:
    def delete_everything(context, batch: int) -> None:
        if batch == BATCHES - 1:
            host.jobs.jobs.clear()
            host.jobs.rows.clear()
            host.artefacts.files.clear()
            context.artefacts.write(
                f"sessions/{host.record.session_id}/{context.video.video_id}/tracks/000000.npz", b"x"
            )
            if noticed == "between batches":
                time.sleep(0.1)
            if noticed == "by an error":
                raise FileNotFoundError("the film is gone")

    host.timing = Timing(renew_s=0.01 if noticed == "between batches" else 60, report_s=0.0)
    key = host.until(StepName.TRACK)
    host.steps[StepName.TRACK].hook = delete_everything
    host.steps[StepName.TRACK]._input = lambda context: "read before"  # type: ignore[method-assign]
    host.runner.run(key)
    assert host.files() == {}


class DeadBell(LocalBell):
    """A broker that is away."""

    def ring(self, spec: StepSpec, keys: list[StepKey]) -> bool:
        return False

    def depth(self, queue: Queue) -> int:
        return 1


def test_messages_that_the_broker_did_not_take_are_rung_later(host: Host) -> None:
    alive, host.bell = host.bell, DeadBell()
    host.start()
    assert not alive.keys
    host.bell = alive
    assert host.runner.reconcile() == 1
    host.work()
    assert host.status is JobStatus.COMPLETED


def test_a_lost_message_is_rung_again_once_its_queue_is_silent(host: Host) -> None:
    host.start()
    lost = host.bell.keys.popleft()
    assert host.runner.reconcile() == 0
    host.clock.forward(11)
    host.bell.keys.append(StepKey("someone else", StepName.PROBE))
    assert host.runner.reconcile() == 0
    host.bell.keys.clear()
    assert host.runner.reconcile() == 1
    assert list(host.bell.keys) == [lost]


def test_a_message_behind_a_long_queue_is_repeated_rarely(host: Host) -> None:
    host.start()
    for _ in range(100):
        host.clock.forward(15)
        host.runner.reconcile()
    assert len(host.bell.keys) == 1 + 100 * 15 // 900


def test_a_worker_that_dies_between_finishing_and_opening_is_mended(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = host.until(StepName.TRACK)
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "_after", lambda self, job_id, step: None)
        host.runner.run(key)
    assert not host.bell.keys
    host.clock.forward(6)
    assert host.runner.reconcile() == 1
    host.work()
    assert host.status is JobStatus.COMPLETED


def test_a_worker_that_dies_between_advancing_and_opening_is_mended(
    host: Host, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = host.until(StepName.TRACK)
    with monkeypatch.context() as patch:
        patch.setattr(Runner, "_open", lambda self, job_id, step: None)
        host.runner.run(key)
    assert host.jobs.current_step(host.job_id) is StepName.POSE
    host.clock.forward(6)
    assert host.runner.reconcile() == 1
    host.work()
    assert host.status is JobStatus.COMPLETED


def test_a_step_that_cannot_be_opened_fails_the_job(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, context: object) -> list[int]:
        raise PipelineError("The artefact timebase is missing.", code="ARTEFACT_ERROR")

    monkeypatch.setattr(ScriptedStep, "windows", broken)
    host.start()
    host.work()
    overview = host.jobs.overview(host.job_id)
    assert (overview.status, overview.error_code) == (JobStatus.FAILED, "ARTEFACT_ERROR")


def test_a_film_without_windows_fails_the_job(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScriptedStep, "windows", lambda self, context: [])
    host.start()
    host.work()
    assert host.jobs.overview(host.job_id).error_code == "TOO_SHORT"


def test_a_store_that_cannot_be_reached_for_a_lease_stops_the_step(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.timing = Timing(renew_s=0.01, lease_s=0.05, report_s=0.0)

    def away(*args: object, **options: object) -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(MemoryJobStore, "renew", away)
    host.steps[StepName.TRACK].hook = lambda context, batch: time.sleep(0.1)
    before = host.until(StepName.TRACK)
    host.runner.run(before)
    assert host.jobs.unfinished(host.job_id, StepName.TRACK) == 1
