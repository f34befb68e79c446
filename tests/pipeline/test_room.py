"""A full disk: the step waits with its work in hand, not for ever, and not when it must stop."""

from __future__ import annotations

import errno
from dataclasses import dataclass, field

import pytest

import pipeline.room
from pipeline.errors import JobCancelled
from pipeline.room import WaitingForRoom
from pipeline.testing import MemoryArtefactStore


@dataclass
class FullStore(MemoryArtefactStore):
    """Refuses so many writes."""

    refusals: int = 0
    number: int = errno.ENOSPC
    tries: list[str] = field(default_factory=list)

    def write(self, key: str, data: bytes) -> None:
        self.tries.append(key)
        if len(self.tries) <= self.refusals:
            raise OSError(self.number, "no")
        super().write(key, data)


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline.room, "LOOK_AGAIN_S", 0.001)


def calm() -> None:
    """Nothing stops the step."""


def test_it_writes_when_there_is_room_again() -> None:
    store = FullStore(refusals=3)
    WaitingForRoom(store, calm, room_s=60).write("a", b"data")
    assert (store.tries, store.read("a")) == (["a"] * 4, b"data")


def test_it_gives_up_after_its_time() -> None:
    store = FullStore(refusals=10**9)
    with pytest.raises(OSError, match="no") as refused:
        WaitingForRoom(store, calm, room_s=0.02).write("a", b"data")
    assert refused.value.errno == errno.ENOSPC
    assert len(store.tries) > 1 and not store.exists("a")


def test_it_stops_when_the_job_is_cancelled() -> None:
    def cancelled() -> None:
        raise JobCancelled("The scan was cancelled.")

    store = FullStore(refusals=10**9)
    with pytest.raises(JobCancelled):
        WaitingForRoom(store, cancelled, room_s=60).write("a", b"data")
    assert store.tries == ["a"]


def test_another_failure_is_not_waited_for() -> None:
    store = FullStore(refusals=1, number=errno.EROFS)
    with pytest.raises(OSError, match="no"):
        WaitingForRoom(store, calm, room_s=60).write("a", b"data")
    assert store.tries == ["a"]


def test_the_rest_is_the_store_s_own() -> None:
    store = FullStore()
    waiting = WaitingForRoom(store, calm, room_s=60)
    waiting.write("a/b", b"1")
    assert waiting.read("a/b") == b"1" and waiting.exists("a/b") and list(waiting.list("a")) == ["a/b"]
    waiting.delete("a")
    assert not waiting.exists("a/b")
