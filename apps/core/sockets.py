"""WebSockets: who may open one, close codes, and losing access while it is open.

A socket shows one object. It is opened with a single-use ticket (`apps.accounts`), or by a device with its key
(`apps.pairing`); it joins the object's group after the object was found among what the user may see, and is asked again
when a membership of the user changes.
"""

from __future__ import annotations

import json
import uuid
from typing import Any, ClassVar

from asgiref.sync import async_to_sync
from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import transaction

from apps.core.languages import sentences, spoken, told_all

UNAUTHENTICATED = 4401
FORBIDDEN = 4403
NOT_FOUND = 4404
CONFLICT = 4409
MAX_WORD = 64 * 1024
"""Characters of what a client says; a heartbeat with its state has a few hundred."""


def user_group(user_id: uuid.UUID) -> str:
    """Return the group of all open sockets of a user."""
    return f"user.{user_id}"


def device_group(device_id: uuid.UUID) -> str:
    """Return the group of all open sockets of a device."""
    return f"device.{device_id}"


def notify_device_revoked(device_id: uuid.UUID) -> None:
    """After the commit, close every open socket of the device."""

    def send() -> None:
        layer = get_channel_layer()
        if layer is not None:
            async_to_sync(layer.group_send)(device_group(device_id), {"type": "device.revoked"})

    transaction.on_commit(send, robust=True)


def notify_access_changed(user_id: uuid.UUID) -> None:
    """After the commit, have every open socket of the user look again whether it may stay."""

    def send() -> None:
        layer = get_channel_layer()
        if layer is not None:
            async_to_sync(layer.group_send)(user_group(user_id), {"type": "access.changed"})

    transaction.on_commit(send, robust=True)


def notify_signed_out(user_id: uuid.UUID, login_id: uuid.UUID) -> None:
    """After the commit, close every open socket that was opened by this log-in of the user."""

    def send() -> None:
        layer = get_channel_layer()
        if layer is not None:
            async_to_sync(layer.group_send)(user_group(user_id), {"type": "signed.out", "login_id": str(login_id)})

    transaction.on_commit(send, robust=True)


class NoSuchSocket(AsyncJsonWebsocketConsumer):
    """Every address without a socket."""

    async def connect(self) -> None:
        """Close with the code that says so."""
        await self.accept()
        await self.close(code=NOT_FOUND)


class ObjectConsumer(AsyncJsonWebsocketConsumer):
    """A socket about one object, named in the URL as `object_id`.

    Subclasses set `purpose` (of the ticket) and implement `find` and `group_name`. A socket is closed to devices unless
    `device_scopes` names a scope of the device's key.
    """

    purpose: ClassVar[str]
    device_scopes: ClassVar[frozenset[str]] = frozenset()
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
        self.language = self._asked_language()
        user = self.scope.get("user")
        if user is None or not user.is_authenticated:
            await self.close(code=UNAUTHENTICATED)
            return
        if not self._may_come_in(user):
            await self.close(code=FORBIDDEN)
            return
        # These groups first: who loses their rights from here on is told, who lost them before finds nothing.
        await self._join(*self._groups_of(user))
        found = await self._found()
        if found is None:
            await self.close(code=NOT_FOUND)
            return
        await self._join(self.group_name(found))
        await self.opened(found)

    async def send(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Send, our own words in the language that the ticket was asked for in."""
        if text_data and sentences(getattr(self, "language", settings.LANGUAGE_CODE)):
            text_data = json.dumps(told_all(json.loads(text_data), self.language), ensure_ascii=False)
        await super().send(text_data=text_data, bytes_data=bytes_data, **kwargs)

    async def send_json(self, content: Any, close: bool = False) -> None:  # noqa: FBT001, FBT002  # as its base
        """Send JSON by `send`; the base's own goes past it."""
        await self.send(text_data=await self.encode_json(content), close=close)

    def _asked_language(self) -> str:
        """That of the ticket; of a device with its key that of `Accept-Language`."""
        ticket = self.scope.get("ticket") or {}
        headers = dict(self.scope.get("headers") or ())
        said = headers.get(b"accept-language", b"").decode("latin-1")
        return ticket.get("language") or spoken(said) or settings.LANGUAGE_CODE

    async def disconnect(self, code: int) -> None:
        """Leave the groups."""
        for name in getattr(self, "joined", []):
            await self.channel_layer.group_discard(name, self.channel_name)

    async def access_changed(self, event: dict[str, Any]) -> None:
        """Close where the object is no longer visible."""
        if await self._found() is None:
            await self.close(code=FORBIDDEN)

    async def signed_out(self, event: dict[str, Any]) -> None:
        """Close where the log-in that opened this socket has ended."""
        if (self.scope.get("ticket") or {}).get("login_id") == event["login_id"]:
            await self.close(code=UNAUTHENTICATED)

    async def device_revoked(self, event: dict[str, Any]) -> None:
        """Close: the key that opened this socket is dead."""
        await self.close(code=UNAUTHENTICATED)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None, **kwargs: Any) -> None:
        """Hear a JSON object; bytes, or a text that is none, is no program of ours and is passed over."""
        content = object_in(text_data or "", MAX_WORD)
        if content is not None:
            await self.receive_json(content, **kwargs)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Nothing is said from this side unless a subclass listens."""

    def _may_come_in(self, user: Any) -> bool:
        """Whether the ticket is for this, or (without one) the device's key is."""
        ticket, device = self.scope.get("ticket"), getattr(user, "device", None)
        if device is not None and not self.device_scopes & set(device.scopes):
            return False
        if ticket is None:
            return device is not None
        return ticket["purpose"] == self.purpose and ticket["object_id"] in (None, self.object_id)

    @staticmethod
    def _groups_of(user: Any) -> list[str]:
        device = getattr(user, "device", None)
        return [user_group(user.pk), *([device_group(device.pk)] if device is not None else [])]

    async def _join(self, *names: str) -> None:
        for name in names:
            await self.channel_layer.group_add(name, self.channel_name)
            self.joined.append(name)

    async def _found(self) -> Any | None:
        return await database_sync_to_async(self.find)(self.scope["user"], self.object_id)


def object_in(text: str, most: int) -> dict[str, Any] | None:
    """Return the message; `None` where it is longer than `most` or no JSON object."""
    if len(text) > most:
        return None
    try:
        content = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return content if isinstance(content, dict) else None
