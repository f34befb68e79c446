"""Devices that open a socket: with the key (or access token) in the header, or by a ticket that they asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from channels.db import database_sync_to_async
from django.contrib.auth.models import AnonymousUser

from apps.pairing.auth import authenticate_device, bearer_of, find_device_user, is_device_credential
from apps.pairing.models import DeviceUser

Scope = dict[str, Any]
Application = Callable[[Scope, Any, Any], Awaitable[None]]


class DeviceAuthMiddleware:
    """Stands behind the one that redeems tickets, and puts the device's user in the place of the person."""

    def __init__(self, application: Application) -> None:
        self.application = application

    async def __call__(self, scope: Scope, receive: Any, send: Any) -> None:
        """Find out who speaks and pass on."""
        credential = bearer_of(_header(scope, b"authorization"))
        device_id = (scope.get("ticket") or {}).get("device_id")
        if is_device_credential(credential):
            user = await database_sync_to_async(_by_credential)(credential)
            scope = {**scope, "user": user, "ticket": None}
        elif device_id:
            scope = {**scope, "user": await database_sync_to_async(_by_ticket)(device_id)}
        await self.application(scope, receive, send)


def _by_credential(credential: str) -> DeviceUser | AnonymousUser:
    return authenticate_device(credential) or AnonymousUser()


def _by_ticket(device_id: str) -> DeviceUser | AnonymousUser:
    return find_device_user(device_id) or AnonymousUser()


def _header(scope: Scope, name: bytes) -> str:
    found: list[bytes] = [value for key, value in scope.get("headers", []) if key.lower() == name]
    return found[0].decode("latin-1") if found else ""
