"""The calendar app."""

from __future__ import annotations

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Training plans, judged by the safety rules."""

    name = "apps.calendar"
    label = "calendar"
    verbose_name = "Calendar"

    def ready(self) -> None:
        """Register what belongs to erasures and exports."""
        from apps.calendar import lifecycle

        lifecycle.register()
