"""The door: submit, cancel, retry, status, reading; light enough for the web process."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from pipeline import api, ports
from pipeline.artefacts import Stamp, artefacts_of
from pipeline.errors import ArtefactError, PipelineError
from pipeline.plan import ArtefactName, StepName
from pipeline.ports import ClaimOutcome, JobStatus, Ports, StepKey
from pipeline.testing import MemoryArtefactStore, MemoryJobStore, MemoryProgressSink
from tests.architecture.test_light_web import loaded_by
from tests.pipeline.stores import job_record


@pytest.fixture
def host() -> Iterator[Ports]:
    """Ports in memory for this test."""
    before = ports.installed()
    made = Ports(MemoryJobStore(), MemoryArtefactStore(), MemoryProgressSink())
    ports.install(made)
    yield made
    ports.install(before)


@pytest.fixture
def rung(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Jobs that were rung for."""
    jobs: list[str] = []
    monkeypatch.setattr(api, "ring_job", lambda job_id: jobs.append(job_id) or True)
    return jobs


@pytest.fixture
def job_id(host: Ports) -> str:
    record = job_record()
    host.jobs.add(record)  # type: ignore[attr-defined]
    return record.job_id


def fail(host: Ports, job_id: str) -> None:
    key = StepKey(job_id, StepName.PROBE)
    host.jobs.open_step(job_id, key.step, [-1])
    claim = host.jobs.claim(key, worker="w", device="cpu", lease_s=15)
    assert claim.outcome is ClaimOutcome.CLAIMED
    host.jobs.release(key, claim.token, PipelineError("The film is empty.", code="EMPTY_FILE"), max_attempts=3)


def test_the_door_loads_nothing_heavy() -> None:
    assert loaded_by("import pipeline.api, pipeline.tasks, pipeline.testing") == []


def test_submit_rings_and_announces(host: Ports, rung: list[str], job_id: str) -> None:
    assert api.submit(job_id)
    assert rung == [job_id]
    assert host.progress.changes == [job_id]  # type: ignore[attr-defined]


def test_submit_from_a_step_to_come_does_nothing(host: Ports, rung: list[str], job_id: str) -> None:
    assert api.submit(job_id, StepName.WORLD)
    assert rung == []


def test_cancel_works_once(host: Ports, job_id: str) -> None:
    assert api.cancel(job_id)
    assert not api.cancel(job_id)
    assert host.progress.changes == [job_id]  # type: ignore[attr-defined]
    assert host.jobs.overview(job_id).status is JobStatus.CANCELLED


def test_retry_is_for_what_ended_badly(host: Ports, rung: list[str], job_id: str) -> None:
    assert not api.retry(job_id)
    fail(host, job_id)
    assert api.retry(job_id)
    assert rung == [job_id]
    assert host.jobs.overview(job_id).status is JobStatus.QUEUED


def test_the_status_has_the_seeds_shape(host: Ports, job_id: str) -> None:
    status = api.get_job_status(job_id)
    assert status["result"] == {"progress": 0.0, "step": "probe", "error_code": None, "error_message": None}
    assert (status["id"], status["status"], status["exc_info"], status["ended_at"]) == (job_id, "queued", None, None)
    fail(host, job_id)
    status = api.get_job_status(job_id)
    assert (status["status"], status["result"]["error_code"]) == ("failed", "EMPTY_FILE")
    assert "PipelineError: The film is empty." in str(status["exc_info"])
    assert status["created_at"] <= status["ended_at"]


def test_an_unknown_job_is_not_found(host: Ports) -> None:
    for ask in (api.submit, api.cancel, api.retry, api.get_job_status):
        with pytest.raises(PipelineError) as caught:
            ask("nobody", StepName.WORLD) if ask is api.submit else ask("nobody")
        assert caught.value.code == "NOT_FOUND"


def test_a_window_is_read_by_time(host: Ports) -> None:
    job = job_record()
    video = job.videos[0]
    store = artefacts_of(host.artefacts, job, video)
    t = np.arange(4) / 2
    ball = {"frame": np.arange(4, dtype=np.int32), "t": t, "xy": np.ones((4, 2), np.float32)}
    ball |= {"score": np.ones(4, np.float32), "interpolated": np.zeros(4, bool)}
    store.write_series(ArtefactName.BALL, ball, Stamp("hash"))
    found = api.read_window(job.session_id, video.video_id, ArtefactName.BALL, 0.5, 1.5)
    assert found["frame"].tolist() == [1, 2]
    assert api.read_manifest(job.session_id, video.video_id, ArtefactName.BALL)["params_hash"] == "hash"
    with pytest.raises(ArtefactError):
        api.read_document(job.session_id, video.video_id, ArtefactName.KPIS)


def test_without_a_host_the_message_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ports, "_installed", [])
    with pytest.raises(PipelineError, match="install"):
        api.cancel("any")
