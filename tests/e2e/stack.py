"""The real stack for tests: `manage.py up` (or `demo`) in a data folder of its own, driven as a user would."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeVar

import psutil

T = TypeVar("T")
ROOT = Path(__file__).parents[2]
START_TIMEOUT_S = 120.0
STOP_TIMEOUT_S = 30.0


def free_port() -> int:
    """A port that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(look: Callable[[], T], what: str, *, timeout_s: float, every_s: float = 0.1) -> T:
    """The first truthy answer of `look`; fails with `what` after `timeout_s`."""
    deadline = time.monotonic() + timeout_s
    while not (answer := look()):
        assert time.monotonic() < deadline, f"{what}: not within {timeout_s:g} s"
        time.sleep(every_s)
    return answer


class Stack:
    """One running process tree. Its output is kept in `lines`."""

    def __init__(self, var: Path, *, models: Path = ROOT / "var" / "models", env: dict[str, str] | None = None) -> None:
        self.var = var
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.lines: list[str] = []
        self._models = models
        self._extra = env or {}
        self._process: subprocess.Popen[str] | None = None

    @property
    def env(self) -> dict[str, str]:
        """Environment of every process of this stack: embedded defaults, its own data folder, generous rates."""
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("AXOLOTL_", "DJANGO_"))}
        for name in ("SECRET_KEY", "DATABASE_URL", "REDIS_URL"):
            inherited.pop(name, None)
        own = {
            "AXOLOTL_VAR": str(self.var),
            "MODEL_DIR": str(self._models),
            "DJANGO_SETTINGS_MODULE": "axolotl_project.settings",
            "RATE_LIMITS": "ordinary=100000/min,upload=1000/min,login=1000/min,stream=1000/s",
            "PYTHONUNBUFFERED": "1",
        }
        return inherited | own | self._extra

    def start(self, *command: str) -> Stack:
        """Start `manage.py up` (or another command with the same promise) and wait for READY."""
        argv = [sys.executable, "manage.py", *(command or ("up",)), "--port", str(self.port)]
        self._process = subprocess.Popen(
            argv, cwd=ROOT, env=self.env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        threading.Thread(target=self._read, args=(self._process,), daemon=True).start()
        wait_until(self._ready_or_dead, "READY", timeout_s=START_TIMEOUT_S)
        assert self._process.poll() is None, "\n".join(self.lines[-40:])
        return self

    def stop(self, signum: signal.Signals = signal.SIGINT) -> int:
        """Ctrl-C, and the exit code."""
        assert self._process is not None
        if self._process.poll() is None:
            self._process.send_signal(signum)
        return self.wait(STOP_TIMEOUT_S)

    def wait(self, timeout_s: float) -> int:
        """Until the tree ends by itself."""
        assert self._process is not None
        return self._process.wait(timeout=timeout_s)

    def manage(self, *args: str, check: bool = True) -> subprocess.CompletedProcess[str]:
        """One `manage.py` command in the stack's environment."""
        command = [sys.executable, "manage.py", *args]
        return subprocess.run(command, cwd=ROOT, env=self.env, capture_output=True, text=True, check=check, timeout=300)

    def python(self, code: str) -> str:
        """What a piece of Python prints inside `manage.py shell`."""
        return self.manage("shell", "--verbosity", "0", "-c", code).stdout

    def processes(self, marker: str = "") -> list[psutil.Process]:
        """Living processes that carry this stack's data folder in their environment, narrowed by command line."""
        return [process for process in psutil.process_iter() if self._is_ours(process) and _runs(process, marker)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            if process.status() == psutil.STATUS_ZOMBIE:
                return False
            # Redis writes its title over its environment; its socket's path is in the title.
            return process.environ().get("AXOLOTL_VAR") == str(self.var) or _runs(process, f"unixsocket:{self.var}")
        except psutil.Error:
            return False

    def _read(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            self.lines.append(line.rstrip())

    def _ready_or_dead(self) -> bool:
        assert self._process is not None
        return any(line.startswith("READY ") for line in list(self.lines)) or self._process.poll() is not None


def _runs(process: psutil.Process, marker: str) -> bool:
    try:
        return marker in " ".join(process.cmdline())
    except psutil.Error:
        return False


def kill_hard(processes: Sequence[psutil.Process]) -> int:
    """SIGKILL to each; how many were hit."""
    hit = 0
    for process in processes:
        try:
            process.kill()
            hit += 1
        except psutil.NoSuchProcess:
            pass
    return hit
