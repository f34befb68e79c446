"""The dashboard app."""

from __future__ import annotations

from django.apps import AppConfig


class DashboardConfig(AppConfig):
    """Figures over many sessions."""

    name = "apps.dashboard"
    label = "dashboard"
    verbose_name = "Dashboard"
