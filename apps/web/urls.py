"""Every address that is neither the server's own nor a file belongs to the web app."""

from __future__ import annotations

from django.urls import re_path

from apps.web.views import index

SERVER_PREFIXES = ("api", "admin", "ws", "media", "static", "health", "metrics")

urlpatterns = [
    re_path(rf"^(?!(?:{'|'.join(SERVER_PREFIXES)})(?:/|$)).*$", index, name="web"),
]
