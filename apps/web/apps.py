"""The web app."""

from __future__ import annotations

from django.apps import AppConfig


class WebConfig(AppConfig):
    """Serves the single-page application and runs the process tree."""

    name = "apps.web"
    label = "web"

    def ready(self) -> None:
        """Add the metrics of the platform as a whole, and tell errors and traces where the settings say so."""
        from apps.web import observability, telemetry

        observability.register()
        telemetry.start()
