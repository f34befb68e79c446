"""The runner on ports in memory: order, fan-in, duplicates, failures, cancel, lost leases, lost messages."""

from __future__ import annotations

import errno
import time
from collections import Counter
from dataclasses import dataclass, field

import pytest

from pipeline.errors import PipelineError
from pipeline.heartbeat import Timing
from pipeline.plan import QUICK_PLAN, Queue, StepName, StepSpec
from pipeline.ports import WHOLE, ClaimOutcome, JobStatus, Ports, StepKey
from pipeline.runner import LocalBell, Runner, as_pipeline_error, run_to_end
from pipeline.testing import MemoryArtefactStore, MemoryJobStore, MemoryProgressSink
from tests.pipeline.scripted import BATCHES, WINDOWS, ScriptedStep, scripted_steps, scripted_tools
from tests.pipeline.stores import Clock, job_record
from vision.errors import VideoError

QUICK_BEAT = Timing(renew_s=0.01, report_s=0.0)
UNITS = sum(len(WINDOWS) if spec.windowed else 1 for spec in QUICK_PLAN)


@dataclass
class Host:
    """A process with scripted steps and ports in memory."""

    clock: Clock = field(default_factory=Clock)
    steps: dict[StepName, ScriptedStep] = field(default_factory=scripted_steps)
    bell: LocalBell = field(default_factory=LocalBell)
    timing: Timing = QUICK_BEAT

    def __post_init__(self) -> None:
        self.jobs = MemoryJobStore(now=self.clock)
        self.artefacts = MemoryArtefactStore()
        self.progress = MemoryProgressSink()
        self.ports = Ports(self.jobs, self.artefacts, self.progress)
        self.record = job_record()
        self.job_id = self.record.job_id
        self.jobs.add(self.record)

    @property
    def runner(self) -> Runner:
        return Runner(self.ports, scripted_tools(self.steps), self.bell, worker="test", timing=self.timing)

    def work(self, *, copies: int = 1) -> None:
        """Deliver what was rung for until it is quiet."""
        while self.bell.keys:
            key = self.bell.keys.popleft()
            for _ in range(copies):
                self.runner.run(key)

    def start(self) -> None:
        self.runner.continue_job(self.job_id)

    def until(self, step: StepName) -> StepKey:
        """Work until a message for `step` lies there; answers its first unit."""
        self.start()
        while self.bell.keys[0].step != step:
            self.runner.run(self.bell.keys.popleft())
        return self.bell.keys.popleft()

    def files(self) -> dict[str, bytes]:
        return dict(self.artefacts.files)

    @property
    def status(self) -> JobStatus:
        return self.jobs.overview(self.job_id).status


@pytest.fixture
def host() -> Host:
    return Host()


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


def test_a_store_that_cannot_be_reached_for_a_lease_stops_the_step(host: Host, monkeypatch: pytest.MonkeyPatch) -> None:
    host.timing = Timing(renew_s=0.01, lease_s=0.05, report_s=0.0)

    def away(*args: object, **options: object) -> None:
        raise ConnectionError("the database is away")

    monkeypatch.setattr(MemoryJobStore, "renew", away)
    host.steps[StepName.TRACK].hook = lambda context, batch: time.sleep(0.1)
    before = host.until(StepName.TRACK)
    host.runner.run(before)
    assert host.jobs.unfinished(host.job_id, StepName.TRACK) == 1


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


def test_two_cameras_are_opened_side_by_side() -> None:
    host = Host()
    left, right = host.record.videos[0], host.record.videos[0]
    record = job_record(videos=tuple(type(left)(video.video_id, camera, video.key, video.sha256)
                                     for video, camera in ((left, "left"), (right, "right"))))  # fmt: skip
    host.jobs.add(record)
    host.runner.continue_job(record.job_id)
    assert [key.camera for key in host.bell.keys] == ["left", "right"]
