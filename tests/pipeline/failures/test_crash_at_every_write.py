"""The real steps, killed before and after every single file they write: the same bytes come out, results once."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pipeline.heartbeat import Timing
from pipeline.local import FolderArtefactStore
from pipeline.plan import JobKind
from pipeline.ports import ArtefactStore, JobRecord, JobStatus, Ports, VideoRecord
from pipeline.runner import LocalBell, Runner
from pipeline.testing import MemoryJobStore, MemoryProgressSink
from tests.factories.films import ScriptedDetector, calibration, film, scripted_tools
from tests.pipeline.stores import Clock

FRAMES = 60
NEVER_GIVE_UP = Timing(max_attempts=1000)


class Killed(BaseException):
    """What `kill -9` is to the process: nothing after it runs."""


@dataclass
class CrashingStore:
    """The first write of every file is not done, the second is done, and both kill the worker."""

    store: ArtefactStore
    tries: Counter[str] = field(default_factory=Counter)

    def write(self, key: str, data: bytes) -> None:
        self.tries[key] += 1
        if self.tries[key] == 1:
            raise Killed(key)
        self.store.write(key, data)
        if self.tries[key] == 2:
            raise Killed(key)

    def read(self, key: str) -> bytes:
        return self.store.read(key)

    def exists(self, key: str) -> bool:
        return self.store.exists(key)

    def list(self, prefix: str) -> Iterator[str]:
        return self.store.list(prefix)

    def delete(self, prefix: str) -> None:
        self.store.delete(prefix)

    def local_video(self, key: str) -> AbstractContextManager[Path]:
        return self.store.local_video(key)

    def new_video(self, key: str) -> AbstractContextManager[Path]:
        return self.store.new_video(key)

    def drop_video(self, key: str) -> None:
        self.store.drop_video(key)


def walk(frame: int) -> list[tuple[float, float]]:
    """Two people."""
    return [(-10 + 0.1 * frame, 0.0), (10.0, -8.0)]


def scan(folder: Path, store: ArtefactStore) -> tuple[MemoryJobStore, int]:
    """Run the job with a new worker after each death; answers the job store and the number of deaths."""
    clock = Clock()
    jobs = MemoryJobStore(now=clock)
    job = JobRecord(
        job_id="job", session_id="session", kind=JobKind.QUICK, preset="full", status=JobStatus.QUEUED,
        videos=(VideoRecord("video", "", "film.mp4", "0" * 64),), calibration=calibration(), params={"window_s": 1.0},
    )  # fmt: skip
    jobs.add(job)
    bell, deaths = LocalBell(), 0
    tools = scripted_tools(ScriptedDetector(walk), folder)
    while jobs.overview("job").status in (JobStatus.QUEUED, JobStatus.RUNNING):
        assert deaths < 500, "the job does not get on"
        runner = Runner(Ports(jobs, store, MemoryProgressSink()), tools, bell, timing=NEVER_GIVE_UP)
        clock.forward(60)
        runner.reconcile()
        try:
            while bell.keys:
                runner.run(bell.keys.popleft())
        except Killed:
            deaths += 1
    overview = jobs.overview("job")
    assert overview.status is JobStatus.COMPLETED, overview.error_trace
    return jobs, deaths


def content(folder: Path) -> dict[str, bytes]:
    """Every file; of the manifests all but who made it when."""
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for name, data in files.items():
        if name.endswith(("index.json", ".manifest.json")):
            files[name] = json.dumps({**json.loads(data), "made": None}).encode()
    return files


@pytest.mark.slow
def test_a_worker_killed_at_every_write_leaves_the_same_bytes(tmp_path: Path) -> None:
    film(tmp_path / "film.mp4", FRAMES, walk)
    calm, _ = scan(tmp_path, FolderArtefactStore(tmp_path / "calm", tmp_path))
    stormy_store = CrashingStore(FolderArtefactStore(tmp_path / "stormy", tmp_path))
    stormy, deaths = scan(tmp_path, stormy_store)
    expected = content(tmp_path / "calm")
    assert content(tmp_path / "stormy") == expected
    assert set(stormy_store.tries) == set(expected)
    assert deaths >= len(expected)
    assert stormy.jobs["job"].results == calm.jobs["job"].results
    assert stormy.jobs["job"].stores == 1
