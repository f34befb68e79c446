"""`manage.py worker`: which device, which threads, and a clear refusal."""

from __future__ import annotations

import os
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command

COMMAND = "apps.web.management.commands.worker"


class Started(Exception):
    """The process would have become this."""

    def __init__(self, path: str, command: list[str], environment: dict[str, str]) -> None:
        super().__init__(command)
        self.command, self.environment = command, environment


@pytest.fixture(autouse=True)
def _no_exec(monkeypatch: pytest.MonkeyPatch) -> None:
    def execve(path: str, command: list[str], environment: dict[str, str]) -> None:
        raise Started(path, command, environment)

    monkeypatch.setattr(os, "execve", execve)
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "0,1")


def devices(monkeypatch: pytest.MonkeyPatch, *found: str) -> None:
    monkeypatch.setattr(f"{COMMAND}.available_devices", lambda: list(found))


def start(*arguments: str, **options: Any) -> Started:
    with pytest.raises(Started) as caught:
        call_command("worker", *arguments, **options)
    return caught.value


def test_a_model_queue_is_pinned_to_one_gpu(monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    devices(monkeypatch, "cuda:0", "cpu")
    started = start("--queue", "video_processing", "--gpu", "1", "--threads", "3")
    assert started.environment["CUDA_VISIBLE_DEVICES"] == "1"
    assert (started.environment["WORKER_DEVICE"], started.environment["WORKER_THREADS"]) == ("cuda:0", "3")
    assert (started.environment["OMP_NUM_THREADS"], started.environment["OPENCV_FOR_THREADS_NUM"]) == ("3", "1")
    assert capsys.readouterr().out == "worker for video_processing: device cuda:0, 3 threads\n"


@pytest.mark.parametrize(("concurrency", "threads"), [("1", "6"), ("2", "3"), ("4", "1"), ("8", "1")])
def test_threads_are_set_once_a_worker_for_the_processors_it_may_use(
    concurrency: str, threads: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A container with 6 of a machine's 64 processors starts no 64 threads, nor 6 for each of two tasks."""
    devices(monkeypatch, "cpu")
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    monkeypatch.setattr(os, "sched_getaffinity", lambda process: set(range(6)))
    started = start("--queue", "video_processing", "--concurrency", concurrency)
    assert (started.environment["WORKER_THREADS"], started.environment["OMP_NUM_THREADS"]) == (threads, threads)


def test_one_child_takes_the_queues_and_the_application_is_found_from_anywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    devices(monkeypatch, "cpu")
    started = start("--queue", "smpl_jobs", "--queue", "video_processing")
    words = started.command
    assert words[words.index("--queues") + 1] == "smpl_jobs,video_processing"
    assert words[words.index("--concurrency") + 1] == "1"
    assert words[words.index("--pool") + 1] == "prefork"
    assert started.environment["PYTHONPATH"].split(os.pathsep)[0] == str(settings.ROOT)


def test_other_queues_see_no_gpu() -> None:
    started = start("--queue", "default")
    assert (started.environment["WORKER_DEVICE"], started.environment["CUDA_VISIBLE_DEVICES"]) == ("cpu", "")


def test_live_sessions_take_a_gpu_where_there_is_one_and_are_never_refused(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ALLOW_CPU_FALLBACK = False
    devices(monkeypatch, "cuda:0", "cpu")
    assert start("--queue", "live", "--concurrency", "2").environment["WORKER_DEVICE"] == "cuda:0"
    devices(monkeypatch, "cpu")
    started = start("--queue", "live", "--concurrency", "2")
    assert started.environment["WORKER_DEVICE"] == "cpu"
    assert started.command[started.command.index("--concurrency") + 1] == "2"


def test_without_a_gpu_a_model_queue_is_refused_when_the_fallback_is_off(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.ALLOW_CPU_FALLBACK = False
    devices(monkeypatch, "cpu")
    with pytest.raises(CommandError, match=r"Queue video_processing needs GPU 1.*ALLOW_CPU_FALLBACK=1"):
        call_command("worker", "--queue", "video_processing", "--queue", "default", "--gpu", "1")


def test_without_a_gpu_a_model_queue_runs_on_the_processor_and_says_so(
    monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    devices(monkeypatch, "cpu")
    started = start("--queue", "video_processing", "--gpu", "1")
    assert started.environment["WORKER_DEVICE"] == "cpu"
    shown = capsys.readouterr()
    assert "device cpu" in shown.out
    assert "GPU 1 cannot be used" in shown.err


@pytest.mark.parametrize("arguments", [["--queue", "nonsense"], [], ["--queue", "low", "--concurrency", "0"]])
def test_mistakes_are_said(arguments: list[str]) -> None:
    with pytest.raises(CommandError):
        call_command("worker", *arguments)
