"""WebSockets: who may open one, close codes, and losing access while it is open.

A socket shows one object. It is opened with a single-use ticket (`apps.accounts`), joins the object's group after
the object was found among what the user may see, and is asked again when a membership of the user changes.
"""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer
from django.db import transaction

UNAUTHENTICATED = 4401
FORBIDDEN = 4403
NOT_FOUND = 4404
CONFLICT = 4409


def user_group(user_id: uuid.UUID) -> str:
    """Return the group of all open sockets of a user."""
    return f"user.{user_id}"


def notify_access_changed(user_id: uuid.UUID) -> None:
    """After the commit, have every open socket of the user look again whether it may stay."""

    def send() -> None:
        layer = get_channel_layer()
        if layer is not None:
            async_to_sync(layer.group_send)(user_group(user_id), {"type": "access.changed"})

    transaction.on_commit(send, robust=True)


class NoSuchSocket(AsyncJsonWebsocketConsumer):
    """Every address without a socket."""

    async def connect(self) -> None:
        """Close with the code that says so."""
        await self.accept()
        await self.close(code=NOT_FOUND)


class ObjectConsumer(AsyncJsonWebsocketConsumer):
    """A socket about one object, named in the URL as `object_id`.

    Subclasses set `purpose` (of the ticket) and implement `find` and `group_name`.
    """

    purpose: ClassVar[str]
    object_id: str
    groups: list[str]

    def find(self, user: Any, object_id: str) -> Any | None:
        """Return the object if the user may see it, else `None`; runs in a database thread."""
        raise NotImplementedError

    def group_name(self, found: Any) -> str:
        """Return the group of the object."""
        raise NotImplementedError

    async def opened(self, found: Any) -> None:
        """Send the first message; the socket has joined its group."""

    async def connect(self) -> None:
        """Accept, then close with a code where something is missing: a refused handshake would hide the code."""
        await self.accept()
        self.joined: list[str] = []
        self.object_id = str(self.scope["url_route"]["kwargs"]["object_id"])
        user, ticket = self.scope.get("user"), self.scope.get("ticket") or {}
        if user is None or not user.is_authenticated:
            await self.close(code=UNAUTHENTICATED)
            return
        if ticket.get("purpose") != self.purpose or ticket.get("object_id") not in (None, self.object_id):
            await self.close(code=FORBIDDEN)
            return
        found = await self._found()
        if found is None:
            await self.close(code=NOT_FOUND)
            return
        await self._join(self.group_name(found), user_group(user.pk))
        await self.opened(found)

    async def disconnect(self, code: int) -> None:
        """Leave the groups."""
        for name in getattr(self, "joined", []):
            await self.channel_layer.group_discard(name, self.channel_name)

    async def access_changed(self, event: dict[str, Any]) -> None:
        """Close where the object is no longer visible."""
        if await self._found() is None:
            await self.close(code=FORBIDDEN)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Nothing is said from this side unless a subclass listens."""

    async def _join(self, *names: str) -> None:
        for name in names:
            await self.channel_layer.group_add(name, self.channel_name)
            self.joined.append(name)

    async def _found(self) -> Any | None:
        return await database_sync_to_async(self.find)(self.scope["user"], self.object_id)
