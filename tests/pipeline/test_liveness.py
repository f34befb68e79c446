"""Who is dead: seen at once on the own machine, never guessed of another."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pipeline.liveness import is_dead, this_worker


@pytest.fixture
def other() -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """Another living process, and its name."""
    code = "from pipeline.liveness import this_worker; print(this_worker(), flush=True); input()"
    process = subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    yield process.stdout.readline().strip(), process
    process.kill()
    process.communicate()


def renamed(name: str, **parts: str) -> str:
    words = dict(zip(("host", "place", "start", "number"), name.split(":"), strict=True))
    return ":".join((words | parts).values())


def test_a_process_that_lives_is_not_dead(other: tuple[str, subprocess.Popen[str]]) -> None:
    assert not is_dead(other[0])
    assert not is_dead(this_worker())
    assert this_worker().rpartition(":")[2] == str(os.getpid())


def test_a_killed_process_is_dead_even_before_its_parent_collects_it(other: tuple[str, subprocess.Popen[str]]) -> None:
    name, process = other
    process.kill()
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert is_dead(name), "a zombie"
    process.wait()
    assert is_dead(name), "gone"


def test_another_process_with_the_same_number_is_not_taken_for_it() -> None:
    assert is_dead(renamed(this_worker(), start="1"))


@pytest.mark.parametrize("part", ["host", "place"])
def test_nobody_on_another_machine_is_called_dead(part: str, other: tuple[str, subprocess.Popen[str]]) -> None:
    name, process = other
    process.kill()
    process.wait()
    assert not is_dead(renamed(name, **{part: "elsewhere"}))


@pytest.mark.parametrize("name", ["", "w", "host:12", "host:::12", "host:place:start:", "a:b:c:d:e", "host:p:s:x"])
def test_a_name_that_says_too_little_is_not_called_dead(name: str) -> None:
    assert not is_dead(name)
