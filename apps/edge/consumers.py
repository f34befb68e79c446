"""The socket of a team's edge boxes: who is there, who went, how far a sync is."""

from __future__ import annotations

import asyncio
import uuid
from contextlib import suppress
from typing import Any

from channels.db import database_sync_to_async

from apps.accounts.models import Team
from apps.core.sockets import ObjectConsumer
from apps.edge.events import group_of, presence
from apps.edge.models import EdgeNode
from apps.edge.services import nodes

LOOK_EVERY_S = 5.0
"""How often the leases are looked at: a box whose power was cut says no goodbye."""


class EdgeConsumer(ObjectConsumer):
    """`/ws/edge`: `edge_status` at once, then `edge_connected`, `edge_disconnected` and `sync_update`.

    For pages (a ticket for the team) and for nodes (their key), whose `{"type": "heartbeat"}` counts as one.
    """

    purpose = "edge"
    device_scopes = frozenset({"edge"})

    async def connect(self) -> None:
        """The team stands in the ticket, or is the device's."""
        self._watch: asyncio.Task[None] | None = None
        self._there: dict[str, bool] = {}
        user, ticket = self.scope.get("user"), self.scope.get("ticket") or {}
        device = getattr(user, "device", None)
        team_id = ticket.get("object_id") or (device.team_id if device is not None else "")
        self.scope["url_route"]["kwargs"]["object_id"] = str(team_id)
        await super().connect()

    def find(self, user: Any, object_id: str) -> Team | None:
        """The team, if the user staffs it; without a name the only one that they staff."""
        teams = Team.objects.filter(pk__in=user.staffed_team_ids())
        if not object_id:
            mine = list(teams[:2])
            return mine[0] if len(mine) == 1 else None
        try:
            found: Team | None = teams.filter(pk=uuid.UUID(object_id)).first()
        except ValueError:
            return None
        return found

    def group_name(self, found: Team) -> str:
        """The group of the team."""
        return group_of(found.pk)

    async def opened(self, found: Team) -> None:
        """Say who is there, and keep looking."""
        self._team_id = found.pk
        seen = await database_sync_to_async(self._nodes)()
        self._there = {str(node.pk): here for node, here in seen}
        listed = [{"node_id": str(node.pk), "name": node.name, "connected": here} for node, here in seen]
        await self.send_json({"type": "edge_status", "nodes": listed})
        self._watch = asyncio.create_task(self._look_on())

    async def disconnect(self, code: int) -> None:
        """Stop looking."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch
        await super().disconnect(code)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """A node's heartbeat; anything else is passed over."""
        if isinstance(content, dict) and content.get("type") == "heartbeat" and hasattr(self.scope["user"], "device"):
            await database_sync_to_async(self._beat)()

    async def edge_event(self, event: dict[str, Any]) -> None:
        """Pass an event on; what this page knows already is not said again."""
        said = event["event"]
        if said["type"] == "sync_update":
            await self.send_json(said)
            return
        here = said["type"] == "edge_connected"
        if self._there.get(said["node_id"]) != here:
            self._there[said["node_id"]] = here
            await self.send_json(said)

    async def _look_on(self) -> None:
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for node, here in await database_sync_to_async(self._nodes)():
                if self._there.get(str(node.pk), False) != here:
                    self._there[str(node.pk)] = here
                    await self.send_json(presence(node, connected=here))

    def _nodes(self) -> list[tuple[EdgeNode, bool]]:
        rows = EdgeNode.objects.filter(device__team_id=self._team_id).select_related("device").order_by("name", "pk")
        return [(node, node.is_connected()) for node in rows]

    def _beat(self) -> None:
        node = nodes.own_node(self.scope["user"])
        nodes.heartbeat(node=node, state=node.state)
