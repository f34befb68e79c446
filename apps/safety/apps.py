"""The safety app."""

from __future__ import annotations

from django.apps import AppConfig


class SafetyConfig(AppConfig):
    """Rules engine and policy packs."""

    name = "apps.safety"
    label = "safety"
