"""The feedback app."""

from __future__ import annotations

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The coach's assistant: feedback from evidence, with the knowledge behind it."""

    name = "apps.feedback"
    label = "feedback"
    verbose_name = "Feedback"

    def ready(self) -> None:
        """Register what belongs to erasures and exports, and what may be found."""
        from apps.feedback import indexing, lifecycle

        lifecycle.register()
        indexing.register()
