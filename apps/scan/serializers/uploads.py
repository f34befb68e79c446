"""Resumable uploads. tus speaks in headers; these bodies are for people and the schema."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers


class UploadOutput(serializers.Serializer[dict[str, Any]]):
    """An upload that was opened."""

    upload_id = serializers.UUIDField()
    url = serializers.CharField(help_text="Where to send the pieces (also in the header Location).")
    length_bytes = serializers.IntegerField()
    offset_bytes = serializers.IntegerField()
    piece_bytes = serializers.IntegerField(help_text="The most that one PATCH may carry.")
    expires_at = serializers.DateTimeField()
