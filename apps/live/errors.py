"""What can go wrong with a live session and its frames, in a coach's words."""

from __future__ import annotations

from apps.core.errors import (
    Conflict,
    DomainError,
    FileTooLarge,
    InvalidFile,
    RateLimited,
    Unavailable,
)

__all__ = [
    "ClockOff",
    "FrameError",
    "FrameTooLarge",
    "InvalidFrame",
    "LiveBusy",
    "LiveEnded",
    "TooManyFrames",
    "TooManyLive",
]


class FrameError(DomainError):
    """400: a frame cannot be taken. The session goes on without it."""


class InvalidFrame(InvalidFile, FrameError):
    """415: not a JPEG, PNG or WebP."""


class FrameTooLarge(FileTooLarge, FrameError):
    """413: more bytes than a frame may have."""


class ClockOff(FrameError):
    """400: a time that cannot be."""


class LiveEnded(Conflict):
    """409: the session takes no more frames."""

    default_message = "This live session has ended. Start a new one."


class TooManyLive(Conflict):
    """409: the team films enough already."""


class TooManyFrames(RateLimited):
    """429: more frames than the session's budget."""


class LiveBusy(Unavailable):
    """503: Redis, or the place for another session, is missing just now."""
