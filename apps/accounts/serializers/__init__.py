"""Shapes of people in the API, by subject: `…Input` is what comes, `…Output` what goes."""

from __future__ import annotations

from apps.accounts.serializers.players import PlayerBrief

__all__ = ["PlayerBrief"]
