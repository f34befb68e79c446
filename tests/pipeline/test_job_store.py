"""What every job store promises, tried on the one in memory and on the database."""

from __future__ import annotations

import pytest

from pipeline.errors import PipelineError
from pipeline.plan import QUICK_PLAN, StepName
from pipeline.ports import WHOLE, ClaimOutcome, JobStatus, Lease, StepKey, StepSummary
from tests.pipeline.stores import Bench, django_bench, memory_bench

LEASE_S = 15.0
SUMMARY = StepSummary(params_hash="h", models=[], device="cpu", frames=1, compute_s=0.1, warnings=[])


@pytest.fixture(params=["memory", "django"])
def bench(request: pytest.FixtureRequest, db: None) -> Bench:
    return memory_bench() if request.param == "memory" else django_bench()


def claim(bench: Bench, key: StepKey, **options: int):
    return bench.store.claim(key, worker="w", device="cpu", lease_s=LEASE_S, **options)


def opened(bench: Bench, windows: tuple[int, ...] = (WHOLE,)) -> StepKey:
    job_id = bench.new_job()
    bench.store.open_step(job_id, StepName.PROBE, windows)
    return StepKey(job_id, StepName.PROBE, windows[0])


def do(bench: Bench, key: StepKey) -> None:
    taken = claim(bench, key)
    assert taken.outcome is ClaimOutcome.CLAIMED
    assert bench.store.finish(key, taken.token, SUMMARY)


def go_to(bench: Bench, job_id: str, step: StepName) -> None:
    """Do all steps before `step`."""
    for spec in QUICK_PLAN:
        bench.store.open_step(job_id, spec.name, [WHOLE])
        if spec.name == step:
            return
        do(bench, StepKey(job_id, spec.name))
        bench.store.advance(job_id, spec.name)


def test_a_step_is_claimed_once(bench: Bench) -> None:
    key = opened(bench)
    first, second = claim(bench, key), claim(bench, key)
    assert (first.outcome, first.attempt, second.outcome) == (ClaimOutcome.CLAIMED, 1, ClaimOutcome.BUSY)
    assert bench.store.load(key.job_id).status is JobStatus.RUNNING


def test_a_dead_lease_is_taken_over_and_the_first_worker_is_fenced(bench: Bench) -> None:
    key = opened(bench)
    first = claim(bench, key)
    bench.clock.forward(LEASE_S + 1)
    second = claim(bench, key)
    assert (second.outcome, second.attempt) == (ClaimOutcome.CLAIMED, 2)
    assert bench.store.renew(key, first.token, lease_s=LEASE_S) is Lease.LOST
    assert not bench.store.finish(key, first.token, SUMMARY)
    assert not bench.store.release(key, first.token, PipelineError("late"), max_attempts=3)
    assert bench.store.finish(key, second.token, SUMMARY)


def test_a_renewed_lease_holds(bench: Bench) -> None:
    key = opened(bench)
    first = claim(bench, key)
    bench.clock.forward(LEASE_S - 1)
    assert bench.store.renew(key, first.token, lease_s=LEASE_S) is Lease.HELD
    bench.clock.forward(LEASE_S - 1)
    assert claim(bench, key).outcome is ClaimOutcome.BUSY


def test_a_finished_step_is_done_for_all(bench: Bench) -> None:
    key = opened(bench)
    taken = claim(bench, key)
    assert bench.store.finish(key, taken.token, SUMMARY)
    assert not bench.store.finish(key, taken.token, SUMMARY)
    assert claim(bench, key).outcome is ClaimOutcome.DONE


def test_three_dead_workers_fail_the_job_with_the_reason(bench: Bench) -> None:
    key = opened(bench)
    for attempt in (1, 2, 3):
        assert claim(bench, key).attempt == attempt
        bench.clock.forward(LEASE_S + 1)
    assert claim(bench, key).outcome is ClaimOutcome.STOPPED
    overview = bench.store.overview(key.job_id)
    assert (overview.status, overview.error_code) == (JobStatus.FAILED, "WORKER_LOST")
    assert "3 times" in overview.error_message


def test_a_retryable_failure_waits_longer_each_time_then_fails_the_job(bench: Bench) -> None:
    key = opened(bench)
    for attempt in (1, 2):
        taken = claim(bench, key)
        assert bench.store.release(key, taken.token, PipelineError("no", retryable=True), max_attempts=3)
        bench.clock.forward(5.0 * attempt - 0.1)
        assert claim(bench, key).outcome is ClaimOutcome.BUSY
        bench.clock.forward(0.1)
    taken = claim(bench, key)
    assert taken.attempt == 3
    failure = PipelineError("still no", code="NOPE", retryable=True)
    assert not bench.store.release(key, taken.token, failure, max_attempts=3)
    overview = bench.store.overview(key.job_id)
    assert (overview.status, overview.error_code, overview.error_message) == (JobStatus.FAILED, "NOPE", "still no")
    assert overview.ended_at == bench.clock.at
    assert claim(bench, key).outcome is ClaimOutcome.STOPPED


def test_an_error_that_no_retry_mends_fails_at_once(bench: Bench) -> None:
    key = opened(bench)
    taken = claim(bench, key)
    try:
        raise ZeroDivisionError("inner")
    except ZeroDivisionError as cause:
        error = PipelineError("never", code="NEVER")
        error.__cause__ = cause
    assert not bench.store.release(key, taken.token, error, max_attempts=3)
    overview = bench.store.overview(key.job_id)
    assert overview.error_code == "NEVER"
    assert "ZeroDivisionError: inner" in overview.error_trace


def test_when_one_window_fails_the_others_lose_their_lease(bench: Bench) -> None:
    key = opened(bench, (0, 1))
    other = StepKey(key.job_id, key.step, 1)
    mine, theirs = claim(bench, key), claim(bench, other)
    bench.store.release(key, mine.token, PipelineError("no"), max_attempts=3)
    assert bench.store.renew(other, theirs.token, lease_s=LEASE_S) is Lease.LOST
    assert not bench.store.finish(other, theirs.token, SUMMARY)


def test_fan_in_lets_exactly_one_advance(bench: Bench) -> None:
    key = opened(bench, (0, 1, 2))
    for window in (0, 1, 2):
        assert not bench.store.advance(key.job_id, key.step)
        do(bench, StepKey(key.job_id, key.step, window))
    assert bench.store.unfinished(key.job_id, key.step) == 0
    assert [bench.store.advance(key.job_id, key.step) for _ in range(3)] == [True, False, False]
    assert bench.store.current_step(key.job_id) is StepName.CALIBRATE


def test_a_step_without_rows_is_not_over(bench: Bench) -> None:
    job_id = bench.new_job()
    assert not bench.store.advance(job_id, StepName.PROBE)


def test_opening_twice_makes_no_second_row_and_keeps_what_is_done(bench: Bench) -> None:
    key = opened(bench, (0, 1))
    do(bench, key)
    bench.store.open_step(key.job_id, key.step, [0, 1])
    assert bench.store.waiting(key.job_id, key.step) == [StepKey(key.job_id, key.step, 1)]


def test_a_late_opener_cannot_open_a_step_the_job_has_left(bench: Bench) -> None:
    key = opened(bench)
    do(bench, key)
    bench.store.advance(key.job_id, key.step)
    bench.store.open_step(key.job_id, StepName.PROBE, [7])
    assert bench.store.unfinished(key.job_id, StepName.PROBE) == 0


def test_steps_the_job_does_not_stand_at_are_not_claimed(bench: Bench) -> None:
    key = opened(bench)
    assert claim(bench, StepKey(key.job_id, StepName.DETECT, 0)).outcome is ClaimOutcome.STOPPED
    assert claim(bench, StepKey("00000000-0000-4000-8000-000000000000", StepName.PROBE)).outcome is ClaimOutcome.STOPPED


def test_completion_happens_once_and_only_at_the_end(bench: Bench) -> None:
    job_id = bench.new_job()
    go_to(bench, job_id, StepName.PUBLISH)
    assert not bench.store.complete(job_id)
    do(bench, StepKey(job_id, StepName.PUBLISH))
    assert [bench.store.complete(job_id), bench.store.complete(job_id)] == [True, False]
    overview = bench.store.overview(job_id)
    assert (overview.status, overview.step, overview.progress) == (JobStatus.COMPLETED, None, 100.0)


def test_cancelling_stops_the_worker_and_everyone_after_it(bench: Bench) -> None:
    key = opened(bench, (0, 1))
    taken = claim(bench, key)
    assert bench.store.cancel(key.job_id)
    assert not bench.store.cancel(key.job_id)
    assert bench.store.renew(key, taken.token, lease_s=LEASE_S) is Lease.CANCELLED
    assert not bench.store.finish(key, taken.token, SUMMARY)
    assert claim(bench, StepKey(key.job_id, key.step, 1)).outcome is ClaimOutcome.STOPPED
    assert bench.store.overview(key.job_id).status is JobStatus.CANCELLED


def test_retry_after_cancel_keeps_what_is_done_and_fences_the_old_worker(bench: Bench) -> None:
    key = opened(bench, (0, 1))
    do(bench, key)
    other = StepKey(key.job_id, key.step, 1)
    old = claim(bench, other)
    bench.store.cancel(key.job_id)
    assert bench.store.reset(key.job_id)
    assert bench.store.renew(other, old.token, lease_s=LEASE_S) is Lease.LOST
    assert bench.store.waiting(key.job_id, key.step) == [other]
    assert claim(bench, other).attempt == 1
    assert claim(bench, key).outcome is ClaimOutcome.DONE


def test_retry_is_for_failed_and_cancelled_jobs_only(bench: Bench) -> None:
    key = opened(bench)
    assert not bench.store.reset(key.job_id)
    claim(bench, key)
    assert not bench.store.reset(key.job_id)
    assert bench.store.current_step(key.job_id) is StepName.PROBE


def test_a_finished_job_runs_again_from_world_only(bench: Bench) -> None:
    job_id = bench.new_job()
    go_to(bench, job_id, StepName.PUBLISH)
    do(bench, StepKey(job_id, StepName.PUBLISH))
    bench.store.complete(job_id)
    assert bench.store.reset(job_id, StepName.WORLD)
    assert bench.store.current_step(job_id) is StepName.WORLD
    assert bench.store.unfinished(job_id, StepName.LINK) == 0
    assert bench.store.waiting(job_id, StepName.WORLD) == []
    bench.store.open_step(job_id, StepName.WORLD, [WHOLE])
    assert claim(bench, StepKey(job_id, StepName.WORLD)).attempt == 1


def test_a_rerun_takes_the_step_away_from_who_works_on_it(bench: Bench) -> None:
    job_id = bench.new_job()
    go_to(bench, job_id, StepName.KPIS)
    key = StepKey(job_id, StepName.KPIS)
    taken = claim(bench, key)
    assert bench.store.reset(job_id, StepName.LINK)
    assert bench.store.renew(key, taken.token, lease_s=LEASE_S) is Lease.LOST
    assert bench.store.current_step(job_id) is StepName.LINK


def test_a_rerun_from_a_step_to_come_changes_nothing(bench: Bench) -> None:
    key = opened(bench)
    taken = claim(bench, key)
    assert not bench.store.reset(key.job_id, StepName.WORLD)
    assert bench.store.renew(key, taken.token, lease_s=LEASE_S) is Lease.HELD


def test_a_rerun_of_a_job_that_failed_earlier_skips_nothing(bench: Bench) -> None:
    key = opened(bench)
    taken = claim(bench, key)
    bench.store.release(key, taken.token, PipelineError("no"), max_attempts=3)
    assert bench.store.reset(key.job_id, StepName.WORLD)
    assert bench.store.current_step(key.job_id) is StepName.PROBE
    assert claim(bench, key).outcome is ClaimOutcome.CLAIMED


def test_due_finds_what_nobody_rang_for(bench: Bench) -> None:
    key = opened(bench)
    assert bench.store.due(rung_before_s=10) == [key]
    bench.store.rang([key])
    assert bench.store.due(rung_before_s=10) == []
    bench.clock.forward(11)
    assert bench.store.due(rung_before_s=10) == [key]
    assert bench.store.due(rung_before_s=900) == []


def test_due_finds_dead_leases_and_ended_back_offs_however_recent_the_ring(bench: Bench) -> None:
    key = opened(bench)
    bench.store.rang([key])
    taken = claim(bench, key)
    assert bench.store.due(rung_before_s=0) == []
    bench.clock.forward(LEASE_S + 1)
    assert bench.store.due(rung_before_s=900) == [key]
    bench.store.rang([key])
    assert bench.store.due(rung_before_s=900) == []
    taken = claim(bench, key)
    bench.store.release(key, taken.token, PipelineError("no", retryable=True), max_attempts=3)
    assert bench.store.due(rung_before_s=900) == []
    bench.clock.forward(10.1)
    assert bench.store.due(rung_before_s=900) == [key]


def test_due_leaves_ended_jobs_alone(bench: Bench) -> None:
    key = opened(bench)
    bench.store.cancel(key.job_id)
    assert bench.store.due(rung_before_s=0) == []
    assert bench.store.stalled() == []


def test_a_job_whose_step_was_never_opened_or_never_left_is_stalled(bench: Bench) -> None:
    job_id = bench.new_job()
    assert bench.store.stalled() == []
    bench.clock.forward(6)
    assert bench.store.stalled() == [job_id]
    bench.store.open_step(job_id, StepName.PROBE, [WHOLE])
    assert bench.store.stalled() == []
    do(bench, StepKey(job_id, StepName.PROBE))
    assert bench.store.stalled() == [job_id]


def test_a_deleted_job_is_not_found(bench: Bench) -> None:
    for ask in (bench.store.load, bench.store.overview, bench.store.cancel, bench.store.reset):
        with pytest.raises(PipelineError) as caught:
            ask("00000000-0000-4000-8000-000000000000")
        assert caught.value.code == "NOT_FOUND"
    assert bench.store.current_step("00000000-0000-4000-8000-000000000000") is None


def test_what_a_dead_worker_held_is_free_at_once_and_nothing_else(bench: Bench) -> None:
    key, other = opened(bench), opened(bench)
    dead = bench.store.claim(key, worker="dead", device="cpu", lease_s=LEASE_S)
    alive = bench.store.claim(other, worker="alive", device="cpu", lease_s=LEASE_S)
    assert bench.store.bury(lambda worker: worker == "dead") == [key]
    assert bench.store.due(rung_before_s=60) == [key]
    assert bench.store.bury(lambda worker: worker == "dead") == [], "its lease is over"
    second = claim(bench, key)
    assert (second.outcome, second.attempt) == (ClaimOutcome.CLAIMED, 2)
    assert not bench.store.finish(key, dead.token, SUMMARY)
    assert bench.store.finish(other, alive.token, SUMMARY)


@pytest.mark.django_db
def test_a_unit_that_was_taken_over_between_look_and_write_is_not_buried() -> None:
    bench = django_bench()
    key = opened(bench)
    bench.store.claim(key, worker="dead", device="cpu", lease_s=LEASE_S)
    held = []

    def is_dead(worker: str) -> bool:
        bench.clock.forward(LEASE_S + 1)
        held.append(claim(bench, key))
        return worker == "dead"

    assert bench.store.bury(is_dead) == []
    assert bench.store.finish(key, held[0].token, SUMMARY)


def test_steps_of_ended_jobs_are_not_buried(bench: Bench) -> None:
    key = opened(bench)
    bench.store.claim(key, worker="dead", device="cpu", lease_s=LEASE_S)
    assert bench.store.cancel(key.job_id)
    assert bench.store.bury(lambda worker: True) == []
