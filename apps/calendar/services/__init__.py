"""Writes and rules of the calendar. `CalendarService` gathers them under the names of the project's first design."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apps.accounts.models import User
from apps.calendar.bodies import VerdictBody
from apps.calendar.planner import Wishes
from apps.calendar.services.events import Written, create_event, validate_event
from apps.calendar.services.recommendations import Proposed, recommend


class CalendarService:
    """What a person may do with a calendar."""

    def __init__(self, user: User) -> None:
        self.user = user

    def create_event(self, fields: Mapping[str, Any], reason: str = "") -> Written:
        """Plan an event (`services.events.create_event`)."""
        return create_event(user=self.user, fields=fields, reason=reason)

    def get_recommendations(self, player_id: str, wishes: Wishes) -> Proposed:
        """Propose sessions for a player (`services.recommendations.recommend`)."""
        return recommend(user=self.user, player_id=player_id, wishes=wishes)

    def validate_event(self, fields: Mapping[str, Any]) -> VerdictBody:
        """Judge an event without keeping it (`services.events.validate_event`)."""
        return validate_event(user=self.user, fields=fields)


__all__ = ["CalendarService"]
