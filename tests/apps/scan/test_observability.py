"""What operators see of scans."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from apps.core.health import PartDown
from apps.scan import observability
from apps.scan.models import JobStep
from pipeline import api
from tests.factories.scans import make_job


def metric(name: str) -> dict[str, float]:
    """Label values → number, as `/metrics` shows them."""
    text = Client().get("/metrics").content.decode()
    found = re.findall(rf"^{name}{{(.*)}} (\S+)$", text, re.MULTILINE)
    return {",".join(re.findall(r'"([^"]*)"', labels)): float(value) for labels, value in found}


@pytest.mark.django_db
def test_metrics_show_jobs_waiting_steps_and_times() -> None:
    now = timezone.now()
    job, done = make_job(), make_job(status="completed")
    JobStep.objects.filter(job__in=(job, done)).delete()
    JobStep.objects.create(job=job, step="detect", window=0, rung_at=now - timedelta(seconds=90))
    JobStep.objects.create(job=job, step="detect", window=1, rung_at=now - timedelta(seconds=30))
    JobStep.objects.create(job=job, step="track")  # not published yet: waits for nobody
    JobStep.objects.create(job=done, step="pose", rung_at=now)  # of a job that is over
    for seconds in (2.0, 4.0):
        JobStep.objects.create(
            job=done, step="detect", window=int(seconds), status="done", device="cpu", compute_s=seconds, ended_at=now
        )
    old = now - timedelta(days=2)
    JobStep.objects.create(job=done, step="track", status="done", device="cpu", compute_s=9.0, ended_at=old)
    assert metric("axolotl_scan_jobs") == {"queued": 1.0, "completed": 1.0}
    assert metric("axolotl_scan_steps_waiting") == {"detect": 2.0}
    assert metric("axolotl_scan_steps_oldest_seconds")["detect"] == pytest.approx(90, abs=5)
    assert metric("axolotl_scan_step_seconds") == {"cpu,detect": 3.0}


def test_a_queue_without_a_worker_is_not_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    served = {queue.value: 1 for queue in api.Queue}
    monkeypatch.setattr(api, "workers_by_queue", lambda: served)
    assert "video_processing 1" in observability.workers()
    served["video_processing"] = 0
    with pytest.raises(PartDown, match="no worker serves video_processing"):
        observability.workers()


def test_nobody_answers_where_no_worker_runs() -> None:
    assert api.workers_by_queue(timeout_s=0.2) == {queue.value: 0 for queue in api.Queue}


def test_models_are_counted(settings: Any, tmp_path: Path) -> None:
    settings.MODEL_DIR = tmp_path
    with pytest.raises(PartDown, match="make models"):
        observability.models()
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "detector.onnx").touch()
    assert observability.models() == "1 file"
