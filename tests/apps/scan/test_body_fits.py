"""`POST /api/scan/smpl`: who may ask for a body fit, and how its job runs beside the scan."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from apps.accounts.models import Player, Role, Team, User
from apps.core.models import AuditEvent
from apps.scan.adapters.jobs import DjangoJobStore
from apps.scan.adapters.records import job_record
from apps.scan.models import ProcessingJob, Video
from apps.scan.selectors.presets import list_presets
from apps.scan.services import body as service
from apps.scan.services.recompute import recomputable
from apps.sessions.models import SessionStatus
from pipeline import api
from pipeline.params import EVERYBODY, params_of
from tests.apps.scan.conftest import Client, body_job, said
from tests.factories.accounts import make_guardian, make_member, make_player_user, make_team
from tests.factories.artefacts import AWAY, HOME
from tests.factories.scans import make_job, make_session, make_video

pytestmark = pytest.mark.django_db


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Ids of the body fits that workers were asked for."""
    ids: list[str] = []
    monkeypatch.setattr(api, "fit_bodies", lambda job_id: ids.append(job_id) or True)
    return ids


@pytest.fixture
def ask(api_client: Client, scanned: Video) -> Client:
    """Ask for a body fit of the session as a user."""

    def post(user: User | None, *, key: str = "", **fields: Any) -> Any:
        headers = {"Idempotency-Key": key} if key else {}
        body = {"session_id": str(scanned.session_id), **fields}
        return api_client(user).post("/api/scan/smpl", body, format="json", headers=headers)

    return post


# Asking for a fit


def test_a_fit_is_a_job_of_its_own(
    ask: Client, coach: User, scanned: Video, rung: list[str], django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        answer = ask(coach, track_id=HOME, gender="female", from_s=2.0, to_s=12.5)
    assert answer.status_code == 200, answer.content
    job = ProcessingJob.objects.get(kind="smpl")
    assert answer.json()["job_id"] == answer.json()["data"]["job_id"] == str(job.pk) == rung[0]
    assert answer.json()["data"]["session_id"] == str(scanned.session_id)
    record = job_record(str(job.pk))
    asked = params_of(record)
    assert record.kind is api.JobKind.SMPL
    assert (asked.body_track, asked.body_gender, asked.body_from_s, asked.body_to_s) == (HOME, "female", 2.0, 12.5)
    scanned.session.refresh_from_db()
    assert scanned.session.status == SessionStatus.COMPLETED, "the scan's own end stands"
    event = AuditEvent.objects.get(action="scan.fit_bodies")
    assert event.actor_id == coach.pk
    assert event.after == {"track_id": HOME, "gender": "female"}


def test_frames_name_a_part_by_the_films_rate(ask: Client, coach: User, rung: list[str]) -> None:
    assert ask(coach, frames=[20, 29]).status_code == 200
    asked = params_of(job_record(str(ProcessingJob.objects.get(kind="smpl").pk)))
    assert (asked.body_track, asked.body_from_s, asked.body_to_s) == (EVERYBODY, 1.95, 2.95)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"session_id": "x"}, "session_id"),
        ({"track_id": -1}, "track_id"),
        ({"track_id": "all"}, "track_id"),
        ({"gender": "robot"}, "gender"),
        ({"frames": [5]}, "frames"),
        ({"frames": [9, 5]}, "The last frame lies before the first."),
        ({"frames": [1, 5], "from_s": 0}, "not both"),
        ({"from_s": 5, "to_s": 5}, "The end must lie after the start."),
        ({"from_s": 60}, "The film ends at 60.0 s; this part starts at 60.0 s."),
        ({"frames": [1_000, 2_000]}, "The film ends at 60.0 s"),
    ],
)
def test_a_wrong_wish_is_refused(ask: Client, coach: User, fields: dict[str, Any], why: str) -> None:
    answer = ask(coach, **fields)
    assert answer.status_code == 400
    assert why in said(answer)
    assert not ProcessingJob.objects.filter(kind="smpl").exists()


def test_a_long_film_needs_a_part(ask: Client, coach: User, scanned: Video, rung: list[str]) -> None:
    Video.objects.update(duration_s=5400.0)
    answer = ask(coach, track_id=HOME)
    assert answer.status_code == 400
    assert "one person's body can be fitted to 300 s, everybody's to 60 s; this part has 5400 s" in said(answer)
    assert ask(coach, from_s=5000.0, to_s=5300.0).status_code == 400, "that is for one person"
    assert ask(coach, from_s=5000.0, to_s=5300.0, track_id=HOME).status_code == 200


@pytest.mark.parametrize("status", ["queued", "running", "failed", "cancelled"])
def test_the_scan_must_be_done(ask: Client, coach: User, status: str) -> None:
    ProcessingJob.objects.update(status=status)
    answer = ask(coach)
    assert answer.status_code == 409
    assert f"The scan is {status}" in said(answer)


def test_a_scan_that_followed_nobody_has_nobody_to_fit(api_client: Client, coach: User, team: Team) -> None:
    session = make_session(team=team)
    make_video(session)
    make_job(session, status="completed", current_step="publish")
    answer = api_client(coach).post("/api/scan/smpl", {"session_id": str(session.pk)}, format="json")
    assert answer.status_code == 409
    assert "followed nobody" in said(answer)


def test_unknown_tracks_and_sessions_are_not_found(ask: Client, coach: User) -> None:
    answer = ask(coach, track_id=12345)
    assert (answer.status_code, said(answer)) == (404, "There is no track 12345 in this session.")
    assert ask(coach, session_id=str(uuid.uuid4())).status_code == 404
    assert not ProcessingJob.objects.filter(kind="smpl").exists()


def test_who_may_ask(ask: Client, team: Team, player: Player, coach: User, rung: list[str]) -> None:
    asked = {
        "nobody": (None, 401),
        "stranger": (make_member(make_team()), 404),
        "another player": (make_player_user(team), 404),
        "guardian": (make_guardian(player), 403),
        "analyst": (make_member(team, Role.ANALYST), 403),
    }
    for who, (user, status) in asked.items():
        assert ask(user).status_code == status, who
    assert not ProcessingJob.objects.filter(kind="smpl").exists()
    assert ask(coach).status_code == 200


def test_a_repeated_request_starts_nothing_again(ask: Client, coach: User, rung: list[str]) -> None:
    first, second = ask(coach, key="k"), ask(coach, key="k")
    assert second.json()["data"] == first.json()["data"]
    assert ProcessingJob.objects.filter(kind="smpl").count() == 1
    assert ask(coach, key="k", gender="male").status_code == 409


# One at a time, beside the scan


def test_one_fit_of_a_session_runs_at_a_time(ask: Client, coach: User, scanned: Video, rung: list[str]) -> None:
    assert ask(coach).status_code == 200
    answer = ask(coach, track_id=HOME)
    assert (answer.status_code, said(answer)) == (409, service.FITTING_ALREADY)
    ProcessingJob.objects.filter(kind="smpl").update(status="completed")
    assert ask(coach, track_id=HOME).status_code == 200


def test_of_two_requests_at_once_one_wins(
    ask: Client, coach: User, scanned: Video, monkeypatch: pytest.MonkeyPatch, rung: list[str]
) -> None:
    params = service._params

    def rival(*args: Any) -> Any:
        body_job(scanned)
        return params(*args)

    monkeypatch.setattr(service, "_params", rival)
    assert ask(coach).status_code == 409
    body_job(scanned)
    with pytest.raises(IntegrityError), transaction.atomic():
        body_job(scanned, status="running")


def test_a_failed_fit_is_not_retried_beside_another(api_client: Client, coach: User, scanned: Video) -> None:
    failed = body_job(scanned, status="failed", error_code="NO_BODY")
    body_job(scanned, status="running")
    answer = api_client(coach).post(f"/api/scan/{failed.pk}/retry")
    assert (answer.status_code, said(answer)) == (409, service.FITTING_ALREADY)
    failed.refresh_from_db()
    assert (failed.status, failed.error_code) == ("failed", "NO_BODY")


def test_a_fit_is_cancelled_and_retried_by_its_own_id(
    api_client: Client, coach: User, scanned: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "submit", lambda job_id, from_step=None: True)
    job, client = body_job(scanned), api_client(coach)
    assert client.post(f"/api/scan/{job.pk}/cancel").json()["data"]["status"] == "cancelled"
    assert client.post(f"/api/scan/{job.pk}/retry").json()["data"]["status"] == "queued"
    scanned.session.refresh_from_db()
    assert scanned.session.status == SessionStatus.COMPLETED


def test_the_scan_stands_for_the_session(api_client: Client, coach: User, scanned: Video) -> None:
    scan = scanned.session.jobs.get()
    job, client = body_job(scanned, status="failed", error_message="No."), api_client(coach)
    at = f"/api/scan/{scanned.session_id}"
    assert client.get(f"{at}/status").json()["data"]["job_id"] == str(scan.pk)
    own = client.get(f"/api/scan/{job.pk}/status").json()["data"]
    assert own["job_id"] == str(job.pk)
    assert [(step["name"], step["label"]) for step in own["steps"]] == [("body", "Fitting 3D bodies")]
    assert client.get(f"/api/scan/{job.pk}/results").json()["data"]["job_id"] == str(scan.pk)
    row = client.get("/api/sessions").json()["data"][0]
    assert (row["status"], row["job"]["job_id"]) == ("completed", str(scan.pk))
    assert client.get(f"{at}/export?format=csv").status_code == 200
    assert list(recomputable(outdated_only=False)) == [scan]


def test_a_coachs_word_reaches_the_scan_and_not_the_fit(
    api_client: Client, coach: User, scanned: Video, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(api, "submit", lambda job_id, from_step=None: True)
    job = body_job(scanned, status="completed")
    answer = api_client(coach).post(f"/api/scan/{job.pk}/tracks/merge", {"track_ids": [HOME, AWAY]}, format="json")
    scan = scanned.session.jobs.exclude(pk=job.pk).get()
    assert answer.json()["data"] == {"job_id": str(scan.pk), "session_id": str(scanned.session_id), "status": "queued"}
    job.refresh_from_db()
    assert job.status == "completed"


def test_a_finished_fit_leaves_the_sessions_status_alone(scanned: Video) -> None:
    ProcessingJob.objects.update(status="failed")
    scanned.session.status = SessionStatus.FAILED
    scanned.session.save()
    job, store = body_job(scanned), DjangoJobStore()
    store.open_step(str(job.pk), api.StepName.BODY, [-1])
    key = store.waiting(str(job.pk), api.StepName.BODY)[0]
    claim = store.claim(key, worker="w", device="cpu", lease_s=10)
    done = {"params_hash": "h", "models": [], "device": "cpu", "frames": 1, "compute_s": 1.0, "warnings": []}
    assert store.finish(key, claim.token, done)  # type: ignore[arg-type]
    assert store.complete(str(job.pk))
    scanned.session.refresh_from_db()
    assert scanned.session.status == SessionStatus.FAILED


def test_the_time_of_a_fit_is_no_scans_estimate(scanned: Video) -> None:
    job = body_job(scanned, status="completed", preset="fast")
    ProcessingJob.objects.filter(pk=job.pk).update(
        started_at=job.created_at, ended_at=job.created_at.replace(year=2100)
    )
    assert {preset["estimate_s"] for preset in list_presets(duration_s=60.0)} == {None}
