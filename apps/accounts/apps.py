"""The accounts app."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Users, teams, memberships, players."""

    name = "apps.accounts"
    label = "accounts"
