"""Sockets of the feedback app."""

from __future__ import annotations

from django.urls import path

from apps.feedback.consumers import FeedbackConsumer

websocket_urlpatterns = [
    path("ws/feedback/<str:object_id>", FeedbackConsumer.as_asgi(), name="ws-feedback"),
]
