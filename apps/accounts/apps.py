"""The accounts app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, teams, memberships, players."""

    name = "apps.accounts"
    label = "accounts"

    def ready(self) -> None:
        """Name the access token in the OpenAPI document."""
        from apps.accounts import schema  # noqa: F401
