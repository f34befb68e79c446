"""The sessions app; its label differs from Django's own `sessions`."""

from __future__ import annotations

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Training sessions and matches: what a scan belongs to."""

    name = "apps.sessions"
    label = "training_sessions"
    verbose_name = "Training sessions"

    def ready(self) -> None:
        """Register what goes with a session, a team or a player, and what may be found of sessions."""
        from apps.sessions import indexing, lifecycle

        lifecycle.register()
        indexing.register()
