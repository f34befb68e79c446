"""People in the admin: `people`, `players`, and what is entered about them (`entered`); and logging in to it."""

from __future__ import annotations

from apps.accounts.admin import entered, logging_in, people, players

__all__ = ["entered", "logging_in", "people", "players"]
