"""The job store through a database that goes away: it asks again, with a new connection, and not for ever."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection, transaction

from apps.accounts.models import Team, User
from apps.core import request_context
from apps.scan.adapters import DjangoJobStore, patience
from apps.scan.adapters.patience import database_now, patient
from apps.scan.models import ProcessingJob
from pipeline.heartbeat import Heartbeat, Timing
from pipeline.plan import StepName
from pipeline.ports import ClaimOutcome, Ports, StepKey
from pipeline.testing import MemoryArtefactStore, MemoryProgressSink
from tests.factories.scans import make_job, make_session


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "PAUSE_S", 0.001)


def failing(times: int, error: type[Exception]):
    calls = []

    def look() -> int:
        calls.append(1)
        if len(calls) <= times:
            raise error("the connection is closed")
        return len(calls)

    return look, calls


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("error", [OperationalError, InterfaceError])
def test_a_call_is_made_again_until_the_database_answers(error: type[Exception]) -> None:
    look, _ = failing(3, error)
    assert patient(look)() == 4


@pytest.mark.django_db(transaction=True)
def test_it_is_not_made_again_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(patience, "AWAY_S", 0.02)
    look, calls = failing(10**9, OperationalError)
    with pytest.raises(OperationalError):
        patient(look)()
    assert len(calls) > 1


@pytest.mark.django_db(transaction=True)
def test_half_a_transaction_is_never_repeated() -> None:
    look, calls = failing(1, OperationalError)
    with pytest.raises(OperationalError), transaction.atomic():
        patient(look)()
    assert len(calls) == 1


@pytest.mark.django_db(transaction=True)
def test_another_error_is_not_waited_for() -> None:
    look, calls = failing(1, ValueError)
    with pytest.raises(ValueError, match="closed"):
        patient(look)()
    assert len(calls) == 1


def test_every_promise_of_the_job_store_is_patient() -> None:
    names = {name for name in vars(DjangoJobStore) if not name.startswith("_")}
    assert {"claim", "finish", "renew", "release", "advance", "complete", "save_results", "bury"} <= names
    assert all(hasattr(getattr(DjangoJobStore, name), "__wrapped__") for name in names)


@pytest.mark.django_db
def test_leases_are_kept_by_the_clock_of_the_database() -> None:
    assert abs(database_now() - datetime.now(UTC)) < timedelta(seconds=60)
    assert database_now().tzinfo is not None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_worker_whose_clock_is_an_hour_ahead_takes_nothing_from_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("django.utils.timezone.now", lambda: datetime.now(UTC) + timedelta(hours=1))
    store, key = DjangoJobStore(), a_unit()
    first = store.claim(key, worker="a", device="cpu", lease_s=9)
    assert first.outcome is ClaimOutcome.CLAIMED
    monkeypatch.undo()
    assert DjangoJobStore().claim(key, worker="b", device="cpu", lease_s=9).outcome is ClaimOutcome.BUSY


def cut_others() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        return len(cursor.fetchall())


def a_unit() -> StepKey:
    job_id = str(make_job().pk)
    DjangoJobStore().open_step(job_id, StepName.PROBE, [-1])
    return StepKey(job_id, StepName.PROBE)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_heartbeat_outlives_its_connection() -> None:
    store, key = DjangoJobStore(), a_unit()
    claim = store.claim(key, worker="w", device="cpu", lease_s=9)
    timing = Timing(renew_s=0.02)
    with Heartbeat(Ports(store, MemoryArtefactStore(), MemoryProgressSink()), key, claim.token, timing) as heartbeat:
        cut = 0
        until = time.monotonic() + 30
        while cut < 5:
            assert time.monotonic() < until, "the heartbeat does not come back"
            cut += cut_others()
            time.sleep(0.05)
        heartbeat.check()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_thread_goes_on_after_its_connection_was_cut() -> None:
    store, key = DjangoJobStore(), a_unit()
    connected, cut, outcomes = threading.Event(), threading.Event(), []

    def work() -> None:
        store.current_step(key.job_id)
        connected.set()
        cut.wait(10)
        outcomes.append(store.claim(key, worker="w", device="cpu", lease_s=9).outcome)
        connection.close()

    thread = threading.Thread(target=work)
    thread.start()
    assert connected.wait(10)
    assert cut_others() >= 1
    cut.set()
    thread.join(20)
    assert outcomes == [ClaimOutcome.CLAIMED]


@pytest.mark.django_db(transaction=True)
def test_a_request_waits_shortly_and_is_told_when_to_come_back(
    api_client: Callable[..., Any], coach: User, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The pauses are counted, not timed."""
    monkeypatch.setattr(patience, "PAUSE_S", 0.1)
    now, pauses = [0.0], []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        now[0] += seconds

    clock = SimpleNamespace(monotonic=lambda: now[0], sleep=sleep)
    monkeypatch.setattr(patience, "time", clock)
    job = make_job(make_session(team=team))
    looks = []

    def away(job_id: str) -> ProcessingJob:
        looks.append(job_id)
        raise OperationalError("the connection is closed")

    monkeypatch.setattr(DjangoJobStore, "_existing", staticmethod(away))
    answer = api_client(coach).post(f"/api/scan/{job.pk}/retry")
    assert (answer.status_code, answer.json()["error"]["code"]) == (503, "UNAVAILABLE")
    assert int(answer["Retry-After"]) > 0
    assert sum(pauses) <= patience.REQUEST_AWAY_S + 0.2
    assert looks
    request_context.begin(None)
    now[0], pauses[:] = 0.0, []
    with pytest.raises(OperationalError):
        DjangoJobStore().overview(str(job.pk))
    assert sum(pauses) == pytest.approx(patience.REQUEST_AWAY_S, abs=0.3), "outside a transaction it waits a little"
    request_context._current.set("")
    now[0], pauses[:] = 0.0, []
    with pytest.raises(OperationalError):
        DjangoJobStore().overview(str(job.pk))
    assert sum(pauses) == pytest.approx(patience.AWAY_S, abs=0.3), "a worker's patience is as it was"
