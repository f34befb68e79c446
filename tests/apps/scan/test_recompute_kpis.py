"""`manage.py recompute_kpis`: a new version beside the old one, and what changed."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from apps.core.models import AuditEvent
from apps.scan.adapters import DjangoJobStore
from apps.scan.models import ProcessingJob, SessionKPI
from pipeline import api
from tests.apps.scan.test_adapters_jobs import results
from tests.factories.scans import make_job
from vision.kpi.catalogue import CATALOGUE_VERSION

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.redis]


def finish(job: ProcessingJob) -> None:
    ProcessingJob.objects.filter(pk=job.pk).update(status="completed", current_step="publish")


@pytest.fixture
def outdated() -> ProcessingJob:
    """A finished scan whose figures follow an older catalogue."""
    job = make_job()
    DjangoJobStore().save_results(str(job.pk), {**results(speed=7.0), "catalogue_version": "0.9"})
    finish(job)
    return job


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Works at once whenever it is rung for: the speed becomes 6.5 m/s."""
    rung: list[str] = []

    def submit(job_id: str) -> bool:
        rung.append(job_id)
        job = ProcessingJob.objects.get(pk=job_id)
        assert (job.status, job.current_step) == ("queued", "events")
        DjangoJobStore().save_results(job_id, {**results(speed=6.5), "catalogue_version": CATALOGUE_VERSION})
        finish(job)
        return True

    monkeypatch.setattr(api, "submit", submit)
    return rung


def test_old_figures_stay_and_the_difference_is_shown(outdated: ProcessingJob, worker: list[str], capsys: Any) -> None:
    call_command("recompute_kpis", str(outdated.session_id))
    rows = SessionKPI.objects.order_by("version").values_list("version", "is_current", "max_speed_mps")
    assert list(rows) == [(1, False, 7.0), (2, True, 6.5)]
    said = capsys.readouterr().out
    assert "1 figures changed" in said
    assert "track 4 max_speed_mps: 7.000 m/s → 6.500 m/s" in said
    assert AuditEvent.objects.get(action="scan.recompute").object_id == str(outdated.pk)


def test_figures_of_today_are_left_alone_unless_forced(outdated: ProcessingJob, worker: list[str], capsys: Any) -> None:
    call_command("recompute_kpis", "--all")
    call_command("recompute_kpis", "--all")
    assert len(worker) == 1
    assert "Nothing to do" in capsys.readouterr().out
    call_command("recompute_kpis", "--team", str(outdated.session.team_id), "--force")
    assert len(worker) == 2
    assert "0 figures changed" in capsys.readouterr().out


def test_a_dry_run_only_counts(outdated: ProcessingJob, worker: list[str], capsys: Any) -> None:
    call_command("recompute_kpis", "--all", "--dry-run")
    assert worker == []
    assert capsys.readouterr().out == f"would recompute {outdated.session} ({outdated.session_id})\n"


def test_running_and_failed_scans_are_not_touched(worker: list[str]) -> None:
    make_job(status="running")
    make_job(status="failed")
    call_command("recompute_kpis", "--all")
    assert worker == []


def test_without_a_worker_it_says_so(outdated: ProcessingJob, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    monkeypatch.setattr(api, "submit", lambda job_id: True)
    with pytest.raises(CommandError, match="1 of 1 are not done; the old figures still count"):
        call_command("recompute_kpis", "--all", "--wait", "0.1")
    assert "still queued after 0 s; is a worker running?" in capsys.readouterr().err
    assert SessionKPI.objects.get().is_current


def test_nothing_named_is_refused(worker: list[str]) -> None:
    with pytest.raises(CommandError, match="Say which"):
        call_command("recompute_kpis")
    with pytest.raises(CommandError, match="There is no team"):
        call_command("recompute_kpis", "--team", str(uuid.uuid4()))
