"""What the live socket says; the shapes of states and summaries are those of the routes."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from apps.live.selectors import FrameBudgetShape

BAD_FRAMES = 4400
TAKEN_OVER = 4409
TOO_MANY = 4429
"""Close codes besides those of every socket: nothing but garbage came; the camera is sent by somebody else now; frames
or words came far too fast."""


class ConnectedEvent(TypedDict):
    """The first word: what this socket is about and may do. `server_time_us` is for a rough look at the clock only."""

    type: Literal["connected"]
    session_id: str
    status: str
    can_send: bool
    cameras: list[str]
    frame_budget: FrameBudgetShape
    server_time_us: int


class JoinedEvent(TypedDict):
    """The answer to `start_session` (`sender`, with the camera) and `join_session` (`viewer`)."""

    type: Literal["joined"]
    session_id: str
    role: Literal["sender", "viewer"]
    camera: str | None
    frame_budget: FrameBudgetShape


class ErrorEvent(TypedDict):
    """Something went wrong; the socket stays open unless `fatal`.

    `count`: how often since the last time it was said (the same mistake is said once a second). `dropped`: frames of
    this camera that nobody looked at so far.
    """

    type: Literal["error"]
    code: str
    message: str
    count: int
    dropped: int
    fatal: bool


class StoppedEvent(TypedDict):
    """The session is over and stored (`stopped`), or ended without figures (`failed`)."""

    type: Literal["session_stopped"]
    session_id: str
    status: str
    summary: dict[str, Any] | None
    error: dict[str, str] | None


def group_of(session_id: object) -> str:
    """Channel group of a session's sockets."""
    return f"live.{session_id}"
