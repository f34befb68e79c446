"""What the scan socket says. Each message carries the whole state; one that is lost is mended by the next."""

from __future__ import annotations

from typing import Literal

from apps.scan.status import ScanStatus

STATE_MESSAGE = "scan.state"
"""Channel message by which `ProgressSink` brings a new state to every open socket of a job."""

EventType = Literal["progress", "completed", "failed"]


class ScanEvent(ScanStatus):
    """`progress` while work goes on; `completed` or `failed` (cancelled too) once it is over."""

    type: EventType


def group_of(job_id: str) -> str:
    """Channel group of a job."""
    return f"scan.{job_id}"


def to_event(state: ScanStatus) -> ScanEvent:
    """The socket message for a state."""
    kind: EventType = "progress"
    if state["status"] == "completed":
        kind = "completed"
    elif state["status"] in ("failed", "cancelled"):
        kind = "failed"
    return ScanEvent(type=kind, **state)
