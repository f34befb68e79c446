"""The core app: what every other app stands on."""

from __future__ import annotations

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Envelope, errors, tenancy, throttling, idempotency, health, audit."""

    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks and the parts of readiness."""
        from apps.core import checks, health  # noqa: F401  (checks register on import)

        health.register_own_parts()
