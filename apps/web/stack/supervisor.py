"""Starts services in order, restarts what dies, and stops everything with one signal."""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36
STOP_GRACE_S = 6.0
RESTART_BACKOFF_S = (0.2, 1.0, 2.0, 5.0)
STABLE_AFTER_S = 30.0
Announce = Callable[[str, str], None]

_libc = ctypes.CDLL(None, use_errno=True)


class StackError(Exception):
    """The stack cannot start; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Service:
    """One long-running child.

    Attributes:
        ready: answers True once the service works; `None` when being alive is enough.
        stop_signal: what ends it tidily; also sent by the kernel if the supervisor itself is killed.
    """

    name: str
    argv: Sequence[str]
    env: dict[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    ready_timeout_s: float = 60.0
    stop_signal: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class _Child:
    service: Service
    process: subprocess.Popen[bytes]
    started: float
    failures: int = 0
    restart_at: float | None = None


class Supervisor:
    """Owns the children. States of a child: running → (dies) → waiting → running; all → stopped at the end."""

    def __init__(self, services: Sequence[Service], *, log_dir: Path, announce: Announce, echo: bool) -> None:
        self._services = services
        self._log_dir = log_dir
        self._announce = announce
        self._echo = echo
        self._children: list[_Child] = []
        self._stopping = threading.Event()

    @property
    def stopping(self) -> bool:
        """Whether a signal or `request_stop` asked for the end."""
        return self._stopping.is_set()

    def request_stop(self, signum: int = 0, frame: FrameType | None = None) -> None:
        """Ask for the end; safe in a signal handler."""
        self._stopping.set()

    def start(self) -> None:
        """Start every service in order, each after the one before is ready.

        Raises:
            StackError: a service died or was not ready in time; everything started is stopped again.
        """
        _libc.prctl(PR_SET_CHILD_SUBREAPER, 1)
        self._log_dir.mkdir(parents=True, exist_ok=True)
        for service in self._services:
            if self.stopping:
                break
            child = _Child(service, self._spawn(service), time.monotonic())
            self._children.append(child)
            try:
                self._await_ready(child)
            except StackError:
                self.stop()
                raise

    def run(self, tick: Callable[[], None] | None = None, *, until: Callable[[], bool] | None = None) -> None:
        """Watch the children until asked to stop (or `until` says so); `tick` runs four times a second."""
        while not (until and until()) and not self._stopping.wait(0.25):
            for child in self._children:
                self._tend(child)
            _reap_orphans({child.process.pid for child in self._children})
            if tick is not None:
                tick()

    def stop(self) -> None:
        """Stop in reverse order; whoever outlives the grace is killed with its whole group."""
        self._stopping.set()
        for child in reversed(self._children):
            _signal_group(child, child.service.stop_signal, leader_only=True)
        deadline = time.monotonic() + STOP_GRACE_S
        for child in reversed(self._children):
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.process.wait(timeout=max(0.1, deadline - time.monotonic()))
            _signal_group(child, signal.SIGKILL)
            child.process.wait()
            with contextlib.suppress(ChildProcessError):
                while True:  # the group's orphans are ours: we are the subreaper
                    os.waitpid(-child.process.pid, 0)
        self._children.clear()

    def _spawn(self, service: Service) -> subprocess.Popen[bytes]:
        def own_group_and_die_with_parent() -> None:
            os.setsid()
            _libc.prctl(PR_SET_PDEATHSIG, int(service.stop_signal))

        process = subprocess.Popen(  # noqa: S603 - our own argv
            list(service.argv),
            env=os.environ | service.env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            preexec_fn=own_group_and_die_with_parent,
        )
        threading.Thread(target=self._pump, args=(service.name, process), daemon=True).start()
        return process

    def _pump(self, name: str, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None  # noqa: S101 - PIPE was asked for
        with (self._log_dir / f"{name}.log").open("ab") as log:
            for line in process.stdout:
                log.write(line)
                log.flush()
                if self._echo:
                    self._announce(name, line.decode(errors="replace").rstrip())

    def _await_ready(self, child: _Child) -> None:
        service = child.service
        deadline = time.monotonic() + service.ready_timeout_s
        while not self.stopping:
            if child.process.poll() is not None:
                raise StackError(f"{service.name} ended at once (see {self._log_dir / service.name}.log)")
            if service.ready is None or service.ready():
                return
            if time.monotonic() > deadline:
                raise StackError(f"{service.name} was not ready after {service.ready_timeout_s:.0f} s")
            time.sleep(0.05)

    def _tend(self, child: _Child) -> None:
        now = time.monotonic()
        if child.restart_at is not None:
            if now >= child.restart_at:
                child.process, child.started, child.restart_at = self._spawn(child.service), now, None
            return
        code = child.process.poll()
        if code is None:
            if now - child.started > STABLE_AFTER_S:
                child.failures = 0
            return
        _signal_group(child, signal.SIGKILL)
        pause = RESTART_BACKOFF_S[min(child.failures, len(RESTART_BACKOFF_S) - 1)]
        child.failures += 1
        child.restart_at = now + pause
        self._announce("up", f"{child.service.name} ended with {code}; starting it again in {pause:g} s")


def _signal_group(child: _Child, signum: signal.Signals, *, leader_only: bool = False) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if leader_only:
            child.process.send_signal(signum)
        else:
            os.killpg(child.process.pid, signum)


def _reap_orphans(known: set[int]) -> None:
    """Collect grandchildren that were handed to us (we are the subreaper), never a child Popen still owns."""
    with contextlib.suppress(ChildProcessError):
        while True:
            waited = os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
            if waited is None or waited.si_pid in known or waited.si_pid == 0:
                return
            os.waitpid(waited.si_pid, 0)
