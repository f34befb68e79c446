"""`/status`, `/cancel`, `/retry`, `/presets`."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from apps.accounts.models import Team, User
from apps.scan.models import JobStep, ProcessingJob
from pipeline import api
from tests.factories.accounts import make_guardian
from tests.factories.scans import make_job, make_session, make_video

pytestmark = pytest.mark.django_db


def test_session_or_job_name_the_same_scan(api_client: Callable[..., Any], coach: User, job: ProcessingJob) -> None:
    client = api_client(coach)
    by_job = client.get(f"/api/scan/{job.pk}/status").json()["data"]
    by_session = client.get(f"/api/scan/{job.session_id}/status/").json()["data"]
    assert by_job == by_session
    assert (by_job["job_id"], by_job["session_id"]) == (str(job.pk), str(job.session_id))


def test_a_sessions_newest_job_counts(api_client: Callable[..., Any], coach: User, job: ProcessingJob) -> None:
    newer = make_job(job.session)
    assert api_client(coach).get(f"/api/scan/{job.session_id}/status").json()["data"]["job_id"] == str(newer.pk)


def test_windows_are_counted(
    api_client: Callable[..., Any], coach: User, job: ProcessingJob, django_assert_num_queries: Any
) -> None:
    now = timezone.now()
    ProcessingJob.objects.filter(pk=job.pk).update(current_step="detect", status="running", started_at=now)
    ended = now + timedelta(seconds=3)
    JobStep.objects.create(job=job, step="detect", window=0, status="done", attempt=1, started_at=now, ended_at=ended)
    JobStep.objects.create(job=job, step="detect", window=1, status="running", attempt=2, progress=0.5, device="cpu")
    for window in range(2, 6):
        JobStep.objects.create(job=job, step="detect", window=window)
    client = api_client(coach)
    with django_assert_num_queries(3):  # user, job, steps
        data = client.get(f"/api/scan/{job.pk}/status").json()["data"]
    step = next(step for step in data["steps"] if step["name"] == "detect")
    assert (step["windows_done"], step["windows_total"], step["attempt"]) == (1, 6, 2)
    assert (step["status"], step["progress"], step["device"]) == ("running", 25.0, "cpu")
    assert step["label"] == "Finding players and ball"
    assert (data["status"], data["step"]) == ("running", "detect")
    assert 0 < data["progress"] < 50


def test_a_failure_says_why_in_a_coachs_words(api_client: Callable[..., Any], coach: User, job: ProcessingJob) -> None:
    ProcessingJob.objects.filter(pk=job.pk).update(
        status="failed", error_code="UNDECODABLE", error_message="The film is damaged.", error_trace="Traceback secret"
    )
    response = api_client(coach).get(f"/api/scan/{job.pk}/status")
    data = response.json()["data"]
    assert data["error"] == {"code": "UNDECODABLE", "message": "The film is damaged."}
    assert data["step"] is None
    assert "secret" not in response.content.decode()


@pytest.mark.parametrize("route", ["status", "results", "kpis", "video", "frame"])
def test_what_is_not_yours_does_not_exist(
    api_client: Callable[..., Any], other_coach: User, player_user: User, job: ProcessingJob, route: str
) -> None:
    for user in (other_coach, player_user):
        for known in (job.pk, job.session_id, uuid.uuid4()):
            response = api_client(user).get(f"/api/scan/{known}/{route}")
            assert (response.status_code, response.json()["error"]["code"]) == (404, "NOT_FOUND")
    assert api_client().get(f"/api/scan/{job.pk}/{route}").status_code == 401
    assert api_client(other_coach).get(f"/api/scan/not-an-id/{route}").status_code == 404


def test_analysts_the_player_and_a_guardian_read(
    api_client: Callable[..., Any], analyst: User, team: Team, player_user: User
) -> None:
    own = player_user.players.get()
    session = make_session(team=team, player=own)
    make_video(session)
    mine = make_job(session)
    for user in (analyst, player_user, make_guardian(own)):
        assert api_client(user).get(f"/api/scan/{mine.pk}/status").status_code == 200


# Stop and again --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["queued", "running"])
def test_cancel(api_client: Callable[..., Any], coach: User, job: ProcessingJob, status: str) -> None:
    ProcessingJob.objects.filter(pk=job.pk).update(status=status)
    response = api_client(coach).post(f"/api/scan/{job.session_id}/cancel")
    assert response.status_code == 200
    assert response.json()["data"] == {
        "job_id": str(job.pk),
        "session_id": str(job.session_id),
        "status": "cancelled",
    }
    again = api_client(coach).post(f"/api/scan/{job.pk}/cancel")
    assert (again.status_code, again.json()["error"]["code"]) == (409, "CONFLICT")
    assert again.json()["error"]["message"] == "This scan is cancelled already; there is nothing to cancel."


@pytest.mark.parametrize("status", ["failed", "cancelled"])
def test_retry(api_client: Callable[..., Any], coach: User, job: ProcessingJob, status: str) -> None:
    ProcessingJob.objects.filter(pk=job.pk).update(status=status, current_step="pose", error_code="X")
    response = api_client(coach).post(f"/api/scan/{job.pk}/retry")
    assert (response.status_code, response.json()["data"]["status"]) == (200, "queued")
    job.refresh_from_db()
    assert (job.current_step, job.error_code, job.runs) == ("pose", "", 2)


@pytest.mark.parametrize(
    ("action", "status", "then"), [("cancel", "running", "cancelled"), ("retry", "failed", "queued")]
)
def test_a_repeated_request_has_the_first_answer(
    api_client: Callable[..., Any], coach: User, job: ProcessingJob, action: str, status: str, then: str
) -> None:
    """A phone that lost the answer asks again; without the key it would be told that there is nothing to do."""
    ProcessingJob.objects.filter(pk=job.pk).update(status=status, current_step="pose")
    client, key = api_client(coach), {"Idempotency-Key": "tap-1"}
    first = client.post(f"/api/scan/{job.pk}/{action}", headers=key)
    second = client.post(f"/api/scan/{job.pk}/{action}", headers=key)
    assert (first.status_code, second.status_code) == (200, 200)
    assert first.json()["data"] == second.json()["data"]
    assert second.headers["Idempotency-Replayed"] == "true"
    job.refresh_from_db()
    assert (job.status, job.runs) == (then, 2 if action == "retry" else 1)
    assert client.post(f"/api/scan/{job.pk}/{action}").status_code == 409


def test_workers_are_rung_for_after_the_commit(
    api_client: Callable[..., Any],
    coach: User,
    job: ProcessingJob,
    monkeypatch: pytest.MonkeyPatch,
    django_capture_on_commit_callbacks: Any,
) -> None:
    rung: list[str] = []
    monkeypatch.setattr(api, "submit", rung.append)
    ProcessingJob.objects.filter(pk=job.pk).update(status="failed", current_step="pose")
    with django_capture_on_commit_callbacks(execute=True):
        api_client(coach).post(f"/api/scan/{job.pk}/retry")
        assert rung == []
    assert rung == [str(job.pk)]


@pytest.mark.parametrize("status", ["queued", "running", "completed"])
def test_only_what_ended_badly_is_retried(
    api_client: Callable[..., Any], coach: User, job: ProcessingJob, status: str
) -> None:
    ProcessingJob.objects.filter(pk=job.pk).update(status=status)
    assert api_client(coach).post(f"/api/scan/{job.pk}/retry").status_code == 409
    job.refresh_from_db()
    assert (job.status, job.runs) == (status, 1)


@pytest.mark.parametrize("action", ["cancel", "retry"])
def test_who_may_not(
    api_client: Callable[..., Any], analyst: User, other_coach: User, job: ProcessingJob, action: str
) -> None:
    assert api_client(analyst).post(f"/api/scan/{job.pk}/{action}").status_code == 403
    assert api_client(other_coach).post(f"/api/scan/{job.pk}/{action}").status_code == 404
    assert api_client().post(f"/api/scan/{job.pk}/{action}").status_code == 401
    job.refresh_from_db()
    assert (job.status, job.runs) == ("queued", 1)


# How long --------------------------------------------------------------------------------------------------------


def finished(team: Team, preset: str, film_s: float, work_s: float, **fields: Any) -> ProcessingJob:
    session = make_session(team=team)
    make_video(session, duration_s=film_s)
    end = timezone.now()
    start = end - timedelta(seconds=work_s)
    values = {"preset": preset, "status": "completed", "started_at": start, "ended_at": end}
    return make_job(session, **{**values, **fields})


def presets(client: Any, query: str = "?duration_s=60") -> dict[str, dict[str, Any]]:
    response = client.get(f"/api/scan/presets{query}")
    assert response.status_code == 200
    return {preset["key"]: preset for preset in response.json()["data"]}


def test_an_estimate_nobody_measured_is_not_made_up(api_client: Callable[..., Any], coach: User) -> None:
    found = presets(api_client(coach))
    assert list(found) == ["fast", "standard", "full"]
    for preset in found.values():
        assert preset["estimate_s"] is None
        assert preset["estimate_basis"] == "no scan measured yet on this machine"


def test_estimates_come_from_this_machines_own_scans(
    api_client: Callable[..., Any], coach: User, team: Team, django_assert_num_queries: Any
) -> None:
    finished(team, "fast", film_s=10, work_s=30)
    finished(team, "fast", film_s=90, work_s=170)
    again = finished(team, "fast", film_s=100, work_s=9999, runs=2)  # opened again: its steps count, not the clock
    for step, compute_s in (("detect", 150), ("pose", 50)):
        JobStep.objects.create(job=again, step=step, status="done", compute_s=compute_s)
    finished(team, "standard", film_s=10, work_s=9999, status="failed")
    client = api_client(coach)
    with django_assert_num_queries(2):  # user, jobs
        found = presets(client)
    assert found["fast"]["estimate_s"] == 120.0  # 400 s of work for 200 s of film
    assert found["fast"]["estimate_basis"] == "measured on this machine, 3 scans"
    assert found["standard"]["estimate_s"] is None
    assert presets(client, "")["fast"]["estimate_s"] is None, "without a film there is nothing to estimate"


@pytest.mark.parametrize("query", ["duration_s=-1", "duration_s=x", "width=0", "height=99999", "fps=0"])
def test_a_bad_query_is_named(api_client: Callable[..., Any], coach: User, query: str) -> None:
    response = api_client(coach).get(f"/api/scan/presets?{query}")
    assert response.status_code == 400
    assert f"'{query.partition('=')[0]}'" in response.json()["error"]["details"][0]


def test_presets_need_a_log_in(api_client: Callable[..., Any], db: None) -> None:
    assert api_client().get("/api/scan/presets").status_code == 401
