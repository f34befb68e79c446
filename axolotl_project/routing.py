"""All WebSocket routes."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from apps.core.sockets import NoSuchSocket
from apps.scan.routing import websocket_urlpatterns as scan_routes

websocket_urlpatterns: list[Any] = [*scan_routes]

router = URLRouter([*websocket_urlpatterns, re_path(r"", NoSuchSocket.as_asgi())])
