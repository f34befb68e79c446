"""Sockets of scans."""

from __future__ import annotations

from django.urls import path

from apps.scan.consumers import ScanConsumer

websocket_urlpatterns = [
    path("ws/scan/<str:object_id>", ScanConsumer.as_asgi(), name="ws-scan"),
]
