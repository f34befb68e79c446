"""The live app."""

from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Live sessions: frames in, figures out while they play."""

    name = "apps.live"
    label = "live"
    verbose_name = "Live"

    def ready(self) -> None:
        """Give the pipeline its live ports (after the scan's), and deletion what it must take along."""
        from apps.live.adapters import install_ports
        from apps.live.lifecycle import register

        install_ports()
        register()
