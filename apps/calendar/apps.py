"""The calendar app."""

from __future__ import annotations

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Training plans, judged by the safety rules."""

    name = "apps.calendar"
    label = "calendar"
    verbose_name = "Calendar"

    def ready(self) -> None:
        """Register what belongs to erasures and exports, and the drills that may be found."""
        from apps.calendar import indexing, lifecycle

        lifecycle.register()
        indexing.register()
