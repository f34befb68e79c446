"""What the calendar socket says, and the groups that hear it. A message is a hint: who missed one loads the list."""

from __future__ import annotations

import uuid
from typing import Any, Literal, TypedDict

MESSAGE = "calendar.message"
"""Channel message by which a change reaches every open socket of a group."""


class CalendarUpdate(TypedDict):
    """An event or series was made, changed or deleted."""

    type: Literal["calendar_update"]
    action: Literal["created", "updated", "deleted"]
    event: dict[str, Any]


class RecommendationReady(TypedDict):
    """The planner has proposals."""

    type: Literal["recommendation_ready"]
    request_id: str
    proposals: list[dict[str, Any]]


def staff_group(team_id: uuid.UUID) -> str:
    """The team's staff, who hear everything."""
    return f"calendar.staff.{team_id}"


def family_group(team_id: uuid.UUID) -> str:
    """Players of the team and their guardians: events of the whole team."""
    return f"calendar.family.{team_id}"


def player_group(player_id: uuid.UUID) -> str:
    """A player and their guardians: the player's own events."""
    return f"calendar.player.{player_id}"
