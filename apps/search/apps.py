"""The search app."""

from __future__ import annotations

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """The index of texts, and finding them by words and by meaning."""

    name = "apps.search"
    label = "search"
    verbose_name = "Search"

    def ready(self) -> None:
        """Register what deletions and changes do to the index."""
        from apps.search import lifecycle

        lifecycle.register()
