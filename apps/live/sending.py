"""One camera on one socket: what it sends is looked at from outside, counted, and put into the session's stream."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import structlog
from asgiref.sync import sync_to_async
from redis.exceptions import RedisError

from apps.live import stream
from apps.live.budget import FrameBudget
from apps.live.connections import async_client
from apps.live.errors import FrameError, LiveEnded
from apps.live.events import BAD_FRAMES, TOO_MANY, ErrorEvent
from apps.live.frames import Picture, now_us
from apps.live.services.sessions import ring
from apps.live.stream import Keys, Pushed

log = structlog.get_logger(__name__)

SAY_EVERY_S = 1.0
BAD_IN_A_ROW = 50
"""So many messages without one picture among them come from no camera."""

Say = Callable[[ErrorEvent], Awaitable[None]]
Close = Callable[[int], Awaitable[None]]


@dataclass
class Complaints:
    """Says each kind of mistake at most once a second, with how often it happened."""

    say: Say
    _counts: dict[str, int] = field(default_factory=dict)
    _said_s: dict[str, float] = field(default_factory=dict)

    async def note(self, code: str, message: str, *, dropped: int = 0, fatal: bool = False) -> None:
        """Count a mistake, and say it if it is time."""
        self._counts[code] = self._counts.get(code, 0) + 1
        now = time.monotonic()
        if not fatal and now - self._said_s.get(code, -SAY_EVERY_S) < SAY_EVERY_S:
            return
        self._said_s[code] = now
        count = self._counts.pop(code)
        await self.say(ErrorEvent(type="error", code=code, message=message, count=count, dropped=dropped, fatal=fatal))


@dataclass
class CameraSender:
    """The sending side of a socket."""

    session_id: str
    camera: str
    budget: FrameBudget
    complaints: Complaints
    close: Close
    seq: int = 0
    dropped: int = 0
    _bad: int = 0

    async def take(self, read: Callable[[int], Picture]) -> None:
        """Take one message; `read` makes a picture of it, given the time when it came.

        Raises:
            LiveEnded: the session takes no more.
        """
        if not self.budget.allows(time.monotonic()):
            await self._refuse()
            return
        try:
            picture = read(now_us())
        except FrameError as error:
            await self._complain(error)
            return
        self._bad = 0
        await self._push(picture)

    async def _push(self, picture: Picture) -> None:
        keys = Keys.of(self.session_id)
        names, arguments = stream.push_arguments(keys, self.camera, picture, floor=self.seq)
        try:
            script = async_client().register_script(stream.PUSH)
            done = stream.pushed(await script(keys=names, args=arguments))
        except (RedisError, OSError):
            message = "The server cannot take frames just now; it will in a moment. Keep sending."
            await self.complaints.note("UNAVAILABLE", message, dropped=self.dropped)
            return
        await self._heed(done)

    async def _heed(self, done: Pushed) -> None:
        if done.outcome == "closed":
            raise LiveEnded
        if done.outcome in _NOT_TAKEN:
            await self.complaints.note(*_NOT_TAKEN[done.outcome], dropped=done.dropped)
            return
        self.seq = done.seq
        if done.dropped > self.dropped:
            self.dropped = done.dropped
            message = f"{done.dropped} frames of this camera were dropped so far: they came faster than they are read."
            await self.complaints.note("FRAMES_DROPPED", message, dropped=done.dropped)
        if done.ring:
            await sync_to_async(ring)(self.session_id)

    async def _refuse(self) -> None:
        """A frame over the budget: it goes unread, and a sender who does nothing else is sent away."""
        message = f"More than {self.budget.fps:g} frames a second were agreed on; the frames over it are dropped."
        fatal = self.budget.is_abused
        await self.complaints.note("TOO_MANY_FRAMES", message, dropped=self.budget.refused, fatal=fatal)
        if fatal:
            await self._count_refused()
            await self.close(TOO_MANY)

    async def _complain(self, error: FrameError) -> None:
        self._bad += 1
        fatal = self._bad >= BAD_IN_A_ROW
        code = type(error).__name__
        await self.complaints.note(_CODES.get(code, error.code), error.message, dropped=self.dropped, fatal=fatal)
        if fatal:
            await self.close(BAD_FRAMES)

    async def leave(self) -> None:
        """Note what was refused here, so that the session's counts tell of it."""
        if self.budget.refused:
            await self._count_refused()

    async def _count_refused(self) -> None:
        refused, self.budget.refused = self.budget.refused, 0
        try:
            await async_client().hincrby(Keys.of(self.session_id).meta, f"refused:{self.camera}", refused)
        except (RedisError, OSError) as error:
            log.warning("live.redis_down", error=str(error))


_NOT_TAKEN: dict[str, tuple[str, str]] = {
    "late": ("FRAME_LATE", "The frame is older than one that was there already; it is left out. Send them in order."),
    "twice": ("FRAME_TWICE", "A frame of this time was there already; it is counted once."),
}
_CODES = {"InvalidFrame": "INVALID_FRAME", "FrameTooLarge": "FRAME_TOO_LARGE", "ClockOff": "CLOCK_OFF"}


def sender_of(session_id: str, camera: str, fps: float, *, say: Say, close: Close, seq: int) -> CameraSender:
    """A camera's sender; `seq` is where its count stood when it was last stored."""
    return CameraSender(session_id, camera, FrameBudget(fps), Complaints(say), close, seq=seq)


def owner_of(user: Any) -> str:
    """Who sends, for the question whether a camera comes back or somebody else takes its name."""
    device = getattr(user, "device", None)
    return f"device:{device.pk}" if device is not None else f"user:{user.pk}"
