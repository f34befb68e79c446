"""The sessions app; its label differs from Django's own `sessions`."""

from __future__ import annotations

from django.apps import AppConfig


class SessionsConfig(AppConfig):
    """Training sessions and matches: what a scan belongs to."""

    name = "apps.sessions"
    label = "training_sessions"
    verbose_name = "Training sessions"

    def ready(self) -> None:
        """Register what goes with a session, and with a team's sessions."""
        from apps.core.lifecycle import lifecycle
        from apps.sessions import services

        lifecycle.register_eraser("session", self.label, services.erase_attachments)
        lifecycle.register_eraser("team", self.label, services.erase_sessions_of_teams)
