"""People in the admin: `people`, and what is entered about them (`entered`)."""

from __future__ import annotations

from apps.accounts.admin import entered, people

__all__ = ["entered", "people"]
