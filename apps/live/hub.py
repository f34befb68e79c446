"""States on their way from Redis to viewers: one subscription for each session of a web process, not for each viewer.

A state is serialised once, by the worker, and read once by each web process. Every viewer has a place for one state: a
newer one replaces what a slow viewer has not taken yet, so nobody waits for anybody and nothing piles up. Events (the
session ended) are never replaced.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from dataclasses import dataclass, field
from weakref import WeakKeyDictionary

import structlog
from redis.asyncio.client import PubSub
from redis.exceptions import RedisError

from apps.live.connections import LISTEN_S, async_client
from apps.live.stream import EVENT, Keys, read_state

log = structlog.get_logger(__name__)

RETRY_S = 0.5
MAX_EVENTS = 16
POLL_S = 5.0


class Mailbox:
    """One viewer's place: the newest state, and events in order."""

    __slots__ = ("_came", "_events", "_state", "overtaken", "version")

    def __init__(self) -> None:
        self.version = -1
        self.overtaken = 0
        self._state: str | None = None
        self._events: deque[str] = deque(maxlen=MAX_EVENTS)
        self._came = asyncio.Event()

    def put_state(self, version: int, text: str) -> None:
        """Offer a state; an older one than was offered before is passed over."""
        if version <= self.version:
            return
        self.overtaken += self._state is not None
        self.version, self._state = version, text
        self._came.set()

    def put_event(self, text: str) -> None:
        """Add an event."""
        self._events.append(text)
        self._came.set()

    async def take(self) -> str:
        """Wait for the next message; the newest state goes before an event that came after it."""
        while True:
            if self._state is not None:
                text, self._state = self._state, None
                return text
            if self._events:
                return self._events.popleft()
            self._came.clear()
            await self._came.wait()


@dataclass
class Room:
    """The viewers of one session in this process, and what they saw last."""

    boxes: set[Mailbox] = field(default_factory=set)
    newest: tuple[int, str] | None = None

    def hear(self, message: bytes) -> None:
        """Hand a message to every viewer."""
        if message.startswith(EVENT):
            text = message[1:].decode()
            for box in self.boxes:
                box.put_event(text)
            return
        found = read_state(message)
        if found is None or (self.newest is not None and found[0] <= self.newest[0]):
            return
        self.newest = found
        for box in self.boxes:
            box.put_state(*found)


class Hub:
    """All rooms of one event loop, fed by one connection."""

    def __init__(self) -> None:
        self.rooms: dict[str, Room] = {}
        self._pubsub: PubSub | None = None
        self._listener: asyncio.Task[None] | None = None
        self._lock = asyncio.Lock()

    async def join(self, session_id: str, box: Mailbox) -> None:
        """Have a box filled; the newest state, if there is one, lies in it at once. Whatever comes of it, `leave`."""
        name = Keys.of(session_id).news
        async with self._lock:
            room = self.rooms.setdefault(name, Room())
            room.boxes.add(box)
            if len(room.boxes) == 1:
                await self._subscribe(name)
        if room.newest is None:
            await self._catch_up(name, room)
        if room.newest is not None:
            box.put_state(*room.newest)

    async def leave(self, session_id: str, box: Mailbox) -> None:
        """Stop being a viewer; with the last one the subscription ends."""
        name = Keys.of(session_id).news
        async with self._lock:
            room = self.rooms.get(name)
            if room is None or box not in room.boxes:
                return
            room.boxes.remove(box)
            if room.boxes:
                return
            del self.rooms[name]
            await self._unsubscribe(name)

    async def _subscribe(self, name: str) -> None:
        if self._listener is None or self._listener.done():
            self._listener = asyncio.create_task(self._listen())
            return
        if self._pubsub is not None:
            with suppress(RedisError, OSError):  # the listener mends it
                await self._pubsub.subscribe(name)

    async def _unsubscribe(self, name: str) -> None:
        if not self.rooms and self._listener is not None:
            self._listener.cancel()
            await asyncio.wait([self._listener])
            self._listener = None
        elif self._pubsub is not None:
            with suppress(RedisError, OSError):
                await self._pubsub.unsubscribe(name)

    async def _listen(self) -> None:
        """Hear what comes; after Redis was away, hear the newest of every room first."""
        while self.rooms:
            try:
                async with async_client().pubsub(ignore_subscribe_messages=True) as pubsub:
                    await pubsub.subscribe(*self.rooms)
                    self._pubsub = pubsub
                    for name, room in list(self.rooms.items()):
                        await self._catch_up(name, room)
                    await self._hear(pubsub)
            except (RedisError, OSError) as error:
                log.warning("live.redis_down", error=str(error))
                await asyncio.sleep(RETRY_S)
            except Exception:  # every viewer of this process hangs on this task
                log.exception("live.listener_failed")
                await asyncio.sleep(RETRY_S)
            finally:
                self._pubsub = None

    async def _hear(self, pubsub: PubSub) -> None:
        while True:
            message = await pubsub.get_message(timeout=POLL_S)
            if message is None:
                await asyncio.wait_for(pubsub.ping(), LISTEN_S)
                continue
            if message["type"] == "message":
                room = self.rooms.get(message["channel"].decode())
                if room is not None:
                    room.hear(message["data"])

    @staticmethod
    async def _catch_up(name: str, room: Room) -> None:
        """Read the newest state, which may have been told before anybody here listened."""
        with suppress(RedisError, OSError):
            message = await async_client().get(name.removesuffix(".news") + ".state")
            if message:
                room.hear(message)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The hub of the running event loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
