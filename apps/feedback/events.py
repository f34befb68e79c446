"""What the feedback socket says. Each message carries the whole state; one that is lost is mended by the next."""

from __future__ import annotations

from typing import Any, Literal, TypedDict

from apps.feedback.models import Feedback, FeedbackStatus

STATE_MESSAGE = "feedback.state"
"""Channel message by which a worker brings a new state to every open socket of a feedback."""

EventType = Literal["progress", "completed", "failed"]


class FeedbackState(TypedDict):
    """Where a feedback stands: `text` is all that is written so far, `body` there once it is completed."""

    feedback_id: str
    version: int
    status: str
    text: str
    body: dict[str, Any] | None
    error: dict[str, str] | None


class FeedbackEvent(FeedbackState):
    """`progress` while it is written, then `completed` or `failed`."""

    type: EventType


def group_of(feedback_id: str) -> str:
    """Channel group of a feedback."""
    return f"feedback.{feedback_id}"


def state_of(feedback: Feedback) -> FeedbackState:
    """Return the state that a row holds."""
    failed = feedback.status == FeedbackStatus.FAILED
    return FeedbackState(
        feedback_id=str(feedback.pk),
        version=feedback.version,
        status=feedback.status,
        text=feedback.text,
        body=feedback.body,
        error={"code": feedback.error_code, "message": feedback.error_message} if failed else None,
    )


def to_event(state: FeedbackState) -> FeedbackEvent:
    """Return the socket message for a state."""
    kind: EventType = "progress"
    if state["status"] == FeedbackStatus.COMPLETED:
        kind = "completed"
    elif state["status"] == FeedbackStatus.FAILED:
        kind = "failed"
    return FeedbackEvent(type=kind, **state)
