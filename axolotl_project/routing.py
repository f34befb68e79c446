"""All WebSocket routes."""

from __future__ import annotations

from typing import Any

from channels.routing import URLRouter
from django.urls import re_path

from apps.accounts.socket_auth import TicketAuthMiddleware
from apps.calendar.routing import websocket_urlpatterns as calendar_routes
from apps.core.sockets import NoSuchSocket
from apps.edge.routing import websocket_urlpatterns as edge_routes
from apps.feedback.routing import websocket_urlpatterns as feedback_routes
from apps.live.routing import websocket_urlpatterns as live_routes
from apps.pairing.routing import websocket_urlpatterns as pairing_routes
from apps.pairing.socket_auth import DeviceAuthMiddleware
from apps.scan.routing import websocket_urlpatterns as scan_routes

websocket_urlpatterns: list[Any] = [
    *scan_routes,
    *pairing_routes,
    *edge_routes,
    *feedback_routes,
    *calendar_routes,
    *live_routes,
]

router: Any = URLRouter([*websocket_urlpatterns, re_path(r"", NoSuchSocket.as_asgi())])
sockets = TicketAuthMiddleware(DeviceAuthMiddleware(router))
"""Every socket, with who opens it found out: by ticket, or by a device's key."""
