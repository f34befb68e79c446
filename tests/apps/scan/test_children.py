"""Child processes: bounded in time, memory and number, and told no secrets."""

from __future__ import annotations

import threading
import time
from pathlib import Path
from typing import Any

import pytest

from apps.scan import children
from apps.scan.children import ChildLimits, read_json, run_child
from apps.scan.errors import Busy, ChildFailed, UndecodableVideo
from apps.scan.probe import probe_video

MODULES = {
    "say": "import sys; sys.stdout.write(sys.argv[1] + sys.stdin.read())",
    "fail": "import sys; sys.stdout.write('{\"message\": \"no\"}'); sys.stderr.write('why'); sys.exit(1)",
    "sleep": "import time; time.sleep(60)",
    "eat": "x = bytearray(1 << 30)",
    "environment": "import os, json; print(json.dumps(dict(os.environ)))",
}


@pytest.fixture(autouse=True)
def modules(settings: Any, tmp_path: Path) -> None:
    """Small modules that a child can run."""
    settings.ROOT = tmp_path
    for name, code in MODULES.items():
        (tmp_path / f"{name}.py").write_text(code, encoding="utf-8")


def test_arguments_in_and_output_back() -> None:
    assert run_child("say", ["a b;$(c)"], limits=ChildLimits(), stdin=b"-d") == b"a b;$(c)-d"


def test_a_failure_carries_what_was_said() -> None:
    with pytest.raises(ChildFailed) as caught:
        run_child("fail", [], limits=ChildLimits())
    assert (caught.value.timed_out, caught.value.log) == (False, "why")
    assert read_json(caught.value.output) == {"message": "no"}
    assert read_json(b"[1]") == read_json(b"oops") == {}


def test_a_child_that_hangs_is_killed() -> None:
    start = time.monotonic()
    with pytest.raises(ChildFailed) as caught:
        run_child("sleep", [], limits=ChildLimits(seconds=0.5))
    assert caught.value.timed_out
    assert time.monotonic() - start < 5


def test_a_child_that_eats_memory_is_stopped() -> None:
    with pytest.raises(ChildFailed, match="MemoryError"):
        run_child("eat", [], limits=ChildLimits(memory_bytes=512 * 1024**2))


def test_a_child_learns_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SECRET_KEY", "DATABASE_URL", "AZURE_STORAGE_CONNECTION"):
        monkeypatch.setenv(name, "secret-value")
    environment = read_json(run_child("environment", [], limits=ChildLimits()))
    assert "secret-value" not in environment.values()
    assert environment["OMP_NUM_THREADS"] == "1"


def test_more_than_there_is_room_for_wait_and_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(children, "_places", threading.BoundedSemaphore(1))
    monkeypatch.setattr(children, "WAIT_S", 0.2)
    with children._places, pytest.raises(Busy, match="busy"):
        run_child("say", ["x"], limits=ChildLimits())
    assert run_child("say", ["x"], limits=ChildLimits()) == b"x", "the place is free again"


def test_a_film_that_hangs_the_probe_is_undecodable(
    monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path
) -> None:
    package = tmp_path / "vision/video"
    package.mkdir(parents=True)
    (package / "probe.py").write_text("import time; time.sleep(60)", encoding="utf-8")
    monkeypatch.setattr("apps.scan.probe.PROBE_LIMITS", ChildLimits(seconds=0.5))
    with pytest.raises(UndecodableVideo, match=r"'film\.mp4' could not be read within"):
        probe_video(tmp_path / "film.mp4", "film.mp4")


def test_a_probe_that_crashes_without_a_word_is_undecodable(tmp_path: Path) -> None:
    package = tmp_path / "vision/video"
    package.mkdir(parents=True)
    (package / "probe.py").write_text("import os; os.abort()", encoding="utf-8")
    with pytest.raises(UndecodableVideo, match="damaged"):
        probe_video(tmp_path / "film.mp4", "film.mp4")
