"""Which file is wanted."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from apps.scan.exports import FORMATS


class ExportQuery(serializers.Serializer[dict[str, Any]]):
    """The format of an export."""

    format = serializers.ChoiceField(
        choices=list(FORMATS),
        error_messages={"invalid_choice": f"There is no such export; choose from {', '.join(FORMATS)}."},
    )
