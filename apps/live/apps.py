"""The live app."""

from __future__ import annotations

from django.apps import AppConfig


class LiveConfig(AppConfig):
    """Live sessions: frames in, figures out while they play."""

    name = "apps.live"
    label = "live"
    verbose_name = "Live"
