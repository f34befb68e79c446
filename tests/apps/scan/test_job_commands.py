"""`manage.py reconcile_jobs` and `retry_job`."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.scan.adapters import DjangoJobStore
from apps.scan.models import ProcessingJob
from pipeline.plan import StepName
from tests.factories.scans import make_job

pytestmark = [pytest.mark.django_db, pytest.mark.redis]


def test_reconcile_rings_for_what_was_lost(capsys: Any) -> None:
    job = make_job()
    DjangoJobStore().open_step(str(job.pk), StepName.PROBE, [-1])
    call_command("reconcile_jobs")
    call_command("reconcile_jobs")
    assert capsys.readouterr().out == "1 rung for.\nNothing was lost.\n"


def test_a_failed_job_is_continued(capsys: Any) -> None:
    job = make_job(status="failed", error_code="X")
    call_command("retry_job", str(job.pk))
    job.refresh_from_db()
    assert (job.status, job.error_code, job.runs) == ("queued", "", 2)
    assert capsys.readouterr().out == "The scan is queued.\n"


def test_a_finished_job_runs_again_from_a_step(capsys: Any) -> None:
    job = make_job(status="completed", current_step="publish")
    call_command("retry_job", str(job.pk), "--from", "world")
    job.refresh_from_db()
    assert (job.status, job.current_step) == ("queued", "world")


def test_mistakes_are_said_without_a_traceback() -> None:
    job = make_job()
    with pytest.raises(CommandError, match="The scan is queued; only a failed or cancelled one"):
        call_command("retry_job", str(job.pk))
    with pytest.raises(CommandError, match="deleted"):
        call_command("retry_job", str(uuid.uuid4()))
    with pytest.raises(CommandError):
        call_command("retry_job", str(job.pk), "--from", "nonsense")
    assert ProcessingJob.objects.get().status == "queued"
