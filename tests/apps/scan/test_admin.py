"""Scans in the admin: staff see jobs with their steps and errors, and may retry and cancel if they have the right."""

from __future__ import annotations

import csv
from datetime import timedelta

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from apps.core.models import AuditEvent
from apps.scan.adapters import DjangoJobStore
from apps.scan.models import JobStep, ProcessingJob, SessionKPI
from apps.scan.selectors import queues
from pipeline import api
from pipeline.errors import PipelineError
from pipeline.plan import StepName
from pipeline.ports import StepKey
from tests.factories.accounts import make_user
from tests.factories.scans import make_job

pytestmark = pytest.mark.django_db
CHANGELIST = "admin:scan_processingjob_changelist"


@pytest.fixture
def admin(client: Client) -> Client:
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


@pytest.fixture
def failed_job() -> ProcessingJob:
    job = make_job()
    store, key = DjangoJobStore(), StepKey(str(job.pk), StepName.PROBE)
    store.open_step(key.job_id, key.step, [-1])
    claim = store.claim(key, worker="host:7", device="cpu", lease_s=15)
    store.release(key, claim.token, PipelineError("The film is empty.", code="EMPTY_FILE"), max_attempts=3)
    return job


def act(client: Client, action: str, job: ProcessingJob) -> str:
    form = {"action": action, "_selected_action": [str(job.pk)]}
    return client.post(reverse(CHANGELIST), form, follow=True).content.decode()


@pytest.mark.parametrize("model", ["processingjob", "upload", "video", "calibration", "sessionkpi", "sessionevent"])
def test_every_list_opens(admin: Client, failed_job: ProcessingJob, model: str) -> None:
    assert admin.get(reverse(f"admin:scan_{model}_changelist")).status_code == 200


def test_a_job_shows_its_steps_with_worker_and_error(admin: Client, failed_job: ProcessingJob) -> None:
    page = admin.get(reverse("admin:scan_processingjob_change", args=[failed_job.pk])).content.decode()
    for text in ("probe", "host:7", "EMPTY_FILE", "The film is empty."):
        assert text in page


def test_retry_opens_a_failed_job(admin: Client, failed_job: ProcessingJob) -> None:
    assert "1 continued" in act(admin, "retry", failed_job)
    failed_job.refresh_from_db()
    assert (failed_job.status, failed_job.error_code) == ("queued", "")
    assert JobStep.objects.get().status == "pending"
    assert "neither failed nor cancelled" in act(admin, "retry", failed_job)


def test_cancel_stops_a_queued_job_once(admin: Client) -> None:
    job = make_job()
    assert "1 cancelled" in act(admin, "cancel", job)
    job.refresh_from_db()
    assert job.status == "cancelled"
    assert "left alone: not running" in act(admin, "cancel", job)


def test_staff_who_may_only_look_cannot_act(client: Client, failed_job: ProcessingJob) -> None:
    viewer = make_user(is_staff=True)
    viewer.user_permissions.add(Permission.objects.get(codename="view_processingjob"))
    client.force_login(viewer)
    assert client.get(reverse(CHANGELIST)).status_code == 200
    act(client, "retry", failed_job)
    failed_job.refresh_from_db()
    assert failed_job.status == "failed"


def test_nothing_is_edited_by_hand(admin: Client, failed_job: ProcessingJob) -> None:
    address = reverse("admin:scan_processingjob_change", args=[failed_job.pk])
    assert admin.post(address, {"status": "completed"}).status_code == 403
    assert admin.get(reverse("admin:scan_processingjob_add")).status_code == 403


def test_recompute_makes_a_finished_scan_again_and_leaves_others(admin: Client) -> None:
    done, running = make_job(status="completed", current_step="publish"), make_job(status="running")
    form = {"action": "recompute", "_selected_action": [str(done.pk), str(running.pk)]}
    page = admin.post(reverse(CHANGELIST), form, follow=True).content.decode()
    assert "queued" in page
    assert "1 left alone: no completed scan" in page
    done.refresh_from_db()
    assert (done.status, done.current_step) == ("queued", "events")
    assert AuditEvent.objects.get(action="scan.recompute").object_id == str(done.pk)


def test_figures_are_exported_with_an_entry_in_the_log(admin: Client) -> None:
    job = make_job()
    row = {"session": job.session, "job": job, "grade": "B", "max_speed_mps": 7.25, "max_speed_mps_low": 7.0}
    for track_id in (1, 2):
        SessionKPI.objects.create(track_id=track_id, **row)
    keys = [str(kpi.pk) for kpi in SessionKPI.objects.all()]
    answer = admin.post(reverse("admin:scan_sessionkpi_changelist"), {"action": "export", "_selected_action": keys})
    lines = list(csv.DictReader(b"".join(answer).decode().splitlines()))
    assert [line["track"] for line in lines] == ["1", "2"]
    assert (lines[0]["max_speed_mps"], lines[0]["max_speed_mps_low"], lines[0]["max_speed_mps_high"]) == (
        "7.25",
        "7.0",
        "",
    )
    assert AuditEvent.objects.get(action="kpis.exported").after == {"rows": 2}


def test_the_page_of_queues_tells_what_waits_runs_and_failed(admin: Client, failed_job: ProcessingJob) -> None:
    now = timezone.now()
    waiting, running = make_job(status="queued"), make_job(status="running")
    JobStep.objects.create(job=waiting, step="probe", status="pending", rung_at=now - timedelta(seconds=90))
    JobStep.objects.create(
        job=running,
        step="detect",
        window=3,
        status="running",
        worker="host:9",
        device="cuda:0",
        started_at=now,
        lease_until=now - timedelta(seconds=5),
    )
    ProcessingJob.objects.filter(pk=failed_job.pk).update(ended_at=now)
    states = {state["name"]: state for state in queues.queue_states()}
    assert states["video_processing"]["running"] == 1
    assert sum(state["waiting"] for state in states.values()) == 1
    assert max(state["oldest_wait"].total_seconds() for state in states.values() if state["oldest_wait"]) >= 90
    page = admin.get(reverse("admin:scan_queues")).content.decode()
    for text in ("host:9", "cuda:0", "over since", "EMPTY_FILE", "database", "video_processing"):
        assert text in page
    assert reverse("admin:scan_queues") in admin.get(reverse(CHANGELIST)).content.decode()


def test_without_a_broker_the_page_says_unknown(admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "queue_depths", lambda: None)
    monkeypatch.setattr(api, "workers_by_queue", fail)
    assert "unknown" in admin.get(reverse("admin:scan_queues")).content.decode()


def fail() -> dict[str, int]:
    raise OSError("no broker")


def test_the_page_of_queues_is_for_staff_with_the_right(client: Client) -> None:
    assert client.get(reverse("admin:scan_queues")).status_code == 302
    client.force_login(make_user(is_staff=True))
    assert client.get(reverse("admin:scan_queues")).status_code == 403
