"""Serializer fields for what the database keeps as "" and the API shows as `null`."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class BlankAsNullCharField(serializers.CharField):
    """Text that may be missing: `null` outside, "" inside."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"allow_null": True, "allow_blank": True, "required": False, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Read `null` as ""."""
        return super().run_validation("" if data is None else data)

    def to_representation(self, value: Any) -> Any:
        """Show "" as `null`."""
        return super().to_representation(value) if value else None


class BlankAsNullChoiceField(serializers.ChoiceField):
    """A choice that may be missing: `null` outside, "" inside."""

    def __init__(self, choices: Any, **kwargs: Any) -> None:
        super().__init__(choices, **{"allow_null": True, "allow_blank": True, "required": False, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Read `null` as ""."""
        return super().run_validation("" if data is None else data)

    def to_representation(self, value: Any) -> Any:
        """Show "" as `null`."""
        return super().to_representation(value) if value else None
