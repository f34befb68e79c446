"""People in the admin: `people`, `players`, and what is entered about them (`entered`)."""

from __future__ import annotations

from apps.accounts.admin import entered, people, players

__all__ = ["entered", "people", "players"]
