"""The process tree: starts in order, comes back, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from apps.web.stack.supervisor import Service, StackError, Supervisor

FOREVER = "import time\nwhile True: time.sleep(1)"
WITH_GRANDCHILD = (
    "import subprocess, sys, time\n"
    "child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
    "open(sys.argv[1], 'w').write(str(child.pid))\n"
    "while True: time.sleep(1)"
)
DEAF = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nwhile True: time.sleep(1)"


def python(code: str, *args: str) -> list[str]:
    return [sys.executable, "-c", code, *args]


def wait_for(condition: Callable[[], bool], seconds: float = 10.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "the condition did not come true in time"
        time.sleep(0.02)


def supervise(tmp_path: Path, *services: Service) -> Supervisor:
    return Supervisor(services, log_dir=tmp_path / "log", announce=lambda name, line: None, echo=False)


def pids_of(marker: str) -> list[int]:
    found = []
    for process in psutil.process_iter(["pid", "cmdline", "status"]):
        if marker in " ".join(process.info["cmdline"] or []) and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(process.info["pid"])
    return found


def test_services_start_one_after_the_other_is_ready(tmp_path: Path) -> None:
    order: list[str] = []
    first = Service("first", python(FOREVER), ready=lambda: order.append("first ready") is None)
    second = Service("second", python(FOREVER), ready=lambda: order.append("second ready") is None)
    supervisor = supervise(tmp_path, first, second)
    supervisor.start()
    supervisor.stop()
    assert order == ["first ready", "second ready"]


def test_a_service_that_dies_at_start_is_named_and_the_rest_is_stopped(tmp_path: Path) -> None:
    marker = f"marker-{tmp_path.name}-first"
    fine = Service("fine", python(FOREVER, marker))
    broken = Service("broken", python("raise SystemExit(3)"), ready=lambda: False)
    with pytest.raises(StackError, match="broken ended at once"):
        supervise(tmp_path, fine, broken).start()
    assert pids_of(marker) == []


def test_a_service_that_never_gets_ready_is_named(tmp_path: Path) -> None:
    slow = Service("slow", python(FOREVER), ready=lambda: False, ready_timeout_s=0.3)
    with pytest.raises(StackError, match=r"slow was not ready after 0 s"):
        supervise(tmp_path, slow).start()


def test_a_killed_service_comes_back_and_its_output_is_kept(tmp_path: Path) -> None:
    marker = f"marker-{tmp_path.name}"
    log = tmp_path / "log" / "phoenix.log"
    supervisor = supervise(tmp_path, Service("phoenix", python("print('here', flush=True)\n" + FOREVER, marker)))
    supervisor.start()
    thread = threading.Thread(target=supervisor.run)
    thread.start()
    try:
        wait_for(lambda: log.read_text().count("here") == 1)
        (killed,) = pids_of(marker)
        os.kill(killed, signal.SIGKILL)
        wait_for(lambda: log.read_text().count("here") == 2)
        assert pids_of(marker) not in ([], [killed])
    finally:
        supervisor.request_stop()
        thread.join(timeout=10)
        supervisor.stop()
    assert pids_of(marker) == []


def test_stopping_takes_grandchildren_and_the_deaf_along(tmp_path: Path) -> None:
    pid_file = tmp_path / "grandchild"
    marker = f"marker-{tmp_path.name}"
    supervisor = supervise(
        tmp_path,
        Service("parent", python(WITH_GRANDCHILD, str(pid_file), marker), ready=pid_file.exists),
        Service("deaf", python(DEAF, marker)),
    )
    supervisor.start()
    wait_for(lambda: pid_file.read_text() != "")
    grandchild = int(pid_file.read_text())
    supervisor.stop()
    assert pids_of(marker) == []
    assert not psutil.pid_exists(grandchild)


def test_a_killed_supervisor_leaves_no_service_behind(tmp_path: Path) -> None:
    marker = f"marker-{tmp_path.name}"
    code = (
        "import sys, pathlib\n"
        "from apps.web.stack.supervisor import Service, Supervisor\n"
        f"service = Service('child', [sys.executable, '-c', {FOREVER!r}, {marker!r}])\n"
        f"supervisor = Supervisor([service], log_dir=pathlib.Path({str(tmp_path)!r}), "
        "announce=lambda name, line: None, echo=False)\n"
        "supervisor.start()\n"
        "print('started', flush=True)\n"
        "supervisor.run()\n"
    )
    process = subprocess.Popen(python(code), stdout=subprocess.PIPE, cwd=Path(__file__).parents[4])
    assert process.stdout is not None
    assert process.stdout.readline() == b"started\n"
    children = [pid for pid in pids_of(marker) if pid != process.pid]
    assert len(children) == 1
    process.kill()
    process.wait()
    process.stdout.close()
    wait_for(lambda: not psutil.pid_exists(children[0]) or children[0] not in pids_of(marker))
