"""The edge app."""

from __future__ import annotations

from django.apps import AppConfig


class EdgeConfig(AppConfig):
    """Computers at the pitch that work offline and sync."""

    name = "apps.edge"
    label = "edge"
    verbose_name = "Edge"
