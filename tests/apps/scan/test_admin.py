"""Scans in the admin: staff see jobs with their steps and errors, and may retry and cancel if they have the right."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from apps.scan.adapters import DjangoJobStore
from apps.scan.models import JobStep, ProcessingJob
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
