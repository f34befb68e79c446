"""The feedback app."""

from __future__ import annotations

from django.apps import AppConfig


class FeedbackConfig(AppConfig):
    """The coach's assistant: feedback from evidence, with the knowledge behind it."""

    name = "apps.feedback"
    label = "feedback"
    verbose_name = "Feedback"
