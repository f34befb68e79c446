"""The socket of the calendar: changes and proposals as they happen."""

from __future__ import annotations

import uuid
from typing import Any

from apps.calendar.selectors.audience import EVERY_TEAM, Audience, audience_of
from apps.core.sockets import FORBIDDEN, ObjectConsumer


class CalendarConsumer(ObjectConsumer):
    """`/ws/calendar`: `connected`, `calendar_update`, `recommendation_ready` of the team that the ticket names.

    A ticket for no team in particular opens all that the user may see. Staff hear everything of a team, players and
    guardians what is for the team or for them: each audience is a group of its own.
    """

    purpose = "calendar"

    async def connect(self) -> None:
        """The team is named by the ticket, not by the address."""
        ticket = self.scope.get("ticket") or {}
        self.scope["url_route"]["kwargs"]["object_id"] = ticket.get("object_id") or EVERY_TEAM
        self.audience: frozenset[str] = frozenset()
        await super().connect()

    def find(self, user: Any, object_id: str) -> Audience | None:
        """Return what the user may hear, `None` for nothing."""
        try:
            team_id = None if object_id == EVERY_TEAM else uuid.UUID(object_id)
        except ValueError:
            return None
        audience = audience_of(user, team_id)
        return audience if audience.groups else None

    def group_name(self, found: Audience) -> str:
        """Return one of the groups; `opened` joins the rest."""
        return min(found.groups)

    async def opened(self, found: Audience) -> None:
        """Say which teams are heard."""
        self.audience = found.groups
        await self._join(*(found.groups - {self.group_name(found)}))
        await self.send_json({"type": "connected", "team_ids": sorted(map(str, found.team_ids))})

    async def access_changed(self, event: dict[str, Any]) -> None:
        """Hear what may be heard from now on; close where nothing is left."""
        found: Audience | None = await self._found()
        if found is None:
            await self.close(code=FORBIDDEN)
            return
        for name in self.audience - found.groups:
            await self.channel_layer.group_discard(name, self.channel_name)
            self.joined.remove(name)
        await self._join(*(found.groups - self.audience))
        self.audience = found.groups

    async def calendar_message(self, event: dict[str, Any]) -> None:
        """Pass a message on."""
        await self.send_json(event["body"])
