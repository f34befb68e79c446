"""What can stand against a change of the calendar."""

from __future__ import annotations

from typing import Any

from apps.calendar.bodies import VerdictBody
from apps.core.errors import Conflict, SafetyRule

HARD = "A safety limit stands against this, which nobody may override."
SOFT = "A safety rule stands against this. An owner or coach may go ahead with a reason (override_reason)."


class UnsafeEvent(SafetyRule):
    """422: rules stand against an event; hard ones cannot be overridden."""

    def __init__(self, verdict: VerdictBody, details: list[str]) -> None:
        extra: dict[str, Any] = {
            "findings": verdict["findings"],
            "alternative": verdict["alternative"],
            "overridable": verdict["overridable"],
            "policy": verdict["policy"],
        }
        super().__init__(SOFT if verdict["overridable"] else HARD, details=details, extra=extra)
        self.verdict = verdict


class StaleVersion(Conflict):
    """409: somebody changed the event since it was read."""

    def __init__(self, version: int, who: str, when: str) -> None:
        message = f"{who} changed this event at {when}. Load it again and repeat your change."
        extra = {"version": version, "changed_by": who, "changed_at": when}
        super().__init__(message, extra=extra)
