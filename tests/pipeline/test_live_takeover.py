"""A worker dies at any instant: another goes on with the same numbers and distances, and the result comes once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from pipeline.errors import ArtefactError
from pipeline.live_checkpoint import pack_checkpoint, unpack_checkpoint
from pipeline.live_ports import LiveClaim, LiveEnd, LivePorts
from tests.pipeline.live_session import BY_FILM, SESSION, Killed, Stage, stage, until


@dataclass
class Deadly:
    """Passes everything on until a call of a name is to kill the worker, before or after it did its work."""

    inner: Any
    name: str
    at: Callable[[int], bool]
    after: bool = False
    calls: int = 0
    dead: bool = False

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.inner, name)
        if name != self.name or not callable(found):
            return found

        def call(*args: Any, **kwargs: Any) -> Any:
            self.calls += 1
            kills = self.at(self.calls) and not self.dead
            if kills and not self.after:
                self.dead = True
                raise Killed
            answer = found(*args, **kwargs)
            if kills:
                self.dead = True
                raise Killed
            return answer

        return call


@dataclass
class Unreleased:
    """A store whose lease a killed worker does not give back: it runs out by the clock."""

    inner: Any
    killed: list[bool] = field(default_factory=list)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.inner, name)

    def release(self, claim: LiveClaim) -> None:
        """A dead process releases nothing."""
        del claim


def deadly_ports(show: Stage, part: str, name: str, at: int, *, after: bool) -> LivePorts:
    whole = show.live.ports()

    def wrap(inner: Any) -> Any:
        return Deadly(inner, name, lambda call: call >= at, after)

    store = Unreleased(whole.store)
    if part == "artefacts":
        return replace(whole, store=store, artefacts=wrap(whole.artefacts))
    if part == "source":
        return replace(whole, store=store, source=lambda claim, cursor: wrap(whole.source(claim, cursor)))
    return replace(whole, store=store, sink=lambda claim: wrap(whole.sink(claim)))


@pytest.mark.parametrize(
    ("part", "name", "at", "after"),
    [
        ("source", "read", 150, True),
        ("sink", "publish", 100, False),
        ("sink", "publish", 100, True),
        ("sink", "save", 4, False),
        ("sink", "save", 4, True),
        ("artefacts", "write", 1, False),
        ("artefacts", "write", 2, True),
    ],
)
def test_a_worker_killed_while_it_looks(part: str, name: str, at: int, after: bool) -> None:
    show = stage(4, duration_s=20.0)
    thread = show.start(deadly_ports(show, part, name, at, after=after), BY_FILM, show.film_s)
    while thread.is_alive() and show.sent < 180:
        before = len(show.output.states)
        show.put(show.sent)
        show.told(before, thread)
    assert not thread.is_alive() and show.output.checkpoint is not None
    killed_at = show.last
    expire(show)
    show.start(timing=BY_FILM, clock=show.film_s)
    show.feed(range(show.sent, min(show.sent + 15, 200)))
    late = show.last["metrics"]
    before = {player["track_id"]: player for player in killed_at["metrics"]["players"]}
    now = {player["track_id"]: player for player in late["players"]}
    assert set(now) <= {1, 2, 3, 4} and len(set(now) & set(before)) >= 2
    for number in set(now) & set(before):
        if before[number]["distance_m"] is not None:
            assert now[number]["distance_m"] >= before[number]["distance_m"] - 1.0
    versions = [state["version"] for state in show.output.states]
    assert versions == sorted(set(versions))
    show.stop()
    [result] = show.output.results
    assert result.reason is LiveEnd.STOPPED
    whole = {each["track_id"]: each for each in result.results["players"]}
    assert set(whole) == {1, 2, 3, 4}
    compared = 0
    for number, player in now.items():
        total = whole[number]["groups"]["distance"]["total_distance_m"]
        if "value" in total and player["distance_m"] is not None:
            assert player["distance_m"] == pytest.approx(total["value"], rel=0.15, abs=6.0)
            compared += 1
    assert compared >= 2


@pytest.mark.parametrize(
    ("part", "name", "at", "after"),
    [("artefacts", "write", 3, False), ("artefacts", "write", 9, True), ("sink", "finish", 1, False),
     ("sink", "finish", 1, True), ("artefacts", "delete", 1, False)],
)  # fmt: skip
def test_a_worker_killed_while_it_stores_the_result(part: str, name: str, at: int, after: bool) -> None:
    whole = stage(3, duration_s=9.0)
    whole.models.pose = None  # how many postures are read depends on the clock
    whole.start()
    whole.feed(range(90))
    whole.stop()
    show = stage(3, duration_s=9.0)
    show.models.pose = None
    thread = show.start(deadly_ports(show, part, name, at, after=after))
    show.feed(range(90))
    show.stream.stop = True
    thread.join(30.0)
    assert not thread.is_alive()
    expire(show)
    show.start().join(30.0)
    [result], [expected] = show.output.results, whole.output.results
    assert result.results == expected.results
    assert result.frames == expected.frames
    assert SESSION in show.live.store.closed


def expire(show: Stage) -> None:
    """Let the dead worker's lease run out."""
    before = show.live.store.now

    def later() -> float:
        return before() + 3.1

    show.live.store.now = later


def test_until_the_lease_is_over_nobody_else_works() -> None:
    show = stage(3, duration_s=9.0)
    show.start(deadly_ports(show, "sink", "publish", 20, after=True)).join(0.01)
    for number in range(20):
        show.stream.put(show.frame(number))
        show.told(number)
    show.threads[0].join(5.0)
    assert show.live.store.due() == []
    show.start().join(5.0)
    assert len(show.output.states) == 20
    expire(show)
    assert show.live.store.due() == [SESSION]


def test_a_worker_that_lost_its_lease_writes_nothing_more() -> None:
    show = stage(3, duration_s=9.0)
    thread = show.start()
    show.feed(range(20))
    kept = show.output.checkpoint
    claims = show.live.store
    with claims.lock:
        claims._held.clear()
        stolen = claims.claim(SESSION, worker="thief")
    assert stolen is not None
    thread.join(5.0)
    assert not thread.is_alive()
    states = len(show.output.states)
    show.stream.put(show.frame(30))
    assert len(show.output.states) == states and show.output.results == []
    assert kept is not None and claims.holds(stolen)


def test_a_checkpoint_of_another_version_ends_the_session_with_what_was_there() -> None:
    show = stage(3, duration_s=15.0)
    thread = show.start(deadly_ports(show, "sink", "publish", 120, after=True))
    for number in range(120):
        show.stream.put(show.frame(number))
        show.told(number)
    thread.join(5.0)
    head, arrays = unpack_checkpoint(show.output.checkpoint or b"")
    show.output.checkpoint = pack_checkpoint(head, arrays).replace(b"PK", b"KP", 1)
    expire(show)
    show.start()
    until(lambda: bool(show.output.results) or show.output.failure is not None)
    [result] = show.output.results
    assert result.reason is LiveEnd.BROKEN_OFF
    assert len(result.results["players"]) == 3


def test_checkpoints_are_small_whole_and_refused_when_damaged() -> None:
    show = stage(4, duration_s=15.0)
    show.start()
    show.feed(range(100))
    until(lambda: show.output.checkpoint is not None)
    data = show.output.checkpoint or b""
    assert len(data) < 60_000
    with pytest.raises(ArtefactError, match="damaged"):
        unpack_checkpoint(data[:-100])
    show.stop()
