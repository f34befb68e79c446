"""Sockets of pairing."""

from __future__ import annotations

from django.urls import path

from apps.pairing.consumers import PairingConsumer

websocket_urlpatterns = [
    path("ws/pairing/<str:object_id>", PairingConsumer.as_asgi(), name="ws-pairing"),
]
