"""The web app."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Serves the single-page application and runs the process tree."""

    name = "apps.web"
    label = "web"
