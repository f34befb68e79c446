"""Sockets of the edge app."""

from __future__ import annotations

from django.urls import path

from apps.edge.consumers import EdgeConsumer

websocket_urlpatterns = [path("ws/edge", EdgeConsumer.as_asgi(), name="ws-edge")]
