"""Live ports in memory, with the semantics of the real ones: for tests, benchmarks and sessions without a server."""

from __future__ import annotations

import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from pipeline.errors import PipelineError
from pipeline.live_ports import LEASE_S, LiveClaim, LiveFrame, LivePorts, LiveRecord, LiveResult, LiveState
from pipeline.ports import ArtefactStore, Lease, Machine
from pipeline.testing import MemoryArtefactStore


@dataclass
class MemoryLiveStore:
    """Sessions in a dictionary behind one lock. `now` can be a test's own clock [s]."""

    now: Callable[[], float] = time.monotonic
    records: dict[str, LiveRecord] = field(default_factory=dict)
    closed: set[str] = field(default_factory=set)
    cancelled: set[str] = field(default_factory=set)
    lock: threading.RLock = field(default_factory=threading.RLock)
    _held: dict[str, tuple[LiveClaim, float]] = field(default_factory=dict)

    def load(self, session_id: str) -> LiveRecord:
        """See `LiveStore.load`."""
        if session_id not in self.records:
            raise PipelineError("This live session was deleted.", code="NOT_FOUND")
        return self.records[session_id]

    def claim(self, session_id: str, *, worker: str, lease_s: float = LEASE_S) -> LiveClaim | None:
        """See `LiveStore.claim`."""
        with self.lock:
            if session_id not in self._open() or self._holder(session_id) is not None:
                return None
            claim = LiveClaim(session_id, uuid.uuid4().hex, worker)
            self._held[session_id] = (claim, self.now() + lease_s)
            return claim

    def renew(self, claim: LiveClaim, *, lease_s: float = LEASE_S) -> Lease:
        """See `LiveStore.renew`."""
        with self.lock:
            if claim.session_id in self.cancelled or claim.session_id not in self.records:
                return Lease.CANCELLED
            if not self.holds(claim):
                return Lease.LOST
            self._held[claim.session_id] = (claim, self.now() + lease_s)
            return Lease.HELD

    def release(self, claim: LiveClaim) -> None:
        """See `LiveStore.release`."""
        with self.lock:
            if self.holds(claim):
                del self._held[claim.session_id]

    def due(self) -> Sequence[str]:
        """See `LiveStore.due`."""
        with self.lock:
            return [session_id for session_id in self._open() if self._holder(session_id) is None]

    def close(self) -> None:
        """Nothing is held."""

    def holds(self, claim: LiveClaim) -> bool:
        """Whether the claim is the session's last one (its lease may be over, as long as nobody took it)."""
        held = self._held.get(claim.session_id)
        return held is not None and held[0] == claim

    def _open(self) -> list[str]:
        return [name for name in self.records if name not in self.closed and name not in self.cancelled]

    def _holder(self, session_id: str) -> LiveClaim | None:
        held = self._held.get(session_id)
        return held[0] if held is not None and held[1] > self.now() else None


@dataclass
class MemoryFrames:
    """The bounded stream of one session; any number of sources read it, each from its own cursor.

    Attributes:
        most: frames kept of all cameras; the oldest go first.
    """

    most: int = 128
    stop: bool = False
    frames: deque[tuple[int, LiveFrame]] = field(default_factory=deque)
    trimmed: dict[str, int] = field(default_factory=dict)
    read_to: int = 0
    _count: int = 0
    _came: threading.Condition = field(default_factory=threading.Condition)

    def put(self, frame: LiveFrame) -> None:
        """Add a frame as the receiving side does."""
        with self._came:
            self._count += 1
            self.frames.append((self._count, frame))
            while len(self.frames) > self.most:
                number, gone = self.frames.popleft()
                if number > self.read_to:
                    self.trimmed[gone.camera] = self.trimmed.get(gone.camera, 0) + 1
            self._came.notify_all()

    def after(self, position: int, limit: int, block_s: float) -> list[tuple[int, LiveFrame]]:
        """At most `limit` frames behind `position`; waits for the first."""
        with self._came:
            self._came.wait_for(lambda: self._count > position, timeout=block_s)
            found = [entry for entry in self.frames if entry[0] > position][:limit]
            if found:
                self.read_to = max(self.read_to, found[-1][0])
            return found


@dataclass
class MemoryFrameSource:
    """Reads a `MemoryFrames` from a cursor on."""

    stream: MemoryFrames
    position: int = 0

    def read(self, limit: int, block_s: float) -> list[LiveFrame]:
        """See `FrameSource.read`."""
        found = self.stream.after(self.position, limit, block_s)
        if found:
            self.position = found[-1][0]
        return [frame for _, frame in found]

    def cursor(self) -> str:
        """See `FrameSource.cursor`."""
        return str(self.position)

    def dropped(self) -> dict[str, int]:
        """See `FrameSource.dropped`."""
        return dict(self.stream.trimmed)

    def stop_requested(self) -> bool:
        """See `FrameSource.stop_requested`."""
        return self.stream.stop

    def close(self) -> None:
        """Nothing is held."""


@dataclass
class MemoryLiveOutput:
    """What came out of one session, whoever worked on it."""

    states: list[LiveState] = field(default_factory=list)
    checkpoint: bytes | None = None
    results: list[LiveResult] = field(default_factory=list)
    failure: tuple[str, str] | None = None
    keep_states: int | None = None
    """Only the newest so many; `None` for all."""


@dataclass
class MemoryLiveSink:
    """Writes of one claim into a `MemoryLiveOutput`."""

    store: MemoryLiveStore
    claim: LiveClaim
    output: MemoryLiveOutput

    def publish(self, state: LiveState) -> None:
        """See `LiveSink.publish`."""
        self.output.states.append(state)
        if self.output.keep_states is not None:
            del self.output.states[: -self.output.keep_states]

    def save(self, checkpoint: bytes) -> bool:
        """See `LiveSink.save`."""
        with self.store.lock:
            if not self.store.holds(self.claim):
                return False
            self.output.checkpoint = bytes(checkpoint)
            return True

    def load(self) -> bytes | None:
        """See `LiveSink.load`."""
        return self.output.checkpoint

    def finish(self, result: LiveResult) -> bool:
        """See `LiveSink.finish`."""
        with self.store.lock:
            if result.session_id in self.store.closed or not self.store.holds(self.claim):
                return False
            self.store.closed.add(result.session_id)
            self.output.results.append(result)
            return True

    def fail(self, code: str, message: str) -> None:
        """See `LiveSink.fail`."""
        with self.store.lock:
            if self.store.holds(self.claim):
                self.store.closed.add(self.claim.session_id)
                self.output.failure = (code, message)


@dataclass
class MemoryLive:
    """Sessions, their streams and outputs together, and the ports on them."""

    store: MemoryLiveStore = field(default_factory=MemoryLiveStore)
    artefacts: ArtefactStore = field(default_factory=MemoryArtefactStore)
    streams: dict[str, MemoryFrames] = field(default_factory=dict)
    outputs: dict[str, MemoryLiveOutput] = field(default_factory=dict)

    def add(self, record: LiveRecord, *, most: int = 128) -> tuple[MemoryFrames, MemoryLiveOutput]:
        """Open a session; answers where its frames go in and its states come out."""
        session_id = record.session_id
        self.store.records[session_id] = record
        self.streams[session_id] = MemoryFrames(most=most)
        self.outputs[session_id] = MemoryLiveOutput()
        return self.streams[session_id], self.outputs[session_id]

    def ports(self, machine: Machine | None = None) -> LivePorts:
        """The ports on these sessions."""
        return LivePorts(
            store=self.store,
            source=lambda claim, cursor: MemoryFrameSource(self.streams[claim.session_id], int(cursor or 0)),
            sink=lambda claim: MemoryLiveSink(self.store, claim, self.outputs[claim.session_id]),
            artefacts=self.artefacts,
            machine=machine or Machine(),
        )
