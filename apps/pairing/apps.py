"""The pairing app."""

from __future__ import annotations

from django.apps import AppConfig


class PairingConfig(AppConfig):
    """Phones, cameras and edge boxes that speak for a team."""

    name = "apps.pairing"
    label = "pairing"
    verbose_name = "Pairing"

    def ready(self) -> None:
        """Register what goes with people and teams, and how the schema tells of keys."""
        from apps.pairing import lifecycle, openapi  # noqa: F401  (the schema's extension registers itself)

        lifecycle.register()
