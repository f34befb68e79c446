"""The edge app."""

from __future__ import annotations

from django.apps import AppConfig


class EdgeConfig(AppConfig):
    """Computers at the pitch that work offline and sync."""

    name = "apps.edge"
    label = "edge"
    verbose_name = "Edge"

    def ready(self) -> None:
        """Register what goes with sessions and players, and listen to edits."""
        from apps.edge.lifecycle import register

        register()
