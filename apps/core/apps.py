"""The core app: what every other app stands on."""

from __future__ import annotations

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    """Envelope, errors, tenancy, throttling, idempotency, health, audit."""

    name = "apps.core"
    label = "core"

    def ready(self) -> None:
        """Register the system checks and the parts of readiness; guard the audit trail after each migration."""
        from apps.core import audit_guard, checks, health  # noqa: F401  (checks register on import)

        health.register_own_parts()
        post_migrate.connect(audit_guard.install_after_migrate, sender=self)
