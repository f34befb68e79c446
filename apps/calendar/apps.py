"""The calendar app."""

from __future__ import annotations

from django.apps import AppConfig


class CalendarConfig(AppConfig):
    """Training plans, judged by the safety rules."""

    name = "apps.calendar"
    label = "calendar"
    verbose_name = "Calendar"

    def ready(self) -> None:
        """Register what belongs to erasures and exports, the drills that may be found, and what coaches' texts ask."""
        from apps.calendar import coaching, indexing, lifecycle

        lifecycle.register()
        indexing.register()
        coaching.register()
