# ruff: noqa: E402  (Django is set up before its models are imported)
"""One server under uvicorn for the live delivery rows: our consumer, or a stock Channels consumer.

`python -m tests.bench.children.live_delivery ours|stock SOCKET` serves `/ws/live/<id>` on a Unix socket.
"""

from __future__ import annotations

import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "axolotl_project.settings")

import django

django.setup()

import uvicorn
from channels.generic.websocket import AsyncJsonWebsocketConsumer
from channels.routing import URLRouter
from django.urls import path

from apps.core.sockets import ObjectConsumer
from apps.live.consumers import LiveConsumer
from apps.live.models import LiveSession
from apps.sessions.models import Session


class OpenLive(LiveConsumer):
    """Ours, with everybody let in: who may see what is asked once, before the first state."""

    async def connect(self) -> None:
        self.scope["user"] = Anybody()
        self.scope["ticket"] = {"purpose": "live", "object_id": None}
        await super().connect()

    def find(self, user: Any, object_id: str) -> LiveSession:
        """A session that is in no database."""
        live = LiveSession(session=Session(pk=object_id), status="running")
        live._prefetched_objects_cache = {"cameras": []}
        return live


class Anybody:
    """A user as far as a socket asks."""

    pk = "00000000-0000-4000-8000-000000000000"
    is_authenticated = True


class Stock(AsyncJsonWebsocketConsumer):
    """What the Channels documentation shows: a group, and `group_send` for each update."""

    async def connect(self) -> None:
        """Join the session's group."""
        self.group = f"stock.{self.scope['url_route']['kwargs']['object_id']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        """Leave it."""
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive_json(self, content: Any, **kwargs: Any) -> None:
        """Answer as ours does, so that the client knows that it is in."""
        await self.send_json({"type": "joined"})

    async def metrics_update(self, event: dict[str, Any]) -> None:
        """Pass an update on."""
        await self.send_json(event["state"])


def main() -> None:
    """Serve until killed."""
    import apps.live.consumers as consumers

    consumers.may_send = lambda user, live: False
    assert issubclass(OpenLive, ObjectConsumer)
    consumer = OpenLive if sys.argv[1] == "ours" else Stock
    application = URLRouter([path("ws/live/<str:object_id>", consumer.as_asgi())])
    uvicorn.run(
        application, uds=sys.argv[2], ws="websockets-sansio", ws_per_message_deflate=False, log_level="warning",
        lifespan="off",
    )  # fmt: skip


if __name__ == "__main__":
    main()
