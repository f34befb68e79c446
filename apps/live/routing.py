"""Sockets of the live app."""

from __future__ import annotations

from django.urls import path

from apps.live.consumers import LiveConsumer

websocket_urlpatterns = [path("ws/live/<str:object_id>", LiveConsumer.as_asgi(), name="ws-live")]
