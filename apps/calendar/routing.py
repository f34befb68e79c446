"""Sockets of the calendar app."""

from __future__ import annotations

from typing import Any

from django.urls import path

from apps.calendar.consumers import CalendarConsumer

websocket_urlpatterns: list[Any] = [path("ws/calendar", CalendarConsumer.as_asgi(), name="ws-calendar")]
