"""The pairing app."""

from __future__ import annotations

from django.apps import AppConfig


class PairingConfig(AppConfig):
    """Phones, cameras and edge boxes that speak for a team."""

    name = "apps.pairing"
    label = "pairing"
    verbose_name = "Pairing"
