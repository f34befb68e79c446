"""Serializer fields: "" in the database and `null` in the API; finite numbers; times with their offset."""

from __future__ import annotations

import math
from datetime import datetime
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


class FiniteFloatField(serializers.FloatField):
    """A number that is one: parsers let NaN and Infinity through, and take `true` for 1."""

    def to_internal_value(self, data: Any) -> float:
        """Refuse what is not finite."""
        if isinstance(data, bool):
            self.fail("invalid")
        try:
            value = super().to_internal_value(data)
        except OverflowError:  # a whole number of 400 digits
            value = math.inf
        if not math.isfinite(value):
            raise serializers.ValidationError("A finite number is needed.")
        return value


class AwareDateTimeField(serializers.DateTimeField):
    """A time with its offset: one without would be taken for another hour than meant."""

    default_error_messages = {"naive": "A time needs its offset, such as 2026-03-03T18:00:00+01:00 or …Z."}

    def enforce_timezone(self, value: datetime) -> datetime:
        """Refuse a time without an offset."""
        if value.utcoffset() is None:
            self.fail("naive")
        return value
