"""Broker and clock that come back: workers look for the one every second, the other goes on when it is set."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery.beat import Scheduler
from kombu.exceptions import OperationalError

import axolotl_project.beat as beat
from axolotl_project.beat import SteadyScheduler
from axolotl_project.celery import ASK_AGAIN_S, EagerConnection, app

HOUR_S = 3600.0


def test_a_worker_looks_for_its_broker_at_least_once_a_second(tmp_path: Path) -> None:
    pauses: list[float] = []
    connection = EagerConnection(f"redis+socket://{tmp_path}/none.sock")
    with pytest.raises(OperationalError):
        connection.ensure_connection(lambda error, pause: pauses.append(pause), 8)
    assert len(pauses) == 8 and max(pauses) <= ASK_AGAIN_S["interval_max"] <= 1.0


def test_whoever_says_how_long_to_wait_is_obeyed(tmp_path: Path) -> None:
    pauses: list[float] = []
    connection = EagerConnection(f"redis+socket://{tmp_path}/none.sock")
    with pytest.raises(OperationalError):
        connection.ensure_connection(
            lambda error, pause: pauses.append(pause), 3, interval_start=0.01, interval_step=0.0, interval_max=0.02
        )
    assert set(pauses) == {0.01}


def test_the_application_connects_so() -> None:
    assert isinstance(app.connection_for_read(), EagerConnection)
    assert isinstance(app.connection_for_write(), EagerConnection)


class Clocks:
    """The wall clock, which people set, and the machine's own count."""

    wall, steady = 1_700_000_000.0, 50.0

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.steady

    def go(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds


@pytest.fixture
def clocks(monkeypatch: pytest.MonkeyPatch) -> Clocks:
    made = Clocks()
    monkeypatch.setattr(beat, "time", made)
    return made


@pytest.fixture
def scheduler(clocks: Clocks, tmp_path: Path) -> Iterator[SteadyScheduler]:
    made = SteadyScheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    made.setup_schedule()
    yield made
    made.close()


@pytest.mark.parametrize("ahead_s", [-HOUR_S, HOUR_S])
def test_intervals_begin_anew_when_the_clock_is_set(
    clocks: Clocks, scheduler: SteadyScheduler, ahead_s: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Scheduler, "tick", lambda self: 1.0)
    entry = scheduler.schedule["reconcile"]
    entry.last_run_at = entry.default_now() + timedelta(seconds=HOUR_S)
    clocks.go(2.0)
    scheduler.tick()
    assert entry.last_run_at > entry.default_now(), "nothing happened to the clock yet"
    clocks.wall += ahead_s
    scheduler.tick()
    assert abs(entry.last_run_at - entry.default_now()) < timedelta(seconds=5)
    assert scheduler._heap is None


def test_a_file_from_the_future_is_not_waited_for(clocks: Clocks, tmp_path: Path) -> None:
    written = SteadyScheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    written.setup_schedule()
    for entry in written.schedule.values():
        entry.last_run_at = entry.default_now() + timedelta(hours=1)
    written.close()
    again = SteadyScheduler(app, schedule_filename=str(tmp_path / "schedule"), lazy=True)
    again.setup_schedule()
    assert all(entry.last_run_at <= entry.default_now() for entry in again.schedule.values())
    again.close()


def test_reconcile_is_published_every_two_seconds_and_not_void_at_a_clock_that_is_ahead() -> None:
    entry = app.conf.beat_schedule["reconcile"]
    assert entry["schedule"] <= 2.0
    assert entry["options"]["expires"] > 12 * HOUR_S
    assert app.conf.beat_scheduler == "axolotl_project.beat:SteadyScheduler"
